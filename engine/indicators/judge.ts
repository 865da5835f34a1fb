// Looks at each flow: addresses of its ends, alone and with their ports, names that it asks for, URLs of its requests,
// certificates and fingerprints of its handshakes. Each entry is told once a flow.
//
// A name that DNS gave the peer counts where the flow names nobody itself. What stands in the clear is seen: of HTTPS the
// server's name and no URL. Names that an answer of DNS leads to (CNAME) are met as the one that was asked for, and
// certificates of a chain as the server's own.
import { type AddressId, type FlowRow, plainText } from '../../contract/index.ts';
import { type AddressTable, ownText } from '../decode/index.ts';
import {
  ByteTable,
  type FlowLook,
  type Found as Finds,
  hostName,
  indicatorRule,
  indicatorSaid,
  isAddressName,
  type Judge,
  registeredName,
} from '../evidence/index.ts';
import type { DnsSeen, HttpExchange } from '../observe/index.ts';
import { type CertificateFacts, certificateOf, chainOf, serverNameOf } from '../protocols/index.ts';
import { Matcher } from './matcher.ts';
import type { Asked, IndicatorSet } from './set.ts';
import { requestUrl } from './url.ts';

/** Every flow has addresses. */
const EVERY = 0x7fffffff;
const DNS_PORT = 53;
const SLASH = 47;
const MAX_SEEN = 120;
/** By address: asked; in a list by itself or in a network; perhaps in one with a port. */
const ASKED = 1;
const ALONE = 2;
const PAIRED = 4;
/** Flows of which is remembered which facts were looked at. */
const LOOKED = 16_384;
/** Texts of a kind that are remembered to stand nowhere. */
const MAX_NOWHERE = 8_192;
/** Open flows of which is remembered what was told: the oldest are told again. */
const MAX_OPEN = 65_536;

/** What was told of an open flow. */
interface Told {
  readonly entries: number[];
  /** DNS messages that were looked at. */
  dns: number;
}

/** Where something was met. */
interface Place {
  readonly packet: number;
  readonly seconds: number;
  /** The name that was asked for by DNS: evidence is about it and not about the resolver. */
  readonly asked?: string;
}

/** Names of which is remembered that no list has them: each has one place, where the newest stands. */
const STRANGERS = 4_096;

/** Names come again and again: comparing one with a text that is known costs less than asking a million entries. */
class Strangers {
  private readonly names: string[] = new Array<string>(STRANGERS).fill('');

  has(name: string): boolean {
    return name !== '' && this.names[placeOf(name)] === name;
  }

  add(name: string): void {
    // The text may be a part of a packet's, and would keep all of it.
    this.names[placeOf(name)] = ownText(name);
  }
}

function placeOf(name: string): number {
  const { length } = name;
  const middle = name.charCodeAt(length >> 1);
  return (
    (Math.imul(name.charCodeAt(0), 0x2f1) ^
      Math.imul(middle, 0x1d) ^
      Math.imul(name.charCodeAt(length >> 2), 0x71) ^
      length) &
    (STRANGERS - 1)
  );
}

class IndicatorJudge implements Judge {
  readonly wants: number;
  private readonly set: IndicatorSet;
  private readonly addresses: AddressTable;
  private readonly matcher: Matcher;
  private readonly of: {
    readonly addresses: boolean;
    readonly pairs: boolean;
    readonly names: boolean;
    readonly urls: boolean;
    readonly certificates: boolean;
    readonly hellos: boolean;
    readonly ssh: boolean;
  };
  private readonly known = new ByteTable();
  /** By the lowest bits of a row: whose facts were looked at last, and what was known of it then. */
  private readonly rows = new Uint32Array(LOOKED);
  private readonly knownBefore = new Uint16Array(LOOKED);
  private readonly missed = {
    ja3: new Set<string>(),
    ja3s: new Set<string>(),
    ja4: new Set<string>(),
    hassh: new Set<string>(),
    certificate: new Set<string>(),
  };
  private readonly told = new Map<FlowRow, Told>();
  private readonly strangers = new Strangers();
  private readonly hosts = new Strangers();

