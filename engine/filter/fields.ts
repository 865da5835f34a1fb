// The fields of the display filter: one line each. Names are Wireshark's where it has one.
import { type AddressId, CAPTURE_GRADES, END_REASONS, LABELS, NO_LABEL, VERDICT_OPEN, VERDICTS, type FlowRow, type PacketRow } from '../../contract/index.ts';
import { inChunk, MARK_REVERSE, NET_IP4, NET_IP6, NO_FLOW, protocolName } from '../decode/index.ts';
import { VLANS_KEPT } from '../flow/index.ts';
import { factsOfRow, flowAppName } from '../session/index.ts';
import type { FlowFacts } from '../protocols/index.ts';
import { RULES, type Subject } from './subject.ts';

export type NumberOf = (row: number) => number;
export type TextOf = (row: number) => string | null;

/** Each getter yields one value of a row; NaN, null and -1 are 'not there'. */
export type Getters =
  | { readonly kind: 'number'; readonly of: readonly NumberOf[] }
  | { readonly kind: 'flag'; readonly of: readonly NumberOf[] }
  | { readonly kind: 'text'; readonly of: readonly TextOf[] }
  | { readonly kind: 'address'; readonly of: readonly NumberOf[] }
  | { readonly kind: 'bytes'; readonly of: readonly ((row: number) => Uint8Array)[] };

export interface Field {
  readonly name: string;
  readonly kind: Getters['kind'];
  readonly meaning: string;
  /** Values that it can have, where they are few. */
  readonly values?: readonly string[];
  /** By packet row. */
  readonly packet?: (s: Subject) => Getters;
  /** By flow row; a field with only this one holds for every packet of the flow. */
  readonly flow?: (s: Subject) => Getters;
  /** Its values change while a capture is read: verdicts, counters. */
  readonly changes?: boolean;
}

const number = (...of: NumberOf[]): Getters => ({ kind: 'number', of });
const flag = (of: NumberOf): Getters => ({ kind: 'flag', of: [of] });
const text = (...of: TextOf[]): Getters => ({ kind: 'text', of });

function chunkNumber(s: Subject, column: 'wire' | 'captured' | 'seconds'): NumberOf {
  return (row) => s.analysis.packets.chunk(row as PacketRow)[column][inChunk(row as PacketRow)]!;
}

function time(s: Subject, relative: boolean): NumberOf {
  return (row) => {
    const chunk = s.analysis.packets.chunk(row as PacketRow);
    const i = inChunk(row as PacketRow);
    return chunk.seconds[i]! - (relative ? s.analysis.baseSeconds : 0) + chunk.nanoseconds[i]! / 1e9 - (relative ? firstNanoseconds(s) : 0);
  };
}

function firstNanoseconds(s: Subject): number {
  return s.analysis.packetCount > 0 ? s.analysis.packets.chunk(0 as PacketRow).nanoseconds[0]! / 1e9 : 0;
}

/** Address ids of a packet's flow, source or destination side; -1 when there is none or it is of another family. */
function address(s: Subject, side: 'source' | 'destination', family: number): NumberOf {
  const { analysis } = s;
  const c = analysis.flows.columns;
  return (row) => {
    const chunk = analysis.packets.chunk(row as PacketRow);
    const i = inChunk(row as PacketRow);
    const owner = chunk.owner[i]!;
    if (owner >= NO_FLOW) return -1;
    const reverse = (chunk.marks[i]! & MARK_REVERSE) !== 0;
    const id = reverse === (side === 'source') ? c.responder[owner]! : c.initiator[owner]!;
    return analysis.addresses.kind(id as AddressId) === family ? id : -1;
  };
}

function flowAddress(s: Subject, end: 'initiator' | 'responder', family: number): NumberOf {
  return (flow) => {
    const id = s.analysis.flows.columns[end][flow]!;
    return family === 0 || s.analysis.addresses.kind(id as AddressId) === family ? id : -1;
  };
}

function ported(s: Subject, end: 'initiatorPort' | 'responderPort', protocol: number): NumberOf {
  const c = s.analysis.flows.columns;
  return (flow) => (c.hasPorts[flow] === 1 && (protocol === 0 || c.ipProtocol[flow] === protocol) ? c[end][flow]! : NaN);
}

