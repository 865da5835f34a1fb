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

/** The latest silent peers of a host, and how many of them were sent packets of each length. */
interface Sprayed {
  readonly peers: Map<number, Silent>;
  readonly lengths: Map<number, number>;
}

export function sprayJudge(): Judge {
  const hosts = new Recent<Sprayed>(HOSTS);
  return {
    look(flow, found) {
      if (!flow.over || flow.transport !== 'udp' || !flow.peerPublic) return;
      const there = flow.columns.packetsForward[flow.row]!;
      if (there === 0 || flow.columns.packetsReverse[flow.row]! > 0) return;
      spray(
        flow,
        found,
        hosts.recall(flow.initiator, () => ({ peers: new Map(), lengths: new Map() })),
      );
    },
  };
}

function spray(flow: FlowLook, found: Found, sprayed: Sprayed): void {
  const { columns, row, responder, start } = flow;
  const { peers, lengths } = sprayed;
  forget(sprayed, responder);
  const own = Math.round(columns.bytesForward[row]! / columns.packetsForward[row]!);
  peers.set(responder, { seconds: start, length: own });
  lengths.set(own, (lengths.get(own) ?? 0) + 1);
  for (const [peer, { seconds }] of peers) {
    if (peers.size <= PEERS && start - seconds <= HOUR) break;
    forget(sprayed, peer);
  }
  if (peers.size < MANY) return;
  for (const [length, n] of lengths) {
    if (n < ALIKE * peers.size) continue;
    found(SPRAY, say('ev-udp-spray', { host: flow.initiatorText, n: peers.size, length }), { amount: peers.size });
    return;
  }
}

function forget({ peers, lengths }: Sprayed, peer: number): void {
  const known = peers.get(peer);
  if (known === undefined) return;
  peers.delete(peer);
  const left = lengths.get(known.length)! - 1;
  if (left === 0) lengths.delete(known.length);
  else lengths.set(known.length, left);
}
