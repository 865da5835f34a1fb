// A capture that is too large for the engine in pieces of whole conversations: all packets between two hosts go into one
// piece, since connections, negotiated ports and retransmissions are known there; what has no two hosts (ARP, link
// protocols) stands together. Of two hosts that say more than a piece takes, each connection is whole; one connection
// that is larger by itself is cut. What is kept of pairs and flows has a limit, beyond which several go together.
import { type PacketRow, packetRow } from '../../contract/index.ts';
import { flowOfOwner, inChunk } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { MOST_PAIRS, PairNumbers } from './pair-numbers.ts';

export interface PieceLimits {
  readonly packets: number;
  readonly bytes: number;
}

/** What conversations are put together up to, and what one of them may have by itself: 0.6 GB of the engine's memory. */
export const PIECE: PieceLimits = { packets: 40_000, bytes: 48 * 1024 * 1024 };
export const ONE_CONVERSATION: PieceLimits = { packets: 160_000, bytes: 160 * 1024 * 1024 };

export interface WholePieces {
  /** Rows of each piece, ascending; every row that can be read is in one of them. */
  readonly pieces: readonly (readonly PacketRow[])[];
  /** Connections that are larger than a piece: what they say across a cut is not known. */
  readonly cut: number;
}

/** Two address ids fit a number. */
const ONE = 2 ** 26;
/** The unit of packets that have no two hosts. */
const WITHOUT_HOSTS = 0;

export async function wholePieces(
  a: Analysis,
  turns: TimeSlices,
  piece = PIECE,
  one = ONE_CONVERSATION,
  readable: (row: PacketRow) => boolean = () => true,
  mostUnits = MOST_PAIRS,
): Promise<WholePieces> {
  const total = a.packets.count;
  const units = new Units(a, one, mostUnits);
  const eachRow = async (visit: (row: PacketRow) => void): Promise<void> => {
    for (let row = packetRow(0); row < total; row++) {
      visit(row);
      if ((row & 1023) === 0 && turns.due) await turns.rest();
    }
  };
  await eachRow((row) => units.count(row));
  const first = units.divide();
  if (first !== null) await eachRow((row) => units.count(row, first));
  const packer = new Packer(a, units, piece, one);
  await eachRow((row) => {
    if (readable(row)) packer.take(row, units.of(row));
  });
  return { pieces: packer.pieces, cut: units.tooLarge() };
}

/**
 * Units are what must not be parted. Host pairs first; those that are too large fall into their flows. There are no more
 * than a limit of each: beyond it several pairs, or flows, are one.
 */
class Units {
  private readonly a: Analysis;
  private readonly one: PieceLimits;
  private readonly most: number;
  private readonly numbers: PairNumbers;
  /** By flow, -1 for not yet. */
  private readonly ofFlow: Int32Array;
  packets = new Uint32Array(512);
  bytes = new Float64Array(512);

  constructor(a: Analysis, one: PieceLimits, most: number) {
    this.a = a;
    this.one = one;
    this.most = most;
    this.numbers = new PairNumbers(most);
    this.ofFlow = new Int32Array(a.flows.columns.count).fill(-1);
  }

  of(row: PacketRow): number {
    const flow = flowOfOwner(this.a.packets.chunk(row).owner[inChunk(row)]!);
    if (flow === null) return WITHOUT_HOSTS;
    const known = this.ofFlow[flow] ?? -1;
    if (known >= 0) return known;
    const c = this.a.flows.columns;
    const [x, y] = [c.initiator[flow]!, c.responder[flow]!];
    const unit = 1 + this.numbers.of(x < y ? x * ONE + y : y * ONE + x);
    if (flow < this.ofFlow.length) this.ofFlow[flow] = unit;
    return unit;
  }