function port(s: Subject, side: 'source' | 'destination', protocol: number): NumberOf {
  const { analysis } = s;
  const one = ported(s, 'initiatorPort', protocol);
  const two = ported(s, 'responderPort', protocol);
  return (row) => {
    const chunk = analysis.packets.chunk(row as PacketRow);
    const i = inChunk(row as PacketRow);
    const owner = chunk.owner[i]!;
    if (owner >= NO_FLOW) return NaN;
    return ((chunk.marks[i]! & MARK_REVERSE) !== 0) === (side === 'source') ? two(owner) : one(owner);
  };
}

function fact(pick: (facts: FlowFacts) => string | null | undefined): (s: Subject) => Getters {
  return (s) => text((flow) => {
    const facts = factsOfRow(s.analysis, flow as FlowRow);
    return facts === null ? null : (pick(facts) ?? null);
  });
}

function addressFields(prefix: string, family: number): Field[] {
  const both = (s: Subject): Getters => ({ kind: 'address', of: [address(s, 'source', family), address(s, 'destination', family)] });
  return [
    { name: `${prefix}.addr`, kind: 'address', meaning: 'source or destination address', packet: both, flow: (s) => ({ kind: 'address', of: [flowAddress(s, 'initiator', family), flowAddress(s, 'responder', family)] }) },
    { name: `${prefix}.src`, kind: 'address', meaning: 'source address', packet: (s) => ({ kind: 'address', of: [address(s, 'source', family)] }), flow: (s) => ({ kind: 'address', of: [flowAddress(s, 'initiator', family)] }) },
    { name: `${prefix}.dst`, kind: 'address', meaning: 'destination address', packet: (s) => ({ kind: 'address', of: [address(s, 'destination', family)] }), flow: (s) => ({ kind: 'address', of: [flowAddress(s, 'responder', family)] }) },
  ];
}

function portFields(name: string, protocol: number): Field[] {
  return [
    { name: `${name}.port`, kind: 'number', meaning: 'source or destination port', packet: (s) => number(port(s, 'source', protocol), port(s, 'destination', protocol)), flow: (s) => number(ported(s, 'initiatorPort', protocol), ported(s, 'responderPort', protocol)) },
    { name: `${name}.srcport`, kind: 'number', meaning: 'source port', packet: (s) => number(port(s, 'source', protocol)), flow: (s) => number(ported(s, 'initiatorPort', protocol)) },
    { name: `${name}.dstport`, kind: 'number', meaning: 'destination port', packet: (s) => number(port(s, 'destination', protocol)), flow: (s) => number(ported(s, 'responderPort', protocol)) },
  ];
}

function tcpFlag(name: string, bit: number): Field {
  return { name: `tcp.flags.${name}`, kind: 'flag', meaning: `the ${name.toUpperCase()} flag is set`, packet: (s) => flag((row) => { const l = s.layers(row); return l.ipProtocol === 6 && l.hasPorts ? (l.tcpFlags >> bit) & 1 : NaN; }) };
}

/** The places in which a flow keeps the VLAN ids of its packets. */
function vlanPlaces(s: Subject): NumberOf[] {
  const c = s.analysis.flows.columns;
  return Array.from({ length: VLANS_KEPT }, (_, place) => (flow) => (c.vlans[flow * VLANS_KEPT + place]! || NaN) - 1);
}

function flowNumber(name: string, meaning: string, of: (s: Subject) => NumberOf, changes = true): Field {
  return { name: `flow.${name}`, kind: 'number', meaning, changes, flow: (s) => number(of(s)) };
}

