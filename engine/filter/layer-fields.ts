// Fields and bare words of link, network and transport layers. A packet has as many values as it has such layers, as in
// Wireshark.
import { type AddressId, type FlowRow, type PacketRow, say } from '../../contract/index.ts';
import {
  ADDRESS_MAC,
  flowOfOwner,
  inChunk,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  MARK_HEADER,
  MARK_LAYERS,
  NET_IP6,
  type PacketChunk,
} from '../decode/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import { type AddressTest, type Getters, number, flowSideOf, type Some } from './getters.ts';
import { bitOf, type LayerList, type LayerWord, type Span } from './layer-list.ts';
import { rowLayers } from './row-layers.ts';
import type { Subject } from './subject.ts';
import type { Predicate } from './tests.ts';

type Side = 'source' | 'destination' | 'both';

const U8 = 0xff;
const U16 = 0xffff;
const TCP_HEADER = 20;
const ETHERNET = 1;

function addresses(s: Subject, kind: number, side: Side): Getters<PacketRow> {
  const layers = rowLayers(s);
  const { analysis } = s;
  const c = analysis.flows.columns;
  const known = (id: AddressId, test: AddressTest): boolean => analysis.addresses.kind(id) === kind && test.id(id);
  const words = bitOf(kind === NET_IP4 ? 'ip' : 'ipv6');
  return {
    kind: 'address',
    some: (row, test) => {
      const list = kind === ADDRESS_MAC ? layers.of(row) : layers.beyondColumns(row, words);
      if (list !== null) {
        return list.addresses.some(
          (p) => p.kind === kind && (side === 'both' || p.source === (side === 'source')) && test.place(p),
        );
      }
      const owner = kind === ADDRESS_MAC ? null : flowSideOf(s, row);
      if (owner === null) return false;
      const source = owner.forward ? c.initiatorOf(owner.flow) : c.responderOf(owner.flow);
      const destination = owner.forward ? c.responderOf(owner.flow) : c.initiatorOf(owner.flow);
      return (side !== 'destination' && known(source, test)) || (side !== 'source' && known(destination, test));
    },
  };
}

function flowAddresses(s: Subject, kind: number, side: Side): Getters<FlowRow> {
  const {
    addresses: table,
    flows: { columns: c },
  } = s.analysis;
  const known = (id: AddressId, test: AddressTest): boolean => table.kind(id) === kind && test.id(id);
  return {
    kind: 'address',
    some: (flow, test) =>
      (side !== 'destination' && known(c.initiatorOf(flow), test)) ||
      (side !== 'source' && known(c.responderOf(flow), test)),
  };
}

const END_NAMES = { both: 'addr', source: 'src', destination: 'dst' } as const;
const PORT_NAMES = { both: 'port', source: 'srcport', destination: 'dstport' } as const;
const SIDES: readonly Side[] = ['both', 'source', 'destination'];

function addressFields(prefix: string, kind: number): Field[] {
  return SIDES.map((side): Field => ({
    name: `${prefix}.${END_NAMES[side]}`,
    kind: 'address',
    family: kind,
    meaning: say(`field-${side}-address`),
    packet: (s) => addresses(s, kind, side),
    ofSide: kind !== ADDRESS_MAC,
    ...(kind === ADDRESS_MAC ? {} : { flow: (s: Subject) => flowAddresses(s, kind, side) }),
  }));
}

function ports(s: Subject, protocol: number, side: Side): Getters<PacketRow> {
  const layers = rowLayers(s);
  const c = s.analysis.flows.columns;
  const inList = protocol === IPPROTO_TCP ? tcpPort : udpPort;
  // UDP-Lite has the ports of UDP and not its word.
  const words = protocol === IPPROTO_TCP ? bitOf('tcp') : bitOf('ip') | bitOf('ipv6');
  return {
    kind: 'number',
    some: (row, test) => {
      const list = layers.beyondColumns(row, words);
      if (list !== null) return inList(list, side, test);
      const owner = flowSideOf(s, row);
      if (owner === null || c.ipProtocol[owner.flow] !== protocol || c.hasPorts[owner.flow] !== 1) return false;
      const source = (owner.forward ? c.initiatorPort : c.responderPort)[owner.flow]!;
      const destination = (owner.forward ? c.responderPort : c.initiatorPort)[owner.flow]!;
      return (side !== 'destination' && test(source)) || (side !== 'source' && test(destination));
    },
  };
}

