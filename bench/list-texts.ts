// `npm run bench:list-texts -- [--captures N]`: Protocol and Info as the list gets them for rows in sight, beside the
// engine's answer for the whole file and beside tshark's. Pages come in an order by chance, as somebody scrolls. Then
// the same captures as if they were too large for the engine, with the packets around those in sight.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { packetRow, textAt, type RowTextsPage } from '../contract/index.ts';
import { treeSource } from '../engine/desk/tree-source.ts';
import { RowDissection } from '../engine/dissect/row-texts.ts';
import { DissectProcess } from '../engine/dissect/process.ts';
import { corpusCaptures, SHARED_DATA } from '../engine/testing/captures.ts';
import { testDesk } from '../engine/testing/desks.ts';
import { wholeEngine } from '../engine/testing/whole-engine.ts';

const MOST_BYTES = 2_000_000;
const MOST_PACKETS = 6_000;
const PAGE = 45;
/** Pages of each capture that are asked for with a part of it alone. */
const PARTS = 4;
const SHOWN = 12;
const { values } = parseArgs({ options: { captures: { type: 'string', default: '70' } } });

interface Line {
  readonly protocol: string;
  readonly info: string;
}
interface Engine {
  init(): boolean;
  readonly FS: { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void };
  readonly DissectSession: new (path: string) => {
    load(): { readonly code: number };
    getFrames(filter: string, skip: number, limit: number): { readonly frames: Vector<Frame> };
    delete(): void;
  };
}
interface Vector<T> {
  size(): number;
  get(index: number): T;
}
interface Frame {
  readonly number: number;
  readonly columns: Vector<string>;
}

/** Protocol and Info of every frame, asked for at once. */
function wholeFile(wasm: Engine, path: string): Line[] | null {
  wasm.FS.writeFile('/uploads/whole', readFileSync(path));
  const session = new wasm.DissectSession('/uploads/whole');
  const loaded = session.load();
  wasm.FS.unlink('/uploads/whole');
  if (loaded.code !== 0) return null;
  const { frames } = session.getFrames('', 0, 1_000_000);
  const lines = Array.from({ length: frames.size() }, (_, i) => {
    const { columns } = frames.get(i);
    return { protocol: columns.get(4), info: columns.get(6).slice(0, 1000) };
  });
  session.delete();
  return lines;
}

function tshark(path: string): Line[] {
  const fields = ['-e', '_ws.col.Protocol', '-e', '_ws.col.Info'];
  const done = spawnSync('tshark', ['-2', '-n', '-r', path, '-T', 'fields', ...fields], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return done.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [protocol = '', ...info] = line.split('\t');
      return { protocol, info: info.join('\t').slice(0, 1000) };
    });
}

class Count {
  rows = 0;
  protocol = 0;
  info = 0;
  readonly kinds = new Map<string, { n: number; example: string }>();

  take(ours: Line, theirs: Line, where: string): void {
    this.rows++;
    if (ours.protocol === theirs.protocol) this.protocol++;
    if (ours.info.trim() === theirs.info.trim()) this.info++;
    if (ours.protocol === theirs.protocol && ours.info.trim() === theirs.info.trim()) return;
    const kind = `${theirs.protocol} → ${ours.protocol}`;
    const seen = this.kinds.get(kind) ?? {
      n: 0,
      example: `${where}: \`${theirs.info.slice(0, 90)}\` → \`${ours.info.slice(0, 90)}\``,
    };
    seen.n++;
    this.kinds.set(kind, seen);
  }

  line(name: string): string {
    const share = (n: number): string => `${((100 * n) / Math.max(1, this.rows)).toFixed(2)} %`;
    return `| ${name} | ${this.rows} | ${share(this.protocol)} | ${share(this.info)} | ${this.rows - this.info} |`;
  }

  differences(): string[] {
    return [...this.kinds]
      .sort((a, b) => b[1].n - a[1].n)
      .slice(0, SHOWN)
      .map(([kind, { n, example }]) => `| ${n} | ${kind} | ${example.replaceAll('|', '\\|')} |`);
  }
}

let seed = 20_261_126;
function chance(n: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * n);
}

