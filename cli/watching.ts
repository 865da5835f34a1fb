// A folder that captures land in. One that has not changed for a while has landed: it is moved to `working` (one rename),
// scored there, and moved to `done` or `failed` once its records are on disk beside it. What a run that was killed left
// in `working` is taken first by the next one; what ended the program twice is not tried again.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { english, EXIT, say as message, type WatchRecord } from '../contract/index.ts';
import { writeWhole } from '../engine/host.ts';
import { askedIndicators } from './asked-indicators.ts';
import { askedRules } from './asked-rules.ts';
import { type Folders, printJson, say, stop, UsageError } from './context.ts';
import type { JudgedOptions } from './judged-packets.ts';
import { chooseBaseline, chooseModel, tellModel } from './models.ts';
import { ruleCall } from './rule-files.ts';
import { score, type ScoreOptions } from './scoring.ts';

export interface WatchOptions extends JudgedOptions {
  readonly settle: number;
  readonly once: boolean;
  readonly model: string | null;
  readonly foreign: boolean;
  readonly network: string | null;
  readonly eve: string | null;
  readonly reasons: number;
  readonly 'partial-ok': boolean;
}

const LOOK_EVERY = 500;
/** How often a capture may end the program. */
const MOST_TRIES = 2;
const TRIES = '.tries';
const LOCK = '.sightline-watch';
/** Files that are being written by whoever brings them. */
const UNDER_WAY = /^\.|\.(?:part|tmp|partial|crdownload|filepart)$/i;

/** Records on their way, in `working`. */
const PART = /^\..*\.jsonl/;

interface Places {
  readonly incoming: string;
  readonly working: string;
  readonly done: string;
  readonly failed: string;
}