  constructor(set: IndicatorSet, addresses: AddressTable) {
    this.set = set;
    this.addresses = addresses;
    const { store } = set;
    const m = new Matcher(store);
    this.matcher = m;
    this.of = {
      addresses: m.addresses,
      pairs: store.has('port-pair'),
      names: m.names,
      urls: store.has('url'),
      certificates: m.wants('certificate-sha1', 'certificate-sha256') || store.has('serial'),
      hellos: m.wants('ja3', 'ja3s') || store.has('ja4'),
      ssh: m.wants('hassh'),
    };
    this.wants = store.count === 0 ? 0 : EVERY;
  }

  look(flow: FlowLook, found: Finds): void {
    const { of } = this;
    const { facts, observed } = flow;
    if (of.addresses || of.pairs) this.ends(flow, found);
    if (of.names && observed.dns.length > 0) this.questions(flow, observed.dns, found);
    const { exchanges } = flow;
    if (of.names || of.urls) for (let i = 0; i < exchanges.length; i++) this.exchange(flow, exchanges[i]!, found);
    if (facts !== null) this.facts(flow, facts, found);
    if (flow.over && this.told.size > 0) this.told.delete(flow.row);
  }

  private ends(flow: FlowLook, found: Finds): void {
    const { columns: c, row, responder, initiator } = flow;
    const there = this.about(responder, c.responderOf(row));
    const here = this.about(initiator, c.initiatorOf(row));
    if ((there | here) === ASKED) return;
    const hasPorts = c.hasPorts[row] === 1;
    if (there !== ASKED) this.end(flow, c.responderOf(row), there, hasPorts ? c.responderPort[row]! : 0, found);
    if (here !== ASKED) this.end(flow, c.initiatorOf(row), here, hasPorts ? c.initiatorPort[row]! : 0, found);
  }

  /** Where an address may stand, asked once. */
  private about(address: number, id: AddressId): number {
    const known = this.known.at(address);
    if (known !== 0) return known;
    const { matcher, of } = this;
    const alone = of.addresses && matcher.ofAddress(this.addresses, id);
    const paired = of.pairs && matcher.mayHavePair(this.addresses, id);
    const about = ASKED | (alone ? ALONE : 0) | (paired ? PAIRED : 0);
    this.known.set(address, about);
    return about;
  }

  private end(flow: FlowLook, id: AddressId, about: number, port: number, found: Finds): void {
    const { matcher, addresses } = this;
    if ((about & PAIRED) !== 0 && port > 0 && matcher.ofPair(addresses, id, port)) {
      const text = addresses.text(id);
      const seen = text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
      if (this.tell(flow, { kind: 'port-pair', seen, seconds: flow.start }, first(flow), found)) return;
    }
    if ((about & ALONE) === 0 || !matcher.ofAddress(addresses, id)) return;
    const kind = this.set.kindOf(matcher.found[0]!) === 'network' ? 'network' : 'address';
    this.tell(flow, { kind, seen: addresses.text(id), seconds: flow.start }, first(flow), found);
  }

  private questions(flow: FlowLook, dns: readonly DnsSeen[], found: Finds): void {
    const from = this.told.get(flow.row)?.dns ?? 0;
    for (let i = from; i < dns.length; i++) {
      const { name, packet, seconds, aliases } = dns[i]!;
      // An answer repeats its question.
      if (i === 0 || dns[i - 1]!.name !== name) this.name(flow, name, { packet, seconds, asked: name }, found);
      if (aliases === undefined) continue;
      for (const alias of aliases)
        this.name(flow, alias, { packet, seconds, asked: name === '' ? alias : name }, found);
    }
    if (!flow.over && dns.length > from) this.toldOf(flow.row).dns = dns.length;
  }

