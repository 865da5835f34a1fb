// EVE's `flow`: a flow that is over, with what TCP's flags were.
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../../decode/index.ts';
import type { EndReason } from '../../../contract/index.ts';
import { between } from '../talks/stamp.ts';
import type { TalkOver } from '../talks/walk.ts';
import { eveApplication, type EveEvent, eveTime } from './event.ts';

const REASONS: Readonly<Record<EndReason, string>> = {
  fin: 'timeout',
  rst: 'timeout',
  idle: 'timeout',
  'new-syn': 'forced',
  'capture-end': 'shutdown',
};
const CLOSED: ReadonlySet<string> = new Set(['SF', 'REJ', 'RSTO', 'RSTR', 'RSTRH', 'RSTOS0']);
/** States of TCP by Zeek's, where both have a word. */
const TCP_STATES: Readonly<Record<string, string>> = { S0: 'syn_sent', S1: 'established', SF: 'closed' };

/** Members `flow`, `tcp` and `app_proto`. */
export function flowMembers(flow: TalkOver, reason: EndReason, app: string): EveEvent {
  const { course, packets, bytes, first, last } = flow;
  const isTcp = flow.ipProtocol === 6;
  return {
    app_proto: app,
    flow: {
      pkts_toserver: packets[0],
      pkts_toclient: packets[1],
      bytes_toserver: bytes[0],
      bytes_toclient: bytes[1],
      start: eveTime(first),
      end: eveTime(last),
      age: Math.max(0, Math.round(between(first, last) / 1e9)),
      state: stateOf(flow),
      reason: REASONS[reason],
      alerted: false,
    },
    tcp: isTcp ? tcpMembers(flow, course.state) : undefined,
  };
}

function stateOf({ course, packets, ipProtocol }: TalkOver): string {
  if (ipProtocol === 6 && CLOSED.has(course.state)) return 'closed';
  const both = packets[0] > 0 && packets[1] > 0;
  return both && course.state !== 'S0' ? 'established' : 'new';
}

function tcpMembers({ flags, course }: TalkOver, state: string): EveEvent {
  const all = flags[0] | flags[1];
  const hex = (n: number): string => n.toString(16).padStart(2, '0');
  const is = (bit: number): true | undefined => ((all & bit) === 0 ? undefined : true);
  const gap = (letter: string): true | undefined => (course.history.includes(letter) ? true : undefined);
  return {
    tcp_flags: hex(all),
    tcp_flags_ts: hex(flags[0]),
    tcp_flags_tc: hex(flags[1]),
    syn: is(TCP_SYN),
    fin: is(TCP_FIN),
    rst: is(TCP_RST),
    psh: is(TCP_PSH),
    ack: is(TCP_ACK),
    urg: is(TCP_URG),
    state: TCP_STATES[state],
    ts_gap: gap('G'),
    tc_gap: gap('g'),
  };
}

/** @param services what readers recognised, in order */
export function applicationOf(services: readonly string[]): string {
  const last = services.at(-1);
  return last === undefined ? 'failed' : eveApplication(last);
}
