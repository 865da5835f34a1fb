// What was read of all lists, ready to be asked: what is valid at a moment, and in no list of what never hits.
import { type IndicatorKind, say } from '../../contract/index.ts';
import { type Met, POPULAR } from '../evidence/index.ts';
import type { Intake, ListRead, ToldLine } from './intake.ts';
import { Matcher } from './matcher.ts';
import { type Listing, IndicatorStore, type StoreParts } from './store.ts';
import { type IndicatorType, kindOf } from './types.ts';
import { valueText } from './written.ts';

/** A set as another thread may be given it: plain data. */
export interface SetParts {
  readonly store: StoreParts;
  readonly allow: StoreParts;
  readonly told: Told;
}

interface Told {
  readonly lists: readonly ListRead[];
  readonly texts: readonly string[];
  /** The first thousand of each, and how many there are. */
  readonly refused: readonly ToldLine[];
  readonly refusedCount: number;
  readonly warnings: readonly ToldLine[];
  readonly warnedCount: number;
  readonly byType: Readonly<Partial<Record<IndicatorType, number>>>;
  /** Values, each once; those that never hit; those of which each list says that they have expired by now. */
  readonly entries: number;
  readonly allowed: number;
  readonly expired: number;
}

/** What lists say of an entry, together. */
export interface EntrySaid {
  readonly lists: readonly string[];
  readonly note: string;
  readonly source: string;
  readonly confidence: number;
  /** Seconds since the epoch when somebody saw it last; 0 where nobody says. */
  readonly last: number;
}

/** Resolvers of names that anybody may use. */
const RESOLVERS = (
  '8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 94.140.14.14 223.5.5.5 ' +
  '114.114.114.114 2001:4860:4860::8888 2001:4860:4860::8844 2606:4700:4700::1111 2606:4700:4700::1001 2620:fe::fe'
).split(' ');

export class IndicatorSet implements Told {
  readonly lists: readonly ListRead[];
  readonly texts: readonly string[];
  readonly refused: readonly ToldLine[];
  readonly refusedCount: number;
  readonly warnings: readonly ToldLine[];
  readonly warnedCount: number;
  readonly byType: Readonly<Partial<Record<IndicatorType, number>>>;
  readonly entries: number;
  readonly allowed: number;
  readonly expired: number;
  readonly store: IndicatorStore;
  private readonly allow: IndicatorStore;
  private readonly never: Matcher | null;
  private readonly told: Told;

  private constructor(store: IndicatorStore, allow: IndicatorStore, told: Told) {
    this.store = store;
    this.allow = allow;
    this.never = neverOf(allow);
    this.told = told;
    this.lists = told.lists;
    this.texts = told.texts;
    this.refused = told.refused;
    this.refusedCount = told.refusedCount;
    this.warnings = told.warnings;
    this.warnedCount = told.warnedCount;
    this.byType = told.byType;
    this.entries = told.entries;
    this.allowed = told.allowed;
    this.expired = told.expired;
  }

  /** @param now seconds since the epoch */
  static of(intake: Intake, now: number): IndicatorSet {
    const { store, allow } = intake;
    warn(intake);
    const never = neverOf(allow);
    let allowed = 0;
    let expired = 0;
    const some = never !== null || intake.lists.some((list) => list.expired > 0);
    const asked = some ? store.count : 0;
    for (let entry = 0; entry < asked; entry++) {
      if (!store.isValid(entry, now)) expired++;
      if (never?.ofValue(store.typeOf(entry), store.valueOf(entry)) === true) allowed++;
    }
    const { lists, texts, refused, refusedCount, warnings, warnedCount } = intake;
    const byType = intake.byType();
    const entries = store.count;
    const told = { lists, texts, refused, refusedCount, warnings, warnedCount, byType, entries, allowed, expired };
    return new IndicatorSet(store, allow, told);
  }

  static from({ store, allow, told }: SetParts): IndicatorSet {
    return new IndicatorSet(IndicatorStore.from(store), IndicatorStore.from(allow), told);
  }

  /** Plain data for another thread; arrays may be transferred where this set is not used any more. */
  parts(): SetParts {
    return { store: this.store.parts(), allow: this.allow.parts(), told: this.told };
  }

