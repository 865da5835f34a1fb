// Where readers put what they read: values go into the store, what is refused is told by line, what somebody should look
// at is warned of. Nothing of a list is lost over one bad entry.
import { type Message, say } from '../../contract/index.ts';
import { ownText } from '../decode/index.ts';
import { isPublicAddress, isPublicIp4 } from '../evidence/index.ts';
import { Key } from './key.ts';
import { noteText } from './said.ts';
import { IndicatorStore } from './store.ts';
import { type IndicatorType, TYPES } from './types.ts';
import { readValue } from './value.ts';
import { valueText } from './written.ts';

/** Entries of all lists together. */
export const MAX_ENTRIES = 20_000_000;
/** Of refused lines and warnings so many are kept. */
export const MAX_TOLD = 1_000;
/** Texts of notes that are looked for before they are kept once more. */
const MAX_NOTES = 65_536;
/** Where a list does not say how sure it is. */
export const UNSAID_CONFIDENCE = 75;

/** How a list is written. */
export type IndicatorFormat =
  | 'plain'
  | 'csv'
  | 'sslbl-certificates'
  | 'sslbl-ja3'
  | 'sslbl-addresses'
  | 'feodo'
  | 'urlhaus'
  | 'threatfox'
  | 'malwarebazaar'
  | 'zeek'
  | 'hosts'
  | 'misp'
  | 'stix'
  | 'openioc';

/** A file of entries, or a feed of many files, as it was read. */
export interface ListRead {
  readonly path: string;
  /** By which it is called in what is found. */
  readonly name: string;
  /** What was named, of which it is a part: itself, or a folder. */
  readonly given: string;
  readonly allow: boolean;
  format: IndicatorFormat | null;
  /** Entries that are there: also those that other lists have too. */
  entries: number;
  /** Entries that the list says again. */
  again: number;
  refused: number;
  warned: number;
  expired: number;
  readonly byType: Partial<Record<IndicatorType, number>>;
  /** Why nothing of it, or not all, could be read. */
  wrong: Message | null;
}

export interface ToldLine {
  readonly file: string;
  /** From 1; 0 where it is about the whole file. */
  readonly line: number;
  readonly why: Message;
}

/** What a list says beside a value; one object is used again. Seconds since the epoch, 0 where nothing is said. */
export class Beside {
  note = '';
  source = '';
  confidence: number | null = null;
  last = 0;
  expires = 0;

  clear(): this {
    this.note = this.source = '';
    this.confidence = null;
    this.last = this.expires = 0;
    return this;
  }
}

export class Intake {
  readonly store = new IndicatorStore();
  readonly allow = new IndicatorStore();
  readonly lists: ListRead[] = [];
  readonly refused: ToldLine[] = [];
  readonly warnings: ToldLine[] = [];
  refusedCount = 0;
  warnedCount = 0;
  /** Texts of notes and sources, by place; the first one is none. */
  readonly texts: string[] = [''];
  private readonly places = new Map<string, number>([['', 0]]);
  private readonly key = new Key();
  /** Seconds since the epoch: what has expired by now is counted. */
  private readonly now: number;
  private list: ListRead | null = null;

  constructor(now: number) {
    this.now = now;
  }

  begin(list: ListRead): void {
    this.list = list;
    this.lists.push(list);
  }

  /** Puts a value in. @param type as `readValue` takes it @param line from 1 @returns whether it is one */
  add(text: string, type: IndicatorType | 'hash' | null, line: number, beside: Beside): boolean {
    const { key } = this;
    const list = this.list!;
    const found = readValue(text, type, key);
    if (typeof found !== 'string') {
      this.refuse(line, found);
      return false;
    }
    const store = list.allow ? this.allow : this.store;
    if (store.count >= MAX_ENTRIES) {
      this.refuse(line, say('indicator-too-many', { max: MAX_ENTRIES }));
      return false;
    }
    const added = store.add(key, {
      list: this.lists.length - 1,
      line,
      note: this.place(beside.note),
      source: this.place(beside.source),
      confidence: beside.confidence ?? UNSAID_CONFIDENCE,
      last: beside.last,
      expires: beside.expires,
    });
    if (added === 'alike') {
      this.refuse(line, say('indicator-alike'));
      return false;
    }
    if (added === 'again') {
      list.again++;
      return true;
    }
    list.entries++;
    list.byType[found] = (list.byType[found] ?? 0) + 1;
    if (beside.expires > 0 && beside.expires <= this.now) list.expired++;
    if (!list.allow) this.look(found, line);
    return true;
  }

  /** Addresses that are somebody else on another network. */
  private look(type: IndicatorType, line: number): void {
    if (type !== 'address' && type !== 'port-pair' && type !== 'network') return;
    const { bytes, length } = this.key;
    const at = type === 'network' ? 1 : 0;
    const four = length - at - (type === 'port-pair' ? 2 : 0) === 4;
    const isPublic = four
      ? isPublicIp4(((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0)
      : isPublicAddress(bytes.subarray(at, at + 16));
    if (isPublic) return;
    const value = valueText(type, bytes.slice(0, length));
    this.warn(this.lists.length - 1, line, say('indicator-warn-private', { value }));
  }

  refuse(line: number, why: Message): void {
    const list = this.list!;
    list.refused++;
    this.refusedCount++;
    if (this.refused.length < MAX_TOLD) this.refused.push({ file: list.path, line, why });
  }

  /** @param list its place */
  warn(list: number, line: number, why: Message): void {
    this.lists[list]!.warned++;
    this.warnedCount++;
    if (this.warnings.length < MAX_TOLD) this.warnings.push({ file: this.lists[list]!.path, line, why });
  }

  /** How many entries each type has, of all lists that are asked. */
  byType(): Readonly<Partial<Record<IndicatorType, number>>> {
    return Object.fromEntries(
      TYPES.flatMap((type, code) => (this.store.counts[code]! > 0 ? [[type, this.store.counts[code]!]] : [])),
    );
  }

  private place(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const at = this.texts.length;
    const own = ownText(noteText(text));
    this.texts.push(own);
    // The text that was looked for is a part of a line, and would keep all of it.
    if (this.places.size < MAX_NOTES) this.places.set(own.length === text.length ? own : ownText(text), at);
    return at;
  }
}
