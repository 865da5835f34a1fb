// Who speaks with whom at every layer, in one pass over the packets' headers: what Wireshark's taps of conversations
// and endpoints count. A packet counts once for each header of its kind, so those of tunnels count at every layer.
import { type AddressId } from '../../contract/index.ts';
import {
  ADDRESS_MAC,
  AddressTable,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  NET_IP6,
  readU16,
  readU32,
} from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { HeaderWalker, type HeaderListener } from './headers.ts';
import { PairTable } from './pairs.ts';
import { counts } from './rows.ts';
import { StreamStates } from './streams.ts';
import { sweepPackets, type SweepSource } from './sweep.ts';

/** Layers that have ends. */
export const LAYERS = ['eth', 'ip', 'ipv6', 'tcp', 'udp', 'sctp'] as const;
export type Layer = (typeof LAYERS)[number];

export interface Conversations {
  readonly addresses: AddressTable;
  readonly tables: Readonly<Record<Layer, PairTable>>;
  /** Packets that were counted, and those whose bytes are gone. */
  readonly counted: number;
  readonly unread: number;
}

class Counter implements HeaderListener {
  readonly addresses = new AddressTable();
  readonly tables: Record<Layer, PairTable> = {
    eth: new PairTable(),
    ip: new PairTable(),
    ipv6: new PairTable(),
    tcp: new PairTable(),
    udp: new PairTable(),
    sctp: new PairTable(),
  };
  /** Of the packet at hand. */
  counts = true;
  wire = 0;
  time = 0;
  row = 0;
  private readonly states = new StreamStates();
  private source: AddressId = 0 as AddressId;
  private destination: AddressId = 0 as AddressId;

  ethernet(buf: Uint8Array, sourceAt: number, destinationAt: number): void {
    if (!this.counts) return;
    const source = this.addresses.internBytes(ADDRESS_MAC, buf, sourceAt);
    this.count(this.tables.eth, source, this.addresses.internBytes(ADDRESS_MAC, buf, destinationAt), 0, 0);
  }

  ip(buf: Uint8Array, kind: typeof NET_IP4 | typeof NET_IP6, sourceAt: number, destinationAt: number): void {
    this.source = this.addresses.internBytes(kind, buf, sourceAt);
    this.destination = this.addresses.internBytes(kind, buf, destinationAt);
    if (this.counts)
      this.count(kind === NET_IP4 ? this.tables.ip : this.tables.ipv6, this.source, this.destination, 0, 0);
  }

  transport(protocol: number, buf: Uint8Array, at: number, end: number): void {
    if (protocol === IPPROTO_TCP) {
      if (end - at >= TCP_HEADER && buf[at + 12]! >> 4 >= 5) this.tcp(buf, at);
    } else if (protocol === IPPROTO_UDP) {
      if (end - at >= UDP_HEADER) this.ports(this.tables.udp, buf, at);
    } else if (protocol === IPPROTO_SCTP && end - at >= SCTP_HEADER) {
      this.ports(this.tables.sctp, buf, at);
    }
  }

  private ports(table: PairTable, buf: Uint8Array, at: number): void {
    if (!this.counts && table !== this.tables.udp) return;
    this.count(table, this.source, this.destination, readU16(buf, at, false), readU16(buf, at + 2, false));
  }

  private tcp(buf: Uint8Array, at: number): void {
    const { states, source, destination } = this;
    const { tcp } = this.tables;
    const from = readU16(buf, at, false);
    const to = readU16(buf, at + 2, false);
    const forward = isFirst(source, destination, from, to);
    const sequence = readU32(buf, at + 4, false);
    const flags = buf[at + 13]!;
    let pair = forward ? tcp.find(source, destination, from, to) : tcp.find(destination, source, to, from);
    if (pair < 0 || states.opens(pair, forward, sequence, flags))
      pair = forward ? tcp.add(source, destination, from, to) : tcp.add(destination, source, to, from);
    states.note(pair, forward, sequence, readU32(buf, at + 8, false), flags);
    if (this.counts) tcp.take(pair, forward, this.wire, this.time, this.row);
  }

  private count(table: PairTable, source: AddressId, destination: AddressId, from: number, to: number): void {
    const forward = isFirst(source, destination, from, to);
    const known = forward ? table.find(source, destination, from, to) : table.find(destination, source, to, from);
    let pair = known;
    if (pair < 0) pair = forward ? table.add(source, destination, from, to) : table.add(destination, source, to, from);
    if (this.counts) table.take(pair, forward, this.wire, this.time, this.row);
  }
}

/** Whether the sender is the end that the table calls A. */
function isFirst(source: AddressId, destination: AddressId, from: number, to: number): boolean {
  return from === to ? source <= destination : from > to;
}

const TCP_HEADER = 20;
const UDP_HEADER = 8;
const SCTP_HEADER = 12;

/**
 * @param displayed rows that count, a bit each; null: all do
 * @param packets of the capture, the first so many
 */
export async function countConversations(
  s: SweepSource,
  displayed: Uint8Array | null,
  packets: number,
  turns: TimeSlices,
): Promise<Conversations> {
  const counter = new Counter();
  const walker = new HeaderWalker(counter);
  let zero = NaN;
  let zeroNs = 0;
  let counted = 0;
  const { unread } = await sweepPackets(s, packets, turns, (row, chunk, i, buf, off, captured) => {
    if (zero !== zero) {
      zero = chunk.seconds[i]!;
      zeroNs = chunk.nanoseconds[i]!;
    }
    counter.counts = counts(displayed, row);
    if (counter.counts) counted++;
    counter.wire = chunk.wire[i]!;
    counter.time = chunk.seconds[i]! - zero + (chunk.nanoseconds[i]! - zeroNs) / 1e9;
    counter.row = row;
    walker.walk(buf, off, captured, chunk.link[i]!, chunk.wire[i]!);
  });
  return { addresses: counter.addresses, tables: counter.tables, counted, unread };
}