  /** Bytes of its tables. */
  get bytes(): number {
    return this.store.bytes + this.allow.bytes;
  }

  /** Whether hashes of files are wanted: whoever carries files is asked to make them. */
  get wantsFiles(): boolean {
    return this.wantsOf('md5') || this.wantsOf('sha1') || this.wantsOf('sha256') || this.wantsOf('digest');
  }

  private wantsOf(type: IndicatorType): boolean {
    return this.byType[type] !== undefined;
  }

  /** Of a file that was carried: the entry of one of its hashes. @param seconds since the epoch of its last packet */
  ofFile(matcher: Matcher, hashes: FileHashes, seen: string, seconds: number): Found | null {
    for (const type of ['sha256', 'sha1', 'md5'] as const) {
      if (!matcher.ofDigest(type, hashes[type])) continue;
      const asked = { kind: 'file', seen: seen === '' ? hashes[type] : seen, seconds } as const;
      const entry = this.entryOf(matcher, asked);
      if (entry >= 0) return this.metOf(entry, asked);
    }
    return null;
  }

  /** The first entry that a question found and that is valid then and may hit; -1 without. */
  entryOf(matcher: Matcher, asked: Asked): number {
    for (const entry of matcher.found) {
      if (!this.store.isValid(entry, asked.seconds)) continue;
      if (this.never === null || !this.isNever(entry, asked)) return entry;
    }
    return -1;
  }

  /** What is told of an entry that was met. */
  metOf(entry: number, { kind, seen, seconds }: Asked): Found {
    const { last, ...said } = this.saidOf(entry);
    return { last, met: { kind, value: this.valueOf(entry), seen, seconds, ...said } };
  }

  private isNever(entry: number, { kind, seen }: Asked): boolean {
    const never = this.never!;
    if (never.ofValue(this.store.typeOf(entry), this.store.valueOf(entry))) return true;
    if (kind === 'domain') return never.ofName(seen);
    return (kind === 'network' || kind === 'address') && never.ofAddressText(seen);
  }

  valueOf(entry: number): string {
    return valueText(this.store.typeOf(entry), this.store.valueOf(entry));
  }

  kindOf(entry: number): IndicatorKind {
    return kindOf(this.store.typeOf(entry));
  }

  saidOf(entry: number): EntrySaid {
    const listings = this.store.listingsOf(entry);
    const told = (listing: Listing): string => this.texts[listing.note]!;
    const first = listings.find((l) => l.note > 0) ?? listings[0]!;
    return {
      lists: [...new Set(listings.map((l) => this.lists[l.list]!.name))],
      note: told(first),
      source: this.texts[first.source]!,
      confidence: Math.max(...listings.map((l) => l.confidence)),
      last: Math.max(...listings.map((l) => l.last)),
    };
  }
}

function neverOf(allow: IndicatorStore): Matcher | null {
  return allow.count > 0 ? new Matcher(allow) : null;
}

/** What was asked for, and when. */
export interface Asked {
  readonly kind: IndicatorKind;
  readonly seen: string;
  readonly seconds: number;
}

export interface Found {
  readonly last: number;
  readonly met: Met;
}

export interface FileHashes {
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

/** Tells of entries that anybody's flows will hit. */
function warn(intake: Intake): void {
  const { store } = intake;
  const matcher = new Matcher(store);
  const told = (entry: number, key: 'indicator-warn-popular' | 'indicator-warn-resolver'): void => {
    const value = valueText(store.typeOf(entry), store.valueOf(entry));
    for (const { list, line } of store.listingsOf(entry)) intake.warn(list, line, say(key, { value }));
  };
  const known = new Set<number>();
  const once = (key: 'indicator-warn-popular' | 'indicator-warn-resolver'): void => {
    for (const entry of matcher.found) {
      if (!known.has(entry)) told(entry, key);
      known.add(entry);
    }
  };
  for (const name of POPULAR.keys()) if (matcher.ofName(name)) once('indicator-warn-popular');
  for (const text of RESOLVERS) if (matcher.ofAddressText(text)) once('indicator-warn-resolver');
}
