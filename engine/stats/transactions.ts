// DNS, HTTP and TLS: what was asked, what was answered, and how long that took, in one pass over the packets. An answer
// is timed to its first packet.
import { type FlowRow, type Message, say } from '../../contract/index.ts';
import { flowOfOwner, IPPROTO_TCP, IPPROTO_UDP, MARK_REVERSE, readU16, type PacketChunk } from '../decode/index.ts';
import { looksLikeHttp, parseDns, parseHttp, serverNameOf, TLS_SUITES, TLS_VERSIONS } from '../protocols/index.ts';
import { type Analysis, factsOfRow } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { AnswerGroups, type Answers, codesText, timeColumns } from './answers.ts';
import { unreadNote } from './conversation-tables.ts';
import { DNS_CODES, DNS_TYPES } from './code-names.ts';
import { HeaderWalker, type HeaderListener } from './headers.ts';
import { counts } from './rows.ts';
import { sweepPackets, type SweepSource } from './sweep.ts';
import type { Column, StatTable } from './table.ts';

export type TransactionTable = 'dns' | 'dns-servers' | 'http' | 'http-servers' | 'tls';

const DNS_PORT = 53;
/** Questions without an answer that are remembered; older ones are given up. */
const MAX_WAITING = 65_536;
/** Requests of one connection that wait for their answers. */
const MAX_PIPELINED = 64;
const MAX_NAME = 200;

interface Question {
  readonly time: number;
  readonly name: Answers | null;
  readonly server: Answers | null;
}

/** Which way, as which row, and when a packet went; seconds since 1970. Written over by the next one. */
interface Sent {
  reverse: boolean;
  row: number;
  time: number;
}

interface Hello {
  client: number;
  server: number;
  packet: number;
}

class Listener implements HeaderListener {
  protocol = -1;
  at = 0;
  end = 0;
  buf: Uint8Array = new Uint8Array(0);

  ethernet(): void {}
  ip(): void {}

  transport(protocol: number, buf: Uint8Array, at: number, end: number): void {
    this.protocol = protocol;
    this.buf = buf;
    this.at = at;
    this.end = end;
  }
}

class Counter {
  readonly dns = new AnswerGroups();
  readonly dnsServers = new AnswerGroups();
  readonly http = new AnswerGroups();
  readonly httpServers = new AnswerGroups();
  readonly hellos = new Map<FlowRow, Hello>();
  private readonly questions = new Map<string, Question>();
  private readonly requests = new Map<FlowRow, Question[]>();
  private readonly a: Analysis;

  constructor(a: Analysis) {
    this.a = a;
  }

  /** A packet of a flow with its innermost transport header. */
  take(l: Listener, flow: FlowRow, sent: Sent): void {
    const { buf, at, end } = l;
    if (l.protocol === IPPROTO_UDP && end - at > 8) {
      const ports = [readU16(buf, at, false), readU16(buf, at + 2, false)];
      if (ports.includes(DNS_PORT)) this.dnsMessage(buf, at + 8, end, flow, sent);
    } else if (l.protocol === IPPROTO_TCP && end - at > 20) {
      const payload = at + (buf[at + 12]! >> 4) * 4;
      if (end - payload >= 6) this.segment(buf, payload, end, flow, sent);
    }
  }

