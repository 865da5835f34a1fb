// What a trial is: a row of the review's tables, and parts that are really done in the window or on the command line.
// A part that throws is one that does not work; what it threw is the reason.
import { stripVTControlCharacters } from 'node:util';
import type { Kit } from './kit.ts';
import type { Subject } from './must.ts';

export type Part = (k: Kit) => Promise<void>;

export interface Trial {
  readonly table: 'wireshark' | 'peers';
  /** First two columns of the review's table, word for word. */
  readonly area: string;
  readonly what: string;
  /** What is open in the window while it is tried. */
  readonly on: Subject;
  readonly parts: Readonly<Record<string, Part>>;
}

export type Verdict = 'works' | 'partly' | 'missing';

export interface Outcome {
  readonly table: Trial['table'];
  readonly area: string;
  readonly what: string;
  readonly verdict: Verdict;
  /** Parts that do not work, each with what was seen instead. */
  readonly reasons: readonly string[];
  readonly worked: readonly string[];
}

export function rowsOf(table: Trial['table'], area: string) {
  return (what: string, on: Subject, parts: Readonly<Record<string, Part>>): Trial => ({
    table,
    area,
    what,
    on,
    parts,
  });
}

export async function tryOut(trial: Trial, kit: Kit): Promise<Outcome> {
  const reasons: string[] = [];
  const worked: string[] = [];
  for (const [name, part] of Object.entries(trial.parts)) {
    try {
      await kit.anew();
      await part(kit);
      worked.push(name);
    } catch (error) {
      // A window that is gone says nothing about the row.
      if (kit.page.isClosed()) throw error;
      reasons.push(`${name}: ${said(error)}`);
    }
  }
  const { table, area, what } = trial;
  return { table, area, what, verdict: verdictOf(worked.length, reasons.length), reasons, worked };
}

function verdictOf(worked: number, failed: number): Verdict {
  if (worked === 0) return 'missing';
  return failed === 0 ? 'works' : 'partly';
}

/** The first line of what went wrong; for a wait in vain, what was waited for. */
function said(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const waited = /Timeout (\d+)ms exceeded[\s\S]*?waiting for (.*)/.exec(text);
  const line = waited === null ? (text.split('\n')[0] ?? '') : `waited in vain for ${waited[2]}`;
  return stripVTControlCharacters(line).slice(0, 220);
}
