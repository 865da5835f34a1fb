// Captures made by a test for rules of evidence: HTTP connections with the requests and answers that are given, other
// TCP and UDP flows, DNS answers; and what the rules find in them, end to end.
import { english, type FlowRow } from '../../contract/index.ts';
import { EvidenceBook, type KnownNetwork } from '../evidence/index.ts';
import { nothingObserved } from '../observe/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { ethernet, ip4, pcap, tcp, type TestPacket, udp } from './packets.ts';

export const HOST = '10.0.0.5';
/** Public addresses that no list of ours names. */
export const PEER = '45.79.10.20';
const RESOLVER = '10.0.0.1';
/** When made captures begin, seconds since the epoch. */
export const START = 1_700_000_000;

/** A program of Windows as far as readers look: MZ, what its stub says, and its header. */
export const PROGRAM = `MZ${'\0'.repeat(76)}This program cannot be run in DOS mode.${'\0'.repeat(40)}PE\0\0`;

/** A piece of a connection: what one side sends, and when, seconds after the connection's start. */
export interface Turn {
  readonly dir: 0 | 1;
  readonly data: string | Uint8Array;
  readonly after?: number;
}

export interface MadeFlow {
  /** The capture began after it did. */
  readonly midstream?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  /** Seconds after the capture's start. */
  readonly at?: number;
}

/** Parts of a request; what is not said is as a browser says it, '' leaves the field out. */
export interface MadeRequest {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  readonly agent?: string;
  /** More fields, whole lines. */
  readonly fields?: readonly string[];
  readonly body?: string;
  /** Seconds after the connection's start. */
  readonly after?: number;
  readonly response?: MadeResponse;
}

export interface MadeResponse {
  readonly status?: number;
  readonly type?: string;
  readonly fields?: readonly string[];
  readonly body?: string | Uint8Array;
}

const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** What a rule found, once a flow and rule. */
export interface Found {
  readonly rule: string;
  readonly points: number;
  readonly initiator: string;
  /** An address, or the name that was asked for. */
  readonly peer: string;
  readonly said: string;
  readonly packets: readonly number[];
  readonly row: number;
}

export class MadeCapture {
  private readonly packets: TestPacket[] = [];
  private readonly start: number;
  private port = 40_000;
  private lastRow = -1;

  /** @param start of the capture, seconds since the epoch */
  constructor(start = START) {
    this.start = start;
  }

  /** A TCP connection that opens, says its turns and closes. */
  connection(turns: readonly Turn[], flow: MadeFlow = {}): this {
    const { from, to, at } = this.ends(flow, 80);
    const sent: [number, number] = [1, 1];
    const send = (dir: 0 | 1, flags: string, data: string | Uint8Array, time: number): void => {
      const [own, peer] = dir === 0 ? [from, to] : [to, from];
      this.add(tcp(own, peer, { flags, seq: 1_000 + sent[dir], ack: 1_000 + sent[1 - dir]!, data }), time);
      sent[dir] += data.length;
    };
    if (flow.midstream !== true) {
      this.add(tcp(from, to, { flags: 'S', seq: 1_000 }), at);
      this.add(tcp(to, from, { flags: 'SA', seq: 1_000, ack: 1_001 }), at + 0.01);
      send(0, 'A', '', at + 0.02);
    }
    let now = at + 0.03;
    for (const turn of turns) {
      now = Math.max(now, at + (turn.after ?? 0));
      for (let i = 0; i < turn.data.length; i += 1_400) {
        send(turn.dir, 'PA', turn.data.slice(i, i + 1_400), now);
        now += 0.001;
      }
    }
    send(0, 'FA', '', now + 0.01);
    sent[0]++;
    send(1, 'FA', '', now + 0.02);
    sent[1]++;
    send(0, 'A', '', now + 0.03);
    return this;
  }

  /** A connection that asks for something and is reset at once. */
  refused(flow: MadeFlow = {}): this {
    const { from, to, at } = this.ends(flow, 80);
    this.add(tcp(from, to, { flags: 'S', seq: 1_000 }), at);
    this.add(tcp(to, from, { flags: 'RA', seq: 0, ack: 1_001 }), at + 0.01);
    return this;
  }