function tcpPort(list: LayerList, side: Side, test: (port: number) => boolean): boolean {
  return list.tcp.some(
    (t) =>
      (side !== 'destination' && t.end - t.at >= 2 && test(u16(t, 0))) ||
      (side !== 'source' && t.end - t.at >= 4 && test(u16(t, 2))),
  );
}

function udpPort(list: LayerList, side: Side, test: (port: number) => boolean): boolean {
  for (let i = 0; i < list.udp.length; i += 2) {
    if (side !== 'destination' && test(list.udp[i]!)) return true;
    if (side !== 'source' && test(list.udp[i + 1]!)) return true;
  }
  return false;
}

function flowPorts(s: Subject, protocol: number, side: Side): Getters<FlowRow> {
  const c = s.analysis.flows.columns;
  return {
    kind: 'number',
    some: (flow, test) =>
      c.hasPorts[flow] === 1 &&
      c.ipProtocol[flow] === protocol &&
      ((side !== 'destination' && test(c.initiatorPort[flow]!)) || (side !== 'source' && test(c.responderPort[flow]!))),
  };
}

function portFields(name: string, protocol: number): Field[] {
  return SIDES.map((side): Field => ({
    name: `${name}.${PORT_NAMES[side]}`,
    kind: 'number',
    max: U16,
    meaning: say(`field-${side}-port`),
    packet: (s) => ports(s, protocol, side),
    ofSide: true,
    flow: (s) => flowPorts(s, protocol, side),
  }));
}

function u16(span: Span, offset: number): number {
  return (span.buf[span.at + offset]! << 8) | span.buf[span.at + offset + 1]!;
}

/**
 * A value of each TCP header; NaN where the header is cut before it.
 * @param column where a row has it, if it has
 */
function tcpValue(
  of: (t: Span) => number,
  column: ((chunk: PacketChunk, i: number) => number) | null,
): (s: Subject) => Extract<Getters<PacketRow>, { kind: 'number' | 'flag' }> {
  return (s) => {
    const layers = rowLayers(s);
    const { packets, flows } = s.analysis;
    const { ipProtocol } = flows.columns;
    const walked: Some<PacketRow, number> = (row, test) =>
      layers.of(row)?.tcp.some((t) => {
        const value = of(t);
        return !Number.isNaN(value) && test(value);
      }) ?? false;
    return {
      kind: 'number',
      some: (row, test) => {
        const chunk = packets.chunk(row);
        const i = inChunk(row);
        const marks = chunk.marks[i]!;
        const told = (marks & MARK_HEADER) !== 0;
        if (!told && (marks & MARK_LAYERS) !== 0) return (layers.words(row) & TCP_WORD) !== 0 && walked(row, test);
        const flow = flowOfOwner(chunk.owner[i]!);
        if (flow !== null && ipProtocol[flow] !== IPPROTO_TCP) return false;
        return told && column !== null ? test(column(chunk, i)) : walked(row, test);
      },
    };
  };
}

const headerLength = (t: Span): number => (t.end - t.at >= 13 ? (t.buf[t.at + 12]! >> 4) * 4 : 0);
const tcpFlags = (t: Span): number => (t.end - t.at >= 14 && headerLength(t) >= TCP_HEADER ? u16(t, 12) & 0xfff : NaN);
const tcpWindow = (t: Span): number => (t.end - t.at >= 16 && headerLength(t) >= TCP_HEADER ? u16(t, 14) : NaN);

function tcpLength(t: Span): number {
  const header = headerLength(t);
  if (t.quoted || header < TCP_HEADER || t.end - t.at < TCP_HEADER || t.wireEnd - t.at < header) return NaN;
  return t.wireEnd - t.at - header;
}

function tcpFlag(name: string, bit: number): Field {
  const value = tcpValue(
    (t) => (Number.isNaN(tcpFlags(t)) ? NaN : (tcpFlags(t) >> bit) & 1),
    (chunk, i) => (chunk.flags[i]! >> bit) & 1,
  );
  return {
    name: `tcp.flags.${name}`,
    kind: 'flag',
    meaning: say('field-tcp-flag', { flag: name.toUpperCase() }),
    packet: (s) => ({ kind: 'flag', some: value(s).some }),
  };
}

