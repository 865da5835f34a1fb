// What a trial is: a row of the review's tables, and parts that are really done in the window or on the command line.
// A part that throws is one that does not work; what it threw is the reason.
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Kit } from './kit.ts';
import type { Subject } from './must.ts';

/** @returns what was seen, with its figures, where the part's name does not say it */
export type Part = (k: Kit) => Promise<string | void>;

export interface Trial {
  readonly table: 'wireshark' | 'peers';
  /** First two columns of the review's table, word for word. */
  readonly area: string;
  readonly what: string;
  /** What is open in the window while it is tried. */
  readonly on: Subject;
  readonly parts: Readonly<Record<string, Part>>;
  /** All parts together may take so long, s. */
  readonly limit: number;
  /** Each part has a window of its own, since it changes what the next one would see. */
  readonly apart: boolean;
}

export type Verdict = 'works' | 'partly' | 'missing';

export interface Outcome {
  readonly table: Trial['table'];
  readonly area: string;
  readonly what: string;
  readonly verdict: Verdict;
  /** Parts that do not work, each with what was seen instead. */
  readonly reasons: readonly string[];
  /** Parts that were seen to work, each with its figures. */
  readonly worked: readonly string[];
  /** When, to the minute, in UTC, and on which commit. */
  readonly at: string;
  readonly commit: string;
}

const LIMIT = 75;

export function rowsOf(table: Trial['table'], area: string) {
  return (
    what: string,
    on: Subject,
    parts: Readonly<Record<string, Part>>,
    { limit = LIMIT, apart = false }: Partial<Pick<Trial, 'limit' | 'apart'>> = {},
  ): Trial => ({ table, area, what, on, parts, limit, apart });
}

/**
 * Tries a row in a window that nobody used before; a part after one that failed has another such window.
 * @param pictures folder for a picture of the window as each part that failed left it
 */
export async function tryOut(trial: Trial, kit: Kit, commit: string, pictures: string | null = null): Promise<Outcome> {
  const reasons: string[] = [];
  const worked: string[] = [];
  let used = 0;
  let open = false;
  for (const [name, part] of Object.entries(trial.parts)) {
    if (used > trial.limit * 1000) {
      reasons.push(`${name}: not tried, since the ${trial.limit} s of this row were over`);
      continue;
    }
    let started = 0;
    try {
      if (open && !trial.apart) await kit.anew();
      else await kit.begin(trial.on);
      open = true;
      started = performance.now();
      const seen = await within(part(kit), trial.limit * 1000 - used);
      const complaint = kit.app.problems.find((p) => !p.includes('favicon'));
      if (complaint !== undefined) throw new Error(`the page complains: ${complaint}`);
      worked.push(seen === undefined ? name : `${name}: ${seen}`);
    } catch (error) {
      reasons.push(`${name}: ${said(error)}`);
      open = false;
      if (pictures !== null) await kit.picture(join(pictures, `${trial.area} ${name}.png`.replaceAll(/[^\w.]+/g, '-')));
      await kit.end();
    }
    if (started > 0) used += performance.now() - started;
  }
  const { table, area, what } = trial;
  const at = `${new Date().toISOString().slice(0, 16)}Z`;
  return { table, area, what, verdict: verdictOf(worked.length, reasons.length), reasons, worked, at, commit };
}

/** @param time ms */
async function within<T>(done: Promise<T>, time: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${Math.round(time / 1000)} s`)), time);
  });
  // What is given up ends with its window, and nobody listens then.
  done.catch(() => undefined);
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

function verdictOf(worked: number, failed: number): Verdict {
  if (worked === 0) return 'missing';
  return failed === 0 ? 'works' : 'partly';
}

/** The first line of what went wrong; for a wait in vain, what was waited for. */
function said(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const waited = /Timeout (\d+)ms exceeded[\s\S]*?waiting for (.*)/.exec(text);
  const line = waited === null ? (text.split('\n')[0] ?? '') : `waited in vain for ${waited[2]}`;
  return line.slice(0, 260);
}
