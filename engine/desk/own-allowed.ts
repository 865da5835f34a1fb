// Indicators that a person said never to hit: a small list in the data folder, in the form of any plain list, `kind,value`
// a line. Whatever else somebody has written into it stays.
import { join } from 'node:path';
import type { AllowedIndicator, IndicatorKind } from '../../contract/index.ts';
import { INDICATOR_KINDS } from '../../contract/index.ts';
import { linesOf, textOf } from './own-rules.ts';
import { writePlain } from '../store/index.ts';

const SHA1_DIGITS = 40;

export class OwnAllowed {
  readonly path: string;

  constructor(dataFolder: string) {
    this.path = join(dataFolder, 'rules', 'own.allow');
  }

  values(): readonly AllowedIndicator[] {
    return linesOf(textOf(this.path)).flatMap((line) => said(line) ?? []);
  }

  /** @returns the number of its line, from 1; 0 where it is taken away */
  set({ kind, value }: AllowedIndicator, on: boolean): number {
    const others = linesOf(textOf(this.path)).filter((line) => {
      const known = said(line);
      return known === null || known.kind !== kind || known.value !== value;
    });
    if (on) others.push(lineOf(kind, value));
    writePlain(this.path, others.length === 0 ? '' : `${others.join('\n')}\n`);
    return on ? others.length : 0;
  }
}

/** As lists write it: certificates by what their hash is. */
function lineOf(kind: IndicatorKind, value: string): string {
  if (kind === 'certificate') return `certificate-${value.length === SHA1_DIGITS ? 'sha1' : 'sha256'},${value}`;
  // The scheme keeps commas of the URL in it.
  if (kind === 'url' && !value.includes('://')) return `url,http://${value}`;
  return `${kind},${value}`;
}

function said(line: string): AllowedIndicator | null {
  const at = line.indexOf(',');
  if (at < 0) return null;
  const name = line.slice(0, at).replace(/^certificate-sha(?:1|256)$/, 'certificate');
  const kind = INDICATOR_KINDS.find((one) => one === name);
  if (kind === undefined) return null;
  const value = line.slice(at + 1).trim();
  return { kind, value: kind === 'url' ? value.replace(/^http:\/\//, '') : value };
}
