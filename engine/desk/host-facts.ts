// What flows say of a host: its names, its services, its fingerprints, its peers. Found by going through the flows of the
// hosts that are looked at; who else shows a fingerprint is found by one walk through all flows.
import { isIP } from 'node:net';
import {
  addressId,
  type FlowRow,
  flowRow,
  type HostName,
  type HostPeer,
  type HostPrint,
  type HostService,
} from '../../contract/index.ts';
import { certificateOf, type FlowFacts, serverNameOf } from '../protocols/index.ts';
import { factsOfRow, flowAppName, transportName } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { announcedNames } from './host-announced.ts';
import { hostFlowsOf } from './host-flows.ts';
import type { CaptureSession } from './session.ts';

/** Of each kind, and of the names of one host. */
const MOST_NAMES = 64;
const MOST_SERVICES = 200;
const MOST_PEERS = 200;
const MOST_PRINTS = 100;
const AT_ONCE = 4_096;

/** Calls for each flow that one of the hosts takes part in. @param side 0 as the one that began it, 1 as the other */
async function eachFlowOf(
  s: CaptureSession,
  hosts: readonly number[],
  turns: TimeSlices,
  see: (row: FlowRow, host: number, side: 0 | 1) => void,
): Promise<void> {
  const c = s.analysis.flows.columns;
  const chains = hostFlowsOf(s);
  await chains.follow(c, s.analysis.addresses.size, turns);
  let seen = 0;
  for (const host of new Set(hosts)) {
    for (const row of chains.of(host)) {
      see(row, host, c.initiator[row] === host ? 0 : 1);
      if (++seen % AT_ONCE === 0 && turns.due) await turns.rest();
    }
  }
}

/** Names by which a flow's responder was known. */
function namesIn(facts: FlowFacts): (readonly [HostName['by'], string])[] {
  const names: (readonly [HostName['by'], string])[] = [];
  const add = (by: HostName['by'], name: string | null | undefined): void => {
    if (name !== null && name !== undefined && name !== '' && !isAddress(name)) names.push([by, name]);
  };
  add('dns', facts.resolution?.name);
  add('tls', serverNameOf(facts));
  add('http', facts.http?.host);
  for (const exchange of facts.seen?.http ?? []) if (exchange.host !== facts.http?.host) add('http', exchange.host);
  const certificate = certificateOf(facts);
  const common = certificate === null ? null : commonName(certificate.subject);
  add('certificate', common === null || OF_ITSELF.test(common) ? null : common);
  return names;
}

/** By which every host calls itself: a certificate that has it says nothing of who shows it. */
const OF_ITSELF = /^localhost\d*$|^localhost\.|\.(?:localhost|localdomain)$/i;

/** Whether a Host field or a server name is an address, perhaps with a port: that is no name. */
function isAddress(name: string): boolean {
  const bare = name.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1');
  return isIP(bare) !== 0 || isIP(bare.replace(/:\d+$/, '')) !== 0;
}

/** The CN of a distinguished name. */
function commonName(subject: string): string | null {
  return /(?:^|,\s*)CN=([^,]+)/.exec(subject)?.[1] ?? null;
}

/** Names of hosts, those of most flows first. */
export async function namesOfHost(
  s: CaptureSession,
  hosts: readonly number[],
  turns: TimeSlices,
): Promise<Map<number, HostName[]>> {
  const found = new Map<number, NameCounts>();
  await eachFlowOf(s, hosts, turns, (row, host, side) => {
    if (side === 0) return;
    const facts = factsOfRow(s.analysis, row);
    if (facts !== null)
      countNames(
        counts(found, host, () => new Map()),
        facts,
      );
  });
  const announced = await announcedNames(s, turns);
  return new Map(
    hosts.map((host) => {
      const own = announced.get(s.analysis.addresses.text(addressId(host))) ?? [];
      return [host, [...own, ...named(found.get(host) ?? new Map())]];
    }),
  );
}

type NameCounts = Map<string, { readonly by: HostName['by']; readonly name: string; flows: number }>;

function countNames(into: NameCounts, facts: FlowFacts): void {
  const inFlow = new Set<string>();
  for (const [by, name] of namesIn(facts)) {
    const key = `${by} ${name.toLowerCase()}`;
    if (inFlow.has(key)) continue;
    inFlow.add(key);
    const known = into.get(key);
    if (known !== undefined) known.flows++;
    else if (into.size < MOST_NAMES) into.set(key, { by, name: name.slice(0, 253), flows: 1 });
  }
}