  /** A connection that is asked for, and nothing comes back. */
  unanswered(flow: MadeFlow = {}): this {
    const { from, to, at } = this.ends(flow, 80);
    this.add(tcp(from, to, { flags: 'S', seq: 1_000 }), at);
    return this;
  }

  /** A connection of which the capture has the request and one packet back, as where packets were lost. */
  halfSeen(data: string, flow: MadeFlow = {}): this {
    const { from, to, at } = this.ends(flow, 80);
    this.add(tcp(from, to, { flags: 'S', seq: 1_000 }), at);
    this.add(tcp(to, from, { flags: 'PA', seq: 1_001, ack: 1_001, data }), at + 0.01);
    return this;
  }

  /** One connection with its requests and answers. */
  http(requests: readonly MadeRequest[], flow: MadeFlow = {}): this {
    const turns = requests.flatMap((r): Turn[] => [
      { dir: 0, data: requestText(r), after: r.after ?? 0 },
      { dir: 1, data: responseBytes(r.response ?? {}), after: r.after ?? 0 },
    ]);
    return this.connection(turns, flow);
  }

  udp(data: string | Uint8Array, flow: MadeFlow & { readonly answer?: string | Uint8Array } = {}): this {
    const { from, to, at } = this.ends(flow, 5_000);
    this.add(udp(from, to, data), at);
    if (flow.answer !== undefined) this.add(udp(to, from, flow.answer), at + 0.01);
    return this;
  }

