// One TCP connection that is listened to: which protocol its first bytes speak, and who reads it from there on.
import { copyBytes, type Layers, TCP_ACK } from '../decode/index.ts';
import { kerberosStream, ldapStream } from './asn1.ts';
import { CommandLines } from './commands.ts';
import { type Notes, type Noting } from './facts.ts';
import { Holder, type ReassemblyPool } from '../protocols/index.ts';
import { HttpConnection } from './http.ts';
import { startsHttp } from './http-side.ts';
import { rpcStream, startsRpc } from './rpc.ts';
import { Opening } from './searches.ts';
import { SmbConnection, startsSmb } from './smb.ts';
import { type ByteSink, type HeldBytes, OrderedBytes } from './stream.ts';

/** Bytes that tell a protocol. */
const TELLING = 8;
const KERBEROS = 88;
const NETBIOS_SESSION = 139;
/** RFC 1002, 4.3.2. */
const SESSION_REQUEST = 0x81;
const COMMAND_PORTS = new Set([21, 25, 587, 2_525]);
const LDAP_PORTS = new Set([389, 3_268]);

export interface Pools {
  readonly pool: HeldBytes;
  readonly gathered: ReassemblyPool;
}

/** Who keeps, by slot, what connections note, and their first bytes in their order. */
export interface Keeper {
  notesOf(slot: number): Notes;
  firstBytes(slot: number, dir: number, b: Uint8Array, at: number, end: number): void;
  /** The packet that carried the first payload of a direction. */
  firstPacket(slot: number, dir: number): number;
}

/** What waited and what came, while it is looked at. */
let together = new Uint8Array(65_536);

/** Takes one direction's bytes in their order. */
class Heard implements ByteSink {
  private readonly connection: Connection;
  private readonly dir: number;

  constructor(connection: Connection, dir: number) {
    this.connection = connection;
    this.dir = dir;
  }

  bytes(b: Uint8Array, at: number, end: number, seconds: number, packet: number): void {
    this.connection.heard(this.dir, b, at, end, seconds, packet);
  }

  gap(count: number): void {
    this.connection.missing(this.dir, count);
  }
}

/** Used again for the next connection once one is over: most are short. */
export class Connection extends Holder implements Noting {
  /** Nothing more of it can tell anything. */
  deaf = false;
  private readonly keeper: Keeper;
  private slot = 0;
  private readonly streams: readonly [OrderedBytes, OrderedBytes];
  private readonly openings: readonly [Opening, Opening];
  private readonly ports: [number, number] = [0, 0];
  /** Bytes that are too few to tell anything, of either direction. */
  private readonly waiting = new Uint8Array(2 * TELLING);
  private readonly waits: [number, number] = [0, 0];
  private readonly told: [boolean, boolean] = [false, false];
  private sinks: readonly [ByteSink | null, ByteSink | null] | null = null;
  private http: HttpConnection | null = null;
  private readonly gathered: ReassemblyPool;

  /** @param pools for what waits behind holes, and for what is gathered until it can be read */
  constructor(keeper: Keeper, pools: Pools) {
    super();
    const { pool } = pools;
    this.gathered = pools.gathered;
    this.keeper = keeper;
    this.openings = [new Opening(this, 0), new Opening(this, 1)];
    this.streams = [new OrderedBytes(new Heard(this, 0), pool), new OrderedBytes(new Heard(this, 1), pool)];
  }

  /** A connection begins in a slot with a packet. */
  begin(slot: number, { sourcePort, destinationPort }: Layers): void {
    this.deaf = false;
    this.slot = slot;
    this.ports[0] = sourcePort;
    this.ports[1] = destinationPort;
    this.waits[0] = 0;
    this.waits[1] = 0;
    this.told[0] = false;
    this.told[1] = false;
    this.streams[0].reset();
    this.streams[1].reset();
    this.openings[0].reset();
    this.openings[1].reset();
  }

  get notes(): Notes {
    return this.keeper.notesOf(this.slot);
  }

  get asksHttp(): boolean {
    return this.http !== null && this.notes.observed.httpRequests > 0;
  }

  segment(dir: number, l: Layers, b: Uint8Array, seconds: number, packet: number): void {
    if ((l.tcpFlags & TCP_ACK) !== 0) this.streams[1 - dir]!.acknowledged(l.tcpAcknowledgement);
    this.streams[dir]!.segment(l, b, seconds, packet);
    this.weigh();
  }

  /**
   * How many bytes that come next in a direction tell nothing: they may be left out and counted. What waits behind a
   * hole may tell something by any segment, of the other direction too, which acknowledges.
   */
  idle(dir: number): number {
    if (this.deaf || !this.openings[dir]!.over || this.streams[0].waits || this.streams[1].waits) return 0;
    return this.told[dir] ? (this.sinks?.[dir]?.idle ?? 0) : 0;
  }

  /** Sequence number of the byte of a direction that comes next. */
  expects(dir: number): number {
    return this.streams[dir]!.expects;
  }

  /** Bytes of a direction came in their order and were left out, at most `idle`. */
  passed(dir: number, count: number): void {
    this.streams[dir]!.passed(count);
    this.sinks?.[dir]?.passed?.(count);
  }

  /** Lets go of what is put together; nothing more of it is read. */
  drop(): void {
    this.settle();
    this.http?.finish();
    this.deaf = true;
    this.release();
  }

