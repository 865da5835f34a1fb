// A filter's tree to one predicate over rows. Everything that can be worked out once (address sets, lower case, patterns) is.
import type { AddressId, PacketRow } from '../../contract/index.ts';
import { inChunk, NET_IP4, NET_IP6, NO_FLOW, protocolNames } from '../decode/index.ts';
import { FEATURES } from '../features/index.ts';
import { fieldNamed, FIELDS, type Field, type Getters } from './fields.ts';
import { FilterError } from './lexer.ts';
import { addressMatcher, bytesPattern, numberValue, safePattern } from './values.ts';
import { parse, type Comparison, type FieldRef, type Node, type Value } from './parser.ts';
import type { Subject } from './subject.ts';

export type Predicate = (row: number) => boolean;

export interface CompiledFilter {
  /** Features whose columns must be there before `bind`. */
  readonly features: readonly string[];
  /** Its answer for a row may change while the capture is read. */
  readonly changes: boolean;
  bind(subject: Subject): Predicate;
}

type Over = 'packets' | 'flows';
type Maker = (s: Subject) => Predicate;

/** Protocols that every packet shows by its transport, whatever the Protocol column says. */
const TRANSPORTS: Record<string, readonly number[]> = { tcp: [6], udp: [17], icmp: [1], icmpv6: [58], sctp: [132], gre: [47] };

/** @returns null for an empty filter @throws FilterError that points at the mistake */
export function compileFilter(source: string, over: Over): CompiledFilter | null {
  const tree = parse(source);
  if (tree === null) return null;
  const features = new Set<string>();
  const state = { over, features, changes: false };
  const make = build(tree, state);
  return { features: [...features], changes: state.changes, bind: make };
}

interface State { readonly over: Over; readonly features: Set<string>; changes: boolean }

function build(node: Node, state: State): Maker {
  switch (node.kind) {
    case 'or': case 'and': {
      const left = build(node.left, state);
      const right = build(node.right, state);
      if (node.kind === 'or') return (s) => { const l = left(s); const r = right(s); return (row) => l(row) || r(row); };
      return (s) => { const l = left(s); const r = right(s); return (row) => l(row) && r(row); };
    }
    case 'not': {
      const inner = build(node.inner, state);
      return (s) => { const p = inner(s); return (row) => !p(row); };
    }
    case 'exists': return exists(node.field, state);
    case 'compare': return overField(node.field, state, (f) => comparison(f, node.operator, node.value));
    case 'in': return overField(node.field, state, (f) => {
      const tests = node.values.map((v) => (v.high === null ? comparison(f, '==', v.low) : range(f, node.field, v.low, v.high)));
      return (g) => { const made = tests.map((t) => t(g)); return (row) => made.some((t) => t(row)); };
    });
  }
}

type Test = (getters: Getters, s?: Subject) => Predicate;

function resolve(ref: FieldRef, state: State): Field {
  if (ref.name.startsWith('feature.')) {
    const name = ref.name.slice(8);
    const feature = FEATURES.find((f) => f.name === name);
    if (!feature) throw new FilterError(ref.at, ref.length, `there is no feature '${name}'; docs/features.md lists them`);
    state.features.add(name);
    return { name: ref.name, kind: 'number', meaning: feature.meaning, flow: (s) => { const column = s.feature(name); return { kind: 'number', of: [(row) => column[row] ?? NaN] }; } };
  }
  const field = fieldNamed(ref.name);
  if (!field) throw new FilterError(ref.at, ref.length, unknownField(ref.name));
  if (state.over === 'flows' && !field.flow) throw new FilterError(ref.at, ref.length, `${ref.name} belongs to packets; filter by it in Packets`);
  return field;
}

function unknownField(name: string): string {
  const near = FIELDS.map((f) => f.name).find((f) => f.startsWith(name) || f.endsWith(`.${name}`) || name.startsWith(f));
  return near ? `there is no field '${name}'; did you mean ${near}?` : `there is no field '${name}'`;
}