  /** @param from units before are counted already */
  count(row: PacketRow, from = 0): void {
    const unit = this.of(row);
    if (unit < from) return;
    if (unit >= this.packets.length) this.room(unit);
    this.packets[unit]!++;
    this.bytes[unit]! += this.a.packets.chunk(row).captured[inChunk(row)]!;
  }

  /** Parts pairs that are too large into their flows. @returns the first unit of those, null where there are none */
  divide(): number | null {
    const first = 1 + this.numbers.count;
    let flows = 0;
    for (let flow = 0; flow < this.ofFlow.length; flow++) {
      const pair = this.ofFlow[flow]!;
      if (pair > WITHOUT_HOSTS && this.isTooLarge(pair)) this.ofFlow[flow] = first + (flows++ % this.most);
    }
    if (flows === 0) return null;
    for (let pair = 1; pair < first; pair++)
      if (this.isTooLarge(pair)) {
        this.packets[pair] = 0;
        this.bytes[pair] = 0;
      }
    this.room(first + Math.min(flows, this.most) - 1);
    return first;
  }

  /** How many are larger than one may be by itself. */
  tooLarge(): number {
    let count = 0;
    for (let unit = 0; unit < this.packets.length; unit++) if (this.isTooLarge(unit)) count++;
    return count;
  }

  private isTooLarge(unit: number): boolean {
    return this.packets[unit]! > this.one.packets || this.bytes[unit]! > this.one.bytes;
  }

  private room(unit: number): void {
    if (unit < this.packets.length) return;
    const size = Math.max(unit + 1, this.packets.length * 2);
    const { packets, bytes } = this;
    this.packets = new Uint32Array(size);
    this.packets.set(packets);
    this.bytes = new Float64Array(size);
    this.bytes.set(bytes);
  }
}

class Packer {
  readonly pieces: PacketRow[][] = [];
  private readonly a: Analysis;
  private readonly units: Units;
  private readonly limits: PieceLimits;
  private readonly one: PieceLimits;
  private readonly opened: Open[] = [];
  /** By unit: which of the opened ones it goes into, and one; 0 for none yet. */
  private readonly openOf: Int32Array;
  private shared: Open | null = null;

  constructor(a: Analysis, units: Units, limits: PieceLimits, one: PieceLimits) {
    this.a = a;
    this.units = units;
    this.limits = limits;
    this.one = one;
    this.openOf = new Int32Array(units.packets.length);
  }

  take(row: PacketRow, unit: number): void {
    const known = this.openOf[unit]!;
    let open = known === 0 ? this.placeFor(unit) : this.opened[known - 1]!;
    const bytes = this.a.packets.chunk(row).captured[inChunk(row)]!;
    if (open.alone && open.bytes > 0 && (open.rows.length >= this.one.packets || open.bytes + bytes > this.one.bytes))
      open = this.begin(true);
    this.openOf[unit] = open.number + 1;
    open.rows.push(row);
    open.bytes += bytes;
  }

  /** A unit that fills a piece has one for itself; smaller ones share, as they begin. */
  private placeFor(unit: number): Open {
    const packets = this.units.packets[unit]!;
    const bytes = this.units.bytes[unit]!;
    if (packets > this.limits.packets || bytes > this.limits.bytes) return this.begin(true);
    const full =
      this.shared === null ||
      this.shared.promised + packets > this.limits.packets ||
      this.shared.promisedBytes + bytes > this.limits.bytes;
    if (full) this.shared = this.begin(false);
    this.shared!.promised += packets;
    this.shared!.promisedBytes += bytes;
    return this.shared!;
  }

  private begin(alone: boolean): Open {
    const open: Open = { number: this.opened.length, rows: [], alone, bytes: 0, promised: 0, promisedBytes: 0 };
    this.opened.push(open);
    this.pieces.push(open.rows);
    return open;
  }
}

interface Open {
  readonly number: number;
  readonly rows: PacketRow[];
  readonly alone: boolean;
  bytes: number;
  /** What the units that share it have in all. */
  promised: number;
  promisedBytes: number;
}