  /** Tells the pool what is held, where it changed. */
  private weigh(): void {
    let bytes = this.openings[0].holds + this.openings[1].holds + (this.http?.holds ?? 0);
    if (this.sinks !== null) bytes += (this.sinks[0]?.holds ?? 0) + (this.sinks[1]?.holds ?? 0);
    this.gathered.hold(this, bytes);
  }

  /** Searches what has come; bodies are looked at when they are over. */
  settle(): void {
    this.openings[0].search();
    this.openings[1].search();
  }

  /** Nothing more comes: gives up holes and ends what is open. */
  finish(): void {
    if (!this.deaf) {
      this.streams[0].skip();
      this.streams[1].skip();
      if (!this.told[0]) this.tellWaiting(0);
      if (!this.told[1]) this.tellWaiting(1);
    }
    this.settle();
    this.http?.finish();
  }

  release(): void {
    this.streams[0].drop();
    this.streams[1].drop();
    this.openings[0].drop();
    this.openings[1].drop();
    this.sinks = null;
    this.http = null;
    this.gathered.hold(this, 0);
  }

  /** Bytes of a direction in their order. */
  heard(dir: number, b: Uint8Array, at: number, end: number, seconds: number, packet: number): void {
    if (this.deaf) return;
    const opening = this.openings[dir]!;
    if (!opening.over) {
      this.keeper.firstBytes(this.slot, dir, b, at, end);
      opening.bytes(b, at, end, seconds, packet);
    }
    if (this.told[dir]) {
      this.sinks?.[dir]?.bytes(b, at, end, seconds, packet);
      this.deaf = this.nothingMore();
      return;
    }
    const before = this.waits[dir]!;
    if (before === 0 && end - at >= TELLING) {
      this.tell(dir, b, at, end, seconds, packet);
      return;
    }
    const all = before + end - at;
    if (all < TELLING) {
      copyBytes(b, at, end - at, this.waiting, dir * TELLING + before);
      this.waits[dir] = all;
      return;
    }
    if (together.length < all) together = new Uint8Array(all);
    copyBytes(this.waiting, dir * TELLING, before, together, 0);
    copyBytes(b, at, end - at, together, before);
    this.waits[dir] = 0;
    this.tell(dir, together, 0, all, seconds, packet);
  }

  /** Whether nothing that comes can tell anything: a tunnel, or what is in no protocol and was searched. */
  private nothingMore(): boolean {
    if (this.http !== null) return this.http.deaf;
    const [a, b] = this.openings;
    return this.sinks === null && this.told[0] && this.told[1] && a.over && b.over;
  }

  /** Bytes of a direction that will not come. */
  missing(dir: number, count: number): void {
    if (this.deaf) return;
    if (!this.told[dir]) this.tellWaiting(dir);
    this.openings[dir]!.gap(count);
    this.sinks?.[dir]?.gap(count);
  }

  /** As many bytes of a direction are there as will come. */
  private tellWaiting(dir: number): void {
    const at = dir * TELLING;
    const end = at + this.waits[dir]!;
    this.waits[dir] = 0;
    this.tell(dir, this.waiting, at, end, 0, -1);
  }

  /** The first bytes of a direction are there. */
  private tell(dir: number, b: Uint8Array, at: number, end: number, seconds: number, packet: number): void {
    this.told[dir] = true;
    if (at === end) return;
    this.sinks ??= this.choose(dir, b, at, end);
    if (this.sinks !== null) for (const o of this.openings) o.withoutProgram = true;
    this.sinks?.[dir]?.bytes(b, at, end, seconds, packet);
  }

  private choose(
    dir: number,
    b: Uint8Array,
    at: number,
    end: number,
  ): readonly [ByteSink | null, ByteSink | null] | null {
    if (isSealed(b, at, end)) {
      this.deaf = true;
      return [null, null];
    }
    if (startsHttp(b, at, end)) {
      this.http = new HttpConnection(this.notes);
      return this.http.sides;
    }
    if (startsSmb(b, at, end) || (b[at] === SESSION_REQUEST && this.ports.includes(NETBIOS_SESSION)))
      return new SmbConnection(this.notes).sides;
    if (dir === 0 && startsRpc(b, at, end) && b[at + 1] === 0 && (end - at < 5 || (b[at + 4]! & 0xef) === 0)) {
      return [rpcStream(this.notes), null];
    }
    if (dir === 1 && end - at >= 3 && b[at] === 0x32 && b[at + 1] === 0x32 && b[at + 2] === 0x30) {
      this.notes.sight('server-220', this.keeper.firstPacket(this.slot, 1), 1, '220');
      return [new CommandLines(this.notes), null];
    }
    // The greeting was not seen.
    const [source, destination] = this.ports;
    if (dir === 0 && (COMMAND_PORTS.has(source) || COMMAND_PORTS.has(destination)))
      return [new CommandLines(this.notes), null];
    if (source === KERBEROS || destination === KERBEROS)
      return [kerberosStream(this.notes), kerberosStream(this.notes)];
    if (LDAP_PORTS.has(source) || LDAP_PORTS.has(destination)) return [ldapStream(this.notes), ldapStream(this.notes)];
    return null;
  }
}

/** Whether a connection's first bytes are those of TLS or SSH, which tell nothing more of what they carry. */
export function isSealed(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 3) return false;
  if (b[at] === 0x16 && b[at + 1] === 3 && b[at + 2]! <= 4) return true;
  return end - at >= 4 && b[at] === 0x53 && b[at + 1] === 0x53 && b[at + 2] === 0x48 && b[at + 3] === 0x2d;
}
