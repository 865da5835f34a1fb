// Which tabs there are, in their order, which of them each window shows, and which rest: a capture that nobody looks at
// is closed when too much is open, and read again when its tab is shown. What is open is remembered for the next start.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_TABS, type Message, say, type TabContent, type TabNumber, type TabState } from '../../contract/index.ts';
import { gravityOf } from '../evidence/index.ts';
import { log } from '../log/index.ts';
import type { AnchoredAlert } from '../view/index.ts';
import type { Marks } from './marks.ts';
import { isObject, readJson, writeJson } from './memory.ts';
import { Refused } from './refused.ts';
import { RULE_ROWS } from './session-hits.ts';
import type { CaptureSession } from './session.ts';

const FILE = 'tabs.json';
/** Captures that are open at once, and packets of them all; others rest. */
export const MAX_FULL = 6;
const FULL_PACKETS = 10_000_000;
/** Windows whose tab is remembered. */
const MAX_CLIENTS = 64;

interface Kept {
  readonly path: string;
  readonly name: string;
}

/** A tab whose capture is closed until the tab is looked at. */
export interface Resting extends Kept {
  /** What the user marked, and in which packets; null for nothing. */
  readonly marks: Marks | null;
  readonly identity: string | null;
}

/** What the tabs need of the desk of one. */
export interface TabDesk {
  readonly tab: TabNumber;
  readonly session: CaptureSession | null;
  readonly resting: Resting | null;
  /** When its tab was looked at last, ms. */
  looked: number;
  /** Of its capture, open or resting; null where there is none. */
  readonly path: string | null;
  /** What of it the next start opens again; null for nothing. */
  readonly keeps: Kept | null;
  alertsShown(): readonly AnchoredAlert[];
  rest(resting: Resting): void;
  /** Whether its capture can be closed and read again, so that it is as it was. */
  mayRest(): boolean;
  /** Closes its capture, which is read again when the tab is shown. */
  restNow(): Promise<void>;
  /** Reads a resting capture again. @returns whether it rested */
  wake(): Promise<boolean>;
  openFile(path: string, source: 'file'): Promise<unknown>;
  /** Its tab is closed. */
  leave(): Promise<void>;
}

/** What they are told from, and by. */
interface Around {
  readonly options: { readonly dataFolder: string };
  say(message: Message): void;
  tell(notice: 'changed'): void;
}

export class Tabs<D extends TabDesk> {
  /** In the order in which windows show them. */
  desks: readonly D[] = [];
  private readonly shared: Around;
  private readonly makeDesk: () => D;
  /** By the name of its window, the desk that it shows; the newest last. */
  private readonly shown = new Map<string, D>();
  /** Windows that are there, by name. */
  private readonly there = new Map<object, () => string>();
  private numbers = 0;
  private front: D | null = null;
  private written = '';
  private ending = false;

  constructor(shared: Around, makeDesk: () => D) {
    this.shared = shared;
    this.makeDesk = makeDesk;
  }

  /** A desk is made: its tab is the last one. @returns the tab's number */
  enter(desk: D): TabNumber {
    this.desks = [...this.desks, desk];
    this.front ??= desk;
    return ++this.numbers;
  }

  /** The tabs of the run before, resting, and the one that was looked at in front. */
  restore(): void {
    const { dataFolder } = this.shared.options;
    const { value, notes } = readJson(join(dataFolder, FILE), say('what-tabs'), isObject);
    for (const note of notes) this.shared.say(note);
    const all = value !== null && Array.isArray(value['tabs']) ? value['tabs'] : [];
    const kept = all.filter((k): k is Kept => isKept(k) && existsSync(k.path)).slice(0, MAX_TABS - 1);
    if (kept.length < 2) return;
    const shownPath = value!['shown'];
    const first = this.desks[0]!;
    // What was being read when Sightline ended may be what ended it: it is not opened by itself.
    const inFront = kept.find((k) => k.path === shownPath);
    for (const k of kept) (k === inFront ? first : this.makeDesk()).rest({ ...k, marks: null, identity: null });
    const at = inFront === undefined ? this.desks.length - 1 : kept.indexOf(inFront);
    this.move(first.tab, at);
  }

  get(tab: TabNumber): D {
    const desk = this.desks.find((d) => d.tab === tab);
    if (desk === undefined) throw new Refused('not-found', say('no-such-tab'));
    return desk;
  }

  /** The desk whose tab a window shows. */
  of(client: string): D {
    const desk = this.shown.get(client);
    return desk !== undefined && this.desks.includes(desk) ? desk : this.inFront;
  }

  /** The tab that was looked at last. */
  get inFront(): D {
    return this.front!;
  }

  /** A window is there, whatever its name is. @returns how it goes */
  attach(client: () => string): () => void {
    const key = {};
    this.there.set(key, client);
    return () => this.there.delete(key);
  }

  /** A window shows this tab from now on. */
  show(client: string, desk: D): void {
    this.shown.delete(client);
    this.shown.set(client, desk);
    if (this.shown.size > MAX_CLIENTS) this.shown.delete(this.shown.keys().next().value!);
    this.front = desk;
    desk.looked = performance.now();
    this.changed();
  }

