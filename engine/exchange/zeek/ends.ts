// Columns that nearly all of Zeek's logs begin with.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../decode/index.ts';
import type { TalkEnds } from '../talks/walk.ts';
import type { Column } from './column.ts';

/** A line about a flow. */
export interface OfFlow {
  readonly ends: TalkEnds;
}

export function endColumns<T extends OfFlow>(): Column<T>[] {
  return [
    { name: 'uid', type: 'string', of: ({ ends }) => ends.uid },
    { name: 'id.orig_h', type: 'addr', of: ({ ends }) => ends.initiator },
    { name: 'id.orig_p', type: 'port', of: ({ ends }) => ends.initiatorPort ?? 0 },
    { name: 'id.resp_h', type: 'addr', of: ({ ends }) => ends.responder },
    { name: 'id.resp_p', type: 'port', of: ({ ends }) => ends.responderPort ?? 0 },
  ];
}

/** Zeek's `transport_proto`. */
export function transportWord(protocol: number): string {
  if (protocol === IPPROTO_TCP) return 'tcp';
  if (protocol === IPPROTO_UDP) return 'udp';
  return protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6 ? 'icmp' : 'unknown_transport';
}
