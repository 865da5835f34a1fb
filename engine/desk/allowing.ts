// Which alerts the user allows: rules with an end if one was set, kept in the journal, and the alerts that were allowed
// one by one before there were rules.
import { BlockList, isIP } from 'node:net';
import { addressId, type AllowRule, type AllowSaid, type Gravity, type JournalEntry } from '../../contract/index.ts';
import { gravityOf, type Incident, isSignatureName, ruleOf } from '../evidence/index.ts';
import { type Analysis, peerText } from '../session/index.ts';
import { NO_CAPTURE, type Store } from '../store/index.ts';
import { entry } from './incident-work.ts';

/** A rule as it is asked: each part answers for an incident. */
interface Asked {
  readonly said: AllowSaid;
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly ends: number;
  fits(initiator: string, peer: string, incident: Incident): boolean;
}

/** What was found for an incident as it was then. */
interface Known {
  readonly version: number;
  readonly points: number;
  readonly rules: number;
  readonly by: readonly Asked[];
}

type Part = AllowWrong[number];
type AllowWrong = readonly ('initiator' | 'peer' | 'rule' | 'until' | 'nothing')[];

const OLD = 'old:';

export class Allowing {
  /** Grows when rules come, go or expire. */
  version = 0;
  private readonly store: Store;
  private rules: Asked[] = [];
  private readonly known = new WeakMap<Incident, Known>();
  /** The next moment at which a rule expires, ms since the epoch. */
  private nextEnd = Infinity;

  constructor(store: Store) {
    this.store = store;
    this.read();
  }

  /** The rules that allow an incident now. */
  private by(a: Analysis, incident: Incident): readonly Asked[] {
    if (this.rules.length === 0) return [];
    const { version } = this;
    const { points, evidence } = incident;
    const known = this.known.get(incident);
    if (known?.version === version && known.points === points && known.rules === evidence.size) return known.by;
    const now = Date.now();
    const initiator = a.addresses.text(addressId(incident.initiator));
    const peer = peerText(a, incident);
    const by = this.rules.filter((r) => r.ends > now && r.fits(initiator, peer, incident));
    this.known.set(incident, { version, points, rules: evidence.size, by });
    return by;
  }

  allows(a: Analysis, incident: Incident): boolean {
    return this.by(a, incident).length > 0;
  }

  /** @param incidents of the open capture, which are counted */
  rulesFor(a: Analysis | null, incidents: readonly Incident[], only: Incident | null = null): AllowRule[] {
    const shown = only === null ? this.rules : this.by(a!, only);
    return shown.map((r) => ({
      ...r.said,
      id: r.id,
      by: r.by,
      at: r.at,
      silenced: a === null ? 0 : incidents.filter((i) => this.by(a, i).includes(r)).length,
      expired: r.ends <= Date.now(),
    }));
  }

  /** Incidents that a rule would allow, and which parts of it cannot be read. */
  preview(
    a: Analysis,
    incidents: readonly Incident[],
    said: AllowSaid,
  ): { readonly wrong: AllowWrong; readonly silenced: readonly Incident[]; readonly more: number } {
    const wrong = wrongParts(said);
    if (wrong.length > 0) return { wrong, silenced: [], more: 0 };
    const rule = asked(said, { id: '', by: '', at: '' });
    const silenced = incidents.filter((i) => rule.fits(a.addresses.text(addressId(i.initiator)), peerText(a, i), i));
    return { wrong, silenced, more: silenced.filter((i) => !this.allows(a, i)).length };
  }

  /** Resolves when it is on the disk. */
  async add(said: AllowSaid): Promise<void> {
    const made = entry('', 'allow', JSON.stringify(said));
    await this.store.addEntries(NO_CAPTURE, [{ ...made, about: made.id }]);
    this.read();
  }

  async end(id: string): Promise<void> {
    if (id.startsWith(OLD)) await this.store.allow(id.slice(OLD.length), false);
    await this.store.addEntries(NO_CAPTURE, [entry(id, 'allow-end', '')]);
    this.read();
  }

  /** @returns whether a rule has expired since */
  look(): boolean {
    if (Date.now() < this.nextEnd) return false;
    this.turn();
    return true;
  }