  /** A name is asked for, and an IPv4 address is the answer. */
  dns(name: string, address: string, at = 0): this {
    const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)];
    const answer = dnsMessage(name, 1, ANSWERED, record);
    return this.udp(dnsMessage(name, 1, ASKED), { to: RESOLVER, port: 53, at, answer });
  }

  /** A question to the resolver, and its answer without records where an error code is given. */
  ask(name: string, o: { type?: number; at?: number; rcode?: number; port?: number } = {}): this {
    const { type = 1, at = 0, rcode, port = 53 } = o;
    const answer = rcode === undefined ? {} : { answer: dnsMessage(name, type, ANSWERED | rcode) };
    return this.udp(dnsMessage(name, type, ASKED), { to: RESOLVER, port, at, ...answer });
  }

  /** Echo requests of ICMP with their payloads, each a tenth of a second after the one before, and as many answers. */
  ping(payloads: readonly string[], flow: MadeFlow & { readonly answers?: number } = {}): this {
    const { from = HOST, to = PEER, at = 0, answers = payloads.length } = flow;
    const address = (text: string): number[] => text.split('.').map(Number);
    for (const [i, payload] of payloads.entries()) {
      const echo = (type: number): number[] => [type, 0, 0, 0, 0, 7, 0, i & 255, ...Buffer.from(payload, 'latin1')];
      const time = this.start + at + i / 10;
      this.add(ethernet(0x0800, ip4(address(from), address(to), 1, echo(8))), time);
      if (i < answers) this.add(ethernet(0x0800, ip4(address(to), address(from), 1, echo(0))), time + 0.01);
    }
    return this;
  }

  /** The capture as a file, in the order of its packets' times. */
  bytes(): Uint8Array {
    return pcap(this.packets.toSorted((a, b) => a.time - b.time));
  }

  /** What the rules find, in the order in which they do. */
  found(known: KnownNetwork | null = null): Found[] {
    const all: Found[] = [];
    const seen = new Set<string>();
    let book: EvidenceBook | null = null;
    const look = (analysis: Analysis, slot: number, row: FlowRow, over: boolean, seconds: number): void => {
      this.lastRow = Math.max(this.lastRow, row);
      book ??= new EvidenceBook(analysis.flows.columns, analysis.addresses, known);
      const { columns } = analysis.flows;
      const findings = book.take({
        row,
        facts: analysis.inspector.peekFacts(slot),
        observed: analysis.observer?.observed(slot) ?? nothingObserved(),
        app: analysis.inspector.shown(slot),
        over,
        unanswered: over && analysis.unanswered,
        resolvedAt: analysis.inspector.resolvedAt(columns.initiatorOf(row)),
        seconds,
        packet: analysis.packetCount - 1,
      });
      for (const e of findings?.found ?? []) {
        const peer = typeof e.peer === 'string' ? analysis.addresses.text(columns.responderOf(row)) : e.peer.name;
        const key = `${row} ${e.rule.name} ${peer}`;
        if (seen.has(key)) continue;
        seen.add(key);
        all.push({
          rule: e.rule.name,
          points: e.rule.points,
          initiator: analysis.addresses.text(columns.initiatorOf(row)),
          peer: e.peer === 'unknown names' ? e.peer : peer,
          said: english(e.said),
          packets: e.packets,
          row,
        });
      }
    };
    const analysis = new Analysis(
      {
        completed: (a, slot, row) => {
          const { endSeconds, endNanoseconds } = a.flows.columns;
          look(a, slot, row, true, endSeconds[row]! + endNanoseconds[row]! / 1e9);
        },
        checkpoint: (a, slot, row, _packets, sec, nsec) => look(a, slot, row, false, sec + nsec / 1e9),
      },
      { observe: true },
    );
    new CaptureStream(analysis).push(this.bytes());
    analysis.finish();
    return all;
  }

  /** Names of the rules that were found, sorted, each once; only those towards a peer where one is given. */
  rules(peer?: string): string[] {
    const found = this.found().filter((f) => peer === undefined || f.peer === peer);
    return [...new Set(found.map((f) => f.rule))].toSorted();
  }

  /** The same on a network of which something was learned. */
  rulesOn(known: KnownNetwork): string[] {
    return [...new Set(this.found(known).map((f) => f.rule))].toSorted();
  }

  /** Those of the flow that began last, in the order in which they are found. */
  lastRules(): string[] {
    const found = this.found();
    return found.filter((f) => f.row === this.lastRow).map((f) => f.rule);
  }

  /** How many flows carry a rule. */
  flows(rule: string): number {
    return this.found().filter((f) => f.rule === rule).length;
  }

  private ends(flow: MadeFlow, port: number): { from: string; to: string; at: number } {
    const own = this.port++;
    return {
      from: `${flow.from ?? HOST}:${own}`,
      to: `${flow.to ?? PEER}:${flow.port ?? port}`,
      at: this.start + (flow.at ?? 0),
    };
  }

  private add(frame: readonly number[], time: number): void {
    this.packets.push({ bytes: Uint8Array.from(frame), time });
  }
}

/** Flags of a question that wants recursion, and of its answer (RFC 1035, 4.1.1). */
const ASKED = 0x0100;
const ANSWERED = 0x8180;

/** A message of DNS with one question (RFC 1035, 4.1). @param record the one answer in it */
function dnsMessage(name: string, type: number, flags: number, record: readonly number[] = []): Uint8Array {
  const head = [7, 7, flags >> 8, flags & 255, 0, 1, 0, record.length === 0 ? 0 : 1, 0, 0, 0, 0];
  const labels = name.split('.').flatMap((l) => [l.length, ...Buffer.from(l)]);
  return Uint8Array.from([...head, ...labels, 0, type >> 8, type & 255, 0, 1, ...record]);
}

function requestText(r: MadeRequest): string {
  const { method = 'GET', target = '/', host = 'www.somewhere.test', agent = BROWSER, fields = [], body = '' } = r;
  const lines = [`${method} ${target} HTTP/1.1`];
  if (host !== '') lines.push(`Host: ${host}`);
  if (agent !== '') lines.push(`User-Agent: ${agent}`);
  lines.push(...fields);
  if (body !== '') lines.push(`Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function responseBytes(r: MadeResponse): Uint8Array {
  const { status = 200, type = 'text/html', fields = [], body = 'hello' } = r;
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(body);
  const lines = [`HTTP/1.1 ${status} Said`, ...(type === '' ? [] : [`Content-Type: ${type}`]), ...fields];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]);
}