  private dnsMessage(buf: Uint8Array, at: number, end: number, flow: FlowRow, { row, time }: Sent): void {
    const m = parseDns(buf, at, end);
    if (m === null) return;
    const { columns: c } = this.a.flows;
    const key = `${c.initiator[flow]} ${c.responder[flow]} ${c.initiatorPort[flow]} ${c.responderPort[flow]} ${m.id}`;
    const name = m.name.slice(0, MAX_NAME);
    const type = DNS_TYPES[m.type] ?? String(m.type);
    const server = this.a.addresses.text(c.responderOf(flow));
    const groups = {
      name: this.dns.of(`${name} ${type}`, `dns.qry.name == ${quoted(name)}`, row + 1),
      server: this.dnsServers.of(server, `${addressField(server)} == ${server} and udp.port == ${DNS_PORT}`, row + 1),
    };
    if (!m.response) {
      for (const group of [groups.name, groups.server]) if (group !== null) group.asked++;
      // A question that is asked again was asked when it was asked first.
      if (this.questions.has(key)) return;
      if (this.questions.size >= MAX_WAITING) this.questions.delete(this.questions.keys().next().value!);
      this.questions.set(key, { time, ...groups });
      return;
    }
    const question = this.questions.get(key);
    this.questions.delete(key);
    for (const group of [groups.name, groups.server]) {
      if (group === null) continue;
      group.answered++;
      count(group.codes, DNS_CODES[m.rcode] ?? `rcode ${m.rcode}`);
      if (question !== undefined) group.times.add(Math.max(0, time - question.time));
    }
  }

  private segment(buf: Uint8Array, at: number, end: number, flow: FlowRow, { reverse, row, time }: Sent): void {
    if (buf[at] === 0x16 && buf[at + 1] === 3) {
      this.hello(flow, buf[at + 5]!, row, time);
      return;
    }
    if (!looksLikeHttp(buf, at, end - at)) return;
    const head = parseHttp(buf, at, end);
    if (head === null) return;
    const { columns: c } = this.a.flows;
    if (head.request) {
      const responder = reverse ? c.initiatorOf(flow) : c.responderOf(flow);
      const port = reverse ? c.initiatorPort[flow]! : c.responderPort[flow]!;
      const address = this.a.addresses.text(responder);
      const host = head.host ?? (port === 80 ? address : `${address}:${port}`);
      const target = head.target.split('?')[0]!.slice(0, MAX_NAME);
      const asked = {
        name: this.http.of(`${head.method} ${host}${target}`.slice(0, 2 * MAX_NAME), flowFilter(this.a, flow), row + 1),
        server: this.httpServers.of(
          `${host} ${address}:${port}`.slice(0, 2 * MAX_NAME),
          `${addressField(address)} == ${address} and tcp.port == ${port}`,
          row + 1,
        ),
      };
      for (const group of [asked.name, asked.server]) if (group !== null) group.asked++;
      const waiting = this.requests.get(flow) ?? [];
      if (waiting.length === 0) this.requests.set(flow, waiting);
      if (waiting.length < MAX_PIPELINED) waiting.push({ time, ...asked });
      return;
    }
    // 1xx come before the answer.
    const waiting = this.requests.get(flow);
    const question = head.status < 200 && head.status !== 101 ? waiting?.[0] : waiting?.shift();
    if (waiting?.length === 0) this.requests.delete(flow);
    if (question === undefined) return;
    for (const group of [question.name, question.server]) {
      if (group === null) continue;
      count(group.codes, String(head.status));
      if (head.status < 200 && head.status !== 101) continue;
      group.answered++;
      group.times.add(Math.max(0, time - question.time));
    }
  }

  private hello(flow: FlowRow, type: number, row: number, time: number): void {
    if (type !== 1 && type !== 2) return;
    let hello = this.hellos.get(flow);
    if (hello === undefined) this.hellos.set(flow, (hello = { client: NaN, server: NaN, packet: row + 1 }));
    if (type === 1 && hello.client !== hello.client) hello.client = time;
    if (type === 2 && hello.server !== hello.server) hello.server = time;
  }

