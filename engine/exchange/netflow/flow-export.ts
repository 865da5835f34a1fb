// What a flow export tells of a flow, whatever its form.
import { isIP } from 'node:net';
import type { EndReason } from '../../../contract/index.ts';
import type { Analysis } from '../../session/index.ts';
import { transportName } from '../../session/index.ts';
import { protocolName } from '../../decode/index.ts';
import type { Stamp } from '../talks/stamp.ts';
import type { TalkOver } from '../talks/walk.ts';

export interface ExportedFlow {
  /** The engine's number of the flow. */
  readonly id: number;
  readonly family: 4 | 6;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** 0 without ports. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  /** ICMP's type and code of its first packet, type * 256 + code; 0 for others. */
  readonly icmp: number;
  readonly first: Stamp;
  readonly last: Stamp;
  /** By direction, as the flow table counts them. */
  readonly packets: readonly [number, number];
  /** Bytes on the wire, by direction, as the flow table counts them. */
  readonly bytes: readonly [number, number];
  /** Bytes from IP headers on, by direction. */
  readonly ipBytes: readonly [number, number];
  /** TCP's flags, all that were seen, by direction. */
  readonly flags: readonly [number, number];
  readonly endReason: EndReason;
  readonly app: string;
}

/** @returns null for a flow without addresses of IP */
export function exportedFlow(analysis: Analysis, over: TalkOver): ExportedFlow | null {
  const { row } = over;
  const { addresses, flows } = analysis;
  const c = flows.columns;
  const family = isIP(over.initiator);
  if (family === 0) return null;
  const ported = c.hasPorts[row] === 1;
  const app = c.app[row]!;
  return {
    id: c.firstPacket[row]! + 1,
    family: family === 4 ? 4 : 6,
    source: addresses.bytes(c.initiatorOf(row)),
    destination: addresses.bytes(c.responderOf(row)),
    sourcePort: ported ? c.initiatorPort[row]! : 0,
    destinationPort: ported ? c.responderPort[row]! : 0,
    protocol: over.ipProtocol,
    icmp: ported || over.icmp === null ? 0 : over.icmp,
    first: { seconds: c.startSeconds[row]!, nanoseconds: c.startNanoseconds[row]! },
    last: { seconds: c.endSeconds[row]!, nanoseconds: c.endNanoseconds[row]! },
    packets: [c.packetsForward[row]!, c.packetsReverse[row]!],
    bytes: [c.bytesForward[row]!, c.bytesReverse[row]!],
    ipBytes: over.ipBytes,
    flags: over.flags,
    endReason: c.endReasonOf(row),
    app: app === 0 ? transportName(over.ipProtocol) : protocolName(app),
  };
}
