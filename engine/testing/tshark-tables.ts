// Debian's tshark as the measure of statistics: its tables, read as numbers.
import { execFileSync, spawnSync } from 'node:child_process';
import { STAT_LAYERS, type StatLayer, type StatPage, textAt } from '../../contract/index.ts';

const BIG = 512 * 1024 * 1024;

/** Why tests beside tshark are skipped; false where they are not. */
export const WITHOUT_TSHARK = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';

function tshark(...args: readonly string[]): string {
  return execFileSync('tshark', ['-n', ...args], {
    encoding: 'utf8',
    maxBuffer: BIG,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** One row of `-z conv`: ends, packets and bytes as text in tshark's rounding, seconds. */
export interface SharkConversation {
  readonly a: string;
  readonly b: string;
  readonly sent: number;
  readonly sentBytes: string;
  readonly received: number;
  readonly receivedBytes: string;
  readonly start: number;
  readonly duration: number;
}

const CONVERSATION = new RegExp(
  String.raw`^(\S+)\s+<->\s+(\S+)\s+(\d+) (\d+ \S+)\s+(\d+) (\d+ \S+)\s+\d+ \d+ \S+\s+([\d.-]+)\s+([\d.]+)`,
);

/** What tshark calls a layer in the heads of its tables. */
const TITLES: Readonly<Record<string, StatLayer>> = {
  Ethernet: 'eth',
  IPv4: 'ip',
  IPv6: 'ipv6',
  TCP: 'tcp',
  UDP: 'udp',
  SCTP: 'sctp',
};

export interface SharkTables {
  readonly conversations: ReadonlyMap<StatLayer, readonly SharkConversation[]>;
  readonly endpoints: ReadonlyMap<StatLayer, readonly SharkEndpoint[]>;
}

/** Conversations and endpoints of all layers, in one run of tshark. */
export function sharkTables(path: string): SharkTables {
  const taps = STAT_LAYERS.flatMap((layer) => ['-z', `conv,${layer}`, '-z', `endpoints,${layer}`]);
  const conversations = new Map<StatLayer, SharkConversation[]>(STAT_LAYERS.map((layer) => [layer, []]));
  const endpoints = new Map<StatLayer, SharkEndpoint[]>(STAT_LAYERS.map((layer) => [layer, []]));
  let layer: StatLayer = 'eth';
  let ends = false;
  for (const line of tshark('-q', ...taps, '-r', path).split('\n')) {
    const title = /^(\w+) (Conversations|Endpoints)$/.exec(line);
    if (title !== null) {
      layer = TITLES[title[1]!]!;
      ends = title[2] === 'Endpoints';
    } else if (ends) {
      const end = endpointIn(line, layer);
      if (end !== null) endpoints.get(layer)!.push(end);
    } else {
      const conversation = conversationIn(line);
      if (conversation !== null) conversations.get(layer)!.push(conversation);
    }
  }
  return { conversations, endpoints };
}

function conversationIn(line: string): SharkConversation | null {
  const m = CONVERSATION.exec(line);
  if (m === null) return null;
  return {
    a: m[1]!,
    b: m[2]!,
    received: Number(m[3]),
    receivedBytes: m[4]!,
    sent: Number(m[5]),
    sentBytes: m[6]!,
    start: Number(m[7]),
    duration: Number(m[8]),
  };
}

function endpointIn(line: string, layer: StatLayer): SharkEndpoint | null {
  const cells = line.trim().split(/\s+/);
  const ports = layer === 'tcp' || layer === 'udp' || layer === 'sctp';
  const numbers = cells.slice(ports ? 2 : 1).map(Number);
  if (numbers.length !== 6 || numbers.some((n) => !Number.isFinite(n))) return null;
  const end = ports ? `${cells[0]}:${cells[1]}` : cells[0]!;
  return { end, packets: numbers[0]!, bytes: numbers[1]!, sent: numbers[2]!, sentBytes: numbers[3]! };
}

export interface SharkEndpoint {
  readonly end: string;
  readonly packets: number;
  readonly bytes: number;
  readonly sent: number;
  readonly sentBytes: number;
}

/** A line of `-z io,phs`: the protocol's place in the tree as names with dots between, packets, bytes. */
export function sharkHierarchy(path: string): Map<string, readonly [number, number]> {
  const found = new Map<string, readonly [number, number]>();
  const above: string[] = [];
  for (const line of tshark('-q', '-z', 'io,phs', '-r', path).split('\n')) {
    const m = /^( *)(\S+) +frames:(\d+) bytes:(\d+)/.exec(line);
    if (m === null) continue;
    above.length = m[1]!.length / 2;
    above.push(m[2]!);
    // What is no protocol but a field at the top of the tree, such as reassembled segments, counts for what holds it.
    if (FIELDS.test(m[2]!)) continue;
    const place = above.filter((name) => !FIELDS.test(name)).join(' > ');
    const known = found.get(place) ?? [0, 0];
    found.set(place, [known[0] + Number(m[3]), known[1] + Number(m[4])]);
  }
  return found;
}

const FIELDS = /^(?!_ws\.).*\.|^text$/;

/** The rows of a page by the names of its columns. */
export function rowsOf(page: StatPage): Record<string, string | number>[] {
  return Array.from(page.packet, (_, i) =>
    Object.fromEntries(page.columns.map((c) => [c.id, c.texts === null ? c.numbers![i]! : textAt(c.texts, i)])),
  );
}

/** Conversations of a page as tshark writes them. */
export function conversationsOf(page: StatPage): SharkConversation[] {
  return rowsOf(page).map((r) => ({
    a: r['portA'] === undefined ? String(r['addressA']) : `${r['addressA']}:${r['portA']}`,
    b: r['portB'] === undefined ? String(r['addressB']) : `${r['addressB']}:${r['portB']}`,
    sent: Number(r['packetsAB']),
    sentBytes: sharkSize(Number(r['bytesAB'])),
    received: Number(r['packetsBA']),
    receivedBytes: sharkSize(Number(r['bytesBA'])),
    start: Number(r['start']),
    duration: Number(r['duration']),
  }));
}

export function endpointsOf(page: StatPage): SharkEndpoint[] {
  return rowsOf(page).map((r) => ({
    end: r['port'] === undefined ? String(r['address']) : `${r['address']}:${r['port']}`,
    packets: Number(r['packets']),
    bytes: Number(r['bytes']),
    sent: Number(r['txPackets']),
    sentBytes: Number(r['txBytes']),
  }));
}

/** The hierarchy of a page as `sharkHierarchy` has it. */
export function hierarchyOf(page: StatPage): Map<string, readonly [number, number]> {
  const above: string[] = [];
  return new Map(
    rowsOf(page).map((r, i) => {
      above.length = page.depth![i]!;
      above.push(String(r['protocol']));
      return [above.join(' > '), [Number(r['packets']), Number(r['bytes'])]] as const;
    }),
  );
}

/** What capinfos says, by its own names. */
export function capinfos(path: string): Map<string, string> {
  const out = execFileSync('capinfos', ['-M', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return new Map(
    out.split('\n').flatMap((line) => {
      const m = /^(\w[\w -]*\w): +(.*)$/.exec(line);
      return m === null ? [] : [[m[1]!, m[2]!.trim()] as const];
    }),
  );
}

/** Bytes as tshark 4.0 writes them (format_size): whole numbers, units of a thousand from 10,000 on. */
function sharkSize(bytes: number): string {
  let left = bytes;
  for (const unit of ['bytes', 'kB', 'MB', 'GB', 'TB']) {
    if (left < 10_000 || unit === 'TB') return `${Math.trunc(left)} ${unit}`;
    left = Math.trunc(left / 1000);
  }
  return '';
}

/**
 * What two tables of conversations differ in, as lines; packets and ends exactly, bytes in tshark's rounding, times to
 * a tenth of a millisecond, which is what tshark writes.
 */
export function conversationDifferences(
  ours: readonly SharkConversation[],
  theirs: readonly SharkConversation[],
): string[] {
  const left = new Map<string, SharkConversation[]>();
  for (const c of theirs) left.set(keyOf(c), [...(left.get(keyOf(c)) ?? []), c]);
  const lines: string[] = [];
  for (const c of ours) {
    const same = left.get(keyOf(c)) ?? [];
    const at = same.findIndex((t) => near(t.start, c.start) && near(t.duration, c.duration));
    if (at >= 0) same.splice(at, 1);
    else lines.push(`only here: ${keyOf(c)} at ${c.start} for ${c.duration}`);
  }
  for (const rest of left.values())
    for (const c of rest) lines.push(`only in tshark: ${keyOf(c)} at ${c.start} for ${c.duration}`);
  return lines;
}

function keyOf(c: SharkConversation): string {
  return `${c.a} > ${c.b}: ${c.sent}, ${c.sentBytes}; < ${c.received}, ${c.receivedBytes}`;
}

/** Half a unit of the last digit, and of a double as large as the capture is long. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.000_11;
}

/** Fields of the packets that a filter lets through, a row each; '' where a packet has none. */
export function sharkFields(path: string, filter: string, ...fields: readonly string[]): string[][] {
  const asked = fields.flatMap((field) => ['-e', field]);
  const out = tshark('-r', path, '-Y', filter, '-T', 'fields', ...asked);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** Expert information as `-z expert` groups it: severity, group, summary, how often. */
export function sharkExperts(path: string): Map<string, number> {
  const found = new Map<string, number>();
  let severity = '';
  for (const line of tshark('-q', '-z', 'expert', '-r', path).split('\n')) {
    const head = /^(Error|Warn|Note|Chat|Comment)s \(\d+\)/.exec(line);
    if (head !== null) severity = head[1] === 'Warn' ? 'Warning' : head[1]!;
    const m = /^ +(\d+) +(\S+) +(\S+) +(.+)$/.exec(line);
    if (m !== null) found.set(`${severity}: ${m[4]!.trim()}`, Number(m[1]));
  }
  return found;
}
