// Evidence of a host that sends the same datagram to many addresses that do not answer: bots look for each other so.
//
// Exempt: private and multicast peers, peers that answer, and datagrams of many sizes.
import { say } from '../../contract/index.ts';
import { largerTable } from './order.ts';
import { RecentBy } from './recent-by.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const SPRAY: Rule = { name: 'udp-spray', kind: 'spray', points: 2, title: 'rule-udp-spray', technique: 'T1008' };
export const SPRAY_RULES: readonly Rule[] = [SPRAY];

const HOUR = 3_600;
const HOSTS = 2_048;
/** Latest silent peers of a host that are looked at. */
const PEERS = 128;
const MANY = 40;
const ALIKE = 0.8;
/** Peers for which there is room at first. */
const FEW = 4;

/** The latest silent peers of a host, in the order in which they were last sent something. */
class Sprayed {
  size = 0;
  private peers = new Int32Array(FEW);
  /** Mean length of the packets that each was sent, whole bytes. */
  private lengths = new Int32Array(FEW);
  /** Seconds since the epoch. */
  private times = new Float64Array(FEW);

  empty(): void {
    this.size = 0;
  }

  add(peer: number, length: number, seconds: number): void {
    const { peers, times } = this;
    for (let i = 0; i < this.size; i++) {
      if (peers[i] !== peer) continue;
      this.remove(i, 1);
      break;
    }
    let old = 0;
    while (old < this.size && (this.size + 1 - old > PEERS || seconds - times[old]! > HOUR)) old++;
    if (old > 0) this.remove(0, old);
    if (this.size === peers.length) this.grow();
    this.peers[this.size] = peer;
    this.lengths[this.size] = length;
    this.times[this.size] = seconds;
    this.size++;
  }

  /** The length that most were sent, where it is that of `share` of all, more than half; -1 without one. */
  alike(share: number): number {
    const { lengths, size } = this;
    // Each that differs takes one away: what is of more than half is left (Boyer and Moore, 1981).
    let most = -1;
    let left = 0;
    for (let i = 0; i < size; i++) {
      if (left === 0) most = lengths[i]!;
      left += lengths[i] === most ? 1 : -1;
    }
    let n = 0;
    for (let i = 0; i < size; i++) if (lengths[i] === most) n++;
    return n < share * size ? -1 : most;
  }

  private remove(from: number, count: number): void {
    const { peers, lengths, times, size } = this;
    peers.copyWithin(from, from + count, size);
    lengths.copyWithin(from, from + count, size);
    times.copyWithin(from, from + count, size);
    this.size -= count;
  }

  private grow(): void {
    const room = Math.min(PEERS, this.size * 2);
    this.peers = largerTable(this.peers, room);
    this.lengths = largerTable(this.lengths, room);
    const times = new Float64Array(room);
    times.set(this.times);
    this.times = times;
  }
}

export function sprayJudge(): Judge {
  const hosts = new RecentBy(HOSTS, () => new Sprayed());
  return {
    wants: SHOWS.silent,
    look(flow, found) {
      if (!flow.over || flow.transport !== 'udp' || !flow.peerPublic) return;
      const there = flow.columns.packetsForward[flow.row]!;
      if (there === 0 || flow.columns.packetsReverse[flow.row]! > 0) return;
      spray(flow, found, hosts.recall(flow.initiator, 0));
    },
  };
}

function spray(flow: FlowLook, found: Found, sprayed: Sprayed): void {
  const { columns, row } = flow;
  sprayed.add(flow.responder, Math.round(columns.bytesForward[row]! / columns.packetsForward[row]!), flow.start);
  const { size: n } = sprayed;
  if (n < MANY) return;
  const length = sprayed.alike(ALIKE);
  if (length >= 0) found(SPRAY, say('ev-udp-spray', { host: flow.initiatorText, n, length }), { amount: n });
}
