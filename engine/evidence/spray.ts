// Evidence of a host that sends the same datagram to many addresses that do not answer: bots look for each other so.
//
// Exempt: private and multicast peers, peers that answer, and datagrams of many sizes.
import { say } from '../../contract/index.ts';
import { Recent } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';

const SPRAY: Rule = { name: 'udp-spray', kind: 'spray', points: 2, title: 'rule-udp-spray', technique: 'T1008' };
export const SPRAY_RULES: readonly Rule[] = [SPRAY];

const HOUR = 3_600;
const HOSTS = 2_048;
/** Latest silent peers of a host that are looked at. */
const PEERS = 128;
const MANY = 40;
const ALIKE = 0.8;

interface Silent {
  readonly seconds: number;
  /** Mean length of its packets, whole bytes. */
  readonly length: number;
}

export function sprayJudge(): Judge {
  const hosts = new Recent<Map<number, Silent>>(HOSTS);
  return {
    look(flow, found) {
      if (!flow.over || flow.transport !== 'udp' || !flow.peerPublic) return;
      const there = flow.columns.packetsForward[flow.row]!;
      if (there === 0 || flow.columns.packetsReverse[flow.row]! > 0) return;
      spray(
        flow,
        found,
        hosts.recall(flow.initiator, () => new Map()),
      );
    },
  };
}

function spray(flow: FlowLook, found: Found, peers: Map<number, Silent>): void {
  const { columns, row, responder, start } = flow;
  peers.delete(responder);
  peers.set(responder, {
    seconds: start,
    length: Math.round(columns.bytesForward[row]! / columns.packetsForward[row]!),
  });
  for (const [peer, { seconds }] of peers) {
    if (peers.size <= PEERS && start - seconds <= HOUR) break;
    peers.delete(peer);
  }
  if (peers.size < MANY) return;
  const lengths = new Map<number, number>();
  for (const { length } of peers.values()) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  const [length, n] = [...lengths].reduce((best, one) => (one[1] > best[1] ? one : best));
  if (n >= ALIKE * peers.size) found(SPRAY, say('ev-udp-spray', { host: flow.initiatorText, n: peers.size, length }));
}
