// `npm run compare:records -- REF [--captures N] [--from FOLDER]`: are the records of this tree those of another
// commit? Both are built, both read the same captures, spread over all sources; every line, table and exit code must be
// the same but for the differences that are named below. Exit code 0: the same; 1: something differs; 2: it could not
// be compared.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { captureFiles, DATA } from './oracle/campaign.ts';
import { markdown } from './run.ts';
import { ROOT } from './peers.ts';

/** Captures larger than this take the time of many; the others hold every kind of record. */
const MOST_BYTES = 12_000_000;
/** Differences shown of each output. */
const SHOWN = 5;

/** A difference that is meant: where `explains` says so, the two lines count as named and not as wrong. */
interface Named {
  readonly name: string;
  readonly why: string;
  readonly explains: (before: string, after: string) => boolean;
}

/** Differences that a change makes on purpose, while it is the newest one. */
const NAMED: readonly Named[] = [
  {
    name: 'Protocol column by the one table of services',
    why:
      'SIP by all its methods, compressed SMB2, DCE/RPC 5.1 and big-endian, STUN, DTLS and WireGuard that the snap ' +
      'length cut: the column agrees with the flow now, as tshark 4.0 has it',
    explains: (before, after) => namedOtherwise(before, after, /^(?:SIP|SMB2|DCERPC|STUN|DTLS|WireGuard|BT-DHT|ESP)/),
  },
];

/** Whether two packets differ in protocol and Info alone, and the second is named so. */
function namedOtherwise(before: string, after: string, name: RegExp): boolean {
  if (!before.startsWith('{"type":"packet"') || !after.startsWith('{"type":"packet"')) return false;
  const rest = (line: string): string => JSON.stringify({ ...JSON.parse(line), protocol: '', info: '' });
  return rest(before) === rest(after) && name.test((JSON.parse(after) as { protocol: string }).protocol);
}

interface Run {
  readonly name: string;
  readonly args: (captures: readonly string[], folder: string) => readonly string[];
  /** Files that the run writes into its folder. */
  readonly files: readonly string[];
}

const RUNS: readonly Run[] = [
  { name: 'score', args: (captures) => ['score', '--json', '--foreign', ...captures], files: [] },
  {
    name: 'score, VLANs apart',
    args: (captures) => ['score', '--json', '--foreign', '--vlan', ...captures],
    files: [],
  },
  { name: 'flows', args: (captures) => ['flows', '--json', ...captures], files: [] },
  {
    name: 'features as CSV',
    args: (captures, folder) => ['flows', '--features', join(folder, 'f.csv'), ...captures],
    files: ['f.csv'],
  },
  {
    name: 'features as Parquet',
    args: (captures, folder) => ['flows', '--features', join(folder, 'f.parquet'), ...captures],
    files: ['f.parquet'],
  },
  { name: 'packets', args: (captures) => ['packets', '--json', ...captures], files: [] },
];

interface Output {
  readonly name: string;
  readonly code: number | null;
  readonly lines: readonly string[];
  /** Of outputs that are no text. */
  readonly digest: string | null;
}

/** Captures of all sources in turn, the same ones at each call. */
function spread(folder: string, count: number): string[] {
  const bySource = new Map<string, string[]>();
  for (const file of captureFiles(folder)) {
    const size = statSync(file).size;
    if (size > MOST_BYTES || size === 0 || /\.(md|txt|csv|json|zip)$/i.test(file)) continue;
    const source = dirname(relative(folder, file));
    bySource.set(source, [...(bySource.get(source) ?? []), file]);
  }
  const sources = [...bySource.values()].map((files) => orderedByDigest(files));
  const chosen: string[] = [];
  for (let round = 0; chosen.length < count; round++) {
    const before = chosen.length;
    for (const files of sources) if (files[round] !== undefined && chosen.length < count) chosen.push(files[round]!);
    if (chosen.length === before) break;
  }
  return chosen.sort();
}

/** Neighbours in a folder are often of one kind: a digest of the name mixes them, always in the same way. */
function orderedByDigest(files: readonly string[]): string[] {
  const digest = (file: string) => createHash('sha256').update(relative(ROOT, file)).digest('hex');
  return files.toSorted((a, b) => (digest(a) < digest(b) ? -1 : 1));
}

function must(command: string, args: readonly string[], cwd: string): void {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (done.status === 0) return;
  console.error(`${command} ${args.join(' ')}: ${done.stdout}${done.stderr}`);
  process.exit(2);
}

/** The other commit in a tree of its own, built with the packages that are here. */
function otherTree(ref: string, at: string): string {
  const tree = join(at, 'tree');
  must('git', ['worktree', 'add', '--detach', '--quiet', tree, ref], ROOT);
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  must(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], tree);
  return tree;
}

