// Evidence of DNS: data in names (tunnels), random names that do not exist, and a record type that only an exploit
// asks for.
//
// Evidence goes to the registered name that was asked for, never to the resolver. Exempt: popular names, .arpa, for
// texts .local; single labels without a dot (a browser's random probes of its network); look-ups of an address in a
// list (its four numbers and a few words, RFC 5782, 2.1). What was registered carries no data: only what stands before.
import { say, UNKNOWN_NAMES } from '../../contract/index.ts';
import type { DnsSeen } from '../observe/index.ts';
import { Distinct, Recent } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

/** What is known of names: their registered part, whether they are popular, how random they look. */
export interface NameLore {
  /** The name that somebody registered: `example.co.uk` of `a.b.example.co.uk`; '' without one. */
  readonly registeredName: (name: string) => string;
  readonly isPopular: (name: string) => boolean;
  /** Over 0.4 a name looks random. */
  readonly nameScore: (name: string) => number;
}

const PORT = 53;
const HOUR = 3_600;
const NULL = 10;
const TXT = 16;
const KEY = 25;
/** For private use (RFC 6895, 3.1); iodine asks so. */
const PRIVATE = 65_399;
/** Types whose answers carry anything. */
const CARRIERS: ReadonlySet<number> = new Set([NULL, TXT, KEY, PRIVATE]);
const SIG = 24;
const NXDOMAIN = 3;

const TUNNEL_NAMES = 15;
const TUNNEL_LABEL = 16;
const TEXT_QUERIES = 5;
const TEXT_SHARE = 0.3;
const TEXT_MANY = 10;
const TEXT_POLLS = 30;
const TEXT_LENGTH = 20;
const LONG_LABEL = 50;
const RANDOM_NAMES = 5;
const RANDOM_SCORE = 0.4;

/** Hosts and parents remembered, and names of each. */
const MAX_PARENTS = 4_096;
const MAX_NAMES = 32;
const MAX_HOSTS = 8_192;
const MAX_OPEN = 16_384;

const TUNNEL: Rule = {
  name: 'dns-tunnel',
  kind: 'dns-tunnel',
  points: 3,
  title: 'rule-dns-tunnel',
  technique: 'T1071.004',
};
const TEXTS_MANY: Rule = {
  name: 'dns-text-many',
  kind: 'dns-tunnel',
  points: 3,
  title: 'rule-dns-text-many',
  technique: 'T1071.004',
};
const TEXTS_POLLED: Rule = {
  name: 'dns-text-polled',
  kind: 'dns-tunnel',
  points: 3,
  title: 'rule-dns-text-polled',
  technique: 'T1071.004',
};
const TEXTS: Rule = {
  name: 'dns-text-queries',
  kind: 'dns-tunnel',
  points: 2,
  title: 'rule-dns-text-queries',
  saidBy: ['dns-text-polled'],
};
const LONG: Rule = { name: 'dns-long-label', kind: 'dns-tunnel', points: 2, title: 'rule-dns-long-label' };
const RANDOM: Rule = {
  name: 'dns-many-unknown-random',
  kind: 'dns-random',
  points: 3,
  title: 'rule-dns-many-unknown-random',
  technique: 'T1568.002',
};
const SIGNATURE: Rule = {
  name: 'dns-signature-query',
  kind: 'dns-exploit',
  points: 3,
  title: 'rule-dns-signature-query',
  technique: 'T1210',
};

export const DNS_RULES: readonly Rule[] = [TUNNEL, TEXTS_MANY, TEXTS_POLLED, TEXTS, LONG, RANDOM, SIGNATURE];

/** A name that was asked for under one parent. */
interface Asked {
  seconds: number;
  /** Length of the longest label before the parent, and of the whole name. */
  readonly longest: number;
  readonly length: number;
  readonly text: boolean;
}

/** What one host asked under one parent within an hour. */
interface Parent {
  readonly names: Map<string, Asked>;
  /** Times of queries, and of those for texts: the latest 64. */
  readonly queries: { readonly seconds: number; readonly text: boolean }[];
  /** How many of them are for texts. */
  texts: number;
}

/** A parent that a flow asked under, and the packets that did. */
interface Touched {
  readonly name: string;
  readonly parent: Parent;
  readonly packets: number[];
}

const MAX_QUERIES = 64;
/** Packets that are shown of one look. */
const MAX_SHOWN = 16;
/** An address of IPv4, backward, and at most three short words without numbers. */
const LIST_LOOKUP = /^(?:\d{1,3}\.){3}\d{1,3}(?:\.[a-z-]{1,12}){0,3}$/;

export function dnsJudge(lore: NameLore): Judge {
  return new DnsJudge(lore);
}

class DnsJudge implements Judge {
  readonly wants = SHOWS.dns;
  private readonly lore: NameLore;
  private readonly parents = new Recent<Parent>(MAX_PARENTS);
  private readonly unknown = new Recent<Distinct>(MAX_HOSTS);
  /** Messages of open flows that were looked at already. */
  private readonly told = new Recent<number>(MAX_OPEN);

  constructor(lore: NameLore) {
    this.lore = lore;
  }

