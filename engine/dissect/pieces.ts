// A large capture in pieces for the engine: packets that are asked about, each with all packets between its two hosts.
// Hosts whose packets lie in one another (tunnels, errors that quote) stay together, so that every conversation is whole
// in its piece and in order: what Wireshark keeps of a conversation is right there. Hosts that have more to say than a
// piece takes are divided by conversation, a conversation that is too long by time: then it is not whole.
import { type AddressId, type PacketRow, packetRow } from '../../contract/index.ts';
import {
  flowOfOwner,
  inChunk,
  MARK_HEADER,
  MARK_LAYERS,
  MARK_WORDS,
  NET_IP4,
  NET_IP6,
  NO_FLOW,
  rowWordBit,
  wordsOf,
} from '../decode/index.ts';
import { OwnAddresses, rowLayers, type Subject, type Turns } from '../filter/index.ts';
import { WHOLE_BYTES } from './context.ts';
import { Groups } from './groups.ts';
import { PairNumbers } from './pair-numbers.ts';

/** Packets and bytes of a piece; a conversation that is alone in its piece may have more. */
export interface PieceLimits {
  readonly packets: number;
  readonly bytes: number;
  readonly alonePackets: number;
  readonly aloneBytes: number;
}

export const PIECE_LIMITS: PieceLimits = {
  packets: 40_000,
  bytes: 48 * 1024 * 1024,
  alonePackets: 80_000,
  aloneBytes: WHOLE_BYTES,
};

export interface Pieces {
  /** Packet rows of each, ascending; every packet that is wanted is in one of them. */
  readonly pieces: readonly (readonly PacketRow[])[];
  /** Every conversation is whole in its piece, with those that lie in it or around it. */
  readonly whole: boolean;
}

/** @param mostGroups of hosts that are told apart; more are put together, so that a scan of all addresses takes no more */
export async function piecesOf(
  s: Subject,
  wanted: Uint8Array,
  turns: Turns,
  limits = PIECE_LIMITS,
  mostGroups?: number,
): Promise<Pieces> {
  return new Cutting(s, wanted, turns, limits, mostGroups).pieces();
}

const STEP = 256;
const IP = rowWordBit('ip') | rowWordBit('ipv6');
/** Addresses are 2^25 at most in the window's captures: two of them, doubled, fit a number. */
const ONE = 2 ** 26;
/** Beyond two ports and a protocol. */
const WITHOUT_PORTS = 2 ** 40;

interface Piece {
  readonly rows: PacketRow[];
  /** What was given to it: packets and bytes. */
  packets: number;
  bytes: number;
}

/** What goes into pieces as one: a group of hosts, or a conversation of a group that is too large. */
interface Unit {
  packets: number;
  bytes: number;
  asked: boolean;
  piece: Piece | null;
  /** What of it is in its piece already. */
  placed: number;
  placedBytes: number;
}

/** Conversations of a group that is too large, by their numbers. */
interface Divided {
  readonly numbers: PairNumbers;
  readonly units: Unit[];
}

class Cutting {
  private readonly s: Subject;
  private readonly wanted: Uint8Array;
  private readonly turns: Turns;
  private readonly limits: PieceLimits;
  private readonly groups: Groups;
  private readonly addresses = new OwnAddresses();
  /** By row: its group. */
  private readonly group: Int32Array;
  /** By flow: its group, and -1 for not yet. */
  private readonly flowGroup: Int32Array;
  private readonly made: Piece[] = [];
  private open: Piece | null = null;
  private whole = true;

  constructor(s: Subject, wanted: Uint8Array, turns: Turns, limits: PieceLimits, mostGroups?: number) {
    this.groups = new Groups(mostGroups);
    this.s = s;
    this.wanted = wanted;
    this.turns = turns;
    this.limits = limits;
    this.group = new Int32Array(wanted.length);
    this.flowGroup = new Int32Array(s.analysis.flows.columns.count).fill(-1);
  }

  async pieces(): Promise<Pieces> {
    const { groups, wanted } = this;
    await this.eachRow((row, bytes) => {
      const group = this.groupOf(row);
      this.group[row] = group;
      groups.count(group, bytes, wanted[row] === 1);
    });
    const units = new Map<number, Unit>();
    const divided = await this.divided();
    await this.eachRow((row, bytes) => {
      const root = groups.root(this.group[row]!);
      if (groups.asked[root] === 0) return;
      const parts = divided.get(root);
      let unit = parts === undefined ? units.get(root) : parts.units[parts.numbers.of(this.conversationOf(row))];
      if (unit === undefined) units.set(root, (unit = unitOf(groups.packets[root]!, groups.bytes[root]!, true)));
      if (unit.asked) this.place(row, bytes, unit);
    });
    return { pieces: this.made.map((piece) => piece.rows), whole: this.whole };
  }

  private async eachRow(visit: (row: PacketRow, bytes: number) => void): Promise<void> {
    const { packets } = this.s.analysis;
    for (let row = packetRow(0); row < this.wanted.length; row++) {
      visit(row, packets.chunk(row).captured[inChunk(row)]!);
      if ((row & (STEP - 1)) === 0 && this.turns.due) await this.turns.rest();
    }
  }

