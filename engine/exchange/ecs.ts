// Flows and incidents in the Elastic Common Schema (ECS 8.17, which 9 keeps), one object a line. Only fields that the
// schema has are written; what is ours alone stands under `sightline`, as the schema asks of custom fields.
import { isIP } from 'node:net';
import type { FlowRecord, IncidentRecord, Verdict } from '../../contract/index.ts';
import { nanosecondsOf } from './field-kinds.ts';

export const ECS_VERSION = '8.17.0';
type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | undefined };
export type EcsDocument = Readonly<Record<string, Json | undefined>>;

/** What is said of each document. */
export interface EcsOrigin {
  /** Product and its version. */
  readonly product: string;
  readonly version: string;
}

/** event.severity (Elastic's own rules: 21 low, 47 medium, 73 high). */
const SEVERITY: Readonly<Record<Verdict, number>> = { benign: 0, unfamiliar: 21, suspicious: 47, malicious: 73 };

/** Members without a value are not written at all, nor are objects of such members. */
function present(of: EcsDocument): EcsDocument | undefined {
  const known = Object.entries(of).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function text(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : value;
}

/** Nanoseconds; undefined for times that cannot be told. */
function durationOf(start: string, end: string): number | undefined {
  const [from, to] = [nanosecondsOf(start), nanosecondsOf(end)];
  return from === null || to === null || to < from ? undefined : Number(to - from);
}

function side(address: string, port: number | null, packets: number, bytes: number): EcsDocument {
  return {
    address: text(address),
    ip: isIP(address) === 0 ? undefined : address,
    port: port ?? undefined,
    packets,
    bytes,
  };
}

function base({ product, version }: EcsOrigin, file: string): EcsDocument {
  return {
    ecs: { version: ECS_VERSION },
    observer: { type: 'ids', vendor: 'Sightline', product, version },
    log: { file: { path: file } },
  };
}

export function ecsFlow(f: FlowRecord, origin: EcsOrigin): EcsDocument {
  const source = side(f.src, f.sport, f.packets_fwd, f.bytes_fwd);
  const destination = { ...side(f.dst, f.dport, f.packets_rev, f.bytes_rev), domain: text(f.sni) };
  const family = isIP(f.src);
  const verdict = f.verdict;
  return {
    '@timestamp': f.end,
    ...base(origin, f.file),
    event: present({
      kind: 'event',
      category: ['network'],
      type: ['connection', 'end'],
      module: 'sightline',
      dataset: 'sightline.flow',
      id: f.community_id === null ? undefined : `${f.community_id} ${f.id}`,
      start: f.start,
      end: f.end,
      duration: durationOf(f.start, f.end),
      reason: f.end_reason,
      severity: verdict === undefined ? undefined : SEVERITY[verdict],
      risk_score: f.points,
    }),
    source: present(source),
    destination: present(destination),
    client: present(source),
    server: present(destination),
    network: present({
      type: family === 0 ? undefined : `ipv${family}`,
      transport: transportOf(f.proto),
      protocol: f.app === f.proto ? undefined : f.app.toLowerCase(),
      community_id: text(f.community_id),
      bytes: f.bytes_fwd + f.bytes_rev,
      packets: f.packets_fwd + f.packets_rev,
      vlan: f.vlan === null ? undefined : { id: String(f.vlan[0]!) },
    }),
    tls: present({
      client: present({ ja3: text(f.ja3), server_name: text(f.sni) }),
      server: present({ ja3s: text(f.ja3s) }),
    }),
    rule: f.rules === undefined || f.rules.length === 0 ? undefined : { name: f.rules.join(', ') },
    tags: f.tags === undefined || f.tags.length === 0 ? undefined : f.tags,
    sightline: present({
      flow: f.id,
      first_packet: f.first_packet,
      last_packet: f.last_packet,
      grade: f.grade,
      verdict,
      score: f.score ?? undefined,
      incidents: f.incidents,
      label: f.label,
      ja4: text(f.ja4),
    }),
  };
}

/** The schema's words are those of IANA in small letters. */
function transportOf(proto: string): string {
  return proto === 'ICMPv6' ? 'ipv6-icmp' : proto.toLowerCase();
}

export function ecsIncident(i: IncidentRecord, origin: EcsOrigin): EcsDocument {
  const techniques = [...new Set(i.evidence.flatMap((e) => (e.technique === null ? [] : [e.technique])))];
  const ends = [i.initiator, i.peer];
  const ips = ends.filter((end) => isIP(end) !== 0);
  const hosts = [...new Set([...i.names, ...ends.filter((end) => isIP(end) === 0)])];
  const peer = isIP(i.peer) === 0 ? { address: i.peer, domain: i.peer } : { address: i.peer, ip: i.peer };
  return {
    '@timestamp': i.last,
    ...base(origin, i.file),
    message: [i.title, ...i.evidence.map((e) => e.text)].join('\n'),
    event: present({
      kind: 'alert',
      category: ['intrusion_detection'],
      type: ['info'],
      module: 'sightline',
      dataset: 'sightline.incident',
      id: String(i.id),
      start: i.first,
      end: i.last,
      duration: durationOf(i.first, i.last),
      reason: i.title,
      severity: SEVERITY[i.verdict],
      risk_score: i.points,
    }),
    source: present(isIP(i.initiator) === 0 ? { address: i.initiator } : { address: i.initiator, ip: i.initiator }),
    destination: peer,
    related: present({ ip: ips.length === 0 ? undefined : ips, hosts: hosts.length === 0 ? undefined : hosts }),
    rule: { name: i.evidence.map((e) => e.rule).join(', ') },
    threat: techniques.length === 0 ? undefined : { framework: 'MITRE ATT&CK', technique: { id: techniques } },
    sightline: present({
      incident: i.id,
      verdict: i.verdict,
      flows: i.flows,
      evidence: i.evidence.map((e) => ({ rule: e.rule, kind: e.kind, points: e.points, counts: e.counts })),
    }),
  };
}