/** A certificate names many hosts, so it names one last. */
const TRUST: readonly HostName['by'][] = ['dhcp', 'netbios', 'dns', 'tls', 'http', 'certificate'];

function named(names: NameCounts): HostName[] {
  return [...names.values()].sort((a, b) => TRUST.indexOf(a.by) - TRUST.indexOf(b.by) || b.flows - a.flows);
}

/** What a page of the list tells of each host beside its columns. */
export interface HostLine {
  readonly name: string;
  readonly apps: string;
  readonly offers: string;
}

/** Apps and ports that a line of the list names. */
const IN_LINE = 4;

export async function hostLines(
  s: CaptureSession,
  hosts: readonly number[],
  only: ((row: FlowRow) => boolean) | null,
  turns: TimeSlices,
): Promise<Map<number, HostLine>> {
  const c = s.analysis.flows.columns;
  const names = new Map<number, NameCounts>();
  const apps = new Map<number, Map<string, number>>();
  const ports = new Map<number, Map<string, number>>();
  await eachFlowOf(s, hosts, turns, (row, host, side) => {
    if (only !== null && !only(row)) return;
    const bytes = c.bytesForward[row]! + c.bytesReverse[row]!;
    addTo(
      counts(apps, host, () => new Map<string, number>()),
      flowAppName(s.analysis, row),
      bytes,
    );
    if (side === 0) return;
    const facts = factsOfRow(s.analysis, row);
    if (facts !== null)
      countNames(
        counts(names, host, () => new Map()),
        facts,
      );
    if (c.hasPorts[row] === 1 && c.packetsReverse[row]! > 0)
      addTo(
        counts(ports, host, () => new Map<string, number>()),
        portText(s, row),
        bytes,
      );
  });
  const announced = await announcedNames(s, turns);
  const nameOf = (id: number): string =>
    announced.get(s.analysis.addresses.text(addressId(id)))?.[0]?.name ??
    named(names.get(id) ?? new Map())[0]?.name ??
    '';
  return new Map(hosts.map((id) => [id, { name: nameOf(id), apps: most(apps.get(id)), offers: most(ports.get(id)) }]));
}

function portText(s: CaptureSession, row: FlowRow): string {
  const c = s.analysis.flows.columns;
  return `${c.responderPort[row]!}/${transportName(c.ipProtocol[row]!).toLowerCase()}`;
}

/** Keys with the highest sums. More than so many different ones are not told apart. */
const MOST_KEYS = 4_096;

function addTo(sums: Map<string, number>, key: string, by: number): void {
  const known = sums.get(key);
  if (known !== undefined || sums.size < MOST_KEYS) sums.set(key, (known ?? 0) + by);
}

function most(sums: Map<string, number> | undefined): string {
  const sorted = [...(sums ?? [])].sort((a, b) => b[1] - a[1]);
  const rest = sorted.length - IN_LINE;
  const shown = sorted.slice(0, IN_LINE).map(([key]) => key);
  return rest > 0 ? `${shown.join(' ')} +${rest}` : shown.join(' ');
}

function counts<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** All that flows say of one host. */
export interface HostFacts {
  readonly names: HostName[];
  readonly offers: HostService[];
  readonly uses: HostService[];
  readonly peers: HostPeer[];
  readonly peerCount: number;
  readonly prints: HostPrint[];
  readonly rows: readonly FlowRow[];
}

interface Service {
  readonly port: number;
  readonly transport: string;
  app: string;
  flows: number;
  bytes: number;
  answered: boolean;
  readonly peers: Set<number>;
}

