// What is being written down of one flow: an `Observed` with the bounds that belong to it.
import { type Pattern } from './patterns.ts';
import { added, NONE } from './short-list.ts';
import {
  type DnsSeen,
  type EchoFacts,
  type HttpExchange,
  MAX_CALLS,
  MAX_NAMES,
  MAX_SIGHTS,
  NO_BYTES,
  type Observed,
  type RpcCall,
  type Sight,
  type SmbName,
  type TextCommand,
} from './types.ts';

const MAX_SIGHT_TEXT = 120;
const NOTHING_FIRST: readonly [Uint8Array, Uint8Array] = [NO_BYTES, NO_BYTES];

/** First bytes of a slot, which are kept beside what is noted of it. */
export interface FirstOf {
  /** Of both directions together. */
  firstLength(slot: number): number;
  /** In memory that is used again by the next call. */
  firstOf(slot: number): readonly [Uint8Array, Uint8Array];
}

/** What was observed of one flow, as it grows. */
export class Seen implements Observed {
  http: readonly HttpExchange[] = NONE;
  httpRequests = 0;
  rpc: readonly RpcCall[] = NONE;
  smb: readonly SmbName[] = NONE;
  commands: readonly TextCommand[] = NONE;
  dns: readonly DnsSeen[] = NONE;
  sights: readonly Sight[] = NONE;
  kerberos: readonly number[] = NONE;
  ldap: readonly number[] = NONE;
  echo: EchoFacts | null = null;
  readonly payload: [number, number] = [0, 0];
  readonly firstPacket: [number, number] = [-1, -1];
  readonly firstSeconds: [number, number] = [0, 0];
  private bytes = NOTHING_FIRST;
  private from: FirstOf | null = null;
  private slot = 0;

  /** Shown until those of another flow are asked for: whoever keeps them copies them. */
  get first(): readonly [Uint8Array, Uint8Array] {
    const { from, bytes } = this;
    if (from === null || from.firstLength(this.slot) === bytes[0].length + bytes[1].length) return bytes;
    return (this.bytes = from.firstOf(this.slot));
  }

  /** Where its first bytes are, by now. */
  readsFrom(from: FirstOf, slot: number): void {
    this.from = from;
    this.slot = slot;
    this.bytes = NOTHING_FIRST;
  }

  /** The slot becomes another flow's. */
  leaves(): void {
    this.from = null;
    this.bytes = NOTHING_FIRST;
  }
}

/** Who has notes of a flow, made when something is noted: of most flows nothing is. */
export interface Noting {
  readonly notes: Notes;
  /** Requests of HTTP were seen. */
  readonly asksHttp: boolean;
}

export class Notes {
  readonly observed = new Seen();
  private known: Set<string> | null = null;

  /** Keeps the first sight of a pattern in a direction. */
  sight(pattern: string, packet: number, dir: number, text: string): void {
    const { observed } = this;
    if (observed.sights.length >= MAX_SIGHTS || !this.fresh(`s${dir}${pattern}`)) return;
    const seen: Sight = { pattern, packet, dir, text: text.slice(0, MAX_SIGHT_TEXT) };
    observed.sights = added(observed.sights, seen);
  }

  /** Looks for a pattern in text whose bytes came in one packet. */
  search(p: Pattern, text: string, packet: number, dir: number): void {
    const found = p.pattern.exec(text);
    if (found !== null) this.sight(p.name, packet, dir, found[0]);
  }

  /** Keeps a call once, with how often it was made, so that many of one kind do not push others over the bound. */
  call(packet: number, uuid: string, operation: number): void {
    const { observed } = this;
    const known = observed.rpc.find((c) => c.operation === operation && c.uuid === uuid);
    if (known !== undefined) known.times++;
    else if (observed.rpc.length < MAX_CALLS) observed.rpc = added(observed.rpc, { packet, uuid, operation, times: 1 });
  }

  name(name: SmbName): void {
    const { observed } = this;
    if (name.name !== '' && observed.smb.length < MAX_NAMES && this.fresh(`n${name.what}/${name.name}`))
      observed.smb = added(observed.smb, name);
  }

  private fresh(key: string): boolean {
    const known = (this.known ??= new Set());
    if (known.has(key)) return false;
    known.add(key);
    return true;
  }
}

/** @returns a copy, of a Buffer too, whose own `slice` shares its memory */
export function copied(b: Uint8Array, at: number, end: number): Uint8Array {
  return at >= end || at >= b.length ? NO_BYTES : new Uint8Array(b.subarray(at, end));
}

/** @returns the first `most` bytes of both together */
export function joined(a: Uint8Array, b: Uint8Array, at: number, end: number, most: number): Uint8Array {
  const take = Math.min(end - at, most - a.length);
  if (take <= 0) return a;
  const both = new Uint8Array(a.length + take);
  both.set(a);
  both.set(b.subarray(at, at + take), a.length);
  return both;
}
