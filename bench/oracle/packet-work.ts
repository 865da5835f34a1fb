// Streams and objects beside tshark's: `tshark -z follow,…` and `--export-objects` on captures of a folder.
// node bench/oracle/packet-work.ts [--every N] [FOLDER]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FollowKind, type FollowPage, OBJECT_KINDS, streamBytes } from '../../contract/index.ts';
import { handlers } from '../../engine/desk/handlers.ts';
import type { Asker } from '../../engine/desk/asker.ts';
import type { Desk } from '../../engine/desk/desk.ts';
import { capturesIn, SHARED_DATA } from '../../engine/testing/captures.ts';
import { testDesk } from '../../engine/testing/desks.ts';
import { TimeSlices } from '../../engine/view/index.ts';

const MAX_BYTES = 3_000_000;
const STREAMS = 4;

interface Count {
  same: number;
  readonly different: string[];
}
const counts = new Map<string, Count>();

/** What tshark 4.0 and the bundled 4.4 tell differently of HTTP, by a filter that finds it. */
const KINDS = [
  ['segments are missing: 4.4 goes on behind the gap', 'tcp.analysis.lost_segment'],
  ['an answer without length or body, whose end is a FIN alone: 4.4 waits on', 'http.response && tcp.len == 0'],
] as const;

/** The kind of a difference, '' where it has no name. @param among filter of the packets that it is of */
function kindOf(path: string, among: string): string {
  const kind = KINDS.find(([, filter]) => tshark(['-n', '-r', path, '-Y', `${among} && ${filter}`]) !== '');
  return kind === undefined ? '' : ` (${kind[0]})`;
}
let otherwise = 0;
let captures = 0;

function count(what: string, same: boolean, where: string): void {
  const c = counts.get(what) ?? { same: 0, different: [] };
  counts.set(what, c);
  if (same) c.same++;
  else c.different.push(where);
}

function tshark(args: readonly string[]): string {
  try {
    return execFileSync('tshark', [...args], {
      encoding: 'utf8',
      maxBuffer: 1e9,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 120_000,
    });
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? '';
  }
}

/** What each node said, by its `address:port`. */
function followed(path: string, kind: string, of: string): Map<string, Buffer> {
  const said = new Map<string, Buffer[]>();
  const nodes = ['', ''];
  for (const line of tshark(['-r', path, '-q', '-z', `follow,${kind},raw,${of}`]).split('\n')) {
    const node = /^Node ([01]): (.*)$/.exec(line);
    if (node !== null) nodes[Number(node[1])] = node[2]!;
    else if (/^\t?[0-9a-f]+$/.test(line)) {
      const from = nodes[line.startsWith('\t') ? 1 : 0]!;
      const part = Buffer.from(line.trim(), 'hex');
      // tshark writes a sentence into the stream where bytes are missing; the window shows one, and no bytes.
      if (!/^\[\d+ bytes missing in capture file\]\0$/.test(part.toString('latin1')))
        said.set(from, [...(said.get(from) ?? []), part]);
    }
  }
  return new Map([...said].map(([from, parts]) => [from, Buffer.concat(parts)]));
}

function sameBytes(page: FollowPage, oracle: Map<string, Buffer>): boolean {
  const ours = [Buffer.from(streamBytes(page, 0)), Buffer.from(streamBytes(page, 1))];
  // Of a stream with one speaker tshark may not name the other; what was said is compared whoever said it.
  const theirs = [...oracle.values()].filter((b) => b.length > 0);
  const left = ours.filter((b) => b.length > 0);
  return theirs.length === left.length && theirs.every((b) => left.some((o) => o.equals(b)));
}

type Ask = (kind: 'follow' | 'objects' | 'saveObjects', body: object) => Promise<never>;