  /** Takes rules from the store. */
  read(): void {
    const entries = this.store.journal(NO_CAPTURE);
    const ended = new Set(entries.filter((e) => e.what === 'allow-end').map((e) => e.about));
    const rules = entries.filter((e) => e.what === 'allow' && !ended.has(e.about)).flatMap((e) => ruleOfEntry(e) ?? []);
    this.rules = [...rules, ...[...this.store.allowed()].flatMap((key) => oldRule(key) ?? [])];
    this.turn();
  }

  private turn(): void {
    this.version++;
    const now = Date.now();
    this.nextEnd = Math.min(Infinity, ...this.rules.map((r) => r.ends).filter((t) => t > now));
  }
}

/** What a rule says that nobody can mean. */
export function wrongParts(said: AllowSaid): AllowWrong {
  const wrong: Part[] = [];
  if (said.initiator !== '' && networkOf(said.initiator) === null) wrong.push('initiator');
  if (/[\s,]/.test(said.peer) && said.peer !== 'unknown names') wrong.push('peer');
  else if (said.peer.includes('/') && networkOf(said.peer) === null) wrong.push('peer');
  if (said.rule !== '' && ruleOf(said.rule) === null && !isSignatureName(said.rule)) wrong.push('rule');
  if (said.until !== null && !(Date.parse(said.until) > Date.now())) wrong.push('until');
  // A rule that says nothing would silence everything.
  if (said.initiator === '' && said.peer === '' && said.rule === '') wrong.push('nothing');
  return wrong;
}

/** An address or a network as a test of addresses; null where it is neither. */
function networkOf(text: string): ((address: string) => boolean) | null {
  const [address, prefix, ...rest] = text.split('/');
  const family = isIP(address ?? '');
  if (family === 0 || rest.length > 0) return null;
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (prefix === '' || !Number.isInteger(length) || length < 0 || length > bits) return null;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address!, length, type);
  return (other) => isIP(other) === family && list.check(other, type);
}

function peerTest(text: string): (peer: string) => boolean {
  if (text === '') return () => true;
  const network = networkOf(text);
  if (network !== null) return network;
  const wanted = text.toLowerCase();
  if (wanted.startsWith('*.')) {
    const end = wanted.slice(1);
    return (peer) => peer.toLowerCase().endsWith(end) || peer.toLowerCase() === end.slice(1);
  }
  return (peer) => peer.toLowerCase() === wanted;
}

function asked(said: AllowSaid, of: { readonly id: string; readonly by: string; readonly at: string }): Asked {
  const initiator = said.initiator === '' ? (): boolean => true : (networkOf(said.initiator) ?? ((): boolean => false));
  const peer = peerTest(said.peer);
  return {
    said,
    ...of,
    ends: said.until === null ? Infinity : Date.parse(said.until),
    fits: (i, p, incident) =>
      initiator(i) &&
      peer(p) &&
      (said.rule === '' || incident.evidence.get(said.rule) !== undefined) &&
      (said.gravity === 'any' || gravityOf(incident.points) === said.gravity),
  };
}

function ruleOfEntry(e: JournalEntry): Asked | null {
  try {
    const v = JSON.parse(e.value) as Partial<Record<keyof AllowSaid, unknown>>;
    const text = (x: unknown): string => (typeof x === 'string' ? x : '');
    const gravity = v.gravity === 'malicious' || v.gravity === 'suspicious' ? v.gravity : 'any';
    const until = typeof v.until === 'string' && !Number.isNaN(Date.parse(v.until)) ? v.until : null;
    const said = { initiator: text(v.initiator), peer: text(v.peer), rule: text(v.rule), why: text(v.why) };
    // What somebody else's file says is held to the same as what is typed here.
    if (said.initiator === '' && said.peer === '' && said.rule === '') return null;
    return asked({ ...said, gravity, until }, { id: e.about, by: e.who, at: e.at });
  } catch {
    return null;
  }
}

/** An alert that was allowed by whom it was with and how grave it was. */
function oldRule(key: string): Asked | null {
  const [gravity, ...peer] = key.split(' ');
  if (gravity !== 'malicious' && gravity !== 'suspicious') return null;
  const said = { initiator: '', peer: peer.join(' '), rule: '', gravity: gravity as Gravity, until: null, why: '' };
  return asked(said, { id: `${OLD}${key}`, by: '', at: '' });
}
