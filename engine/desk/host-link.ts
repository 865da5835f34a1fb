// The link-layer address of a host of this network, and who made its interface: the dissection engine knows makers.
import { addressId, type FlowRow, packetRow, type PacketRow, textAt, type TreePage } from '../../contract/index.ts';
import { inChunk, MARK_REVERSE } from '../decode/index.ts';
import { isPublicAddress } from '../evidence/index.ts';
import type { Desk } from './desk.ts';
import type { CaptureSession } from './session.ts';
import { treeSource } from './tree-source.ts';

/** Flows whose packets are looked at, and rows of one of them. */
const FLOWS = 8;
const ROWS = 2_000;

/** The first packet that a host sent, and the address that stands in its link layer; null where it is not told. */
export function macOf(
  s: CaptureSession,
  host: number,
  rows: readonly FlowRow[],
): { readonly mac: string; readonly packet: PacketRow } | null {
  // Packets of hosts elsewhere carry the address of a router.
  if (isPublicAddress(s.analysis.addresses.bytes(addressId(host)))) return null;
  const c = s.analysis.flows.columns;
  for (const row of rows.slice(0, FLOWS)) {
    const reverse = c.initiator[row] !== host;
    const end = Math.min(c.lastPacketOf(row), c.firstPacketOf(row) + ROWS);
    for (let at = c.firstPacketOf(row); at <= end; at = packetRow(at + 1)) {
      const chunk = s.analysis.packets.chunk(at);
      const i = inChunk(at);
      if (chunk.owner[i] !== row || ((chunk.marks[i]! & MARK_REVERSE) !== 0) !== reverse) continue;
      const { macSource, tunnels } = s.layers(at);
      if (macSource < 0 || tunnels > 0) break;
      const bytes = s.bytes(at).subarray(macSource, macSource + 6);
      if (bytes.length < 6) break;
      return { mac: [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(':'), packet: at };
    }
  }
  return null;
}

/** @returns null where the dissection engine knows no maker, or cannot be asked */
export async function vendorOf(desk: Desk, s: CaptureSession, mac: string, row: PacketRow): Promise<string | null> {
  if ((Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0) return null;
  const answer = await desk.trees.tree(treeSource(s), row);
  return answer.ok ? makerIn(answer.tree, mac) : null;
}

/** Wireshark writes an address as MAKER_aa:bb:cc where it knows who made the interface. */
function makerIn(tree: TreePage, mac: string): string | null {
  const end = `_${mac.slice(9)}`;
  for (let i = 0; i < tree.depth.length; i++) {
    const label = textAt(tree.label, i);
    const from = label.indexOf('Source: ');
    const to = label.indexOf(end);
    if (from < 0 || to < from) continue;
    return label.slice(from + 8, to);
  }
  return null;
}