  /** Conversations of the groups that are too large for a piece. */
  private async divided(): Promise<Map<number, Divided>> {
    const { groups, limits, wanted } = this;
    const divided = new Map<number, Divided>();
    await this.eachRow((row, bytes) => {
      const root = groups.root(this.group[row]!);
      if (groups.asked[root] === 0) return;
      if (groups.packets[root]! <= limits.packets && groups.bytes[root]! <= limits.bytes) return;
      let parts = divided.get(root);
      if (parts === undefined) {
        divided.set(root, (parts = { numbers: new PairNumbers(), units: [] }));
        // What lies in one another is taken apart with them.
        if (groups.joined[root] === 1) this.whole = false;
      }
      const unit = (parts.units[parts.numbers.of(this.conversationOf(row))] ??= unitOf(0, 0, false));
      unit.packets++;
      unit.bytes += bytes;
      if (wanted[row] === 1) unit.asked = true;
    });
    return divided;
  }

  private place(row: PacketRow, bytes: number, unit: Unit): void {
    const { limits } = this;
    unit.piece ??= this.roomFor(unit);
    const { piece } = unit;
    // A conversation that is too long even alone goes on in the next piece.
    if (unit.placed > 0 && (unit.placed >= limits.alonePackets || unit.placedBytes + bytes > limits.aloneBytes)) {
      this.whole = false;
      unit.placed = 0;
      unit.placedBytes = 0;
      unit.piece = this.begin();
      this.open = null;
      unit.piece.rows.push(row);
    } else piece.rows.push(row);
    unit.placed++;
    unit.placedBytes += bytes;
  }

  private roomFor(unit: Unit): Piece {
    const { limits } = this;
    const { open } = this;
    if (open === null || open.packets + unit.packets > limits.packets || open.bytes + unit.bytes > limits.bytes)
      this.open = this.begin();
    const piece = this.open!;
    piece.packets += unit.packets;
    piece.bytes += unit.bytes;
    return piece;
  }

  private begin(): Piece {
    const piece = { rows: [], packets: 0, bytes: 0 };
    this.made.push(piece);
    return piece;
  }

  /** Ports and protocol as a number, the same in both directions; what has none goes together. */
  private conversationOf(row: PacketRow): number {
    const { packets, flows } = this.s.analysis;
    const flow = packets.flowOf(row);
    const c = flows.columns;
    if (flow === null || c.hasPorts[flow] !== 1) return WITHOUT_PORTS;
    const forward = c.initiator[flow]! < c.responder[flow]!;
    const [one, two] = [c.initiatorPort[flow]!, c.responderPort[flow]!];
    const equal = c.initiator[flow] === c.responder[flow];
    const first = equal ? one < two : forward;
    return ((first ? one : two) * 65_536 + (first ? two : one)) * 256 + c.ipProtocol[flow]!;
  }

  private groupOf(row: PacketRow): number {
    const { packets, flows } = this.s.analysis;
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const owner = chunk.owner[i]!;
    const flow = flowOfOwner(owner);
    const c = flows.columns;
    const known = flow === null ? -1 : (this.flowGroup[flow] ?? -1);
    const [one, two] =
      flow === null
        ? this.s.analysis.pairOf((owner & ~NO_FLOW) >>> 0)
        : ([c.initiator[flow]!, c.responder[flow]!] as const);
    const group = known >= 0 ? known : this.groups.of(this.pair(one, two));
    if (flow !== null && flow < this.flowGroup.length) this.flowGroup[flow] = group;
    const marks = chunk.marks[i]!;
    if ((marks & MARK_LAYERS) === 0 || (marks & MARK_HEADER) !== 0) return group;
    if ((marks & MARK_WORDS) !== 0 && (wordsOf(chunk.flags[i]!, chunk.length[i]!) & IP) === 0) return group;
    for (const other of this.pairsWithin(row)) this.groups.join(group, this.groups.of(other));
    return group;
  }

  /** Pairs of hosts of every IP header of a packet. */
  private pairsWithin(row: PacketRow): number[] {
    const pairs: number[] = [];
    let source: number | null = null;
    for (const place of rowLayers(this.s).of(row)?.addresses ?? []) {
      if (place.kind !== NET_IP4 && place.kind !== NET_IP6) continue;
      const id = this.addresses.at(place.kind, place.buf, place.at) * 2;
      if (place.source) source = id;
      else if (source !== null) pairs.push(source < id ? source * ONE + id : id * ONE + source);
    }
    return pairs;
  }

  /** A number for two hosts, the same in both directions. */
  private pair(one: number, two: number): number {
    const [a, b] = [this.idOf(one as AddressId), this.idOf(two as AddressId)];
    return a < b ? a * ONE + b : b * ONE + a;
  }

  /** IP addresses have even numbers, all others odd ones. */
  private idOf(id: AddressId): number {
    const own = this.addresses.of(this.s.analysis, id);
    return own > 0 ? own * 2 : id * 2 + 1;
  }
}

function unitOf(packets: number, bytes: number, asked: boolean): Unit {
  return { packets, bytes, asked, piece: null, placed: 0, placedBytes: 0 };
}
