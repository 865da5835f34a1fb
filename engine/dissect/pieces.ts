// A large capture in pieces for the engine: packets that are asked about, each with all packets between its two hosts
// up to the limits of a piece, since conversations, reassembly and negotiated ports depend on those.
import { type PacketRow, packetRow } from '../../contract/index.ts';
import { flowOfOwner, inChunk, NO_FLOW } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';

const PIECE_PACKETS = 40_000;
const PIECE_BYTES = 48 * 1024 * 1024;

/** @returns for each piece its packet rows, ascending; every packet that is wanted is in one of them */
export function piecesOf(a: Analysis, wanted: Uint8Array): PacketRow[][] {
  const hosts = new HostPairs(a);
  const asked = new Set<number>();
  for (let row = packetRow(0); row < wanted.length; row++) if (wanted[row] === 1) asked.add(hosts.of(row));
  const pieces: PacketRow[][] = [];
  /** By pair of hosts: the piece that takes its packets. */
  const pieceOf = new Map<number, Piece>();
  let open: Piece | null = null;
  const sizes = sizesOf(a, wanted.length, hosts, asked);
  const begin = (): Piece => {
    const rows: PacketRow[] = [];
    pieces.push(rows);
    return { rows, packets: 0, bytes: 0, promised: 0, promisedBytes: 0 };
  };
  for (let row = packetRow(0); row < wanted.length; row++) {
    const pair = hosts.of(row);
    if (!asked.has(pair)) continue;
    let piece = pieceOf.get(pair);
    if (piece === undefined) {
      const size = sizes.get(pair)!;
      if (
        open === null ||
        open.promised + size.packets > PIECE_PACKETS ||
        open.promisedBytes + size.bytes > PIECE_BYTES
      )
        open = begin();
      open.promised += size.packets;
      open.promisedBytes += size.bytes;
      pieceOf.set(pair, (piece = open));
    }
    const bytes = a.packets.chunk(row).captured[inChunk(row)]!;
    // Two hosts that have more to say than a piece takes go on in the next.
    if (piece.packets >= PIECE_PACKETS || (piece.packets > 0 && piece.bytes + bytes > PIECE_BYTES))
      pieceOf.set(pair, (piece = begin()));
    piece.rows.push(row);
    piece.packets++;
    piece.bytes += bytes;
  }
  return pieces;
}

interface Piece {
  readonly rows: PacketRow[];
  packets: number;
  bytes: number;
  /** What the pairs that were given to it have in all. */
  promised: number;
  promisedBytes: number;
}

function sizesOf(
  a: Analysis,
  total: number,
  hosts: HostPairs,
  asked: ReadonlySet<number>,
): Map<number, { packets: number; bytes: number }> {
  const sizes = new Map<number, { packets: number; bytes: number }>();
  for (let row = packetRow(0); row < total; row++) {
    const pair = hosts.of(row);
    if (!asked.has(pair)) continue;
    let size = sizes.get(pair);
    if (size === undefined) sizes.set(pair, (size = { packets: 0, bytes: 0 }));
    size.packets++;
    size.bytes += a.packets.chunk(row).captured[inChunk(row)]!;
  }
  return sizes;
}

/** Addresses are 2^26 at most in the window's captures: two of them fit a number. */
const ONE = 2 ** 26;

class HostPairs {
  private readonly a: Analysis;
  constructor(a: Analysis) {
    this.a = a;
  }

  /** A number for the two hosts of a packet, the same in both directions. */
  of(row: PacketRow): number {
    const { packets, flows } = this.a;
    const owner = packets.chunk(row).owner[inChunk(row)]!;
    const flow = flowOfOwner(owner);
    const [one, two] =
      flow === null
        ? this.a.pairOf((owner & ~NO_FLOW) >>> 0)
        : ([flows.columns.initiator[flow]!, flows.columns.responder[flow]!] as const);
    return one < two ? one * ONE + two : two * ONE + one;
  }
}
