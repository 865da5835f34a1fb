// A flow as rules know it: who is client, whether it is established, its streams, its application, what is remembered.
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../decode/index.ts';
import { Gathered, type ApplicationReader } from './application.ts';
import type { DataTransfer, Expected } from './expected.ts';
import { readerOf, recognise } from './recognise.ts';
import type { RulePacket } from './packet.ts';
import { StreamSide } from './stream-side.ts';

/** Bytes that are looked at until an application is known or given up. */
const MAX_UNKNOWN = 16_384;
/** Bytes of a stream that stay to be looked at together with what follows. */
const WINDOW = 65_536;

/** Connections that one may be asked to be before that is odd (Suricata: stream.max-syn-queued). */
const MAX_SYNS = 11;

const NO_BYTES = new Uint8Array(0);
/** Bytes of one direction that are put together: what comes after them is not looked at. */
const DEPTH = 1_048_576;
/** New bytes of a stream that are worth a look by themselves; fewer wait for a reason. */
const CHUNK = 2_560;

/** Bytes of one direction that patterns without a buffer are looked for in. */
export class StreamWindow {
  private store: Uint8Array = NO_BYTES;
  private length = 0;
  /** Bytes at the end that nobody has looked at. */
  fresh = 0;
  /** The bytes make a whole: an application's message is complete, or nothing follows. */
  due = false;
  /** Places of rules whose pattern the bytes have held. */
  readonly noted: number[] = [];

  get bytes(): Uint8Array {
    return this.store.subarray(0, this.length);
  }

  get count(): number {
    return this.length;
  }

  add(data: Uint8Array): void {
    const tail = data.length > WINDOW ? data.subarray(-WINDOW) : data;
    if (this.length + tail.length > this.store.length) this.makeRoom(tail.length);
    this.store.set(tail, this.length);
    this.length += tail.length;
    this.fresh = Math.min(this.fresh + tail.length, this.length);
  }

  /** The last bytes stay; room doubles until the window has all that it may have. */
  private makeRoom(bytes: number): void {
    const keep = Math.min(this.length, WINDOW);
    const wanted = Math.max(1_024, (keep + bytes) * 2);
    const old = this.store.subarray(this.length - keep, this.length);
    if (this.store.length < WINDOW * 2) {
      this.store = new Uint8Array(Math.min(wanted, WINDOW * 3));
      this.store.set(old);
    } else this.store.copyWithin(0, this.length - keep, this.length);
    this.length = keep;
  }

  /** Whether patterns are looked for now. */
  get ready(): boolean {
    return this.fresh > 0 && (this.due || this.fresh >= CHUNK);
  }

  looked(): void {
    if (!this.ready) return;
    this.fresh = 0;
    this.due = false;
  }
}

export type FlowState = 'new' | 'established' | 'closed';

export class RuleFlow {
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
  readonly windows: readonly [StreamWindow, StreamWindow] = [new StreamWindow(), new StreamWindow()];
  application: ApplicationReader | null = null;
  /** Where readers say which connections follow, and what was said of this one. */
  expected: Expected | null = null;
  transfer: DataTransfer | null = null;
  /** 'unknown' until it is known, 'failed' where it cannot be told any more. */
  applicationName = 'unknown';
  originalName: string | null = null;
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  /** A side whose application was given up. */
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
  /** Rules that told of an application once, by direction and rule. */
  readonly told = new Set<number>();
  readonly events = new Set<string>();
  /** Events of the stream that the packet at hand has brought. */
  readonly noticed = new Set<string>();
  private syns = 0;
  private isn: [number | null, number | null] = [null, null];
  private finished: [boolean, boolean] = [false, false];

  constructor(transport: number) {
    this.transport = transport;
    this.streams = [this.side(0), this.side(1)];
  }

  private side(dir: 0 | 1): StreamSide {
    return new StreamSide({
      bytes: (data) => {
        if (!this.sealed) this.windows[dir].add(data);
        this.tell(dir, data);
        if (this.streams[dir].next > DEPTH) this.streams[dir].deaf = true;
        if (this.application?.sealed === true) this.seal();
      },
      gap: (count) => {
        this.noticed.add('stream.reassembly_seq_gap');
        this.application?.gap(dir, count);
      },
    });
  }

