// Looks at each flow with every rule: makes what rules are given, remembers hosts, and collects what they find.
import { addressId, type AddressId, type FlowRow } from '../../contract/index.ts';
import {
  type AddressTable,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  protocolName,
} from '../decode/index.ts';
import type { FlowColumns } from '../flow/index.ts';
import { type HttpExchange, NONE, nothingObserved, type Observed } from '../observe/index.ts';
import { type FlowFacts, serverNameOf } from '../protocols/index.ts';
import { ByteTable } from './byte-table.ts';
import { Hosts } from './host-memory.ts';
import { hostName, isAddressName, isPublicAddress, isPublicIp4 } from './hosts.ts';
import { isPopular } from './popular.ts';
import { registeredName } from './registered.ts';
import type { Evidence, FlowLook, Found, Judge } from './rule.ts';
import { showsOf } from './shows.ts';
import type { EvidenceFlow } from './incidents.ts';
import { judges } from './rules.ts';
import type { KnownNetwork } from './known.ts';

/** Hosts of requests and names of DNS messages that name a flow. */
const HOSTS = 3;
const QUESTIONS = 5;
const MAX_SHOWN = 16;
const MAX_TEXTS = 256;
const DNS_PORT = 53;
/** DNS answers with addresses are remembered as seen for so long, seconds. */
const DNS_MEMORY = 86_400;

/** A flow as the book is asked to look at it. */
export interface Looked {
  readonly row: FlowRow;
  readonly facts: FlowFacts | null;
  readonly observed: Observed;
  /** Its protocol id by content, 0 without. */
  readonly app: number;
  readonly over: boolean;
  /** A connection that was asked for and never came about. */
  readonly unanswered: boolean;
  /** Seconds since the epoch when DNS last gave its initiator an address. */
  readonly resolvedAt: number;
  /** Seconds since the epoch of its last packet by now, and that packet's row. */
  readonly seconds: number;
  readonly packet: number;
}

/** What was found in one look, and what incidents need to know of the flow. */
export interface Findings {
  readonly found: readonly Evidence[];
  readonly flow: EvidenceFlow;
}

/** What judges look at; names and texts are made when one asks for them. */
class Look implements FlowLook {
  row = 0 as FlowRow;
  readonly columns: FlowColumns;
  facts: FlowFacts | null = null;
  observed: Observed = nothingObserved();
  exchanges: readonly HttpExchange[] = [];
  over = false;
  initiator = 0;
  responder = 0;
  initiatorPublic = false;
  peerPublic = false;
  port = 0;
  transport: FlowLook['transport'] = 'other';
  app = '';
  start = 0;
  end = 0;
  refused = false;
  began = false;
  unresolved = false;
  /** Made for this look; null before. */
  made: readonly string[] | null = null;
  private readonly addresses: AddressTable;
  /** Addresses that were said of late: flows that follow one another often share them. */
  private readonly texts = new Map<AddressId, string>();

  constructor(columns: FlowColumns, addresses: AddressTable) {
    this.columns = columns;
    this.addresses = addresses;
  }

  get initiatorText(): string {
    return this.textOf(this.columns.initiatorOf(this.row));
  }

  get responderText(): string {
    return this.textOf(this.columns.responderOf(this.row));
  }

  private textOf(id: AddressId): string {
    const known = this.texts.get(id);
    if (known !== undefined) return known;
    const text = this.addresses.text(id);
    if (this.texts.size >= MAX_TEXTS) this.texts.clear();
    this.texts.set(id, text);
    return text;
  }

  get names(): readonly string[] {
    return (this.made ??= namesOf(this.facts, this.observed));
  }

  get popular(): boolean {
    const { names } = this;
    for (let i = 0; i < names.length; i++) if (isPopular(names[i]!)) return true;
    return false;
  }
}

export class EvidenceBook {
  private readonly columns: FlowColumns;
  private readonly addresses: AddressTable;
  private readonly hosts = new Hosts();
  private readonly judges: readonly Judge[];
  /** What each of them wants of a flow. */
  private readonly wants: Uint32Array;
  /** Exchanges that were looked at already, by flow that is still open. */
  private readonly told = new Map<FlowRow, number>();
  /** Whether an address is globally routable, by its id: 0 unknown, 1 no, 2 yes. */
  private readonly routable = new ByteTable();
  private readonly look: Look;
  private readonly known: KnownNetwork | null;
  private found: Evidence[] = [];
  /** One for all looks. */
  private readonly finds: Found = (rule, said, shown) => {
    if (this.known?.exempts(rule, this.look) === true) return;
    this.found.push({
      rule,
      row: this.look.row,
      peer: shown?.peer ?? 'peer',
      said,
      packets: (shown?.packets ?? []).slice(0, MAX_SHOWN),
      shows: shown?.shows ?? null,
      amount: shown?.amount ?? 0,
      ...(shown?.met === undefined ? {} : { met: shown.met }),
    });
  };

  /**
   * @param known what was learned of the own network, null without
   * @param more judges of what somebody brought along: lists of indicators
   */
  constructor(
    columns: FlowColumns,
    addresses: AddressTable,
    known: KnownNetwork | null = null,
    more: readonly Judge[] = [],
  ) {
    this.columns = columns;
    this.addresses = addresses;
    this.known = known;
    this.judges = [...judges(), ...(known === null ? [] : [known.judge()]), ...more];
    this.wants = Uint32Array.from(this.judges, (judge) => judge.wants);
    this.look = new Look(columns, addresses);
  }