  look(flow: FlowLook, found: Found): void {
    const { dns } = flow.observed;
    if (flow.port !== PORT || dns.length === 0) return;
    const from = this.told.known(flow.row) ?? 0;
    if (flow.over) this.told.delete(flow.row);
    else this.told.set(flow.row, dns.length);
    let touched: Touched[] | null = null;
    let random: number[] | null = null;
    for (let i = from; i < dns.length; i++) {
      const m = dns[i]!;
      const name = m.name.toLowerCase();
      if (!name.includes('.') || name.endsWith('.arpa')) continue;
      if (m.rcode === NXDOMAIN && m.response && this.unknownName(flow, name, m)) {
        random ??= [];
        if (random.length < MAX_SHOWN) random.push(m.packet);
      }
      const registered = this.lore.registeredName(name);
      if (registered === '') continue;
      this.single(name, registered, m, found);
      const before = name.slice(0, -registered.length - 1);
      if (m.response || before === '' || LIST_LOOKUP.test(before) || this.lore.isPopular(name)) continue;
      touched ??= [];
      let known = touched.find((t) => t.name === registered);
      if (known === undefined)
        touched.push((known = { name: registered, parent: this.parentOf(flow, registered), packets: [] }));
      noteQuery(known.parent, name, before, m);
      if (known.packets.length < MAX_SHOWN) known.packets.push(m.packet);
    }
    if (touched !== null) for (const t of touched) judgeParent(flow, t, found);
    if (random !== null) this.judgeRandom(flow, random, found);
  }

  /** What one message shows by itself. */
  private single(name: string, registered: string, m: DnsSeen, found: Found): void {
    if (m.type === SIG && !m.response)
      found(SIGNATURE, say('ev-dns-signature-query', { name }), { peer: { name: registered }, packets: [m.packet] });
    if (name.length - registered.length <= LONG_LABEL) return;
    const longest = longestLabel(name.slice(0, -registered.length - 1));
    if (longest < LONG_LABEL || this.lore.isPopular(name)) return;
    const said = say('ev-dns-long-label', { name: registered, characters: longest });
    found(LONG, said, { peer: { name: registered }, packets: [m.packet], amount: longest });
  }

  /** Counts a random looking name that does not exist. @returns whether it is one */
  private unknownName(flow: FlowLook, name: string, m: DnsSeen): boolean {
    if (this.lore.nameScore(name) <= RANDOM_SCORE) return false;
    const registered = this.lore.registeredName(name) || name;
    this.unknown.recall(flow.initiator, () => new Distinct(MAX_NAMES, HOUR)).add(registered, m.seconds);
    return true;
  }

  private judgeRandom(flow: FlowLook, packets: readonly number[], found: Found): void {
    const names = this.unknown.known(flow.initiator)?.size ?? 0;
    if (names < RANDOM_NAMES) return;
    const said = say('ev-dns-many-unknown-random', { host: flow.initiatorText, names });
    found(RANDOM, said, { peer: UNKNOWN_NAMES, packets, amount: names });
  }

  private parentOf(flow: FlowLook, registered: string): Parent {
    return this.parents.recall(`${flow.initiator} ${registered}`, () => ({ names: new Map(), queries: [], texts: 0 }));
  }
}

function noteQuery(parent: Parent, name: string, before: string, m: DnsSeen): void {
  const text = CARRIERS.has(m.type);
  const { names, queries } = parent;
  const asText = names.get(name)?.text === true;
  names.delete(name);
  names.set(name, { seconds: m.seconds, longest: longestLabel(before), length: name.length, text: text || asText });
  for (const [old, asked] of names) {
    if (names.size <= MAX_NAMES && m.seconds - asked.seconds <= HOUR) break;
    names.delete(old);
  }
  queries.push({ seconds: m.seconds, text });
  if (text) parent.texts++;
  while (queries.length > MAX_QUERIES || m.seconds - queries[0]!.seconds > HOUR) {
    if (queries.shift()!.text) parent.texts--;
  }
}

function judgeParent(flow: FlowLook, { name, parent, packets }: Touched, found: Found): void {
  const { names, queries, texts } = parent;
  if (names.size < TUNNEL_NAMES && texts < TEXT_QUERIES) return;
  const shown = (amount: number) => ({ peer: { name }, packets, amount });
  const host = flow.initiatorText;
  const asked = [...names.values()];
  const mean = meanOf(asked.map((a) => a.longest));
  const { length: different } = asked;
  if (different >= TUNNEL_NAMES && mean >= TUNNEL_LABEL) {
    const said = say('ev-dns-tunnel', { host, name, names: different, characters: Math.round(mean) });
    found(TUNNEL, said, shown(different));
  }
  if (texts < TEXT_QUERIES || texts <= queries.length * TEXT_SHARE || name.endsWith('.local')) return;
  found(TEXTS, say('ev-dns-text-queries', { host, name, queries: texts }), shown(texts));
  if (texts >= TEXT_POLLS) found(TEXTS_POLLED, say('ev-dns-text-polled', { host, name, queries: texts }), shown(texts));
  const long = asked.filter((a) => a.text);
  if (long.length >= TEXT_MANY && meanOf(long.map((a) => a.length)) >= TEXT_LENGTH)
    found(TEXTS_MANY, say('ev-dns-text-many', { host, name, names: long.length }), shown(long.length));
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

function longestLabel(name: string): number {
  let longest = 0;
  let from = 0;
  for (let at = 0; at <= name.length; at++) {
    if (at < name.length && name[at] !== '.') continue;
    longest = Math.max(longest, at - from);
    from = at + 1;
  }
  return longest;
}