/** A test over the field's values, lifted to packet rows where the field belongs to the flow. */
function overField(ref: FieldRef, state: State, test: (field: Field) => Test): Maker {
  const field = resolve(ref, state);
  // Facts of a flow come while it is read, so all that belongs to flows may still change.
  if (field.changes || !field.packet) state.changes = true;
  const make = test(field);
  if (state.over === 'flows') return (s) => make(field.flow!(s), s);
  if (field.packet) return (s) => make(field.packet!(s), s);
  return (s) => ofFlow(s, make(field.flow!(s), s));
}

/** Asks once a flow and remembers: a capture has far fewer flows than packets. */
function ofFlow(s: Subject, predicate: Predicate): Predicate {
  const { packets } = s.analysis;
  const known = new Int8Array(s.analysis.flows.columns.count + 65_536);
  return (row) => {
    const owner = packets.chunk(row as PacketRow).owner[inChunk(row as PacketRow)]!;
    if (owner >= NO_FLOW) return false;
    const said = known[owner];
    if (said !== undefined && said !== 0) return said === 1;
    const is = predicate(owner);
    if (owner < known.length) known[owner] = is ? 1 : 2;
    return is;
  };
}

function exists(ref: FieldRef, state: State): Maker {
  if (fieldNamed(ref.name) || ref.name.startsWith('feature.')) {
    return overField(ref, state, (field) => (g) => {
      if (field.kind === 'flag') return any(g.of as never, (v: number) => v === 1);
      return present(g);
    });
  }
  return protocolTest(ref, state);
}

/** A bare protocol name: by the Protocol column, and for transports and IP by the flow. */
function protocolTest(ref: FieldRef, state: State): Maker {
  const name = ref.name.toLowerCase();
  const transport = TRANSPORTS[name];
  const family = name === 'ip' ? NET_IP4 : name === 'ipv6' ? NET_IP6 : 0;
  if (name === 'eth' || name === 'frame') return () => () => true;
  const known = [...protocolNames(), ...EXTRA_PROTOCOLS].some((p) => protocolKey(p) === name);
  if (!transport && family === 0 && !known) throw new FilterError(ref.at, ref.length, unknownField(ref.name));
  const byFlow: Maker = (s) => {
    const c = s.analysis.flows.columns;
    if (transport) return (flow) => transport.includes(c.ipProtocol[flow]!);
    if (family !== 0) return (flow) => s.analysis.addresses.kind(c.initiator[flow]! as AddressId) === family;
    const ids = protocolIds(name);
    return (flow) => ids(c.app[flow]!);
  };
  if (state.over === 'flows') { state.changes ||= !transport && family === 0; return byFlow; }
  if (transport || family !== 0) return (s) => ofFlow(s, byFlow(s));
  return (s) => {
    const ids = protocolIds(name);
    return (row) => ids(s.analysis.packets.chunk(row as PacketRow).protocol[inChunk(row as PacketRow)]!);
  };
}

const EXTRA_PROTOCOLS = ['TLS', 'SSL', 'HTTP', 'DNS', 'ARP', 'QUIC', 'SSH', 'SMB', 'DHCP', 'NTP'];

