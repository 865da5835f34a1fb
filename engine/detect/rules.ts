// Evidence rules: what several flows show together, said beside the model and never inside it (docs/detection.md,
// section 5).
import { type FlowRow, interval, type Message, say, type Verdict } from '../../contract/index.ts';
import { IPPROTO_TCP } from '../decode/index.ts';
import type { FlowColumns } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';

export interface RuleHit {
  readonly rule: 'beacon' | 'port-scan';
  readonly verdict: Verdict;
  /** The first time that this rule speaks of these endpoints: worth an alert. */
  readonly first: boolean;
  /** Flows it stands on, this one included. */
  readonly evidence: readonly FlowRow[];
  readonly said: Message;
}

/** What else is odd about a beacon. */
type Oddity = 'self-signed' | 'unnamed-tls';

/** Flow starts that a beacon is told from. Six regular gaps by chance are rare; malware that beacons has hundreds. */
const BEACON_FLOWS = 6;
/** Seconds; below, browsers and mail clients open several connections at once. */
const BEACON_SHORTEST = 1;
/** Median deviation of the gaps from their median, as a share of it. Sleeps with 10 % jitter pass. */
const BEACON_JITTER = 0.12;
const HTTPS = 443;
const SCAN_PORTS = 50;
const SCAN_SECONDS = 60;
/** Endpoint pairs remembered; the one that was silent longest is forgotten first. */
const MAX_PAIRS = 65_536;

interface Beacon {
  readonly starts: number[];
  readonly rows: FlowRow[];
  told: boolean;
}
interface Scan {
  readonly ports: Map<number, number>;
  readonly rows: FlowRow[];
  told: boolean;
}

/** Hears of each completed flow once, in the order in which flows complete. */
export class RuleBook {
  private readonly beacons = new Map<number | string, Beacon>();
  private readonly scans = new Map<number, Scan>();

  completed(c: FlowColumns, row: FlowRow, facts: FlowFacts | null): RuleHit | null {
    if (c.ipProtocol[row] !== IPPROTO_TCP || c.hasPorts[row] !== 1) return null;
    const refused = c.packetsReverse[row]! <= 1 && c.packetsForward[row]! <= 3;
    return refused ? this.scan(c, row) : this.beacon(c, row, facts);
  }

  private beacon(c: FlowColumns, row: FlowRow, facts: FlowFacts | null): RuleHit | null {
    const b = recall(this.beacons, serviceKey(c, row), (): Beacon => ({ starts: [], rows: [], told: false }));
    b.starts.push(c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9);
    b.rows.push(row);
    if (b.starts.length > BEACON_FLOWS * 2) {
      b.starts.shift();
      b.rows.shift();
    }
    const every = regularInterval(b.starts);
    if (every === null) return null;
    // Regular starts alone are not enough for 'malicious', since updaters and monitors have them too.
    const odd = facts === null ? null : oddity(facts, c.responderPort[row]!);
    const first = !b.told;
    b.told = true;
    return {
      rule: 'beacon',
      verdict: odd === null ? 'suspicious' : 'malicious',
      first,
      evidence: [...b.rows],
      said: say(odd === null ? 'beacon' : `beacon-${odd}`, { flows: b.rows.length, interval: interval(every) }),
    };
  }

  private scan(c: FlowColumns, row: FlowRow): RuleHit | null {
    const key = c.initiator[row]! * 2 ** 26 + c.responder[row]!;
    const s = recall(this.scans, key, (): Scan => ({ ports: new Map(), rows: [], told: false }));
    const at = c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9;
    const port = c.responderPort[row]!;
    s.ports.delete(port);
    s.ports.set(port, at);
    s.rows.push(row);
    if (s.rows.length > SCAN_PORTS) s.rows.shift();
    for (const [old, seen] of s.ports) {
      if (at - seen <= SCAN_SECONDS && s.ports.size <= 4096) break;
      s.ports.delete(old);
    }
    if (s.ports.size < SCAN_PORTS) return null;
    const first = !s.told;
    s.told = true;
    return {
      rule: 'port-scan',
      verdict: 'suspicious',
      first,
      evidence: [...s.rows],
      said: say('port-scan', { ports: s.ports.size, seconds: SCAN_SECONDS }),
    };
  }
}

/**
 * Initiator, responder and port as a map's key: a number while address ids are below 2^18, and 52 bits hold all
 * three.
 */
function serviceKey(c: FlowColumns, row: FlowRow): number | string {
  const from = c.initiator[row]!;
  const to = c.responder[row]!;
  return (from | to) < 2 ** 18
    ? (from * 2 ** 18 + to) * 65_536 + c.responderPort[row]!
    : `${from} ${to} ${c.responderPort[row]}`;
}

const sorted = new Float64Array(BEACON_FLOWS * 2);
const gaps = new Float64Array(BEACON_FLOWS * 2);

/**
 * @param starts seconds, in any order, BEACON_FLOWS * 2 at most
 * @returns the interval in seconds when the starts are regular, else null
 */
export function regularInterval(starts: readonly number[]): number | null {
  if (starts.length < BEACON_FLOWS) return null;
  for (let i = 0; i < starts.length; i++) insert(sorted, i, starts[i]!);
  const n = starts.length - 1;
  for (let i = 0; i < n; i++) insert(gaps, i, sorted[i + 1]! - sorted[i]!);
  const median = gaps[n >> 1]!;
  if (median < BEACON_SHORTEST) return null;
  for (let i = 0; i < n; i++) insert(sorted, i, Math.abs(gaps[i]! - median));
  // One missed turn is allowed: the deviation that counts is the last but one.
  return sorted[n - 2]! <= BEACON_JITTER * median ? median : null;
}

/** Puts a number into its place among the first `n`, which ascend. */
function insert(list: Float64Array, n: number, value: number): void {
  let at = n;
  for (; at > 0 && list[at - 1]! > value; at--) list[at] = list[at - 1]!;
  list[at] = value;
}

function oddity(facts: FlowFacts, port: number): Oddity | null {
  const certificate = facts.certificate ?? facts.tls?.certificate ?? null;
  if (certificate?.selfSigned === true) return 'self-signed';
  const tls = facts.ja3 !== null || facts.tls !== null || certificate !== null;
  const named = (facts.serverName ?? facts.tls?.client?.serverName ?? null) !== null;
  return tls && !named && port !== HTTPS ? 'unnamed-tls' : null;
}

function recall<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) {
    map.delete(key);
    map.set(key, known);
    return known;
  }
  if (map.size >= MAX_PAIRS) map.delete(map.keys().next().value as K);
  const value = make();
  map.set(key, value);
  return value;
}
