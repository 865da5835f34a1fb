// One TCP connection that is listened to: which protocol its first bytes speak, and who reads it from there on.
import { type Layers } from '../decode/index.ts';
import { kerberosStream, ldapStream } from './asn1.ts';
import { CommandLines } from './commands.ts';
import { latin1, type Notes } from './facts.ts';
import { HttpConnection } from './http.ts';
import { startsHttp } from './http-side.ts';
import { RpcCalls, startsRpc } from './rpc.ts';
import { Opening } from './searches.ts';
import { SmbConnection, startsSmb } from './smb.ts';
import { type ByteSink, type HeldBytes, OrderedBytes } from './stream.ts';

/** Bytes that tell a protocol. */
const TELLING = 8;
const KERBEROS = 88;
const LDAP_PORTS = new Set([389, 3_268]);

/** Hears the first bytes of each direction in their order. */
export type FirstBytes = (dir: number, b: Uint8Array, at: number, end: number) => void;

export class Connection {
  /** Nothing more of it can tell anything. */
  deaf = false;
  private readonly notes: Notes;
  private readonly first: FirstBytes;
  private readonly streams: readonly [OrderedBytes, OrderedBytes];
  private readonly openings: readonly [Opening, Opening];
  private readonly ports: readonly [number, number];
  /** Bytes that are too few to tell anything. */
  private readonly waiting: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  private readonly told: [boolean, boolean] = [false, false];
  private sinks: readonly [ByteSink | null, ByteSink | null] | null = null;
  private http: HttpConnection | null = null;

  constructor(notes: Notes, ports: readonly [number, number], first: FirstBytes, pool: HeldBytes) {
    this.notes = notes;
    this.ports = ports;
    this.first = first;
    this.openings = [new Opening(notes, 0), new Opening(notes, 1)];
    this.streams = [new OrderedBytes(this.sinkOf(0), pool), new OrderedBytes(this.sinkOf(1), pool)];
  }

  segment(dir: number, l: Layers, b: Uint8Array, seconds: number, packet: number): void {
    this.streams[dir]!.segment(l, b, seconds, packet);
  }

  /** Brings what is open into the notes. */
  settle(): void {
    for (const o of this.openings) o.search();
    this.http?.settle();
  }

  /** Nothing more comes: gives up holes and ends what is open. */
  finish(): void {
    if (!this.deaf) for (const s of this.streams) s.skip();
    for (const dir of [0, 1]) if (!this.told[dir]) this.tell(dir, 0, -1);
    this.settle();
    this.http?.finish();
  }

  release(): void {
    for (const s of this.streams) s.drop();
  }

  private sinkOf(dir: number): ByteSink {
    return {
      bytes: (b, at, end, seconds, packet) => this.heard(dir, b, at, end, [seconds, packet]),
      gap: (count) => this.missing(dir, count),
    };
  }

  private heard(dir: number, b: Uint8Array, at: number, end: number, when: readonly [number, number]): void {
    if (this.deaf) return;
    this.first(dir, b, at, end);
    const [seconds, packet] = when;
    this.openings[dir]!.bytes(b, at, end, seconds, packet);
    if (this.told[dir]) {
      this.sinks?.[dir]?.bytes(b, at, end, seconds, packet);
      if (this.http?.deaf === true) this.deaf = true;
      return;
    }
    const before = this.waiting[dir]!;
    const all = before.length === 0 ? b.slice(at, end) : Buffer.concat([before, b.subarray(at, end)]);
    this.waiting[dir] = all;
    if (all.length >= TELLING) this.tell(dir, seconds, packet);
  }

  private missing(dir: number, count: number): void {
    if (this.deaf) return;
    if (!this.told[dir]) this.tell(dir, 0, -1);
    this.openings[dir]!.gap(count);
    this.sinks?.[dir]?.gap(count);
  }

  /** The first bytes of a direction are there, or as many as will come. */
  private tell(dir: number, seconds: number, packet: number): void {
    const b = this.waiting[dir]!;
    this.told[dir] = true;
    this.waiting[dir] = new Uint8Array(0);
    if (b.length === 0) return;
    this.sinks ??= this.choose(dir, b);
    if (this.sinks !== null) for (const o of this.openings) o.withoutProgram = true;
    this.sinks?.[dir]?.bytes(b, 0, b.length, seconds, packet);
  }

  private choose(dir: number, b: Uint8Array): readonly [ByteSink | null, ByteSink | null] | null {
    const { length } = b;
    if (isSealed(b, 0, length)) {
      this.deaf = true;
      return [null, null];
    }
    if (startsHttp(b, 0, length)) {
      this.http = new HttpConnection(this.notes);
      return this.http.sides;
    }
    if (startsSmb(b, 0, length)) return new SmbConnection(this.notes).sides;
    if (dir === 0 && startsRpc(b, 0, length) && b[1] === 0 && (b[4]! & 0xef) === 0) {
      return [new RpcCalls(this.notes), null];
    }
    if (dir === 1 && latin1(b, 0, 3) === '220') {
      this.notes.sight('server-220', this.notes.observed.firstPacket[1], 1, '220');
      return [new CommandLines(this.notes), null];
    }
    if (this.ports.includes(KERBEROS)) return [kerberosStream(this.notes), kerberosStream(this.notes)];
    if (this.ports.some((p) => LDAP_PORTS.has(p))) return [ldapStream(this.notes), ldapStream(this.notes)];
    return null;
  }
}

/** Whether a connection's first bytes are those of TLS or SSH, which tell nothing more of what they carry. */
export function isSealed(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 3) return false;
  if (b[at] === 0x16 && b[at + 1] === 3 && b[at + 2]! <= 4) return true;
  return end - at >= 4 && b[at] === 0x53 && b[at + 1] === 0x53 && b[at + 2] === 0x48 && b[at + 3] === 0x2d;
}