function takePage(page: RowTextsPage, want: readonly Line[], count: Count, name: string): void {
  page.row.forEach((row, i) => {
    const ours = { protocol: textAt(page.protocol, i), info: textAt(page.info, i) };
    count.take(ours, want[row]!, `${name} ${row + 1}`);
  });
}

const all = corpusCaptures().filter((path) => statSync(path).size <= MOST_BYTES);
const step = Math.max(1, Math.floor(all.length / Number(values.captures)));
const captures = all.filter((_, i) => i % step === 0);
const home = mkdtempSync(join(tmpdir(), 'sightline-list-texts-'));
const desk = testDesk({ dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') });
const apart = new DissectProcess(() => undefined);
const parts = new RowDissection(apart);
const wasm = await wholeEngine<Engine>();
wasm.init();
const [whole, part, other] = [new Count(), new Count(), new Count()];
const times: number[] = [];
const partTimes: number[] = [];
let missing = 0;
let done = 0;
for (const path of captures) {
  const want = wholeFile(wasm, path);
  if (want === null || want.length === 0 || want.length > MOST_PACKETS) continue;
  const name = relative(SHARED_DATA, path);
  await desk.openFile(path, 'file');
  await desk.session!.done;
  const source = treeSource(desk.session!);
  const { count } = desk.session!.analysis.packets;
  if (count !== want.length) {
    missing += Math.abs(want.length - count);
    console.log(`${name}: ${count} packets here, ${want.length} of the engine`);
    continue;
  }
  done++;
  const theirs = tshark(path);
  const pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, i) => i * PAGE);
  for (let i = pages.length - 1; i > 0; i--) {
    const j = chance(i + 1);
    [pages[i], pages[j]] = [pages[j]!, pages[i]!];
  }
  for (const [i, from] of pages.entries()) {
    const rows = Array.from({ length: Math.min(PAGE, count - from) }, (_, k) => packetRow(from + k));
    const began = performance.now();
    const answer = await desk.trees.rows.rows(source, rows, []);
    if (i > 0) times.push(performance.now() - began);
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.message)}`);
    missing += rows.length - answer.page.row.length;
    takePage(answer.page, want, whole, name);
    if (theirs.length === count) takePage(answer.page, theirs, other, name);
    if (i >= PARTS) continue;
    const again = performance.now();
    const partly = await parts.rows({ ...source, wholeBytes: null }, rows, []);
    partTimes.push(performance.now() - again);
    if (partly.ok) takePage(partly.page, want, part, name);
  }
}
await desk.close();
parts.close();
apart.close();
rmSync(home, { recursive: true, force: true });

const quantile = (list: number[], q: number): string =>
  (list.toSorted((a, b) => a - b)[Math.floor(q * (list.length - 1))] ?? 0).toFixed(0);
const table = (count: Count): string[] => [
  '| rows | protocol, theirs → ours | example |',
  '|---|---|---|',
  ...count.differences(),
];
const lines = [
  '# Protocol and Info of rows in sight',
  '',
  `\`npm run bench:list-texts\`: ${done} captures of the corpus, every row, in pages of ${PAGE} in an order by chance.`,
  '',
  '| beside | rows | Protocol is the same | Info is the same | Info differs |',
  '|---|---|---|---|---|',
  whole.line("the engine's own answer for the whole file"),
  part.line('the same, asked with the packets around those in sight (marked as partial)'),
  other.line('tshark 4.0 (-2 -n), another version of Wireshark'),
  '',
  `Rows without an answer: ${missing}. A page of ${PAGE} rows took ${quantile(times, 0.5)} ms (median), \
${quantile(times, 0.95)} ms (p95); with a part of the capture, loading it anew, ${quantile(partTimes, 0.5)} ms and \
${quantile(partTimes, 0.95)} ms.`,
  '',
  '## Where a part of the capture says something else',
  '',
  ...table(part),
  '',
  '## Where tshark 4.0 says something else',
  '',
  ...table(other),
  '',
];
writeFileSync(join(import.meta.dirname, '..', 'docs', 'list-texts.md'), lines.join('\n'));
console.log(lines.join('\n'));
process.exit(whole.rows === whole.info && whole.rows === whole.protocol && missing === 0 ? 0 : 1);