async function streams(desk: Desk, ask: Ask, path: string): Promise<void> {
  const { analysis: a } = desk.session!;
  const rows = tshark(['-r', path, '-T', 'fields', '-e', 'tcp.stream', '-e', 'udp.stream', '-e', '_ws.col.Protocol']);
  const lines = rows.split('\n').map((line) => line.split('\t'));
  const packets = new Map<string, number[]>();
  const seen = new Map<string, Set<string>>();
  lines.forEach(([tcp = '', udp = '', protocol = ''], row) => {
    if (`${tcp}${udp}`.includes(',')) return;
    for (const [name, number] of [
      ['tcp', tcp],
      ['udp', udp],
    ] as const) {
      if (number === '') continue;
      const key = `${name} ${number}`;
      packets.set(key, [...(packets.get(key) ?? []), row]);
      seen.set(key, (seen.get(key) ?? new Set()).add(protocol));
    }
  });
  const tried = { tcp: 0, udp: 0 };
  for (const [key, own] of packets) {
    const [name, number] = key.split(' ') as ['tcp' | 'udp', string];
    if (tried[name] >= STREAMS) continue;
    const flow = a.packets.flowOf(own[0] as never);
    if (flow === null || own.some((row) => a.packets.flowOf(row as never) !== flow)) {
      otherwise++;
      continue;
    }
    const c = a.flows.columns;
    let ours = 0;
    for (let row = c.firstPacketOf(flow); row <= c.lastPacketOf(flow); row++)
      if (a.packets.flowOf(row) === flow) ours++;
    if (ours !== own.length) {
      otherwise++;
      continue;
    }
    tried[name]++;
    const kinds: FollowKind[] = [name];
    const protocols = [...seen.get(key)!].join(' ');
    if (name === 'tcp' && /HTTP(?!2)/.test(protocols)) kinds.push('http');
    if (name === 'tcp' && /TLS/.test(protocols)) kinds.push('tls');
    for (const kind of kinds) {
      const page: FollowPage = await ask('follow', { flow, kind, substream: null });
      if (page.cut) continue;
      const same = sameBytes(page, followed(path, kind, number));
      const why = same || kind !== 'http' ? '' : kindOf(path, `tcp.stream == ${number}`);
      count(`follow ${kind}`, same, `${path} ${kind} ${number} flow ${flow}${why}`);
    }
  }
}

async function objects(ask: Ask, path: string, folder: string): Promise<void> {
  for (const kind of OBJECT_KINDS) {
    const into = mkdtempSync(join(folder, 'objects-'));
    tshark(['-r', path, '-q', '--export-objects', `${kind},${into}`]);
    const hash = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(join(into, name)))
        .digest('hex');
    // An object without bytes is listed here, and written by tshark or not.
    const theirs = readdirSync(into)
      .filter((name) => statSync(join(into, name)).size > 0)
      .map(hash)
      .sort();
    const page: { rows: { sha256: string; bytes: number }[]; left: number } = await ask('objects', {
      kind,
      search: '',
      from: 0,
      count: 512,
    });
    const ours = page.rows
      .filter((o) => o.bytes > 0)
      .map((o) => o.sha256)
      .sort();
    if (theirs.length + ours.length === 0) continue;
    const same = theirs.join() === ours.join();
    count(
      `objects ${kind}`,
      same,
      `${path} ${kind}: ${ours.length} here, ${theirs.length} there${same || kind !== 'http' ? '' : kindOf(path, 'tcp')}`,
    );
  }
}

function report(): void {
  console.log(`${captures} captures; ${otherwise} streams that are other flows here`);
  for (const [what, { same, different }] of counts) {
    console.log(`${what}: ${same} same, ${different.length} different`);
    for (const where of different) console.log(`  ${where}`);
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const every = args[0] === '--every' ? Number(args.splice(0, 2)[1]) : 1;
  const root = args[0] ?? join(SHARED_DATA, 'corpus');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-packet-work-'));
  const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
  const asker: Asker = { client: 'oracle', jobs: new Map(), files: new Map() };
  const ask: Ask = (kind, body) => {
    const handle = handlers[kind] as (d: Desk, a: Asker, b: object, t: TimeSlices) => Promise<never>;
    return handle(desk, asker, body, new TimeSlices());
  };
  const paths = capturesIn(root).filter((path, i) => i % every === 0 && statSync(path).size < MAX_BYTES);
  try {
    for (const path of paths) {
      try {
        await desk.openFile(path, 'file');
        await desk.session!.done;
        await streams(desk, ask, path);
        await objects(ask, path, folder);
        captures++;
      } catch (error) {
        count('failed', false, `${path}: ${String(error)}`);
      }
    }
  } finally {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  }
  report();
}

// What was found by then is told, also when somebody ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    report();
    process.exit(1);
  });
await main();