  /** What follows is encrypted: nothing can be found in it. */
  sealed = false;

  private seal(): void {
    if (this.sealed) return;
    this.sealed = true;
    for (const stream of this.streams) stream.deaf = true;
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
    this.waiting[dir].add(data);
    const name = this.transfer !== null ? 'ftp-data' : recognise(dir, this.waiting[dir].all(), this, false);
    if (name !== null) this.become(name);
    else if (this.waiting[dir].length > MAX_UNKNOWN) this.applicationName = 'failed';
  }

  private become(name: string): void {
    this.applicationName = name;
    this.application = readerOf(name, this);
    for (const dir of [0, 1] as const) {
      const held = this.waiting[dir];
      if (held.length > 0) this.application?.bytes(dir, held.all());
      if (this.application === null || this.application.messages[dir] > 0) this.windows[dir].due = true;
      held.clear();
    }
    this.follow();
  }

  /** Another application takes over what comes. */
  private follow(): void {
    const next = this.application?.successor ?? null;
    if (next === null) return;
    this.originalName ??= this.applicationName;
    const before = this.application!;
    before.successor = null;
    const reader = readerOf(next, this);
    if (reader === null) return;
    reader.transactions.push(...before.transactions);
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
        this.application = readerOf(name, this);
      } else if (this.packets[0] + this.packets[1] > 8) this.applicationName = 'failed';
    }
    this.application?.bytes(dir, payload.slice());
  }

  /** Takes a TCP packet. @returns whether its payload is part of the stream */
  tcp(p: RulePacket): boolean {
    const { tcpFlags: flags, tcpSequence: seq, tcpAcknowledgement: ack } = p.layers;
    const { dir } = p;
    const [own, other] = [this.streams[dir], this.streams[dir ^ 1]!];
    if ((flags & TCP_SYN) !== 0) {
      if (dir === 0 && this.state === 'new' && this.isn[0] !== seq && ++this.syns > MAX_SYNS)
        this.noticed.add('stream.3whs_syn_flood');
      // An answer to a SYN that was not captured is the middle of a connection.
      if (dir === 0 || this.isn[0] !== null || this.midstream) {
        if (!own.known || this.isn[dir] !== seq) own.begin(seq);
        this.isn[dir] = seq;
      }
    } else if (!own.known && p.payload.length > 0 && this.midstream) own.beginAt(seq);
    let part = false;
    if ((flags & TCP_SYN) === 0 && p.payload.length > 0) part = own.segment(seq, p.payload, p.number);
    else if (p.payload.length > 0 && p.hasFastOpen) part = own.segment((seq + 1) >>> 0, p.payload, p.number);
    // What came with a SYN counts once the connection is there.
    if ((flags & TCP_ACK) !== 0 && (flags & TCP_SYN) === 0 && other.known) other.acknowledge(ack);
    if (this.midstream && this.state === 'new' && (flags & (TCP_SYN | TCP_ACK)) === TCP_ACK && this.isn[0] === null)
      this.state = 'established';
    if (this.isn[0] !== null && this.isn[1] !== null && (flags & TCP_SYN) === 0 && (flags & TCP_ACK) !== 0 && dir === 0)
      if (this.state === 'new') this.state = 'established';
    if ((flags & (TCP_FIN | TCP_RST)) !== 0) this.windows[0].due = this.windows[1].due = true;
    if ((flags & TCP_FIN) !== 0) this.finished[dir] = true;
    if ((flags & TCP_RST) !== 0 || (this.finished[0] && this.finished[1] && p.payload.length === 0)) this.close();
    return part;
  }

  /** Connections whose beginning was not captured are taken up too. */
  midstream = false;

  private close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
  }

  /** The flow is over: what waits is told. */
  finish(): void {
    for (const dir of [0, 1] as const) this.streams[dir].flush();
    for (const dir of [0, 1] as const) this.application?.end(dir);
    for (const window of this.windows) window.due = true;
  }
}
