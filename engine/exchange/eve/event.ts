// What every event of Suricata's EVE begins with (docs: Eve JSON Format), out of a flow of ours.
import { communityId } from '../../flow/index.ts';
import { placeBytes } from '../../rules/index.ts';
import { stampText } from '../../session/index.ts';
import { eveFlowId, TRANSPORTS } from '../eve.ts';
import { byteText, shownText } from '../talks/byte-text.ts';
import type { Stamp } from '../talks/stamp.ts';
import type { TalkEnds } from '../talks/walk.ts';

export type EveKind = 'flow' | 'tls' | 'dns' | 'http' | 'quic' | 'fileinfo';
export type EveValue =
  | string
  | number
  | boolean
  | readonly EveValue[]
  | { readonly [name: string]: EveValue | undefined };
export type EveEvent = Readonly<Record<string, EveValue | undefined>>;

const ICMP: ReadonlySet<number> = new Set([1, 58]);

/** The last second of the year 9999, and the first of the year 1: times have four digits for it. */
const LAST = 253_402_300_799;
const FIRST = -62_135_596_800;

/** In UTC, six digits after the point; what a damaged capture calls a time is the nearest that can be written. */
export function eveTime({ seconds, nanoseconds }: Stamp): string {
  return `${stampText(Math.min(LAST, Math.max(FIRST, seconds)), nanoseconds).slice(0, -4)}+0000`;
}

/** Text of bytes: what is no UTF-8 as `\x9f`. */
export function eveText(bytes: string): string {
  return shownText(byteText(bytes));
}

/** Members that are not there are left out of the line. */
export function eveEvent(kind: EveKind, at: Stamp, ends: TalkEnds, file: string, more: EveEvent): EveEvent {
  const { ipProtocol, initiatorPort, responderPort, addresses, first } = ends;
  const icmp = ICMP.has(ipProtocol);
  const ports = initiatorPort !== null && !icmp;
  return {
    timestamp: eveTime(at),
    flow_id: eveFlowId(
      addresses[0],
      ports ? initiatorPort : 0,
      addresses[1],
      ports ? responderPort! : 0,
      ipProtocol,
      first.seconds + first.nanoseconds / 1e9,
    ),
    event_type: kind,
    src_ip: ends.initiator,
    src_port: ports ? initiatorPort : undefined,
    dest_ip: ends.responder,
    dest_port: ports ? responderPort! : undefined,
    proto: TRANSPORTS.get(ipProtocol) ?? String(ipProtocol).padStart(3, '0'),
    icmp_type: icmp ? initiatorPort! : undefined,
    community_id:
      communityId({
        source: placeBytes(addresses[0]),
        destination: placeBytes(addresses[1]),
        sourcePort: initiatorPort ?? 0,
        destinationPort: responderPort ?? 0,
        hasPorts: ports,
        ipProtocol,
      }) ?? undefined,
    ...more,
    pcap_filename: file,
  };
}

/** Suricata's word for what speaks; readers have its own but for HTTP/1. */
export function eveApplication(name: string): string {
  return name === 'http1' ? 'http' : name;
}