  /** An empty tab right of another one. */
  add(beside: D): D {
    if (this.desks.length >= MAX_TABS) throw new Refused('refused', say('too-many-tabs', { max: MAX_TABS }));
    const desk = this.makeDesk();
    this.move(desk.tab, this.desks.indexOf(beside) + 1);
    return desk;
  }

  /** Where a capture goes that somebody opens from outside of a window: windows of the tab in front show it. */
  place(): D {
    const before = this.inFront;
    if (before.session === null && before.resting === null) return before;
    const desk = this.add(before);
    this.follow(before, desk);
    return desk;
  }

  /** Opens a file in a tab of its own; where it is open already, its tab comes to the front. */
  async open(path: string): Promise<void> {
    const known = this.desks.find((d) => d.path === path);
    if (known === undefined) {
      await this.place().openFile(path, 'file');
      return;
    }
    this.follow(this.inFront, known);
    await known.wake();
  }

  /** Closes a tab; of the last one the capture only. */
  async close(tab: TabNumber): Promise<void> {
    const desk = this.get(tab);
    const at = this.desks.indexOf(desk);
    if (this.desks.length === 1) this.makeDesk();
    this.desks = this.desks.filter((d) => d !== desk);
    this.follow(desk, this.desks[Math.min(at, this.desks.length - 1)]!);
    await desk.leave();
    this.changed();
  }

  move(tab: TabNumber, to: number): void {
    const desk = this.get(tab);
    const others = this.desks.filter((d) => d !== desk);
    const at = Math.min(to, others.length);
    this.desks = [...others.slice(0, at), desk, ...others.slice(at)];
    this.changed();
  }

  states(): TabState[] {
    return this.desks.map((desk) => ({ tab: desk.tab, content: contentOf(desk) }));
  }

  /** Tabs came, went, or have something else in them. */
  changed(): void {
    this.keep();
    this.restSome();
    this.shared.tell('changed');
  }

  async end(): Promise<void> {
    this.ending = true;
    for (const desk of this.desks) await desk.leave();
  }

  /** Whoever shows one tab shows another one from now on. */
  private follow(before: D, now: D): void {
    for (const [client, desk] of this.shown) if (desk === before) this.shown.set(client, now);
    if (this.front === before || !this.desks.includes(this.front!)) this.front = now;
    now.looked = performance.now();
    this.changed();
  }

  /** Somebody looks at it, or would where a window comes. */
  isInSight(desk: D): boolean {
    return desk === this.front || this.isShown(desk);
  }

  private isShown(desk: D): boolean {
    return [...this.there.values()].some((client) => this.of(client()) === desk);
  }

  /** Captures beyond what may be open at once rest, those first that nobody has looked at for the longest time. */
  private restSome(): void {
    const full = this.desks.filter((d) => d.session !== null);
    const packets = (desks: readonly D[]): number =>
      desks.reduce((n, d) => n + (d.session?.analysis.packetCount ?? 0), 0);
    const tooMuch = (left: readonly D[]): boolean => left.length > MAX_FULL || packets(left) > FULL_PACKETS;
    let left = full;
    for (const desk of full.toSorted((a, b) => a.looked - b.looked)) {
      if (!tooMuch(left)) return;
      if (this.isInSight(desk) || !desk.mayRest()) continue;
      left = left.filter((d) => d !== desk);
      log('desk', () => `tab ${desk.tab} rests`);
      void desk.restNow();
    }
  }

  /** One capture alone is no tab: the next start begins with the start page, which lists it first. */
  private keep(): void {
    if (this.ending) return;
    const kept = this.desks.flatMap(({ keeps }): Kept[] => (keeps === null ? [] : [keeps]));
    const { session, resting, path } = this.inFront;
    const read = resting !== null || session?.phase === 'done';
    const now = kept.length < 2 ? { tabs: [], shown: null } : { tabs: kept, shown: read ? path : null };
    const text = JSON.stringify(now);
    if (text === this.written || (this.written === '' && kept.length < 2 && !existsSync(this.file))) return;
    this.written = text;
    for (const note of writeJson(this.file, 'tabs-not-written', now)) this.shared.say(note);
  }

  private get file(): string {
    return join(this.shared.options.dataFolder, FILE);
  }
}

function contentOf(desk: TabDesk): TabContent {
  const { session: s, resting } = desk;
  if (s === null) return resting === null ? { state: 'empty' } : { state: 'resting', ...named(resting) };
  const shown = desk.alertsShown().filter(({ number }) => number < RULE_ROWS);
  const malicious = shown.filter(({ number }) => gravityOf(s.alerts[number]!.of.points) === 'malicious').length;
  return { state: s.phase, ...named(s.options), alerts: shown.length, malicious };
}

function named({ name, path }: Kept): Kept {
  return { name, path };
}

function isKept(value: unknown): value is Kept {
  return isObject(value) && typeof value['path'] === 'string' && typeof value['name'] === 'string';
}
