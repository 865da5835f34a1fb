// The file of a person's own rules: one a line, changed a rule at a time, with all else in it left as it is.
import { errorText, say } from '../../contract/index.ts';
import { plainReason, readPlain, writePlain } from '../store/index.ts';
import { Refused } from './refused.ts';

const LARGEST = 16 * 1024 * 1024;
const HEAD = '# Own rules of Sightline, in the language of Suricata: one a line.\n';

export class OwnRules {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Adds a rule, or puts it where the one of its id stands. */
  put(gid: number, sid: number, text: string): void {
    const line = text.replace(/\\?\r?\n\s*/g, ' ');
    const lines = this.lines();
    const at = lines.findIndex((l) => isOf(l, gid, sid));
    if (at >= 0) lines[at] = line;
    else lines.push(line);
    this.write(lines);
  }

  /** @returns whether there was one */
  remove(gid: number, sid: number): boolean {
    const lines = this.lines();
    const left = lines.filter((l) => !isOf(l, gid, sid));
    if (left.length === lines.length) return false;
    this.write(left);
    return true;
  }

  private lines(): string[] {
    const said = readPlain(this.path, LARGEST);
    if (said.kind === 'none') return HEAD.trimEnd().split('\n');
    // What cannot be read is not written over.
    if (said.kind === 'odd') throw new Refused('failed', say('threat-own-odd', { path: this.path, why: said.message }));
    return said.text.replace(/\n+$/, '').split('\n');
  }

  private write(lines: readonly string[]): void {
    try {
      writePlain(this.path, `${lines.join('\n')}\n`);
    } catch (error) {
      throw new Refused('failed', say('threat-not-written', { why: plainReason(errorText(error)) }));
    }
  }
}

function isOf(line: string, gid: number, sid: number): boolean {
  if (line.trimStart().startsWith('#')) return false;
  const number = (name: string): number | null => {
    const found = new RegExp(`[;(]\\s*${name}\\s*:\\s*(\\d{1,10})\\s*;`).exec(line);
    return found === null ? null : Number(found[1]);
  };
  return number('sid') === sid && (number('gid') ?? 1) === gid;
}
