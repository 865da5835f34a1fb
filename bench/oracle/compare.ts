// Sets our reading of one capture beside tshark's: conversations, columns, TLS handshakes.
import { packetRow } from '../../contract/index.ts';
import { FRAGMENT_NONE, inChunk, MARK_REVERSE, PacketDecoder, protocolName } from '../../engine/decode/index.ts';
import { openCapture, type Ending, type PacketSink } from '../../engine/read/index.ts';
import { Analysis, endpoints } from '../../engine/session/index.ts';
import type { OraclePacket } from './tshark.ts';

export interface Reading {
  readonly analysis: Analysis;
  readonly ending: Ending;
  /** Values of hellos, by conversation and kind. */
  readonly hellos: Set<string>;
  /** Rows that are IP fragments. */
  readonly fragments: Set<number>;
}

export async function readWhole(file: string): Promise<Reading> {
  const hellos: Reading['hellos'] = new Set();
  const analysis = new Analysis({ completed: () => undefined });
  analysis.inspector.onHello = (facts, _fromServer, slot) => {
    const tls = facts.tls!;
    const c = analysis.flows.columns;
    const row = analysis.flows.row(slot);
    const ends = [
      `${analysis.addresses.text(c.initiatorOf(row))}:${c.initiatorPort[row]}`,
      `${analysis.addresses.text(c.responderOf(row))}:${c.responderPort[row]}`,
    ]
      .sort()
      .join(' ');
    // One segment may hold both hellos of a proxied connection: what is known then is noted.
    for (const [what, value] of [
      ['ja3', tls.ja3],
      ['ja3s', tls.ja3s],
      ['sni', tls.client?.serverName],
    ] as const)
      if (value) hellos.add(`${ends} ${what} ${value}`);
  };
  const fragments: Reading['fragments'] = new Set();
  const decoder = new PacketDecoder();
  const sink: PacketSink = {
    packet: (p) => {
      const { buf, off, cap, wire, link } = p;
      if (decoder.decode(buf, off, cap, link, wire).fragment !== FRAGMENT_NONE) fragments.add(analysis.packetCount);
      analysis.packet(p);
    },
  };
  const opened = openCapture(file, sink, { cacheFolder: '/tmp/sightline-oracle' });
  if (!opened.ok) return { analysis, ending: opened.ending, hellos, fragments };
  while (await opened.reader.step()) {
    /* block by block */
  }
  const ending = opened.reader.ending();
  opened.reader.close();
  analysis.finish();
  return { analysis, ending, hellos, fragments };
}

export interface ConversationDifference {
  readonly key: string;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Conversations: both tools' packets and bytes by direction, all flows of a key together. Fragments are compared by
 * themselves: tshark counts a datagram once, on the fragment that completes it, and we count each fragment in its flow;
 * both must name the same conversation.
 */
export function compareConversations(
  r: Reading,
  oracle: readonly OraclePacket[],
): { total: number; datagrams: number; differences: ConversationDifference[] } {
  const theirs = new Map<string, number[]>();
  const ours = new Map<string, number[]>();
  const differences: ConversationDifference[] = [];
  const { analysis: a } = r;
  const c = a.flows.columns;
  const ownOf = (no: number): { kind: string; from: string; to: string; wire: number } | null => {
    const row = packetRow(no - 1);
    if (row >= a.packetCount) return null;
    const chunk = a.packets.chunk(row);
    const i = inChunk(row);
    const flow = a.packets.flowOf(row);
    if (flow === null || c.hasPorts[flow] === 0 || (c.ipProtocol[flow] !== 6 && c.ipProtocol[flow] !== 17)) return null;
    const ends = [
      `${a.addresses.text(c.initiatorOf(flow))}:${c.initiatorPort[flow]}`,
      `${a.addresses.text(c.responderOf(flow))}:${c.responderPort[flow]}`,
    ] as const;
    const back = (chunk.marks[i]! & MARK_REVERSE) !== 0;
    return {
      kind: c.ipProtocol[flow] === 6 ? 'tcp' : 'udp',
      from: ends[back ? 1 : 0],
      to: ends[back ? 0 : 1],
      wire: chunk.wire[i]!,
    };
  };
  let datagrams = 0;
  for (const p of oracle) {
    const own = ownOf(p.no);
    if (!r.fragments.has(p.no - 1)) {
      if (own !== null) add(ours, own.kind, own.from, own.to, 1, own.wire);
      if (p.conversation !== null)
        add(theirs, p.conversation.kind, p.conversation.from, p.conversation.to, 1, p.length);
      continue;
    }
    if (p.conversation === null) continue;
    datagrams++;
    const o = own === null ? 'missing' : `${own.kind} ${own.from} ${own.to}`;
    const t = `${p.conversation.kind} ${p.conversation.from} ${p.conversation.to}`;
    // A conversation counts once, however many of its datagrams differ.
    if (o !== t && !differences.some((d) => d.theirs === t))
      differences.push({
        key: `${p.conversation.kind} ${[p.conversation.from, p.conversation.to].sort().join(' ')}`,
        ours: `fragment ${p.no}: ${o}`,
        theirs: t,
      });
  }
  for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
    const o = ours.get(key)?.join(' ') ?? 'missing';
    const t = theirs.get(key)?.join(' ') ?? 'missing';
    if (o !== t) differences.push({ key, ours: o, theirs: t });
  }
  return { total: theirs.size, datagrams, differences };
}

