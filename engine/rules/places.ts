// Addresses and ports of rule headers: groups, negation, variables.
import { type Message, say } from '../../contract/index.ts';
import { shown } from './syntax.ts';

/** Bounds of an address range: 16 bytes as two halves, IPv4 as ::ffff:a.b.c.d. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

export interface AddressSet {
  /** Every address. */
  readonly any: boolean;
  has(address: bigint): boolean;
  /** @param address of IPv4, 32 bits */
  has4(address: number): boolean;
  /** Ranges of IPv4 where the set has nothing else and leaves nothing out; null otherwise. */
  readonly only4: readonly (readonly [from: number, to: number])[] | null;
}
export interface PortSet {
  readonly any: boolean;
  has(port: number): boolean;
  /** Ports of the set when they are few and none is left out; null otherwise. */
  readonly few: readonly number[] | null;
}

/** Names of a configuration file: `$HOME_NET` and its like, without the dollar. */
export interface RuleVariables {
  readonly addresses: ReadonlyMap<string, string>;
  readonly ports: ReadonlyMap<string, string>;
}

/** How deep groups and variables may stand in each other: a variable that names itself ends here. */
const MAX_DEPTH = 64;
const MAX_PARTS = 200_000;
const TOP = (1n << 128n) - 1n;
const V4 = 0xffffn << 32n;
const V4_TOP = V4 | 0xffff_ffffn;

/** Spans of numbers that a list of parts takes in, and those that it leaves out. */
class Spans<N extends bigint | number> {
  readonly taken: { from: N; to: N }[] = [];
  readonly left: { from: N; to: N }[] = [];

  add(from: N, to: N, negated: boolean): void {
    (negated ? this.left : this.taken).push({ from, to });
  }
}

/** Spans in order and without overlaps, found by halving. */
class Ordered<N extends bigint | number> {
  private readonly from: N[] = [];
  private readonly to: N[] = [];

  constructor(spans: readonly { readonly from: N; readonly to: N }[]) {
    const sorted = [...spans].sort((a, b) => Number(a.from > b.from) - Number(a.from < b.from));
    for (const { from, to } of sorted) {
      const last = this.to.length - 1;
      if (last >= 0 && from <= this.to[last]!) {
        if (to > this.to[last]!) this.to[last] = to;
      } else {
        this.from.push(from);
        this.to.push(to);
      }
    }
  }

  get count(): number {
    return this.from.length;
  }

  has(n: N): boolean {
    let [low, high] = [0, this.from.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.from[middle]! <= n) low = middle + 1;
      else high = middle;
    }
    return low > 0 && n <= this.to[low - 1]!;
  }

  *spans(): Generator<readonly [N, N]> {
    for (let i = 0; i < this.from.length; i++) yield [this.from[i]!, this.to[i]!];
  }
}

type Reader<N extends bigint | number> = (part: string) => { readonly from: N; readonly to: N } | null;

/** How one kind of place is read. */
interface Reading<N extends bigint | number> {
  readonly variables: ReadonlyMap<string, string>;
  readonly reader: Reader<N>;
  readonly all: readonly [N, N];
  readonly into: Spans<N>;
}

/** Reads a group into spans. @returns what is wrong, or null */
function read<N extends bigint | number>(text: string, how: Reading<N>, negated = false, depth = 0): Message | null {
  const { variables, reader, all, into } = how;
  if (depth > MAX_DEPTH || into.taken.length + into.left.length > MAX_PARTS) return say('rule-group-deep');
  let t = text.trim();
  let not = negated;
  while (t.startsWith('!')) {
    not = !not;
    t = t.slice(1).trim();
  }
  if (t === '') return say('rule-group-empty');
  if (t.startsWith('$')) {
    const value = variables.get(t.slice(1));
    if (value === undefined) return say('rule-no-variable', { name: shown(t) });
    return read(value, how, not, depth + 1);
  }
  if (t.startsWith('[')) {
    if (!t.endsWith(']')) return say('rule-group-open', { text: shown(t) });
    for (const part of splitGroup(t.slice(1, -1))) {
      const wrong = read(part, how, not, depth + 1);
      if (wrong !== null) return wrong;
    }
    return null;
  }
  if (t.toLowerCase() === 'any') {
    into.add(all[0], all[1], not);
    return null;
  }
  const range = reader(t);
  if (range === null) return say('rule-no-place', { text: shown(t) });
  into.add(range.from, range.to, not);
  return null;
}

/** Parts of a group between commas that stand in no inner group. */
function splitGroup(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '[') depth++;
    else if (c === ']') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part.trim() !== '');
}

/** Addresses that a header names. */
export function addressSet(text: string, variables: RuleVariables): AddressSet | Message {
  const spans = new Spans<bigint>();
  const wrong = read<bigint>(text, {
    variables: variables.addresses,
    reader: addressRange,
    all: [0n, TOP],
    into: spans,
  });
  if (wrong !== null) return wrong;
  const taken = new Ordered(spans.taken.length > 0 ? spans.taken : [{ from: 0n, to: TOP }]);
  const left = new Ordered(spans.left);
  if (left.count > 0 && nothingStays(taken, left)) return say('rule-group-nothing');
  const any = left.count === 0 && taken.count === 1 && taken.has(0n) && taken.has(TOP);
  const [taken4, left4] = [narrowed(taken), narrowed(left)];
  return {
    any,
    has: (address) => taken.has(address) && !left.has(address),
    has4: (address) => taken4.has(address) && !left4.has(address),
    only4: left.count === 0 && taken4.count === taken.count ? only4(taken, taken4) : null,
  };
}