/** Names of one family match together: `tls` is SSLv3, TLSv1.2 and the others; `http` also HTTP/XML. */
function protocolKey(name: string): string {
  const key = name.toLowerCase().replace(/[ /(<].*$/, '');
  return /^(tls|ssl)/.test(key) ? (key.startsWith('ssl') && name === 'SSL' ? 'ssl' : 'tls') : key;
}

function protocolIds(name: string): (id: number) => boolean {
  const wanted = name === 'ssl' ? 'tls' : name;
  const known: number[] = [];
  return (id) => {
    let said = known[id];
    if (said === undefined) known[id] = said = protocolKey(protocolNames()[id] ?? '') === wanted || (wanted === 'tls' && protocolNames()[id] === 'SSL') ? 1 : 0;
    return said === 1;
  };
}

function any<T>(of: readonly ((row: number) => T)[], test: (value: T) => boolean): Predicate {
  const [one, two] = of;
  if (of.length === 1) return (row) => test(one!(row));
  return (row) => test(one!(row)) || test(two!(row));
}

function present(g: Getters): Predicate {
  switch (g.kind) {
    case 'number': case 'flag': return any(g.of, (v) => v === v);
    case 'address': return any(g.of, (v) => v >= 0);
    case 'text': return any(g.of, (v) => v !== null);
    case 'bytes': return () => true;
  }
}

/** `!=` holds when the field is there and none of its values is equal, as in Wireshark since 4.0. */
function unequal(g: Getters, equal: Predicate): Predicate {
  const there = present(g);
  return (row) => there(row) && !equal(row);
}

function comparison(field: Field, operator: Comparison, value: Value): Test {
  if (operator === '!=') {
    const equal = comparison(field, '==', value);
    return (g, s) => unequal(g, equal(g, s));
  }
  switch (field.kind) {
    case 'number': case 'flag': return numberTest(field, operator, value);
    case 'text': return textTest(field, operator, value);
    case 'address': {
      if (operator !== '==') throw new FilterError(value.at, value.length, `${field.name} is an address: it can be ==, != or in {…}`);
      const matches = addressMatcher(value);
      return (g, s) => {
        const known: number[] = [];
        const table = s!.analysis.addresses;
        return any((g as Extract<Getters, { kind: 'address' }>).of, (id) => {
          if (id < 0) return false;
          return (known[id] ??= matches(table.kind(id as AddressId), table.bytes(id as AddressId)) ? 1 : 0) === 1;
        });
      };
    }
    case 'bytes': {
      if (operator === 'contains') {
        const needle = bytesPattern(value);
        return (g) => any((g as Extract<Getters, { kind: 'bytes' }>).of, (b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength).includes(needle));
      }
      if (operator !== 'matches') throw new FilterError(value.at, value.length, `${field.name} can be tested with contains and matches`);
      const pattern = safePattern(value);
      return (g) => any((g as Extract<Getters, { kind: 'bytes' }>).of, (b) => pattern.test(Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('latin1')));
    }
  }
}

function numberTest(field: Field, operator: Comparison, value: Value): Test {
  if (operator === 'contains' || operator === 'matches') throw new FilterError(value.at, value.length, `${field.name} is a number: it has no '${operator}'`);
  const v = numberValue(field, value);
  const test = { '==': (x: number) => x === v, '>': (x: number) => x > v, '<': (x: number) => x < v, '>=': (x: number) => x >= v, '<=': (x: number) => x <= v, '!=': (x: number) => x !== v }[operator];
  // Shown scores are rounded and features are float32: equal means equal as such.
  const single = Math.fround(v);
  const equal = field.name.startsWith('feature.') || field.name === 'flow.score' ? (x: number) => x === v || x === single : test;
  return (g) => any((g as Extract<Getters, { kind: 'number' }>).of, operator === '==' ? equal : test);
}

function textTest(field: Field, operator: Comparison, value: Value): Test {
  const of = (g: Getters): readonly ((row: number) => string | null)[] => (g as Extract<Getters, { kind: 'text' }>).of;
  if (operator === 'matches') {
    const pattern = safePattern(value);
    return (g) => any(of(g), (v) => v !== null && pattern.test(v));
  }
  const wanted = value.text.toLowerCase();
  if (operator === 'contains') return (g) => any(of(g), (v) => v !== null && v.toLowerCase().includes(wanted));
  if (operator !== '==') throw new FilterError(value.at, value.length, `${field.name} is a text: it can be ==, !=, contains, matches or in {…}`);
  if (field.values && !field.values.includes(wanted)) throw new FilterError(value.at, value.length, `${field.name} is one of ${field.values.join(', ')}`);
  return (g) => any(of(g), (v) => v !== null && v.toLowerCase() === wanted);
}

function range(field: Field, ref: FieldRef, low: Value, high: Value): Test {
  if (field.kind !== 'number') throw new FilterError(ref.at, ref.length, `${field.name} is no number: a range has no meaning for it`);
  const from = numberValue(field, low);
  const to = numberValue(field, high);
  return (g) => any((g as Extract<Getters, { kind: 'number' }>).of, (v) => v >= from && v <= to);
}

