// Evidence of connections that come like clockwork, and of those in which nothing is ever said. One kind: both are one
// observation about one peer.
//
// Exempt: connections that were refused are no regular starts; peers with a well known name count one point; keep-alive
// protocols (MQTT, XMPP, push, NTP) are never many; spare connections of browsers are too few to be dead peers.
import { interval, say } from '../../contract/index.ts';
import { Starts } from './recent.ts';
import { RecentPlaces } from './places.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const UNKNOWN_PEER: Rule = {
  name: 'regular-starts-unknown-peer',
  kind: 'beacon',
  points: 2,
  title: 'rule-regular-starts-unknown-peer',
  technique: 'T1071',
  saidBy: ['regular-many'],
};
const REGULAR: Rule = { name: 'regular-starts', kind: 'beacon', points: 1, title: 'rule-regular-starts' };
const MANY: Rule = { name: 'regular-many', kind: 'beacon', points: 3, title: 'rule-regular-many', technique: 'T1071' };
const DEAD: Rule = {
  name: 'dead-peer',
  kind: 'beacon',
  points: 1,
  title: 'rule-dead-peer',
  saidBy: ['dead-peer-many'],
};
const DEAD_MANY: Rule = {
  name: 'dead-peer-many',
  kind: 'beacon',
  points: 3,
  title: 'rule-dead-peer-many',
  technique: 'T1008',
};
export const BEACON_RULES: readonly Rule[] = [UNKNOWN_PEER, REGULAR, MANY, DEAD, DEAD_MANY];

const HOUR = 3_600;
const DAY = 86_400;
const PEERS = 8_192;
/** Start times that are remembered of an initiator, a peer and a port, for a day: slow beacons take hours. */
const REMEMBERED = 40;
const FEWEST = 5;
const MANY_STARTS = 30;
/** The share of gaps that must lie within a share of their median. */
const ALIKE = 0.7;
const TOLERANCE = 0.15;
const SHORTEST_GAP = 1;
/** Gaps that a sum may lack because times are rounded: far more than it ever does. */
const ROUNDING = 0.5;
const DEAD_FLOWS = 8;
const DEAD_FLOWS_MANY = 80;
const KEEP_ALIVE_PORTS: ReadonlySet<number> = new Set([1883, 8883, 5222, 5223, 5228, 123]);
const KEEP_ALIVE_APPS: ReadonlySet<string> = new Set(['MQTT', 'XMPP/XML']);

/** Connections of one initiator to one port of one peer, of which there was more than a start. */
class Towards {
  readonly starts = new Starts(REMEMBERED, DAY);
  readonly dead = new Starts(DEAD_FLOWS_MANY, HOUR);

  empty(): void {
    this.starts.empty();
    this.dead.empty();
  }
}

/** What is remembered of a peer: it has a well known name; it has a `Towards` of its own. */
const POPULAR = 1;
const MORE = 2;

/** Connections by initiator, peer and port. Most are met once: their start is all that is kept of them. */
class Peers {
  private readonly places = new RecentPlaces(PEERS);
  private states = new Uint8Array(0);
  /** Seconds since the epoch; NaN without. */
  private once = new Float64Array(0);
  private readonly more: (Towards | undefined)[] = [];

  /** The place of what is remembered of a flow's peer. */
  placeOf(flow: FlowLook): number {
    const { places } = this;
    const place = places.recall(flow.initiator, flow.responder, flow.port);
    if (!places.fresh) return place;
    if (places.room > this.states.length) this.grow(places.room);
    this.states[place] = 0;
    this.once[place] = NaN;
    return place;
  }

  isPopular(place: number): boolean {
    return (this.states[place]! & POPULAR) !== 0;
  }

  setPopular(place: number): void {
    this.states[place]! |= POPULAR;
  }

  /** Notes a start. @returns how many are remembered */
  start(place: number, seconds: number): number {
    const { once } = this;
    if ((this.states[place]! & MORE) === 0 && once[place] !== once[place]) {
      once[place] = seconds;
      return 1;
    }
    return this.towards(place).starts.add(seconds);
  }

  /** All that is remembered, with the one start if there was one. */
  towards(place: number): Towards {
    if ((this.states[place]! & MORE) !== 0) return this.more[place]!;
    let towards = this.more[place];
    if (towards === undefined) this.more[place] = towards = new Towards();
    else towards.empty();
    const seconds = this.once[place]!;
    if (seconds === seconds) towards.starts.add(seconds);
    this.states[place]! |= MORE;
    return towards;
  }

  private grow(places: number): void {
    const states = new Uint8Array(places);
    const once = new Float64Array(places);
    states.set(this.states);
    once.set(this.once);
    this.states = states;
    this.once = once;
    while (this.more.length < places) this.more.push(undefined);
  }
}

export function beaconJudge(): Judge {
  const peers = new Peers();
  return {
    wants: SHOWS.tcpOver,
    look(flow, found) {
      if (!flow.over || flow.transport !== 'tcp' || !flow.began) return;
      const place = peers.placeOf(flow);
      if (!peers.isPopular(place) && flow.popular) peers.setPopular(place);
      if (!flow.refused) regular(flow, found, peers, place);
      const { payload } = flow.observed;
      if (flow.peerPublic && payload[0] === 0 && payload[1] === 0) dead(flow, found, peers.towards(place).dead);
    },
  };
}

function regular(flow: FlowLook, found: Found, peers: Peers, place: number): void {
  const n = peers.start(place, flow.start);
  if (n < FEWEST) return;
  const { starts } = peers.towards(place);
  if (isTooSoon(n - 1, starts.span)) return;
  const gap = regularGap(starts.all);
  if (gap === null) return;
  const said = { peer: flow.responderText, port: flow.port, n, time: interval(gap) };
  if (!flow.peerPublic || peers.isPopular(place)) {
    found(REGULAR, say('ev-regular-starts', said), { amount: n });
    return;
  }
  found(UNKNOWN_PEER, say('ev-regular-starts-unknown-peer', said), { amount: n });
  if (n >= MANY_STARTS && !KEEP_ALIVE_PORTS.has(flow.port) && !KEEP_ALIVE_APPS.has(flow.app))
    found(MANY, say('ev-regular-many', said));
}

/** Half of the gaps are as long as a regular one has to be: whether all of them together are too short for that. */
function isTooSoon(gaps: number, span: number): boolean {
  return span < ((gaps >> 1) - ROUNDING) * SHORTEST_GAP;
}

/** @param times seconds, sorted @returns the median gap of regular starts, null where they are not regular */
export function regularGap(times: ArrayLike<number>): number | null {
  const gaps =
    scratch.length < times.length ? new Float64Array(times.length - 1) : scratch.subarray(0, times.length - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = times[i + 1]! - times[i]!;
  const median = medianOf(gaps.sort());
  if (!(median >= SHORTEST_GAP)) return null;
  let alike = 0;
  for (let i = 0; i < gaps.length; i++) if (Math.abs(gaps[i]! - median) <= TOLERANCE * median) alike++;
  return alike > Math.floor(ALIKE * gaps.length) ? median : null;
}

/** For the gaps of what is remembered of one peer. */
const scratch = new Float64Array(REMEMBERED);

function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function dead(flow: FlowLook, found: Found, times: Starts): void {
  const n = times.add(flow.start);
  if (n < DEAD_FLOWS) return;
  const said = { peer: flow.responderText, port: flow.port, n, time: interval(times.span) };
  if (n < DEAD_FLOWS_MANY) found(DEAD, say('ev-dead-peer', said), { amount: n });
  else found(DEAD_MANY, say('ev-dead-peer-many', said));
}