export async function factsOfHost(s: CaptureSession, host: number, turns: TimeSlices): Promise<HostFacts> {
  const c = s.analysis.flows.columns;
  const names: NameCounts = new Map();
  const sides: [Map<string, Service>, Map<string, Service>] = [new Map(), new Map()];
  const peers = new Map<number, { flows: number; bytesIn: number; bytesOut: number }>();
  const prints = new Map<string, { readonly kind: HostPrint['kind']; readonly value: string; flows: number }>();
  const rows: FlowRow[] = [];
  await eachFlowOf(s, [host], turns, (row, _host, side) => {
    rows.push(row);
    const facts = factsOfRow(s.analysis, row);
    const peer = side === 0 ? c.responder[row]! : c.initiator[row]!;
    if (facts !== null && side === 1) countNames(names, facts);
    if (facts !== null) countPrints(prints, facts, side);
    if (c.hasPorts[row] === 1) countService(s, sides[side], row, peer);
    const known = counts(peers, peer, () => ({ flows: 0, bytesIn: 0, bytesOut: 0 }));
    known.flows++;
    known.bytesOut += (side === 0 ? c.bytesForward : c.bytesReverse)[row]!;
    known.bytesIn += (side === 0 ? c.bytesReverse : c.bytesForward)[row]!;
  });
  const shown = [...peers].sort((a, b) => b[1].bytesIn + b[1].bytesOut - a[1].bytesIn - a[1].bytesOut);
  const listed = shown.slice(0, MOST_PEERS);
  const peerNames = await namesOfHost(
    s,
    listed.map(([id]) => id),
    turns,
  );
  const elsewhere = await hostsOfPrints(s, prints, turns);
  return {
    names: named(names),
    uses: services(sides[0]),
    offers: services(sides[1]),
    peers: listed.map(([id, sums]) => ({
      host: id,
      address: s.analysis.addresses.text(addressId(id)),
      name: peerNames.get(id)?.[0]?.name ?? null,
      ...sums,
    })),
    peerCount: peers.size,
    prints: [...prints.entries()].map(([key, p]) => ({ ...p, hosts: elsewhere.get(key) ?? 1 })),
    rows,
  };
}

function countService(s: CaptureSession, into: Map<string, Service>, row: FlowRow, peer: number): void {
  const c = s.analysis.flows.columns;
  const port = c.responderPort[row]!;
  const transport = transportName(c.ipProtocol[row]!);
  const key = `${transport} ${port}`;
  if (!into.has(key) && into.size >= MOST_KEYS) return;
  const service = counts(into, key, () => ({
    port,
    transport,
    app: '',
    flows: 0,
    bytes: 0,
    answered: false,
    peers: new Set<number>(),
  }));
  service.flows++;
  service.bytes += c.bytesForward[row]! + c.bytesReverse[row]!;
  service.answered ||= c.packetsReverse[row]! > 0;
  service.peers.add(peer);
  // What content tells is told before what the port alone would.
  const app = flowAppName(s.analysis, row);
  if (service.app === '' || service.app === transport) service.app = app;
}

function services(of: Map<string, Service>): HostService[] {
  return [...of.values()]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, MOST_SERVICES)
    .map(({ peers, ...rest }) => ({ ...rest, peers: peers.size }));
}

/** Fingerprints that an end of a flow shows: the client's of the one that began it, the server's of the other. */
function printsIn(facts: FlowFacts, side: 0 | 1): (readonly [HostPrint['kind'], string | null | undefined])[] {
  const ssh = facts.ssh?.[side];
  const both = [['ssh', ssh?.banner] as const, ['hassh', ssh?.hassh] as const];
  if (side === 1) return [['ja3s', facts.ja3s ?? facts.tls?.ja3s], ...both];
  const agents = new Set([facts.http?.userAgent, ...(facts.seen?.http ?? []).map((h) => h.agent)]);
  return [
    ['ja4', facts.ja4 ?? facts.tls?.ja4],
    ['ja3', facts.ja3 ?? facts.tls?.ja3],
    ...[...agents].map((agent) => ['agent', agent] as const),
    ...both,
  ];
}

function countPrints(
  into: Map<string, { readonly kind: HostPrint['kind']; readonly value: string; flows: number }>,
  facts: FlowFacts,
  side: 0 | 1,
): void {
  for (const [kind, value] of printsIn(facts, side)) {
    if (value === null || value === undefined || value === '') continue;
    const key = `${kind} ${value}`;
    if (!into.has(key) && into.size >= MOST_PRINTS) continue;
    counts(into, key, () => ({ kind, value: value.slice(0, 500), flows: 0 })).flows++;
  }
}

/** How many hosts of the capture show each of these fingerprints. */
async function hostsOfPrints(
  s: CaptureSession,
  prints: ReadonlyMap<string, unknown>,
  turns: TimeSlices,
): Promise<Map<string, number>> {
  const hosts = new Map<string, Set<number>>();
  if (prints.size === 0) return new Map();
  const c = s.analysis.flows.columns;
  for (let row = flowRow(0); row < c.count; row++) {
    if (row % AT_ONCE === 0 && turns.due) await turns.rest();
    const facts = factsOfRow(s.analysis, row);
    if (facts === null) continue;
    for (const side of [0, 1] as const) {
      for (const [kind, value] of printsIn(facts, side)) {
        const key = `${kind} ${value}`;
        if (prints.has(key))
          counts(hosts, key, () => new Set<number>()).add(c[side === 0 ? 'initiator' : 'responder'][row]!);
      }
    }
  }
  return new Map([...hosts].map(([key, set]) => [key, set.size]));
}
