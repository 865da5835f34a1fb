// A capture that is too large for the engine in pieces of whole conversations: all packets between two hosts go into one
// piece, since connections, negotiated ports and retransmissions are known there; what has no two hosts (ARP, link
// protocols) stands together. Of two hosts that say more than a piece takes, each connection is whole; one connection
// that is larger by itself is cut.
import { type PacketRow, packetRow } from '../../contract/index.ts';
import { flowOfOwner, inChunk } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';

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

/** Units are what must not be parted. Host pairs first; those that are too large fall into their flows. */
interface Sizes {
  readonly packets: Map<number, number>;
  readonly bytes: Map<number, number>;
}

/** Two address ids fit a number, and flows stand below zero. */
const ONE = 2 ** 26;
const WITHOUT_HOSTS = 0;

export async function wholePieces(
  a: Analysis,
  turns: TimeSlices,
  piece = PIECE,
  one = ONE_CONVERSATION,
  readable: (row: PacketRow) => boolean = () => true,
): Promise<WholePieces> {
  const total = a.packets.count;
  const pairs = await sizesOf(a, total, (row) => pairOf(a, row), turns);
  const large = new Set([...pairs.packets.keys()].filter((pair) => tooLarge(pairs, pair, one)));
  const unitOf = (row: PacketRow): number => {
    const pair = pairOf(a, row);
    if (!large.has(pair)) return pair;
    const flow = a.packets.flowOf(row);
    return flow === null ? pair : -1 - flow;
  };
  const units = large.size === 0 ? pairs : await sizesOf(a, total, unitOf, turns);
  const cut = [...units.packets.keys()].filter((unit) => tooLarge(units, unit, one)).length;
  const packer = new Packer(a, units, piece, one);
  for (let row = packetRow(0); row < total; row++) {
    if (readable(row)) packer.take(row, unitOf(row));
    if ((row & 1023) === 0 && turns.due) await turns.rest();
  }
  return { pieces: packer.pieces, cut };
}

function tooLarge(sizes: Sizes, unit: number, limits: PieceLimits): boolean {
  return sizes.packets.get(unit)! > limits.packets || sizes.bytes.get(unit)! > limits.bytes;
}

async function sizesOf(
  a: Analysis,
  total: number,
  unitOf: (row: PacketRow) => number,
  turns: TimeSlices,
): Promise<Sizes> {
  const packets = new Map<number, number>();
  const bytes = new Map<number, number>();
  for (let row = packetRow(0); row < total; row++) {
    const unit = unitOf(row);
    packets.set(unit, (packets.get(unit) ?? 0) + 1);
    bytes.set(unit, (bytes.get(unit) ?? 0) + a.packets.chunk(row).captured[inChunk(row)]!);
    if ((row & 1023) === 0 && turns.due) await turns.rest();
  }
  return { packets, bytes };
}

/** A number for the two hosts of a packet, the same in both directions. */
function pairOf(a: Analysis, row: PacketRow): number {
  const flow = flowOfOwner(a.packets.chunk(row).owner[inChunk(row)]!);
  if (flow === null) return WITHOUT_HOSTS;
  const c = a.flows.columns;
  const one = c.initiator[flow]!;
  const two = c.responder[flow]!;
  return one < two ? one * ONE + two : two * ONE + one;
}

class Packer {
  readonly pieces: PacketRow[][] = [];
  private readonly a: Analysis;
  private readonly sizes: Sizes;
  private readonly limits: PieceLimits;
  private readonly one: PieceLimits;
  private readonly pieceOf = new Map<number, Open>();
  private shared: Open | null = null;

  constructor(a: Analysis, sizes: Sizes, limits: PieceLimits, one: PieceLimits) {
    this.a = a;
    this.sizes = sizes;
    this.limits = limits;
    this.one = one;
  }

  take(row: PacketRow, unit: number): void {
    let open = this.pieceOf.get(unit);
    if (open === undefined) this.pieceOf.set(unit, (open = this.placeFor(unit)));
    const bytes = this.a.packets.chunk(row).captured[inChunk(row)]!;
    if (open.alone && open.bytes > 0 && (open.rows.length >= this.one.packets || open.bytes + bytes > this.one.bytes))
      this.pieceOf.set(unit, (open = this.begin(true)));
    open.rows.push(row);
    open.bytes += bytes;
  }

  /** A unit that fills a piece has one for itself; smaller ones share, as they begin. */
  private placeFor(unit: number): Open {
    const packets = this.sizes.packets.get(unit)!;
    const bytes = this.sizes.bytes.get(unit)!;
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
    const rows: PacketRow[] = [];
    this.pieces.push(rows);
    return { rows, alone, bytes: 0, promised: 0, promisedBytes: 0 };
  }
}

interface Open {
  readonly rows: PacketRow[];
  readonly alone: boolean;
  bytes: number;
  /** What the units that share it have in all. */
  promised: number;
  promisedBytes: number;
}
