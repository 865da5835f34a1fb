// What an application layer told, one exchange at a time: buffers and numbers by side, as rules ask for them.

/** How far a side of a transaction is: its first line or header, all headers, everything. */
export const STARTED = 1;
export const HEADED = 2;
export const DONE = 3;
export type Progress = 0 | 1 | 2 | 3;

/** Values of one buffer: most have one, names in DNS questions several. */
type Values = Uint8Array[];

/** Buffers that grow until the side is done; those of the first line are there with it. */
const LATE = new Set(['http.request_body', 'http.response_body', 'file.data', 'file.magic']);
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

export class TransactionSide {
  progress: Progress = 0;
  private readonly buffers = new Map<string, Values>();
  private readonly fields = new Map<string, number[]>();
  readonly events = new Set<string>();
  /** Bytes of numbers in DCE/RPC data stand in this order. */
  littleEndian = false;
  /** Changes whenever something was told. */
  version = 0;

  /** The one value of a buffer. */
  set(buffer: string, bytes: Uint8Array): void {
    this.buffers.set(buffer, [bytes]);
    this.version++;
  }

  add(buffer: string, bytes: Uint8Array): void {
    const known = this.buffers.get(buffer);
    if (known === undefined) this.buffers.set(buffer, [bytes]);
    else if (known.length < MAX_VALUES) known.push(bytes);
    this.version++;
  }

  number(field: string, n: number): void {
    const known = this.fields.get(field);
    if (known === undefined) this.fields.set(field, [n]);
    else if (known.length < MAX_VALUES) known.push(n);
    this.version++;
  }

  event(name: string): void {
    this.events.add(name);
    this.version++;
  }

  reach(progress: Progress): void {
    if (progress <= this.progress) return;
    this.progress = progress;
    this.version++;
  }

  /** Every value of every buffer. */
  *all(): Generator<readonly [string, Uint8Array]> {
    for (const [buffer, values] of this.buffers) for (const v of values) yield [buffer, v];
  }

  values(buffer: string): readonly Uint8Array[] | undefined {
    return this.buffers.get(buffer);
  }

  numbers(field: string): readonly number[] | undefined {
    return this.fields.get(field);
  }

  /** Whether nothing is added to a buffer any more. */
  isFinal(buffer: string): boolean {
    if (LATE.has(buffer)) return this.progress >= DONE;
    return this.progress >= (EARLY.has(buffer) ? STARTED : HEADED);
  }
}

/** Values of one buffer in one transaction: an answer with a million names says no more than this. */
const MAX_VALUES = 1_024;

export class Transaction {
  readonly id: number;
  /** Of the application whose transaction it is. */
  readonly application: string;
  /** Towards the server, and back. */
  readonly sides: readonly [TransactionSide, TransactionSide] = [new TransactionSide(), new TransactionSide()];
  /** Rules that have matched it, by their places. */
  readonly matched = new Set<number>();
  /** Versions of the sides when rules were asked last. */
  readonly asked: [number, number] = [-1, -1];
  /** Places of rules whose pattern one of the sides has held. */
  noted: number[] = [];
  /** Bits of `xbits … track tx`. */
  bits: Set<string> | null = null;

  constructor(id: number, application: string) {
    this.id = id;
    this.application = application;
  }

  get done(): boolean {
    return this.sides[0].progress === DONE && this.sides[1].progress === DONE;
  }
}