function add(map: Map<string, number[]>, kind: string, from: string, to: string, packets: number, bytes: number): void {
  const forward = from <= to;
  const key = `${kind} ${forward ? `${from} ${to}` : `${to} ${from}`}`;
  let counts = map.get(key);
  if (!counts) map.set(key, (counts = [0, 0, 0, 0]));
  const at = forward ? 0 : 2;
  counts[at] = counts[at]! + packets;
  counts[at + 1] = counts[at + 1]! + bytes;
}

export interface ColumnDifference {
  readonly column: 'source' | 'destination' | 'length' | 'protocol';
  readonly no: number;
  readonly ours: string;
  readonly theirs: string;
  readonly packet: OraclePacket;
}

export function compareColumns(
  r: Reading,
  oracle: readonly OraclePacket[],
): { packets: number; differences: ColumnDifference[] } {
  const differences: ColumnDifference[] = [];
  const a = r.analysis;
  let packets = 0;
  for (const p of oracle) {
    packets++;
    const row = packetRow(p.no - 1);
    if (row >= a.packetCount) {
      for (const column of ['source', 'destination', 'length', 'protocol'] as const)
        differences.push({ column, no: p.no, ours: 'missing', theirs: String(p[column]), packet: p });
      continue;
    }
    const [source, destination] = endpoints(a, row);
    const chunk = a.packets.chunk(row);
    const i = inChunk(row);
    const ours = { source, destination, length: String(chunk.wire[i]!), protocol: protocolName(chunk.protocol[i]!) };
    for (const column of ['source', 'destination', 'length', 'protocol'] as const) {
      if (ours[column] !== String(p[column]))
        differences.push({ column, no: p.no, ours: ours[column], theirs: String(p[column]), packet: p });
    }
  }
  return { packets, differences };
}

export interface HelloDifference {
  readonly no: number;
  readonly what: 'ja3' | 'ja3s' | 'sni';
  readonly ours: string;
  readonly theirs: string;
}

/**
 * TLS over TCP only: hellos inside QUIC have no segment. A value counts as ours when we found it in the same
 * conversation.
 */
export function compareHellos(
  r: Reading,
  oracle: readonly OraclePacket[],
): { total: number; differences: HelloDifference[] } {
  const differences: HelloDifference[] = [];
  let total = 0;
  for (const p of oracle) {
    if (!p.layers.includes(':tcp') || (p.ja3 === '' && p.ja3s === '')) continue;
    const ends = p.conversation === null ? '' : [p.conversation.from, p.conversation.to].sort().join(' ');
    for (const what of ['ja3', 'ja3s', 'sni'] as const) {
      for (const value of p[what].split(',').filter((v) => v !== '')) {
        total++;
        if (!r.hellos.has(`${ends} ${what} ${value}`))
          differences.push({
            no: p.no,
            what,
            ours: [...r.hellos]
              .filter((h) => h.startsWith(`${ends} ${what} `))
              .map((h) => h.split(' ')[3])
              .join(' '),
            theirs: value,
          });
      }
    }
  }
  return { total, differences };
}
