// A flow as rules know it: who is client, whether it is established, its streams, its application, what is remembered.
import { IPPROTO_TCP, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../decode/index.ts';
import { Gathered, type ApplicationReader } from './application.ts';
import type { DataTransfer, Expected } from './expected.ts';
import { readerOf, recognise } from './recognise.ts';
import type { RulePacket } from './packet.ts';
import { type StreamHeard, StreamSide } from './stream-side.ts';
import type { StreamWindow } from './stream-window.ts';
import type { Wanted } from './transaction.ts';

/** Bytes that are looked at until an application is known or given up. */
const MAX_UNKNOWN = 16_384;
/** Connections that one may be asked to be before that is odd (Suricata: stream.max-syn-queued). */
const MAX_SYNS = 11;
const NONE_LISTED: readonly [readonly number[], readonly number[]] = [[], []];
/** Bytes of one direction that are put together: what comes after them is not looked at. */
const DEPTH = 1_048_576;
/** Applications that carry files. */
const CARRIERS: ReadonlySet<string> = new Set(['http1', 'http2', 'smtp', 'smb', 'ftp', 'ftp-data', 'nfs']);

export type FlowState = 'new' | 'established' | 'closed';

/** What flows without streams have; nothing is ever put into them. */
const SILENT: StreamHeard = { bytes: () => undefined, gap: () => undefined };
const NO_STREAMS: readonly [StreamSide, StreamSide] = [new StreamSide(0, SILENT), new StreamSide(1, SILENT)];

export class RuleFlow implements StreamHeard {
  readonly transport: number;
  hash = 0;
  /** The client stands first in the flow's key. */
  clientFirst = true;
  /** Address and port of the client and of the server. */
  client = 0n;
  clientPort = 0;
  server = 0n;
  serverPort = 0;
  state: FlowState = 'new';
  firstSeconds = 0;
  lastSeconds = 0;
  readonly packets: [number, number] = [0, 0];
  readonly wire: [number, number] = [0, 0];
  readonly streams: readonly [StreamSide, StreamSide];
  readonly windows: readonly [StreamWindow, StreamWindow];
  application: ApplicationReader | null = null;
  /** Where readers say which connections follow, and what was said of this one. */
  expected: Expected | null = null;
  transfer: DataTransfer | null = null;
  /** 'unknown' until it is known, 'failed' where it cannot be told any more. */
  applicationName = 'unknown';
  originalName: string | null = null;
  private readonly waiting: [Gathered | null, Gathered | null] = [null, null];
  bits: Set<string> | null = null;
  counters: Map<string, number> | null = null;
  /** As it was before the packet at hand: the one that completes the handshake is not of an established flow. */
  stateBefore: FlowState = 'new';
  /** A rule with `bypass` matched: packets are not looked at, what waits at the end is. */
  bypassed = false;
  /** A pass rule of the whole flow matched. */
  passed = false;
  /** Rules of addresses alone that were asked, by direction. */
  readonly asked: [boolean, boolean] = [false, false];
  /** Places of rules that list its addresses, by direction. */
  listed: readonly [readonly number[], readonly number[]] = NONE_LISTED;
  /** Rules that told of an application once, by direction and rule. */
  readonly told = new Set<number>();
  readonly events = new Set<string>();
  /** Events of the stream that the packet at hand has brought. */
  noticed: string[] = [];
  private syns = 0;
  private isn: [number | null, number | null] = [null, null];
  private finished: [boolean, boolean] = [false, false];

  /** Files alone are wanted: all of a stream is put together, and no pattern is looked for in it. */
  readonly files: boolean;

  private readonly wanted: Wanted;

  /** @param wanted buffers that somebody asks for */
  constructor(transport: number, files: boolean, wanted: Wanted) {
    this.transport = transport;
    this.files = files;
    this.wanted = wanted;
    this.streams = transport === IPPROTO_TCP ? [new StreamSide(0, this), new StreamSide(1, this)] : NO_STREAMS;
    this.windows = [this.streams[0].window, this.streams[1].window];
  }

  bytes(dir: 0 | 1, data: Uint8Array): void {
    this.tell(dir, data);
    const enough = this.files ? this.carriesNone : this.streams[dir].next > DEPTH;
    if (enough) this.streams[dir].becomeDeaf();
    if (this.application?.sealed === true) this.seal();
  }

  gap(dir: 0 | 1, count: number): void {
    this.noticed.push('stream.reassembly_seq_gap');
    this.application?.gap(dir, count);
  }

  /** What follows is encrypted: nothing can be found in it. */
  sealed = false;

  private seal(): void {
    if (this.sealed) return;
    this.sealed = true;
    for (const stream of this.streams) stream.becomeDeaf();
  }

  /** Bytes of the application, in order. */
  tell(dir: 0 | 1, data: Uint8Array): void {
    if (this.application !== null) {
      const before = this.application.messages[dir];
      this.application.bytes(dir, data);
      if (this.application.messages[dir] !== before) this.windows[dir].due = true;
      this.follow();
      return;
    }
    if (this.applicationName === 'failed') {
      this.windows[dir].due = true;
      return;
    }
    const waiting = (this.waiting[dir] ??= new Gathered());
    waiting.add(data);
    const name = this.transfer !== null ? 'ftp-data' : recognise(dir, waiting.all(), this, false);
    if (name !== null) this.become(name);
    else if (waiting.length > MAX_UNKNOWN) this.giveUp();
  }

  private giveUp(): void {
    this.applicationName = 'failed';
    this.waiting[0] = this.waiting[1] = null;
  }

  get isUnknown(): boolean {
    return this.application === null && this.applicationName === 'unknown';
  }

  become(name: string): void {
    this.applicationName = name;
    this.application = this.reader(name);
    for (const dir of [0, 1] as const) {
      const held = this.waiting[dir];
      if (held !== null && held.length > 0) this.application?.bytes(dir, held.all());
      if (this.application === null || this.application.messages[dir] > 0) this.windows[dir].due = true;
      this.waiting[dir] = null;
    }
    this.follow();
  }

  /** Whether no file comes any more: what speaks is known, and carries none. */
  private get carriesNone(): boolean {
    return this.applicationName !== 'unknown' && !CARRIERS.has(this.applicationName);
  }

  private reader(name: string): ApplicationReader | null {
    const reader = this.files && !CARRIERS.has(name) ? null : readerOf(name, this);
    if (reader === null) return null;
    reader.digests = this.files;
    reader.wanted = this.wanted;
    return reader;
  }

  /** Another application takes over what comes. */
  private follow(): void {
    const next = this.application?.successor ?? null;
    if (next === null) return;
    this.originalName ??= this.applicationName;
    const before = this.application!;
    before.successor = null;
    const reader = this.reader(next);
    if (reader === null) return;
    reader.takeOver(before);
    this.application = reader;
    this.applicationName = next;
    for (const dir of [0, 1] as const) {
      const left = before.leftover(dir);
      if (left.length > 0) reader.bytes(dir, left.slice());
    }
  }

  /** One datagram: of UDP the application is told whole messages. */
  datagram(dir: 0 | 1, payload: Uint8Array): void {
    if (this.application === null && this.applicationName === 'unknown') {
      const name = recognise(dir, payload, this, true);
      if (name !== null) {
        this.applicationName = name;
        this.application = this.reader(name);
      } else if (this.packets[0] + this.packets[1] > 8) this.applicationName = 'failed';
    }
    const { application } = this;
    if (application !== null) application.bytes(dir, application.keepsBytes ? payload.slice() : payload);
  }

  /** Takes a TCP packet. @returns whether its payload is part of the stream */
  tcp(p: RulePacket): boolean {
    const { tcpFlags: flags, tcpSequence: seq, tcpAcknowledgement: ack } = p.layers;
    const { dir } = p;
    const [own, other] = [this.streams[dir], this.streams[dir ^ 1]!];
    if ((flags & TCP_SYN) !== 0) {
      this.syn(dir, seq);
    } else if (!own.known && p.payloadLength > 0 && this.midstream) own.beginAt(seq);
    let part = false;
    if ((flags & TCP_SYN) === 0 && p.payloadLength > 0) part = own.segment(seq, p.payload);
    else if (p.payloadLength > 0 && p.hasFastOpen) part = own.segment((seq + 1) >>> 0, p.payload);
    // What came with a SYN counts once the connection is there.
    if ((flags & (TCP_ACK | TCP_SYN)) === TCP_ACK && other.known) other.acknowledge(ack);
    this.establish(flags, dir);
    if ((flags & (TCP_FIN | TCP_RST)) !== 0) this.windows[0].due = this.windows[1].due = true;
    if ((flags & TCP_FIN) !== 0) this.finished[dir] = true;
    if ((flags & TCP_RST) !== 0 || (this.finished[0] && this.finished[1] && p.payloadLength === 0)) this.close();
    return part;
  }

  private syn(dir: 0 | 1, seq: number): void {
    const own = this.streams[dir];
    if (dir === 0 && this.state === 'new' && this.isn[0] !== seq && ++this.syns > MAX_SYNS)
      this.noticed.push('stream.3whs_syn_flood');
    // An answer to a SYN that was not captured is the middle of a connection.
    if (dir === 1 && this.isn[0] === null && !this.midstream) return;
    if (!own.known || this.isn[dir] !== seq) own.begin(seq);
    this.isn[dir] = seq;
  }

  private establish(flags: number, dir: 0 | 1): void {
    if (this.state !== 'new' || (flags & (TCP_ACK | TCP_SYN)) !== TCP_ACK) return;
    const handshake = this.isn[0] !== null && this.isn[1] !== null && dir === 0;
    if (handshake || (this.midstream && this.isn[0] === null)) this.state = 'established';
  }

  /** Connections whose beginning was not captured are taken up too. */
  midstream = false;

  private close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
  }

  /** Lets go of the bytes of a connection that is over, once all of them were looked at. */
  letGo(): void {
    if (this.state !== 'closed') return;
    for (const stream of this.streams) {
      if (stream.empty && stream.window.fresh === 0) stream.window.release();
    }
  }

  /** Where files alone are wanted, a connection that was closed is over, and what it carried is whole. */
  settle(): void {
    if (!this.files || this.state !== 'closed' || this.settled) return;
    this.settled = true;
    this.finish();
  }

  private settled = false;

  /** The flow is over: what waits is told. */
  finish(): void {
    if (this.transport === IPPROTO_TCP) for (const stream of this.streams) stream.flush();
    for (const dir of [0, 1] as const) this.application?.end(dir);
    if (this.transport === IPPROTO_TCP) for (const window of this.windows) window.due = true;
  }
}
