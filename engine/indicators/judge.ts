// Looks at each flow: addresses of its ends, alone and with their ports, names that it asks for, URLs of its requests,
// certificates and fingerprints of its handshakes. Each entry is told once a flow.
//
// A name that DNS gave the peer counts where the flow names nobody itself. What stands in the clear is seen: of HTTPS the
// server's name and no URL; of a chain the server's own certificate.
import { type FlowRow, plainText } from '../../contract/index.ts';
import type { AddressTable } from '../decode/index.ts';
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
import { type CertificateFacts, certificateOf, serverNameOf } from '../protocols/index.ts';
import { Matcher } from './matcher.ts';
import type { Asked, IndicatorSet } from './set.ts';
import { requestUrl } from './url.ts';

/** Every flow has addresses. */
const EVERY = 0x7fffffff;
const DNS_PORT = 53;
const MAX_SEEN = 120;
/** By address: not asked yet, in no list, in one. */
const UNKNOWN = 0;
const NOWHERE = 1;
const SOMEWHERE = 2;
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
  private readonly told = new Map<FlowRow, Told>();

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
    const { columns: c, row } = flow;
    this.end(flow, flow.responder, c.hasPorts[row] === 1 ? c.responderPort[row]! : -1, found);
    this.end(flow, flow.initiator, c.hasPorts[row] === 1 ? c.initiatorPort[row]! : -1, found);
  }

  private end(flow: FlowLook, address: number, port: number, found: Finds): void {
    const { matcher, addresses } = this;
    const { columns } = flow;
    const id = address === flow.responder ? columns.responderOf(flow.row) : columns.initiatorOf(flow.row);
    if (this.of.pairs && port > 0 && matcher.ofPair(addresses, id, port)) {
      const text = addresses.text(id);
      const seen = text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
      if (this.tell(flow, { kind: 'port-pair', seen, seconds: flow.start }, first(flow), found)) return;
    }
    if (!this.of.addresses) return;
    const known = this.known.at(address);
    if (known === NOWHERE) return;
    const is = matcher.ofAddress(addresses, id);
    if (known === UNKNOWN) this.known.set(address, is ? SOMEWHERE : NOWHERE);
    if (!is) return;
    const type = this.set.kindOf(matcher.found[0]!);
    const kind = type === 'network' ? 'network' : 'address';
    this.tell(flow, { kind, seen: addresses.text(id), seconds: flow.start }, first(flow), found);
  }

  private questions(flow: FlowLook, dns: readonly DnsSeen[], found: Finds): void {
    const from = this.told.get(flow.row)?.dns ?? 0;
    for (let i = from; i < dns.length; i++) {
      const { name, packet, seconds } = dns[i]!;
      this.name(flow, name, { packet, seconds, asked: name }, found);
    }
    if (!flow.over && dns.length > from) this.toldOf(flow.row).dns = dns.length;
  }

  private exchange(flow: FlowLook, { request }: HttpExchange, found: Finds): void {
    if (request === null) return;
    const { packet, seconds, target } = request;
    const host = request.method === 'CONNECT' ? target : (request.host ?? '');
    const place = { packet, seconds };
    if (this.of.urls) {
      const url = requestUrl(target, host, flow.port);
      if (url !== null && this.matcher.ofUrl(url))
        this.tell(flow, { kind: 'url', seen: shown(url), seconds }, place, found);
    }
    if (this.of.names && host !== '') this.name(flow, hostName(host), place, found);
  }

  private facts(flow: FlowLook, facts: NonNullable<FlowLook['facts']>, found: Finds): void {
    const { of } = this;
    const { tls } = facts;
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
      this.certificate(flow, tls?.clientCertificate ?? facts.clientCertificate, hello, found);
    }
    if (of.ssh && facts.ssh !== null)
      for (const dir of [0, 1] as const) this.digest(flow, 'hassh', facts.ssh[dir].hassh, said(flow, dir), found);
  }

  private name(flow: FlowLook, name: string, place: Place, found: Finds): void {
    if (isAddressName(name) || !this.matcher.ofName(name)) return;
    this.tell(flow, { kind: 'domain', seen: shown(name.toLowerCase()), seconds: place.seconds }, place, found);
  }

  private digest(flow: FlowLook, kind: 'ja3' | 'ja3s' | 'hassh', hex: string | null, place: Place, found: Finds): void {
    if (hex === null || !this.matcher.ofDigest(kind, hex)) return;
    this.tell(flow, { kind, seen: hex, seconds: place.seconds }, place, found);
  }

  private ja4(flow: FlowLook, ja4: string | null, place: Place, found: Finds): void {
    if (ja4 === null || !this.matcher.ofText('ja4', ja4)) return;
    this.tell(flow, { kind: 'ja4', seen: ja4, seconds: place.seconds }, place, found);
  }

  private certificate(flow: FlowLook, c: CertificateFacts | null, place: Place, found: Finds): void {
    if (c === null) return;
    const { matcher } = this;
    const seen = shown(c.subject === '' ? c.sha256 : c.subject);
    if (matcher.ofDigest('certificate-sha256', c.sha256) || matcher.ofDigest('certificate-sha1', c.sha1)) {
      this.tell(flow, { kind: 'certificate', seen, seconds: place.seconds }, place, found);
      return;
    }
    if (matcher.ofText('serial', c.serial.replace(/^0+/, '')))
      this.tell(flow, { kind: 'serial', seen, seconds: place.seconds }, place, found);
  }

  /** @returns whether something was met, now or before */
  private tell(flow: FlowLook, asked: Asked, place: Place, found: Finds): boolean {
    const is = this.set.first(this.matcher, asked);
    if (is === null) return false;
    const told = this.toldOf(flow.row).entries;
    if (told.includes(is.entry)) return true;
    told.push(is.entry);
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
