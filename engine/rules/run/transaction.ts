// What an application layer told, one exchange at a time: buffers and numbers by side, as rules ask for them.
import { ascii } from './bytes-text.ts';

const NOTHING: readonly string[] = [];

/** How far a side of a transaction is: its first line or header, all headers, everything. */
export const STARTED = 1;
export const HEADED = 2;
export const DONE = 3;
export type Progress = 0 | 1 | 2 | 3;

/** Values of one buffer: most have one, names in DNS questions several. */
type Values = Uint8Array[];

/** Buffers that grow until the side is done; those of the first line are there with it. */
const LATE = new Set([
  'http.request_body',
  'http.response_body',
  'file.data',
  'file.hash-md5',
  'file.hash-sha1',
  'file.hash-sha256',
  'email.body_md5',
  'email.url',
]);
const EARLY = new Set([
  'http.uri',
  'http.uri.raw',
  'http.method',
  'http.protocol',
  'http.request_line',
  'http.response_line',
  'http.stat_code',
  'http.stat_msg',
  'sip.method',
]);

/** Names of the buffers and numbers that rules ask for; null: all of them are kept. */
export type Wanted = ReadonlySet<string> | null;

/** Transactions of a connection whose sides have told something that rules were not asked about, by direction. */
export type News = readonly [Transaction[], Transaction[]];

export class TransactionSide {
  private readonly wanted: Wanted;
  private readonly of: Transaction;
  private readonly dir: 0 | 1;
  progress: Progress = 0;
  /** Is told when everything of the side is there. */
  completed: (() => void) | null = null;
  private readonly buffers = new Map<string, Values>();
  private readonly fields = new Map<string, number[]>();
  /** Values that are made when a rule asks for them. */
  private readonly makers = new Map<string, () => Values>();
  readonly events = new Set<string>();
  /** Bytes of numbers in DCE/RPC data stand in this order. */
  littleEndian = false;
  /** Bytes of buffers with several values. */
  private held = 0;
  /** Changes whenever something was told. */
  version = 0;
  /** Values that were told since rules were asked last: the name of a buffer, then its value. */
  readonly fresh: (string | Uint8Array)[] = [];

  constructor(of: Transaction, dir: 0 | 1, wanted: Wanted) {
    this.of = of;
    this.dir = dir;
    this.wanted = wanted;
  }

  private changed(): void {
    this.version++;
    this.of.hasTold(this.dir);
  }

  /** Whether somebody asks for a buffer or a number: what nobody asks for need not be made. */
  wants(buffer: string): boolean {
    return this.wanted === null || this.wanted.has(buffer);
  }

  /** Values of buffers that grow, as far as patterns were looked for in them. */
  private looked: Map<string, Uint8Array> | null = null;

  /**
   * Remembers that patterns were looked for in a value.
   * @returns how many of its first bytes were looked at before, as the beginning of a body that has grown since
   */
  lookedAt(buffer: string, bytes: Uint8Array): number {
    if (!LATE.has(buffer)) return 0;
    const before = this.looked?.get(buffer);
    (this.looked ??= new Map()).set(buffer, bytes);
    return before !== undefined && goesOn(before, bytes) ? before.length : 0;
  }

  /** The one value of a buffer. */
  set(buffer: string, bytes: Uint8Array): void {
    this.changed();
    if (!this.wants(buffer)) return;
    this.buffers.set(buffer, [bytes]);
    this.fresh.push(buffer, bytes);
  }

  /** As `set`, of a text whose characters are bytes. */
  setText(buffer: string, text: string): void {
    if (this.wants(buffer)) this.set(buffer, ascii(text));
    else this.changed();
  }

  /** As `add`, of a text whose characters are bytes. */
  addText(buffer: string, text: string): void {
    if (this.wants(buffer)) this.add(buffer, ascii(text));
    else this.changed();
  }

  add(buffer: string, bytes: Uint8Array): void {
    if (!this.wants(buffer)) {
      this.changed();
      return;
    }
    if (this.held + bytes.length > MAX_BYTES) return;
    this.held += bytes.length;
    const known = this.buffers.get(buffer);
    if (known === undefined) this.buffers.set(buffer, [bytes]);
    else if (known.length < MAX_VALUES) known.push(bytes);
    else return;
    this.fresh.push(buffer, bytes);
    this.changed();
  }

  number(field: string, n: number): void {
    this.changed();
    if (!this.wants(field)) return;
    const known = this.fields.get(field);
    if (known === undefined) this.fields.set(field, [n]);
    else if (known.length < MAX_VALUES) known.push(n);
  }

  /** The one value of a number. */
  setNumber(field: string, n: number): void {
    this.changed();
    if (this.wants(field)) this.fields.set(field, [n]);
  }