function listed(name: string, max: number, meaning: FieldMeaning, of: (list: LayerList) => readonly number[]): Field {
  return {
    name,
    kind: 'number',
    max,
    meaning: say(meaning),
    packet: (s) => {
      const layers = rowLayers(s);
      return { kind: 'number', some: (row, test) => of(layers.of(row) ?? EMPTY).some(test) };
    },
  };
}

const TCP_WORD = bitOf('tcp');
const EMPTY = { protocols: [], icmp: [], icmp6: [], vlans: [] } as unknown as LayerList;

export const LAYER_FIELDS: readonly Field[] = [
  ...addressFields('eth', ADDRESS_MAC),
  ...addressFields('ip', NET_IP4),
  ...addressFields('ipv6', NET_IP6),
  {
    ...listed('ip.proto', U8, 'field-ip-proto', (l) => l.protocols),
    flow: (s) =>
      number((flow) => {
        const {
          addresses: table,
          flows: { columns: c },
        } = s.analysis;
        return table.kind(c.initiatorOf(flow)) === NET_IP4 ? c.ipProtocol[flow]! : NaN;
      }),
  },
  ...portFields('tcp', IPPROTO_TCP),
  ...portFields('udp', IPPROTO_UDP),
  ...['fin', 'syn', 'reset', 'push', 'ack', 'urg'].map((name, bit) => tcpFlag(name, bit)),
  {
    name: 'tcp.flags',
    kind: 'number',
    max: U16,
    meaning: say('field-tcp-flags'),
    packet: tcpValue(tcpFlags, (chunk, i) => chunk.flags[i]!),
  },
  {
    name: 'tcp.len',
    kind: 'number',
    max: 0xffff_ffff,
    meaning: say('field-tcp-payload'),
    packet: tcpValue(tcpLength, (chunk, i) => chunk.length[i]!),
  },
  {
    name: 'tcp.window_size_value',
    kind: 'number',
    max: U16,
    meaning: say('field-tcp-window'),
    packet: tcpValue(tcpWindow, null),
  },
  listed('icmp.type', U8, 'field-icmp-type', (l) => l.icmp),
  listed('icmpv6.type', U8, 'field-icmpv6-type', (l) => l.icmp6),
  listed('vlan.id', U16, 'field-vlan-id', (l) => l.vlans),
];

const FLOW_PROTOCOLS: Partial<Record<LayerWord, number>> = {
  tcp: IPPROTO_TCP,
  udp: IPPROTO_UDP,
  icmp: IPPROTO_ICMP,
  icmpv6: IPPROTO_ICMPV6,
  sctp: 132,
};

/** Packets that have a layer, whether outermost, within a tunnel or quoted. */
export function hasLayer(s: Subject, word: LayerWord): Predicate<PacketRow> {
  const layers = rowLayers(s);
  const bit = bitOf(word);
  const flows = flowHasLayer(s, word);
  const { packets } = s.analysis;
  return (row) => {
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const marks = chunk.marks[i]!;
    const tagged = (marks & MARK_LAYERS) !== 0;
    if (tagged && (marks & MARK_HEADER) === 0) return (layers.words(row) & bit) !== 0;
    if (word === 'eth') return chunk.link[i] === ETHERNET;
    if (word === 'vlan') return tagged;
    const flow = flowOfOwner(chunk.owner[i]!);
    if (flow === null) return tagged && (layers.words(row) & bit) !== 0;
    return flows !== null && flows(flow);
  };
}

/** The same of flows, for the layers that a flow has; null for others. */
export function flowHasLayer(s: Subject, word: LayerWord): Predicate<FlowRow> | null {
  const {
    addresses: table,
    flows: { columns: c },
  } = s.analysis;
  const protocol = FLOW_PROTOCOLS[word];
  if (protocol !== undefined) return (flow) => c.ipProtocol[flow] === protocol;
  if (word !== 'ip' && word !== 'ipv6') return null;
  const kind = word === 'ip' ? NET_IP4 : NET_IP6;
  return (flow) => table.kind(c.initiatorOf(flow)) === kind;
}

export const FLOW_WORDS: readonly LayerWord[] = ['ip', 'ipv6', 'tcp', 'udp', 'icmp', 'icmpv6', 'sctp'];