/** The part of the spans that IPv4 takes, in its own 32 bits. */
function narrowed(spans: Ordered<bigint>): Ordered<number> {
  const four: { from: number; to: number }[] = [];
  for (const [from, to] of spans.spans()) {
    if (to < V4 || from > V4_TOP) continue;
    four.push({ from: from < V4 ? 0 : Number(from - V4), to: to > V4_TOP ? 0xffff_ffff : Number(to - V4) });
  }
  return new Ordered(four);
}

function only4(taken: Ordered<bigint>, four: Ordered<number>): readonly (readonly [number, number])[] | null {
  for (const [from, to] of taken.spans()) if (from < V4 || to > V4_TOP) return null;
  return [...four.spans()];
}

const ANY_SPAN = 65_535;
/** Ports of one set that rules are grouped by. */
const FEW_PORTS = 64;

/** Ports that a header names. */
export function portSet(text: string, variables: RuleVariables): PortSet | Message {
  const spans = new Spans<number>();
  const wrong = read<number>(text, { variables: variables.ports, reader: portRange, all: [0, ANY_SPAN], into: spans });
  if (wrong !== null) return wrong;
  const taken = new Ordered(spans.taken.length > 0 ? spans.taken : [{ from: 0, to: ANY_SPAN }]);
  const left = new Ordered(spans.left);
  if (left.count > 0 && nothingStays(taken, left)) return say('rule-group-nothing');
  const any = left.count === 0 && taken.count === 1 && taken.has(0) && taken.has(ANY_SPAN);
  const has = (port: number): boolean => taken.has(port) && !left.has(port);
  return { any, has, few: any ? null : fewPorts(taken, has) };
}

function fewPorts(taken: Ordered<number>, has: (port: number) => boolean): readonly number[] | null {
  const ports: number[] = [];
  for (const [from, to] of taken.spans()) {
    if (to - from >= FEW_PORTS) return null;
    for (let port = from; port <= to; port++) if (has(port)) ports.push(port);
    if (ports.length > FEW_PORTS) return null;
  }
  return ports;
}

/** Whether what is left out takes all away: such a rule can never match. */
function nothingStays<N extends bigint | number>(taken: Ordered<N>, left: Ordered<N>): boolean {
  for (const [from, to] of taken.spans()) {
    let inside = false;
    for (const [leftFrom, leftTo] of left.spans()) if (leftFrom <= from && leftTo >= to) inside = true;
    if (!inside) return false;
  }
  return true;
}

function portRange(part: string): { from: number; to: number } | null {
  const match = /^(\d{1,5})?\s*(:)?\s*(\d{1,5})?$/.exec(part);
  if (match === null || (match[1] === undefined && match[3] === undefined)) return null;
  const from = Number(match[1] ?? 0);
  const to = match[2] === undefined ? from : Number(match[3] ?? ANY_SPAN);
  return from <= to && to <= ANY_SPAN ? { from, to } : null;
}

function addressRange(part: string): Range | null {
  const dash = /^([0-9a-fA-F.:]+)\s*-\s*([0-9a-fA-F.:]+)$/.exec(part);
  if (dash !== null) {
    const [from, to] = [addressNumber(dash[1]!), addressNumber(dash[2]!)];
    return from === null || to === null || from > to ? null : { from, to };
  }
  const slash = part.indexOf('/');
  const address = addressNumber(slash < 0 ? part : part.slice(0, slash));
  if (address === null) return null;
  if (slash < 0) return { from: address, to: address };
  const isV4 = !part.includes(':');
  const bits = prefixBits(part.slice(slash + 1), isV4);
  if (bits === null) return null;
  const free = BigInt((isV4 ? 32 : 128) - bits);
  const from = (address >> free) << free;
  return { from, to: from | ((1n << free) - 1n) };
}

/** Bits of a prefix: a number, or a mask such as 255.255.0.0. */
function prefixBits(text: string, isV4: boolean): number | null {
  if (/^\d{1,3}$/.test(text)) {
    const bits = Number(text);
    return bits <= (isV4 ? 32 : 128) ? bits : null;
  }
  const mask = isV4 ? addressNumber(text) : null;
  if (mask === null) return null;
  const bits = (mask & 0xffff_ffffn).toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null;
}

/** @returns 16 bytes of an address as a number, IPv4 as ::ffff:a.b.c.d; null where the text is none */
export function addressNumber(text: string): bigint | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (v4 !== null) {
    const parts = v4.slice(1).map(Number);
    if (parts.some((p) => p > 255)) return null;
    return V4 | BigInt(parts.reduce((sum, p) => sum * 256 + p, 0));
  }
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return null;
  return v6Number(text);
}

function v6Number(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1)!;
  const last = tail.at(-1);
  if (last?.includes('.') === true) {
    const v4 = addressNumber(last);
    if (v4 === null) return null;
    tail.splice(-1, 1, ((v4 >> 16n) & 0xffffn).toString(16), (v4 & 0xffffn).toString(16));
  }
  const count = groups.reduce((sum, g) => sum + g.length, 0);
  if (halves.length === 2 ? count > 7 : count !== 8) return null;
  const whole =
    halves.length === 2 ? [...groups[0]!, ...new Array<string>(8 - count).fill('0'), ...groups[1]!] : groups[0]!;
  if (!whole.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) return null;
  return whole.reduce((sum, g) => (sum << 16n) | BigInt(Number.parseInt(g, 16)), 0n);
}