/** @returns the exit code: 2 where something failed, 1 where something is malicious */
export async function watchFolder(given: string, o: WatchOptions, folders: Folders): Promise<number> {
  const incoming = resolve(given);
  if (statSync(incoming, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(english(message('cli-watch-none', { folder: given })));
  if (o.eve !== null) throw new UsageError('--eve is one file; watch writes the records of each capture beside it');
  if (o.allow.length > 0 && o.indicators.length === 0) throw new UsageError('--allow is for --indicators');
  const at = (name: string): string => join(incoming, name);
  const places: Places = { incoming, working: at('working'), done: at('done'), failed: at('failed') };
  for (const folder of [places.working, places.done, places.failed]) mkdirSync(folder, { recursive: true });
  const unlock = lock(incoming);
  // Records of which a run that was killed wrote a part: their captures are in `working` still.
  for (const name of readdirSync(places.working)) if (PART.test(name)) rmSync(join(places.working, name));
  const chosen = chooseModel(o.model, folders);
  tellModel(chosen);
  const baseline = chooseBaseline(chosen.model, folders, o);
  const lists = o.indicators.length === 0 ? null : askedIndicators(o.indicators, o.allow);
  const carried = lists?.wantsFiles === true;
  const rules = o.rules.length === 0 && !carried ? null : await askedRules(await ruleCall(o.rules, o), 1, carried);
  const judge = async (path: string, output: string): Promise<number> => {
    const options: ScoreOptions = {
      json: true,
      summary: false,
      output,
      threads: 1,
      quiet: false,
      reasons: o.reasons,
      plain: false,
      top: 0,
      partialOk: o['partial-ok'],
      asked: rules,
      indicators: lists,
    };
    return score([path], chosen, baseline, options, folders);
  };
  try {
    return await rounds(places, o, judge);
  } finally {
    await rules?.close();
    unlock();
  }
}

type Judge = (path: string, output: string) => Promise<number>;

async function rounds(places: Places, o: WatchOptions, judge: Judge): Promise<number> {
  let worst: number = EXIT.clean;
  const sizes = new Map<string, { readonly stamp: string; readonly since: number }>();
  for (;;) {
    for (const name of left(places.working)) worst = Math.max(worst, await take(name, places, judge));
    for (const name of landed(places.incoming, sizes, o.settle)) {
      if (stop.asked) break;
      const free = freeName(places, name);
      renameSync(join(places.incoming, name), join(places.working, free));
      worst = Math.max(worst, await take(free, places, judge));
    }
    if (stop.asked || (o.once && sizes.size === 0)) return worst;
    await new Promise((goOn) => {
      setTimeout(goOn, LOOK_EVERY);
    });
  }
}

/** Captures that a run before left behind. */
function left(working: string): string[] {
  return stop.asked ? [] : readdirSync(working).filter((name) => !name.endsWith(TRIES) && !UNDER_WAY.test(name));
}

/** Files that have not changed for long enough, in the order of their names; what changes still is kept in mind. */
function landed(
  folder: string,
  sizes: Map<string, { readonly stamp: string; readonly since: number }>,
  settle: number,
): string[] {
  const now = performance.now();
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !UNDER_WAY.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  for (const known of sizes.keys()) if (!names.includes(known)) sizes.delete(known);
  const ready: string[] = [];
  for (const name of names) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    const known = sizes.get(name);
    if (settle > 0 && known?.stamp !== stamp) sizes.set(name, { stamp, since: now });
    else if (settle === 0 || now - known!.since >= settle * 1_000) {
      ready.push(name);
      sizes.delete(name);
    }
  }
  return ready;
}

/** A name that no capture has in any of the places: nothing is written over. */
function freeName({ working, done, failed }: Places, name: string): string {
  const taken = new Set([working, done, failed].flatMap((folder) => readdirSync(folder)));
  for (let n = 1; ; n++) {
    const now = n === 1 ? name : numbered(name, n);
    if (!taken.has(now) && !taken.has(`${now}.jsonl`)) return now;
  }
}

function numbered(name: string, n: number): string {
  const dot = name.indexOf('.', 1);
  return dot < 0 ? `${name}-${n}` : `${name.slice(0, dot)}-${n}${name.slice(dot)}`;
}

async function take(name: string, places: Places, judge: Judge): Promise<number> {
  const path = join(places.working, name);
  const tries = `${path}${TRIES}`;
  const before = triesOf(tries);
  if (before >= MOST_TRIES) {
    const why = english(message('cli-watch-killed', { n: before }));
    say(`${name}: ${why}.`);
    await writeWhole(
      join(places.failed, `${name}.jsonl`),
      `${JSON.stringify({ type: 'file', file: name, error: why })}\n`,
    );
    return moved(name, places, tries, EXIT.error);
  }
  writeFileSync(tries, String(before + 1));
  // Records are there when they are whole, and before the capture is moved: a run that is killed between is repeated.
  const output = join(places.working, `.${name}.jsonl`);
  let code: number = EXIT.error;
  try {
    code = await judge(path, output);
  } catch (error) {
    if (stop.asked) throw error;
    say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (stop.asked) {
    rmSync(output, { force: true });
    rmSync(tries, { force: true });
    return EXIT.error;
  }
  const to = code === EXIT.error ? places.failed : places.done;
  if (statSync(output, { throwIfNoEntry: false }) !== undefined) renameSync(output, join(to, `${name}.jsonl`));
  return moved(name, places, tries, code);
}

function moved(name: string, places: Places, tries: string, code: number): number {
  const to = code === EXIT.error ? places.failed : places.done;
  renameSync(join(places.working, name), join(to, name));
  rmSync(tries, { force: true });
  const records = join(to, `${name}.jsonl`);
  const record: WatchRecord = {
    type: 'watched',
    file: basename(name),
    outcome: code === EXIT.error ? 'failed' : 'done',
    moved: join(to, name),
    records: statSync(records, { throwIfNoEntry: false }) === undefined ? null : records,
    malicious: code === EXIT.malicious,
  };
  printJson(record);
  return code;
}

function triesOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

/** Two that watch one folder would score a capture twice. @throws UsageError where somebody does @returns lets it go */
function lock(folder: string): () => void {
  const file = join(folder, LOCK);
  const own = (): void => {
    const fd = openSync(file, 'wx', 0o600);
    writeFileSync(fd, String(process.pid));
    closeSync(fd);
  };
  try {
    own();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const pid = triesOf(file);
    if (pid > 0 && pid !== process.pid && runs(pid))
      throw new UsageError(english(message('cli-watch-busy', { folder, pid })));
    rmSync(file, { force: true });
    own();
  }
  return () => rmSync(file, { force: true });
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
