// Protocols whose messages hold whole packets of others: samples of a switch, frames that a controller is asked about.
// Wireshark tells their layers too. The decoder does not enter them, so that columns do not tell such packets whole.
import { type Message, packetRow, type PacketRow, say } from '../../contract/index.ts';
import { CHUNK_ROWS, inChunk, protocolId, protocolName } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { Subject } from './subject.ts';

const NAMES = ['sFlow', 'OpenFlow', 'GSMTAP', 'CAN-ETH', 'UDPENCAP', 'CAPWAP-Data', 'CAPWAP-Control', 'LWAPP', 'Lwapp'];
const HOLDS: boolean[] = [];
for (const name of NAMES) HOLDS[protocolId(name)] = true;

/** Whether a packet may hold others that the columns know nothing of. */
export function mayHoldOthers({ packets }: Analysis, row: PacketRow): boolean {
  return HOLDS[packets.chunk(row).protocol[inChunk(row)]!] === true;
}

interface Seen {
  rows: number;
  protocol: number;
}

const seen = new WeakMap<Analysis, Seen>();

/** What filters of layers leave open where no engine has the whole capture: null where it has no such packet. */
export function layersWithin({ analysis }: Subject): Message | null {
  let known = seen.get(analysis);
  if (known === undefined) seen.set(analysis, (known = { rows: 0, protocol: 0 }));
  const { packets } = analysis;
  while (known.rows < packets.count && known.protocol === 0) {
    const { protocol } = packets.chunk(packetRow(known.rows));
    const at = known.rows % CHUNK_ROWS;
    const end = Math.min(CHUNK_ROWS, at + packets.count - known.rows);
    const found = protocol.subarray(at, end).findIndex((id) => HOLDS[id] === true);
    if (found >= 0) known.protocol = protocol[at + found]!;
    known.rows += end - at;
  }
  return known.protocol === 0 ? null : say('layers-within', { protocol: protocolName(known.protocol) });
}
