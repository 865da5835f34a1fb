// Debian's tshark as the measure of statistics: its tables, read as numbers.
import { execFileSync, spawnSync } from 'node:child_process';

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

/** @param kind as tshark names it, such as eth or tcp */
export function sharkConversations(path: string, kind: string, filter = ''): SharkConversation[] {
  const out = tshark('-q', '-z', `conv,${kind}${filter === '' ? '' : `,${filter}`}`, '-r', path);
  return out.split('\n').flatMap((line) => {
    const m = CONVERSATION.exec(line);
    if (m === null) return [];
    return [
      {
        a: m[1]!,
        b: m[2]!,
        received: Number(m[3]),
        receivedBytes: m[4]!,
        sent: Number(m[5]),
        sentBytes: m[6]!,
        start: Number(m[7]),
        duration: Number(m[8]),
      },
    ];
  });
}

export interface SharkEndpoint {
  readonly end: string;
  readonly packets: number;
  readonly bytes: number;
  readonly sent: number;
  readonly sentBytes: number;
}

export function sharkEndpoints(path: string, kind: string): SharkEndpoint[] {
  const out = tshark('-q', '-z', `endpoints,${kind}`, '-r', path);
  return out.split('\n').flatMap((line) => {
    const cells = line.trim().split(/\s+/);
    const ports = kind === 'tcp' || kind === 'udp' || kind === 'sctp';
    const numbers = cells.slice(ports ? 2 : 1).map(Number);
    if (numbers.length !== 6 || numbers.some((n) => !Number.isFinite(n))) return [];
    const end = ports ? `${cells[0]}:${cells[1]}` : cells[0]!;
    return [{ end, packets: numbers[0]!, bytes: numbers[1]!, sent: numbers[2]!, sentBytes: numbers[3]! }];
  });
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
    found.set(above.join(' > '), [Number(m[3]), Number(m[4])]);
  }
  return found;
}

/** Bytes as tshark 4.0 writes them (format_size): whole numbers, units of a thousand from 10,000 on. */
export function sharkSize(bytes: number): string {
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