  /** Looks at a flow. @returns null where nothing was found */
  take(flow: Looked): Findings | null {
    const { look } = this;
    this.fill(flow);
    this.hosts.notice(look);
    const { judges, wants } = this;
    const shows = showsOf(look);
    for (let i = 0; i < wants.length; i++) if ((wants[i]! & shows) !== 0) judges[i]!.look(look, this.finds);
    if (this.found.length === 0) return null;
    const { found } = this;
    this.found = [];
    return { found, flow: this.flowOf(flow) };
  }

  /** The host shows a mark of a PC. @param initiator its address id */
  isPc(initiator: number): boolean {
    return this.hosts.isPc(initiator);
  }

  private flowOf(flow: Looked): EvidenceFlow {
    const { look } = this;
    return {
      initiator: look.initiator,
      responder: look.responder,
      names: look.names,
      seconds: flow.seconds,
      packet: flow.packet,
      pc: this.hosts.isPc(look.initiator),
      namedHosts: namesHosts(flow.observed),
    };
  }

  private fill(flow: Looked): void {
    const { look, columns: c } = this;
    const { row, facts, observed } = flow;
    const initiator = c.initiatorOf(row);
    const responder = c.responderOf(row);
    look.row = row;
    look.facts = facts;
    look.observed = observed;
    look.exchanges = this.fresh(flow);
    look.over = flow.over;
    look.initiator = initiator;
    look.responder = responder;
    look.initiatorPublic = this.isPublic(initiator);
    look.peerPublic = this.isPublic(responder);
    look.port = c.hasPorts[row] === 1 ? c.responderPort[row]! : 0;
    look.transport = transportOf(c.ipProtocol[row]!);
    look.app = flow.app === 0 ? '' : protocolName(flow.app);
    look.start = c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9;
    look.end = flow.seconds;
    look.began = c.gradeOf(row) !== 'midstream';
    look.refused = look.transport === 'tcp' && look.began && isRefused(c, row, flow.unanswered, observed.payload[0]);
    look.made = null;
    look.unresolved =
      (facts?.resolution ?? null) === null && flow.seconds - flow.resolvedAt < DNS_MEMORY && look.peerPublic;
  }

  /** Exchanges that are done and were in no look before. */
  private fresh({ row, observed, over }: Looked): readonly HttpExchange[] {
    const { http } = observed;
    if (http.length === 0) return http;
    const from = this.told.get(row) ?? 0;
    if (over) {
      this.told.delete(row);
      return from === 0 ? http : http.slice(from);
    }
    let to = from;
    while (to < http.length && http[to]!.done) to++;
    if (to > 0) this.told.set(row, to);
    return http.slice(from, to);
  }

  private isPublic(id: number): boolean {
    const known = this.routable.at(id);
    if (known !== 0) return known === 2;
    const { addresses } = this;
    const of = addressId(id);
    const is =
      addresses.kind(of) === NET_IP4 ? isPublicIp4(addresses.word(of, 0)) : isPublicAddress(addresses.bytes(of));
    this.routable.set(id, is ? 2 : 1);
    return is;
  }
}

function transportOf(protocol: number): FlowLook['transport'] {
  if (protocol === IPPROTO_TCP) return 'tcp';
  if (protocol === IPPROTO_UDP) return 'udp';
  return protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6 ? 'icmp' : 'other';
}

/**
 * At most three packets there, without payload, and one back, and no connection that was merely left alone (rules,
 * 2.10). A capture that saw one direction only shows requests without answers, and answers without requests: neither
 * was refused.
 */
function isRefused(c: FlowColumns, row: FlowRow, unanswered: boolean, sent: number): boolean {
  const there = c.packetsForward[row]!;
  const back = c.packetsReverse[row]!;
  if (there < 1 || there > 3 || back > 1 || sent > 0) return false;
  return unanswered || back === 0 || there <= 2;
}

/** Whether all requests name a host that is no address; null without requests. */
function namesHosts({ http }: Observed): boolean | null {
  let named: boolean | null = null;
  for (let i = 0; i < http.length; i++) {
    const { request } = http[i]!;
    if (request === null) continue;
    if (!request.host || isAddressName(hostName(request.host))) return false;
    named = true;
  }
  return named;
}

/** Server name, hosts of the first requests, names that DNS messages ask for, the name that DNS gave the peer. */
function namesOf(facts: FlowFacts | null, observed: Observed): readonly string[] {
  const { http, dns } = observed;
  if (facts === null && http.length === 0 && dns.length === 0) return NONE;
  const names: string[] = [];
  addName(names, serverNameOf(facts));
  for (let i = 0; i < http.length && i < HOSTS; i++) {
    const host = http[i]!.request?.host;
    if (host) addName(names, hostName(host));
  }
  for (let i = 0; i < dns.length && i < QUESTIONS; i++) addName(names, dns[i]!.name);
  addName(names, facts?.resolution?.name);
  return names;
}

function addName(names: string[], name: string | null | undefined): void {
  if (!name) return;
  const lower = name.toLowerCase().slice(0, 255);
  if (!names.includes(lower)) names.push(lower);
}

/** Registered names that a DNS flow asked for: its incidents are with them, not with the resolver. */
export function askedNames(c: FlowColumns, row: FlowRow, observed: Observed): string[] {
  const names: string[] = [];
  if (c.responderPort[row] !== DNS_PORT) return names;
  for (let i = 0; i < observed.dns.length; i++) {
    const name = registeredName(observed.dns[i]!.name);
    if (name !== '' && !names.includes(name)) names.push(name);
  }
  return names;
}