  private exchange(flow: FlowLook, { request }: HttpExchange, found: Finds): void {
    if (request === null) return;
    const { packet, seconds, target } = request;
    const host = request.method === 'CONNECT' ? target : (request.host ?? '');
    const place = { packet, seconds };
    if (this.of.urls && (target.charCodeAt(0) !== SLASH || this.mayHaveUrl(host))) {
      const url = requestUrl(target, host, flow.port);
      if (url !== null && this.matcher.ofUrl(url))
        this.tell(flow, { kind: 'url', seen: shown(url), seconds }, place, found);
    }
    if (this.of.names && host !== '') this.name(flow, hostName(host), place, found);
  }

  private mayHaveUrl(host: string): boolean {
    if (this.hosts.has(host)) return false;
    const may = this.matcher.mayHaveUrl(hostName(host));
    if (!may) this.hosts.add(host);
    return may;
  }

  private facts(flow: FlowLook, facts: NonNullable<FlowLook['facts']>, found: Finds): void {
    const { of } = this;
    const { tls } = facts;
    if (!this.isNews(flow.row, knownOf(facts))) return;
    const hello = said(flow, 0);
    if (of.names) {
      const name = serverNameOf(facts);
      if (name !== null) this.name(flow, name, hello, found);
      else if (facts.resolution !== null && isSilent(flow)) {
        const { packet, at } = facts.resolution;
        this.name(flow, facts.resolution.name, { packet, seconds: at }, found);
      }
    }
    if (of.hellos) {
      this.digest(flow, 'ja3', tls?.ja3 ?? facts.ja3, hello, found);
      this.digest(flow, 'ja3', tls?.retryJa3 ?? facts.retryJa3, hello, found);
      this.digest(flow, 'ja3s', tls?.ja3s ?? facts.ja3s, said(flow, 1), found);
      this.ja4(flow, tls?.ja4 ?? facts.ja4, hello, found);
      this.ja4(flow, tls?.retryJa4 ?? facts.retryJa4, hello, found);
    }
    if (of.certificates) {
      this.certificate(flow, certificateOf(facts), said(flow, 1), found);
      for (const c of chainOf(facts)) this.certificate(flow, c, said(flow, 1), found);
      this.certificate(flow, tls?.clientCertificate ?? facts.clientCertificate, hello, found);
    }
    if (of.ssh && facts.ssh !== null)
      for (const dir of [0, 1] as const) this.digest(flow, 'hassh', facts.ssh[dir].hassh, said(flow, dir), found);
  }

  /** Most looks at an open flow find the facts that the one before found. @param known bits of what is known of it */
  private isNews(row: FlowRow, known: number): boolean {
    const at = row & (LOOKED - 1);
    if (this.rows[at] === row + 1 && this.knownBefore[at] === known) return false;
    this.rows[at] = row + 1;
    this.knownBefore[at] = known;
    return true;
  }

  /** Fingerprints come again and again: those that no list has are not looked for twice. */
  private nowhere(kind: keyof IndicatorJudge['missed'], text: string): boolean {
    return this.missed[kind].has(text);
  }

  /** @returns false */
  private miss(kind: keyof IndicatorJudge['missed'], text: string): false {
    const missed = this.missed[kind];
    if (missed.size >= MAX_NOWHERE) missed.clear();
    missed.add(ownText(text));
    return false;
  }

  private name(flow: FlowLook, name: string, place: Place, found: Finds): void {
    if (this.strangers.has(name)) return;
    if (!this.matcher.ofName(name)) {
      this.strangers.add(name);
      return;
    }
    if (isAddressName(name)) return;
    this.tell(flow, { kind: 'domain', seen: shown(name.toLowerCase()), seconds: place.seconds }, place, found);
  }

  private digest(flow: FlowLook, kind: 'ja3' | 'ja3s' | 'hassh', hex: string | null, place: Place, found: Finds): void {
    if (hex === null || this.nowhere(kind, hex) || !(this.matcher.ofDigest(kind, hex) || this.miss(kind, hex))) return;
    this.tell(flow, { kind, seen: hex, seconds: place.seconds }, place, found);
  }

