// What the dissector is given: the whole file while it is small, else the packet with the packets its dissection
// depends on.
import { type FlowRow, flowRow, type PacketRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { PacketBlocks, secretsBlock, sectionBlock } from '../exchange/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import type { Turns } from '../filter/index.ts';

/** At 24,000 packets a second a larger file would make the first tree wait longer than a second and a half. */
export const WHOLE_BYTES = 64 * 1024 * 1024;
export const WHOLE_PACKETS = 40_000;
const CONTEXT_BYTES = 4 * 1024 * 1024;
/** A stream's beginning explains the rest of it: handshakes, upgrades, negotiated options. */
const BEGINNING = 64;
const ANNOUNCING = 256;

export interface Context {
  /** Equal names hold equal packets. */
  readonly name: string;
  /** Packet rows in it, ascending: frame n is rows[n - 1]. */
  readonly rows: readonly PacketRow[];
}

/** Rows for a packet's dissection: the packet, its flow before it, and earlier flows between the same two hosts. */
export function contextOf(a: Analysis, row: PacketRow): Context {
  const flow = a.packets.flowOf(row);
  if (flow === null) return { name: `packet ${row}`, rows: [row] };
  const own = rowsOfFlow(a, flow, row);
  const rows = new Set<PacketRow>([row]);
  let budget = CONTEXT_BYTES - captured(a, row);
  const take = (r: PacketRow): boolean => {
    const bytes = captured(a, r);
    if (bytes > budget) return false;
    budget -= rows.has(r) ? 0 : bytes;
    rows.add(r);
    return true;
  };
  for (const r of announcing(a, flow)) if (!take(r)) break;
  for (const r of own.slice(0, BEGINNING)) if (!take(r)) break;
  for (let i = own.length - 1; i >= 0; i--) if (!take(own[i]!)) break;
  return { name: `packet ${row}`, rows: [...rows].sort((x, y) => x - y) };
}

/** Rows of a flow's packets, up to and with `last`. */
export function rowsOfFlow(a: Analysis, flow: FlowRow, last: PacketRow): PacketRow[] {
  const rows: PacketRow[] = [];
  for (let row = a.flows.columns.firstPacketOf(flow); row <= last; row++) {
    if (a.packets.flowOf(row) === flow) rows.push(row);
  }
  return rows;
}

/** Packets of earlier flows between the same hosts: SIP, FTP and RTSP tell there what the other flow carries. */
function announcing(a: Analysis, flow: FlowRow): PacketRow[] {
  const c = a.flows.columns;
  const one = c.initiator[flow]!;
  const two = c.responder[flow]!;
  const rows: PacketRow[] = [];
  for (let f = flowRow(Math.max(0, flow - 20_000)); f < flow && rows.length < ANNOUNCING; f++) {
    if (!((c.initiator[f] === one && c.responder[f] === two) || (c.initiator[f] === two && c.responder[f] === one)))
      continue;
    if (c.responderPort[f] === c.responderPort[flow] && c.ipProtocol[f] === c.ipProtocol[flow]) continue;
    const last = packetRow(Math.min(c.lastPacket[f]!, c.firstPacket[flow]!));
    rows.push(...rowsOfFlow(a, f, last).slice(0, 64));
  }
  return rows.slice(0, ANNOUNCING);
}

function captured(a: Analysis, row: PacketRow): number {
  return a.packets.chunk(row).captured[inChunk(row)]!;
}

const MAX_PACKET = 262_144;

/**
 * The context as a pcapng file: one interface a link type, packets with their own times.
 * @param secrets key logs that the capture itself has; they stand before all packets, so that these are decrypted
 */
export function contextFile(
  a: Analysis,
  bytes: PacketBytes,
  rows: readonly PacketRow[],
  secrets: readonly string[],
): Uint8Array {
  const file = new ContextFile(a, bytes, secrets);
  for (const row of rows) file.add(row);
  return file.whole();
}

/** The same for many packets, in slices. */
export async function contextInSlices(
  a: Analysis,
  bytes: PacketBytes,
  rows: readonly PacketRow[],
  secrets: readonly string[],
  turns: Pick<Turns, 'due' | 'rest'>,
): Promise<Uint8Array> {
  const file = new ContextFile(a, bytes, secrets);
  for (const row of rows) {
    file.add(row);
    if (turns.due) await turns.rest();
  }
  return file.whole();
}

class ContextFile {
  private readonly blocks = new PacketBlocks();
  private readonly parts: Uint8Array[];
  private readonly a: Analysis;
  private readonly bytes: PacketBytes;

  constructor(a: Analysis, bytes: PacketBytes, secrets: readonly string[]) {
    this.a = a;
    this.bytes = bytes;
    this.parts = [sectionBlock(), ...secrets.map((keys) => secretsBlock(Buffer.from(keys, 'utf8')))];
  }

  add(row: PacketRow): void {
    const chunk = this.a.packets.chunk(row);
    const i = inChunk(row);
    const link = chunk.link[i]!;
    const described = this.blocks.interfaceFor(link, chunk.seconds[i]!);
    if (described !== null) this.parts.push(described);
    const data = this.bytes.read(chunk.offset[i]!, Math.min(MAX_PACKET, chunk.captured[i]!));
    this.parts.push(this.blocks.packet(link, chunk.seconds[i]!, chunk.nanoseconds[i]!, chunk.wire[i]!, data));
  }

  whole(): Uint8Array {
    return Buffer.concat(this.parts);
  }
}

/** Rows of a whole flow, with what announces it, as far as the dissector takes them at once; `cut` where it does not. */
export function flowContext(a: Analysis, flow: FlowRow): Context & { readonly cut: boolean } {
  const own = rowsOfFlow(a, flow, a.flows.columns.lastPacketOf(flow));
  const rows = new Set<PacketRow>(announcing(a, flow));
  let budget = WHOLE_BYTES;
  let cut = false;
  for (const row of own) {
    budget -= captured(a, row);
    cut = budget < 0 || rows.size >= WHOLE_PACKETS;
    if (cut) break;
    rows.add(row);
  }
  return { name: `flow ${flow}`, rows: [...rows].sort((x, y) => x - y), cut };
}