  /** Something of the application that is not as it should be; rules ask for it by `app-layer-event`. */
  event(name: string): void {
    if (this.events.has(name)) return;
    this.events.add(name);
    this.number(`event.${name}`, 1);
  }

  reach(progress: Progress): void {
    if (progress <= this.progress) return;
    this.progress = progress;
    if (progress === DONE) this.completed?.();
    this.changed();
  }

  /** Values that cost something: made when they are asked for, and once. */
  later(buffer: string, make: () => Values): void {
    this.changed();
    if (this.wants(buffer)) this.makers.set(buffer, make);
  }

  /** Buffers whose values nobody has asked for. */
  toMake(): Iterable<string> {
    return this.makers.size === 0 ? NOTHING : [...this.makers.keys()];
  }

  values(buffer: string): readonly Uint8Array[] | undefined {
    const make = this.makers.get(buffer);
    if (make !== undefined) {
      this.makers.delete(buffer);
      const made = make();
      this.buffers.set(buffer, made);
      for (const bytes of made) this.fresh.push(buffer, bytes);
    }
    return this.buffers.get(buffer);
  }

  /** Every value that is there. */
  *all(): Generator<readonly [buffer: string, value: Uint8Array]> {
    for (const [buffer, values] of this.buffers) for (const v of values) yield [buffer, v];
  }

  numbers(field: string): readonly number[] | undefined {
    return this.fields.get(field);
  }

  /** Every number that is there. */
  *allNumbers(): Generator<readonly [field: string, value: number]> {
    for (const [field, values] of this.fields) for (const n of values) yield [field, n];
  }

  /** Whether a value of a buffer grows no more, or none comes. */
  isFinal(buffer: string): boolean {
    if (LATE.has(buffer)) return this.progress >= DONE;
    if (this.buffers.has(buffer)) return true;
    return this.progress >= (EARLY.has(buffer) ? STARTED : HEADED);
  }
}

/** Bytes at either end that tell that a body is the one from before: it only ever grows, or becomes another. */
const ALIKE = 64;

function goesOn(before: Uint8Array, now: Uint8Array): boolean {
  const { length } = before;
  if (length > now.length) return false;
  const count = Math.min(ALIKE, length);
  for (let i = 0; i < count; i++) {
    const at = length - 1 - i;
    if (before[i] !== now[i] || before[at] !== now[at]) return false;
  }
  return true;
}

/** Values of one buffer in one transaction: an answer with a million names says no more than this. */
const MAX_VALUES = 1_024;
/** Bytes of all of them together. */
const MAX_BYTES = 8_388_608;

export class Transaction {
  readonly id: number;
  /** Of the application whose transaction it is; a stream of HTTP/2 may turn out to carry DNS. */
  application: string;
  /** Towards the server, and back. */
  readonly sides: readonly [TransactionSide, TransactionSide];
  /** Rules that have matched it, by their places and the direction. */
  readonly matched = new Set<number>();
  /** Where it stands while it has told something, and whether it does. */
  news: News;
  private readonly waits: [boolean, boolean] = [false, false];
  /** Nobody waits for its end any more. */
  isGivenUp = false;
  /** Versions of the sides when rules were asked last. */
  readonly asked: [number, number] = [-1, -1];
  /** Sides whose files were told of. */
  readonly carried: [boolean, boolean] = [false, false];
  /** Places of rules whose pattern one of the sides has held. */
  noted: number[] = [];
  /** Bits of `xbits … track tx`. */
  bits: Set<string> | null = null;

  constructor(id: number, application: string, wanted: Wanted, news: News) {
    this.news = news;
    this.sides = [new TransactionSide(this, 0, wanted), new TransactionSide(this, 1, wanted)];
    this.hasTold(0);
    this.hasTold(1);
    this.id = id;
    this.application = application;
  }

  hasTold(dir: 0 | 1): void {
    if (this.waits[dir]) return;
    this.waits[dir] = true;
    this.news[dir].push(this);
  }

  /** Rules have been asked in this direction. @returns whether it is over */
  wasAsked(dir: 0 | 1): boolean {
    this.waits[dir] = false;
    this.asked[dir] = this.sides[dir].version;
    return this.isOver;
  }

  /** Whether nothing follows, and rules have been asked about all of it. */
  get isOver(): boolean {
    const [there, back] = this.sides;
    return this.asked[0] === there.version && this.asked[1] === back.version && this.done;
  }

  /** An event of the exchange, on the side that rules look at. */
  event(name: string, side: 0 | 1): void {
    this.sides[side].event(name);
    this.sides[side].reach(STARTED);
  }

  /** Nothing of either side follows. */
  finish(): void {
    for (const side of this.sides) side.reach(DONE);
  }

  get done(): boolean {
    return this.sides[0].progress === DONE && this.sides[1].progress === DONE;
  }
}