/** Every output of a tree over the captures. What it says on the error output belongs to it, but for measured times. */
function outputs(tree: string, captures: readonly string[], folder: string): Output[] {
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, SIGHTLINE_DATA_HOME: join(folder, 'home'), NO_COLOR: '1' };
  const entry = join(tree, 'dist', 'cli', 'entry.js');
  return RUNS.flatMap(({ name, args, files }) => {
    const done = spawnSync(process.execPath, [entry, ...args(captures, folder)], {
      encoding: 'utf8',
      env,
      maxBuffer: 4e9,
      cwd: folder,
    });
    const text = (of: string, said: string): Output => ({
      name: `${name}: ${of}`,
      code: done.status,
      lines: untimed(said, folder).split('\n'),
      digest: null,
    });
    return [
      text('records', done.stdout),
      text('said', done.stderr),
      ...files.map((file) => written(name, join(folder, file), done.status)),
    ];
  });
}

function written(run: string, path: string, code: number | null): Output {
  if (!existsSync(path)) {
    console.error(`${run}: ${path} was not written`);
    process.exit(2);
  }
  const bytes = readFileSync(path);
  const isText = path.endsWith('.csv');
  return {
    name: `${run}: ${path.split('.').at(-1)}`,
    code,
    lines: isText ? bytes.toString('utf8').split('\n') : [],
    digest: isText ? null : createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Times that were measured and the folder of the run are not the product's records. */
function untimed(said: string, folder: string): string {
  return said
    .replaceAll(folder, '(folder)')
    .replace(/\b\d[\d.,]*\s?(?:ms|s|µs)\b/g, '(time)')
    .replace(/"(?:elapsed|seconds|took)\w*":[\d.e+-]+/g, '"(time)":0');
}

interface Compared {
  readonly name: string;
  readonly lines: number;
  readonly named: number;
  readonly wrong: readonly string[];
}

/** Line by line: records come in one order, so a line that is new shows as one that differs. */
function compare(before: Output, after: Output): Compared {
  const wrong: string[] = [];
  let named = 0;
  if (before.code !== after.code) wrong.push(`exit code ${before.code} → ${after.code}`);
  if (before.digest !== after.digest) wrong.push(`bytes ${before.digest} → ${after.digest}`);
  const most = Math.max(before.lines.length, after.lines.length);
  for (let n = 0; n < most; n++) {
    const [a, b] = [before.lines[n] ?? '(no line)', after.lines[n] ?? '(no line)'];
    if (a === b) continue;
    if (NAMED.some((difference) => difference.explains(a, b))) named++;
    else wrong.push(`line ${n + 1}\n${apart(a, b)}`);
  }
  return { name: before.name, lines: before.lines.length, named, wrong };
}

/** The places where two lines part, with what stands before. */
function apart(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const from = Math.max(0, at - 60);
  return `  before …${a.slice(from, at + 100)}\n  after  …${b.slice(from, at + 100)}\n  of     ${a.slice(0, 120)}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { captures: { type: 'string', default: '100' }, from: { type: 'string', default: DATA } },
});
const [ref] = positionals;
const count = Number(values.captures);
if (positionals.length !== 1 || ref === undefined || !(count > 0)) {
  console.error('npm run compare:records -- REF [--captures N] [--from FOLDER]');
  process.exit(2);
}
if (!existsSync(values.from)) {
  console.error(`There are no captures to read: ${values.from}`);
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), 'sightline-records-'));
let differs = false;
try {
  const captures = [...spread(values.from, count), join(ROOT, 'assets', 'sample.pcapng')];
  console.error(`${captures.length} captures; building ${ref}…`);
  const before = outputs(otherTree(ref, work), captures, join(work, 'before'));
  const after = outputs(ROOT, captures, join(work, 'after'));
  const compared = before.map((output, n) => compare(output, after[n]!));
  for (const { name, wrong } of compared) {
    if (wrong.length > 0) console.log([`${name}:`, ...wrong.slice(0, SHOWN)].join('\n'));
  }
  differs = compared.some((c) => c.wrong.length > 0);
  const rows = compared.map((c) => [c.name, String(c.lines), String(c.named), String(c.wrong.length)]);
  console.log(markdown(['output', 'lines', 'named differences', 'other differences'], rows));
  for (const { name, why } of NAMED) console.log(`- ${name}: ${why}`);
} finally {
  spawnSync('git', ['worktree', 'remove', '--force', join(work, 'tree')], { cwd: ROOT });
  rmSync(work, { recursive: true, force: true });
}
process.exit(differs ? 1 : 0);