  /** Handshakes by the name that was asked for, from what the flows' own bytes said. */
  tls(): AnswerGroups {
    const groups = new AnswerGroups();
    for (const [flow, hello] of this.hellos) {
      const facts = factsOfRow(this.a, flow);
      const { columns: c } = this.a.flows;
      const address = this.a.addresses.text(c.responderOf(flow));
      const port = c.responderPort[flow]!;
      const name = (facts === null ? null : serverNameOf(facts)) ?? `${address}:${port}`;
      const group = groups.of(name, flowFilter(this.a, flow), hello.packet);
      if (group === null) continue;
      if (hello.client === hello.client) group.asked++;
      if (hello.server !== hello.server) continue;
      group.answered++;
      const version = facts?.tls?.server?.selectedVersion ?? facts?.tlsVersion ?? -1;
      const suite = facts?.tls?.server?.suite ?? facts?.tlsSuite ?? -1;
      if (version >= 0 && suite >= 0)
        count(group.codes, `${TLS_VERSIONS[version] ?? hex(version)} ${TLS_SUITES[suite] ?? hex(suite)}`);
      if (hello.client === hello.client) group.times.add(Math.max(0, hello.server - hello.client));
    }
    return groups;
  }
}

function count(codes: Map<string, number>, code: string): void {
  if (codes.size < 64 || codes.has(code)) codes.set(code, (codes.get(code) ?? 0) + 1);
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(4, '0')}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

function addressField(address: string): string {
  return address.includes(':') ? 'ipv6.addr' : 'ip.addr';
}

function flowFilter(a: Analysis, flow: FlowRow): string {
  const { columns: c } = a.flows;
  const one = a.addresses.text(c.initiatorOf(flow));
  const two = a.addresses.text(c.responderOf(flow));
  const ends = `${addressField(one)} == ${one} and ${addressField(two)} == ${two}`;
  return `${ends} and tcp.port == ${c.initiatorPort[flow]} and tcp.port == ${c.responderPort[flow]}`;
}

/** @param displayed rows that count, a bit each; null: all do */
export async function transactionTables(
  s: SweepSource,
  displayed: Uint8Array | null,
  packets: number,
  turns: TimeSlices,
): Promise<Readonly<Record<TransactionTable, StatTable>>> {
  const counter = new Counter(s.analysis);
  const listener = new Listener();
  const walker = new HeaderWalker(listener);
  const sent: Sent = { reverse: false, row: 0, time: 0 };
  const { unread } = await sweepPackets(s, packets, turns, (row, chunk: PacketChunk, i, buf, off, captured) => {
    const flow = flowOfOwner(chunk.owner[i]!);
    // Fragments are put together, so those that are not displayed are walked too.
    listener.protocol = -1;
    walker.walk(buf, off, captured, chunk.link[i]!, chunk.wire[i]!);
    if (flow === null || listener.protocol < 0 || !counts(displayed, row)) return;
    sent.reverse = (chunk.marks[i]! & MARK_REVERSE) !== 0;
    sent.row = row;
    sent.time = chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9;
    counter.take(listener, flow, sent);
  });
  const made = (groups: AnswerGroups, named: string): StatTable => {
    const left = groups.left === 0 ? null : say('stats-names-left', { names: groups.size, messages: groups.left });
    return answersTable(groups.rows(), named, unreadNote({ unread }) ?? left, packets);
  };
  return {
    dns: made(counter.dns, 'question'),
    'dns-servers': made(counter.dnsServers, 'server'),
    http: made(counter.http, 'request'),
    'http-servers': made(counter.httpServers, 'server'),
    tls: made(counter.tls(), 'serverName'),
  };
}

function answersTable(rows: readonly Answers[], named: string, note: Message | null, counted: number): StatTable {
  const each = (of: (a: Answers) => number): Float64Array => Float64Array.from(rows, of);
  const columns: Column[] = [
    { id: named, kind: 'text', text: (row) => rows[row]!.name },
    { id: 'asked', kind: 'count', numbers: each((a) => a.asked) },
    { id: 'answered', kind: 'count', numbers: each((a) => a.answered) },
    { id: 'codes', kind: 'text', text: (row) => codesText(rows[row]!) },
    ...timeColumns(rows),
  ];
  return {
    rows: rows.length,
    columns,
    filter: (row) => rows[row]!.filter,
    packet: (row) => rows[row]!.first,
    depth: null,
    note,
    counted,
  };
}
