// Lists of indicators that a test writes into a folder of its own, and what was read of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { english } from '../../contract/index.ts';
import { type IndicatorSet, loadIndicatorsNow } from '../indicators/index.ts';

export class MadeLists {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-lists-'));

  /** @returns its path */
  put(name: string, ...lines: readonly (string | Uint8Array)[]): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const [only] = lines;
    const bytes = lines.length === 1 && only instanceof Uint8Array ? only : lines.join('\n');
    writeFileSync(path, bytes);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Types and values of a set, in the order in which they were read: `domain evil.example`. */
export function valuesOf(set: IndicatorSet): string[] {
  return Array.from({ length: set.entries }, (_, entry) => `${set.store.typeOf(entry)} ${set.valueOf(entry)}`);
}

/** Line and reason of what was refused. */
export function refusedOf(set: IndicatorSet): string[] {
  return set.refused.map(({ line, why }) => `${line}: ${english(why)}`);
}

export function loaded(...paths: readonly string[]): IndicatorSet {
  return loadIndicatorsNow(paths, { now: 1_700_000_000 });
}