export const FIELDS: readonly Field[] = [
  { name: 'frame.number', kind: 'number', meaning: 'number of the packet', packet: () => number((row) => row + 1) },
  { name: 'frame.len', kind: 'number', meaning: 'length on the wire, bytes', packet: (s) => number(chunkNumber(s, 'wire')) },
  { name: 'frame.cap_len', kind: 'number', meaning: 'captured length, bytes', packet: (s) => number(chunkNumber(s, 'captured')) },
  { name: 'frame.time_epoch', kind: 'number', meaning: 'seconds since 1970', packet: (s) => number(time(s, false)) },
  { name: 'frame.time_relative', kind: 'number', meaning: 'seconds since the first packet', packet: (s) => number(time(s, true)) },
  { name: 'frame.protocols', kind: 'text', meaning: 'name in the Protocol column', packet: (s) => text((row) => protocolName(s.analysis.packets.chunk(row as PacketRow).protocol[inChunk(row as PacketRow)]!)) },
  { name: 'frame', kind: 'bytes', meaning: 'captured bytes: contains "text" or contains aa:bb:cc', packet: (s) => ({ kind: 'bytes', of: [(row) => s.bytes(row)] }) },
  { name: 'frame.marked', kind: 'flag', meaning: 'the packet is marked', changes: true, packet: (s) => flag((row) => Number(s.marked(row))) },
  { name: 'frame.ignored', kind: 'flag', meaning: 'the packet is ignored', changes: true, packet: (s) => flag((row) => Number(s.ignored(row))) },
  { name: '_ws.col.protocol', kind: 'text', meaning: 'the Protocol column', packet: (s) => text((row) => protocolName(s.analysis.packets.chunk(row as PacketRow).protocol[inChunk(row as PacketRow)]!)) },
  { name: '_ws.col.info', kind: 'text', meaning: 'the Info column', packet: (s) => text((row) => s.info(row)) },
  ...addressFields('ip', NET_IP4), ...addressFields('ipv6', NET_IP6),
  { name: 'ip.proto', kind: 'number', meaning: 'IP protocol number', flow: (s) => number((flow) => s.analysis.flows.columns.ipProtocol[flow]!) },
  ...portFields('tcp', 6), ...portFields('udp', 17),
  ...['fin', 'syn', 'reset', 'push', 'ack', 'urg'].map((name, bit) => tcpFlag(name, bit)),
  { name: 'tcp.flags', kind: 'number', meaning: 'TCP flags as a number', packet: (s) => number((row) => { const l = s.layers(row); return l.ipProtocol === 6 && l.hasPorts ? l.tcpFlags : NaN; }) },
  { name: 'tcp.len', kind: 'number', meaning: 'TCP payload, bytes', packet: (s) => number((row) => { const l = s.layers(row); return l.ipProtocol === 6 && l.hasPorts ? l.payloadWire : NaN; }) },
  { name: 'tcp.window_size_value', kind: 'number', meaning: 'TCP window before scaling', packet: (s) => number((row) => { const l = s.layers(row); return l.ipProtocol === 6 && l.hasPorts ? l.tcpWindow : NaN; }) },
  { name: 'icmp.type', kind: 'number', meaning: 'ICMP type', packet: (s) => number((row) => { const l = s.layers(row); return l.ipProtocol === 1 ? l.icmpType : NaN; }) },
  { name: 'tls.handshake.extensions_server_name', kind: 'text', meaning: 'server name that the flow’s client asked for', flow: fact((f) => f.serverName ?? f.tls?.client?.serverName) },
  { name: 'tls.handshake.ja3', kind: 'text', meaning: 'JA3 of the client', flow: fact((f) => f.ja3) },
  { name: 'tls.handshake.ja3s', kind: 'text', meaning: 'JA3S of the server', flow: fact((f) => f.ja3s) },
  { name: 'tls.handshake.ja4', kind: 'text', meaning: 'JA4 of the client', flow: fact((f) => f.ja4) },
  { name: 'tls.certificate.subject', kind: 'text', meaning: 'subject of the server’s certificate', flow: fact((f) => f.certificate?.subject) },
  { name: 'tls.certificate.issuer', kind: 'text', meaning: 'issuer of the server’s certificate', flow: fact((f) => f.certificate?.issuer) },
  { name: 'tls.certificate.self_signed', kind: 'flag', meaning: 'subject and issuer of the certificate are the same', flow: (s) => flag((flow) => { const c = factsOfRow(s.analysis, flow as FlowRow)?.certificate; return c ? Number(c.selfSigned) : NaN; }) },
  { name: 'dns.qry.name', kind: 'text', meaning: 'name that the flow asked for', flow: fact((f) => f.dnsQuery) },
  { name: 'http.host', kind: 'text', meaning: 'host of the HTTP request', flow: fact((f) => f.http?.host ?? null) },
  { name: 'http.user_agent', kind: 'text', meaning: 'user agent of the HTTP request', flow: fact((f) => f.http?.userAgent ?? null) },
  { name: 'http.request.method', kind: 'text', meaning: 'method of the HTTP request', flow: fact((f) => f.http?.method ?? null) },
  { name: 'http.response.code', kind: 'number', meaning: 'status of the HTTP answer', flow: (s) => number((flow) => factsOfRow(s.analysis, flow as FlowRow)?.http?.status || NaN) },
  { name: 'flow.id', kind: 'number', meaning: 'number of the flow: its first packet', flow: (s) => number((flow) => s.analysis.flows.columns.firstPacket[flow]! + 1) },
  { name: 'flow.verdict', kind: 'text', meaning: 'verdict of the flow', values: [...VERDICTS, 'open'], changes: true, flow: (s) => text((flow) => (s.verdict[flow] === VERDICT_OPEN ? 'open' : VERDICTS[s.verdict[flow]!]!)) },
  { name: 'flow.score', kind: 'number', meaning: 'probability of malice, 0 to 1', changes: true, flow: (s) => number((flow) => s.score[flow]!) },
  { name: 'flow.label', kind: 'text', meaning: 'what you said of the flow', values: [...LABELS, 'none'], changes: true, flow: (s) => text((flow) => (s.label[flow] === NO_LABEL ? 'none' : LABELS[s.label[flow]!]!)) },
  { name: 'flow.rule', kind: 'text', meaning: 'what raised the verdict', values: RULES, changes: true, flow: (s) => text((flow) => RULES[s.rule[flow]!]!) },
  { name: 'flow.app', kind: 'text', meaning: 'application protocol by content', changes: true, flow: (s) => text((flow) => flowAppName(s.analysis, flow as FlowRow)) },
  { name: 'flow.initiator', kind: 'address', meaning: 'address that began the flow', flow: (s) => ({ kind: 'address', of: [flowAddress(s, 'initiator', 0)] }) },
  { name: 'flow.responder', kind: 'address', meaning: 'address that answered', flow: (s) => ({ kind: 'address', of: [flowAddress(s, 'responder', 0)] }) },
  flowNumber('port', 'port of the responder', (s) => ported(s, 'responderPort', 0), false),
  { name: 'flow.vlan', kind: 'number', meaning: 'a VLAN id of the flow’s packets', changes: true, flow: (s) => number(...vlanPlaces(s)) },
  flowNumber('packets', 'packets in both directions', (s) => (flow) => s.analysis.flows.columns.packetsForward[flow]! + s.analysis.flows.columns.packetsReverse[flow]!),
  flowNumber('bytes', 'bytes in both directions', (s) => (flow) => s.analysis.flows.columns.bytesForward[flow]! + s.analysis.flows.columns.bytesReverse[flow]!),
  flowNumber('packets_fwd', 'packets from the initiator', (s) => (flow) => s.analysis.flows.columns.packetsForward[flow]!),
  flowNumber('packets_rev', 'packets from the responder', (s) => (flow) => s.analysis.flows.columns.packetsReverse[flow]!),
  flowNumber('bytes_fwd', 'bytes from the initiator', (s) => (flow) => s.analysis.flows.columns.bytesForward[flow]!),
  flowNumber('bytes_rev', 'bytes from the responder', (s) => (flow) => s.analysis.flows.columns.bytesReverse[flow]!),
  flowNumber('start', 'first packet, seconds since 1970', (s) => (flow) => s.analysis.flows.columns.startSeconds[flow]! + s.analysis.flows.columns.startNanoseconds[flow]! / 1e9, false),
  flowNumber('duration', 'seconds from first to last packet', (s) => (flow) => { const c = s.analysis.flows.columns; return c.endSeconds[flow]! - c.startSeconds[flow]! + (c.endNanoseconds[flow]! - c.startNanoseconds[flow]!) / 1e9; }),
  { name: 'flow.end', kind: 'text', meaning: 'why the flow ended', values: END_REASONS, changes: true, flow: (s) => text((flow) => END_REASONS[s.analysis.flows.columns.endReason[flow]!] ?? null) },
  { name: 'flow.grade', kind: 'text', meaning: 'how much of the flow the capture saw', values: CAPTURE_GRADES, changes: true, flow: (s) => text((flow) => CAPTURE_GRADES[s.analysis.flows.columns.grade[flow]!] ?? null) },
];

const byName = new Map(FIELDS.map((f) => [f.name, f]));

export function fieldNamed(name: string): Field | undefined {
  return byName.get(name);
}
