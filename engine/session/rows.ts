// Rows for people: what the columns say of one packet, with Info made from the packet's own bytes when it is asked for.
import { addressId, type PacketRecord, type PacketRow } from '../../contract/index.ts';
import { flowOfOwner, inChunk, MARK_REVERSE, NO_FLOW, PacketDecoder, protocolName } from '../decode/index.ts';
import { packetInfo } from '../protocols/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from './analysis.ts';
import { flowId } from './flow-record.ts';
import { stampText } from './time.ts';

const decoder = new PacketDecoder();
const MAX_INFO_BYTES = 65_536;

/** Source and destination as the packet list shows them. */
export function endpoints(a: Analysis, row: PacketRow): readonly [string, string] {
  const chunk = a.packets.chunk(row);
  const i = inChunk(row);
  const flow = flowOfOwner(chunk.owner[i]!);
  if (flow === null) {
    const [source, destination] = a.pairOf(chunk.owner[i]! - NO_FLOW);
    return [a.addresses.text(addressId(source)), a.addresses.text(addressId(destination))];
  }
  const c = a.flows.columns;
  const one = a.addresses.text(c.initiatorOf(flow));
  const two = a.addresses.text(c.responderOf(flow));
  return chunk.marks[i]! & MARK_REVERSE ? [two, one] : [one, two];
}

/**
 * One packet as the command line prints it.
 * @param bytes where the packet's bytes are read again for Info, or null without
 */
export function packetRecord(a: Analysis, row: PacketRow, bytes: PacketBytes | null): PacketRecord {
  const chunk = a.packets.chunk(row);
  const i = inChunk(row);
  const flow = flowOfOwner(chunk.owner[i]!);
  const [source, destination] = endpoints(a, row);
  const protocol = protocolName(chunk.protocol[i]!);
  let info = '';
  if (bytes !== null) {
    const captured = bytes.read(chunk.offset[i]!, Math.min(chunk.captured[i]!, MAX_INFO_BYTES));
    info = packetInfo(decoder.decode(captured, 0, captured.length, chunk.link[i]!, chunk.wire[i]!), captured, protocol);
  }
  return {
    type: 'packet',
    no: row + 1,
    time: stampText(chunk.seconds[i]!, chunk.nanoseconds[i]!),
    source,
    destination,
    protocol,
    length: chunk.wire[i]!,
    info,
    flow: flow === null ? null : flowId(a, flow),
  };
}