  private ja4(flow: FlowLook, ja4: string | null, place: Place, found: Finds): void {
    if (ja4 === null || this.nowhere('ja4', ja4)) return;
    if (!this.matcher.ofText('ja4', ja4) && !this.miss('ja4', ja4)) return;
    this.tell(flow, { kind: 'ja4', seen: ja4, seconds: place.seconds }, place, found);
  }

  private certificate(flow: FlowLook, c: CertificateFacts | null, place: Place, found: Finds): void {
    if (c === null || this.nowhere('certificate', c.sha256)) return;
    const { matcher } = this;
    const seen = shown(c.subject === '' ? c.sha256 : c.subject);
    if (matcher.ofDigest('certificate-sha256', c.sha256) || matcher.ofDigest('certificate-sha1', c.sha1)) {
      this.tell(flow, { kind: 'certificate', seen, seconds: place.seconds }, place, found);
      return;
    }
    if (matcher.ofText('serial', c.serial.replace(/^0+/, '')))
      this.tell(flow, { kind: 'serial', seen, seconds: place.seconds }, place, found);
    else this.miss('certificate', c.sha256);
  }

  /** @returns whether something was met, now or before */
  private tell(flow: FlowLook, asked: Asked, place: Place, found: Finds): boolean {
    const entry = this.set.entryOf(this.matcher, asked);
    if (entry < 0) return false;
    const told = this.toldOf(flow.row).entries;
    if (told.includes(entry)) return true;
    told.push(entry);
    const is = this.set.metOf(entry, asked);
    const rule = indicatorRule(asked.kind, is.met.confidence, is.last, asked.seconds);
    const peer = place.asked === undefined || flow.port !== DNS_PORT ? '' : registeredName(place.asked.toLowerCase());
    found(rule, indicatorSaid(is.met), {
      packets: place.packet < 0 ? [] : [place.packet],
      shows: is.met.seen,
      met: is.met,
      ...(peer === '' ? {} : { peer: { name: peer } }),
    });
    return true;
  }

  private toldOf(row: FlowRow): Told {
    let told = this.told.get(row);
    if (told !== undefined) return told;
    if (this.told.size >= MAX_OPEN) this.told.delete(this.told.keys().next().value!);
    this.told.set(row, (told = { entries: [], dns: 0 }));
    return told;
  }
}

/** Looks at each flow of one capture. */
export function indicatorJudge(set: IndicatorSet, addresses: AddressTable): Judge {
  return new IndicatorJudge(set, addresses);
}

/** A bit for each fact that is there. */
function knownOf(facts: NonNullable<FlowLook['facts']>): number {
  const { tls, ssh } = facts;
  let known = serverNameOf(facts) === null ? 0 : 1;
  if ((tls?.ja3 ?? facts.ja3) !== null) known |= 2;
  if ((tls?.ja3s ?? facts.ja3s) !== null) known |= 4;
  if ((tls?.retryJa3 ?? facts.retryJa3) !== null) known |= 8;
  if (tls?.server?.isRetry === true) known |= 16;
  if (certificateOf(facts) !== null) known |= 32;
  if ((tls?.clientCertificate ?? facts.clientCertificate) !== null) known |= 64;
  if (ssh !== null) known |= (ssh[0].hassh === null ? 0 : 128) | (ssh[1].hassh === null ? 0 : 256);
  if (facts.resolution !== null) known |= 512;
  return known | 1_024;
}

function first(flow: FlowLook): Place {
  return { packet: flow.columns.firstPacket[flow.row]!, seconds: flow.start };
}

/** Where a side first said something: hellos and certificates stand there, or a little later. */
function said({ observed, start }: FlowLook, dir: 0 | 1): Place {
  return { packet: observed.firstPacket[dir], seconds: Math.max(start, observed.firstSeconds[dir]) };
}

/** Whether a flow names nobody, and never will. */
function isSilent({ app, observed }: FlowLook): boolean {
  return app !== 'TLS' && app !== 'QUIC' && app !== 'DNS' && observed.http.length === 0 && app !== 'HTTP';
}

function shown(text: string): string {
  const plain = plainText(text);
  return plain.length > MAX_SEEN ? `${plain.slice(0, MAX_SEEN)}…` : plain;
}
