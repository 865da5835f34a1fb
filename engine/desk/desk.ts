// A desk: what one tab has open, for any number of windows. State that must outlive a window is here; what tabs share is
// in `shared.ts`.
import { rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import {
  type AlertRow,
  type FlowRow,
  type InterruptedCapture,
  type Label,
  type LearnState,
  type Notice,
  type Request,
  type RuleRow,
  type SessionState,
  type TabNumber,
  type ViewStates,
  saidBy,
  say,
} from '../../contract/index.ts';
import {
  beginRecord,
  captureFolder,
  type CaptureSource,
  discardCapture,
  endRecord,
  interruptedCaptures,
  LiveCapture,
  mendCapture,
  notPermitted,
  pruneCaptures,
  sessionRecord,
  sourceName,
  sourceProblem,
  withoutWindow,
} from '../capture/index.ts';
import { FilterEngine } from '../dissect/index.ts';
import { log } from '../log/index.ts';
import { captureIdentity, oddKind, StoreProblem } from '../store/index.ts';
import type { AnchoredAlert, TimeSlices } from '../view/index.ts';
import { captureSource } from './capture-source.ts';
import { AlertPace } from './alert-pace.ts';
import { AtHand } from './at-hand.ts';
import { alertKey, alertRow } from './detail.ts';
import { placesById } from './geo.ts';
import { FILTER_PROCESSES, filterSource } from './filter-source.ts';
import { type Judging, judgingOn } from './judging.ts';
import { giveLabels, takeLabels } from './labels.ts';
import { timeoutsOf } from './memory.ts';
import type { DeskOptions } from './options.ts';
import { Refused } from './refused.ts';
import { Shared, type SharingDesk } from './shared.ts';
import { ShownAlerts } from './shown-alerts.ts';
import { statesOf, windowViews, type WindowViews } from './window-views.ts';
import { CaptureSession, type Alert, type SessionOptions } from './session.ts';
import { RULE_ROWS } from './session-hits.ts';
import { Statistics } from './statistics.ts';
import type { Resting } from './tabs.ts';

export type { DeskOptions } from './options.ts';
export { Refused } from './refused.ts';
export type { WindowViews } from './window-views.ts';

const MAX_WINDOWS = 8;
const FOLLOW_EVERY = 40;
const LOOK_FOR_RETURN = 2000;
export class Desk extends AtHand<Desk> implements SharingDesk {
  /** The number of its tab, for life. */
  readonly tab: TabNumber;
  readonly filters: FilterEngine;
  readonly statistics = new Statistics();
  session: CaptureSession | null = null;
  resting: Resting | null = null;
  /** Requests that are being answered. */
  busy = 0;
  /** When its tab was looked at last, ms. */
  looked = performance.now();
  private readonly windows = new Map<string, WindowViews>();
  private lastCapture: Request<'capture'> | null = null;
  private readonly shownAlerts = new ShownAlerts();
  private following = false;
  /** Lists shall ask their filters again, and nobody has looked since. */
  private outdated = false;
  private left = false;
  private waking: Promise<void> | null = null;
  private finishing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  /** @param shared of the tabs that there are; without one, this is the first tab of a Sightline */
  constructor(o: DeskOptions, shared?: Shared<Desk>) {
    super(shared ?? new Shared<Desk>(o, (all) => new Desk(all.options, all)));
    this.tab = this.shared.tabs.enter(this);
    this.filters = new FilterEngine(
      () => filterSource(this.session),
      () => this.shared.dissect,
      FILTER_PROCESSES,
      this.packetWork.setup,
      this.statistics,
    );
    this.filters.macros = this.filterLists.macros;
    this.timer = setInterval(() => void this.follow(), FOLLOW_EVERY);
    if (shared === undefined) this.tabs.restore();
  }

  /** Of its capture, open or resting; null where there is none. */
  get path(): string | null {
    return this.session?.options.path ?? this.resting?.path ?? null;
  }

  /** What of it the next start opens again; null for nothing. */
  get keeps(): Pick<Resting, 'path' | 'name'> | null {
    const from = this.session?.options ?? this.resting;
    if (from === null || this.session?.options.source === 'sample' || this.passes(from.path)) return null;
    return { path: from.path, name: from.name };
  }

  /** Hears what is told of this desk, and of all. */
  listen(listener: (notice: Notice | 'changed') => void): () => void {
    return this.shared.listen((notice, from) => {
      if (from === null || from === this) listener(notice);
    });
  }

  /** Resolves when the labels of the capture that was read last are shown. */
  get labelled(): Promise<void> {
    return this.finishing;
  }

  changed(): void {
    this.tell('changed');
  }

  tell(notice: Notice | 'changed'): void {
    this.shared.tell(notice, this);
  }

  /**
   * What filters are answered by has changed: every list asks its own again when it follows. Those of a tab that nobody
   * looks at wait until somebody does, since each tab that asks has processes of its own.
   */
  askAgain(): void {
    this.outdated = !this.tabs.isInSight(this);
    if (this.outdated) return;
    for (const { packets, flows, incidents, hosts } of this.windows.values())
      for (const list of [packets, flows, incidents, hosts]) list.askAgain();
  }

  open(): CaptureSession {
    if (this.session === null) throw new Refused('no-capture', say('no-capture'));
    return this.session;
  }

  /** The lists of a window in the open capture. */
  views(client: string): WindowViews | null {
    if (this.session === null) return null;
    let views = this.windows.get(client);
    if (views === undefined) {
      if (this.windows.size >= MAX_WINDOWS) this.windows.delete(this.windows.keys().next().value!);
      const s = this.session;
      const allowed = (alert: Alert): boolean => this.isAllowed(s, alert);
      views = windowViews(s, { filters: this.filters, allowed });
      this.windows.set(client, views);
      void this.follow();
    }
    return views;
  }

  viewStates(client: string): ViewStates | null {
    const views = this.views(client);
    return views === null ? null : statesOf(views);
  }

  state(): SessionState | null {
    const s = this.session;
    return s === null
      ? null
      : s.state({
          dissect: this.shared.dissect.state,
          allowed: (alert) => this.isAllowed(s, alert),
          learning: this.shared.lessons.learning(s),
        });
  }

  async openFile(path: string, source: 'file' | 'sample'): Promise<CaptureSession> {
    const full = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
    if (!isAbsolute(full)) throw new Refused('not-found', say('path-not-whole', { path }));
    const stat = statSync(full, { throwIfNoEntry: false });
    if (stat === undefined) throw new Refused('not-found', say('no-such-file', { path: full }));
    const odd = stat.isDirectory() ? null : oddKind(stat);
    if (odd !== null) throw new Refused('refused', say('no-file-of-bytes', { path: full, what: odd }));
    const record = stat.isDirectory() ? sessionRecord(full) : null;
    if (stat.isDirectory() && record === null) throw new Refused('not-found', say('folder-opened', { path: full }));
    // A capture that another Sightline is writing is read as far as it goes and left as it is; an interrupted one is
    // made whole.
    if (this.interrupted().some((c) => c.path === full)) {
      try {
        await mendCapture(full, this.options.cacheFolder);
      } catch (error) {
        this.say(say('not-made-whole', { path: full, why: saidBy(error) }));
      }
    }
    await this.begin({
      path: full,
      name: record?.name ?? basename(full),
      source,
      interface: null,
      captureFilter: record?.filter ?? '',
      live: null,
    });
    return this.session!;
  }

  async capture(o: Request<'capture'>): Promise<CaptureSession> {
    const source = captureSource(o);
    const problem = sourceProblem(source);
    if (problem !== null) throw new Refused('refused', problem);
    const now = new Date();
    const parent = this.capturesFolder;
    const { folder, prefix } = captureFolder(parent, source, now);
    pruneCaptures(
      parent,
      this.tabs.desks.flatMap(({ path }) => path ?? []),
    );
    const name = sourceName(source);
    const begin = (from: CaptureSource): ReturnType<typeof LiveCapture.start> =>
      LiveCapture.start({
        source: from,
        files: { kind: 'ring', folder, prefix, ...o.ring },
        stop: o.stop,
        application: `${this.options.product} ${this.options.version}`,
        helper: this.options.helper,
      });
    const apart = withoutWindow(source, this.shared.windowPort);
    let started = await begin(apart ?? source);
    // What is wrong with a filter is said of the one that the user wrote.
    if (apart !== null && !started.ok && started.code === 'filter') started = await begin(source);
    else if (apart !== null && started.ok) this.say(say('window-left-out', { port: this.shared.windowPort }));
    if (!started.ok) {
      if (started.code !== 'permission' || source.kind !== 'helper')
        throw new Refused(
          'refused',
          started.code === 'refused' ? started.message : say('cannot-be-captured', { name, why: started.message }),
        );
      const said = notPermitted(this.options.helper, started.code, started.message);
      throw new Refused('refused', say('needs-permission', { name, cause: said.sentence }));
    }
    const shown = `${name} · ${now.toTimeString().slice(0, 8)}`;
    try {
      beginRecord(folder, shown, o.filter);
    } catch (error) {
      // Nobody would know of it, and nobody would end it.
      await started.live.stop();
      endRecord(folder);
      rmSync(folder, { recursive: true, force: true });
      throw new Refused('refused', say('cannot-be-captured', { name, why: saidBy(error) }));
    }
    this.lastCapture = o;
    await this.begin({
      path: folder,
      name: shown,
      source: 'live',
      interface: name,
      captureFilter: o.filter,
      live: started.live,
    });
    return this.session!;
  }

  /** The live capture that is open, started anew as it was. */
  async restart(): Promise<CaptureSession> {
    if (this.open().options.live === null || this.lastCapture === null)
      throw new Refused('refused', say('only-live-restarts'));
    await this.open().stop();
    return this.capture(this.lastCapture);
  }

  interrupted(): InterruptedCapture[] {
    return interruptedCaptures(this.capturesFolder);
  }

  discard(path: string): void {
    if (!this.interrupted().some((c) => c.path === path) || !discardCapture(this.capturesFolder, path))
      throw new Refused('not-found', say('no-interrupted'));
  }

  get capturesFolder(): string {
    return join(this.options.dataFolder, 'captures');
  }

  async closeCapture(): Promise<void> {
    const s = this.session;
    const rested = this.resting?.path ?? null;
    this.session = this.resting = null;
    this.windows.clear();
    this.statistics.forget();
    if (s !== null) {
      log('desk', () => `session ${s.options.number} ends: ${s.phase}, ${s.analysis.packetCount} packets`);
      await s.close();
      this.shared.onClosed(s.options.path);
    } else if (rested !== null) this.shared.onClosed(rested);
    await this.finishing;
    this.tabs.changed();
  }

  /** Whether its capture can be closed and read again, so that it is as it was. */
  mayRest(): boolean {
    const s = this.session;
    if (s === null || s.options.source !== 'file' || s.phase !== 'done' || this.busy > 0) return false;
    // Times that were shifted and names given by hand are nowhere but here.
    if (s.comments.edited > 0 || s.shift.active || this.packetWork.names.anyGiven(s)) return false;
    return s.opened.change === null && this.shared.lessons.learning(s) === null;
  }

  /** Closes its capture, which is read again when the tab is shown. */
  async restNow(): Promise<void> {
    const s = this.session;
    if (s === null) return;
    const { path, name } = s.options;
    this.rest({ path, name, marks: s.marks, identity: s.opened.identity });
    this.session = null;
    this.windows.clear();
    this.statistics.forget();
    this.filters.close();
    this.tabs.changed();
    await s.close();
  }

  rest(resting: Resting): void {
    this.resting = resting;
  }

  /** Reads a resting capture again. @returns whether it rested */
  async wake(): Promise<boolean> {
    const { resting } = this;
    if (resting === null && this.waking === null) return false;
    this.waking ??= this.wakeNow(resting!).finally(() => {
      this.waking = null;
    });
    await this.waking;
    return true;
  }

  /** Its tab is closed. */
  async leave(): Promise<void> {
    this.left = true;
    clearInterval(this.timer);
    await this.closeCapture();
    this.filters.end();
  }

  /** What is learned of networks: looked at, reviewed out of the open capture or waited for, kept, forgotten. */
  async learn({ act, network, hours, replace }: Request<'learn'>, turns: TimeSlices): Promise<LearnState> {
    const { lessons, model } = this.shared;
    switch (act) {
      case 'look':
        return lessons.state(model);
      case 'wait':
        lessons.wait(this.open(), hours);
        this.changed();
        return lessons.state(model);
      case 'review':
        return lessons.review(model, this.open(), hours, turns);
      case 'keep':
        return this.shared.learned(await lessons.keep(model, network, replace));
      case 'forget':
        return this.shared.forget(network);
    }
  }

  /** Writes what is learned of a network to a file. */
  exportLearned(path: string, network: string): Promise<void> {
    return this.shared.lessons.exportTo(path, network);
  }

  /** Resolves when the labels are on the disk, all of them; rejects with a sentence when none is. */
  async setLabels(flows: readonly FlowRow[], label: Label | null, turns: TimeSlices): Promise<number> {
    try {
      return await giveLabels(this.store, this.open(), flows, label, turns);
    } catch (error) {
      throw error instanceof StoreProblem ? new Refused('failed', say('no-flow-labelled', { why: error.said })) : error;
    }
  }

  /** What was labelled in a live capture is labelled in the file that it was saved to. */
  async copyLabels(s: CaptureSession, saved: string): Promise<void> {
    try {
      await this.store.copyLabels(s.opened.identity, captureIdentity(saved));
    } catch (error) {
      this.say(say('labels-not-with', { path: saved, why: saidBy(error) }));
    }
  }

  isAllowed(s: CaptureSession, alert: Alert): boolean {
    return this.allowing.allows(s.analysis, alert.of);
  }

  async allow(alert: number, allowed: boolean): Promise<void> {
    const s = this.open();
    const found = s.alerts[alert];
    if (!found) throw new Refused('not-found', say('no-such-alert'));
    try {
      await this.store.allow(alertKey(s, found), allowed);
    } catch (error) {
      throw error instanceof StoreProblem ? new Refused('failed', error.said) : error;
    }
    this.allowing.read();
    this.allowedAnew();
  }

  /** What stands in the list by a number: an alert, or a rule that matched. */
  listRow(number: number): AlertRow | RuleRow {
    return number < RULE_ROWS ? this.alertRow(number) : this.open().hits.row(number);
  }

  alertRow(number: number): AlertRow {
    const s = this.open();
    const alert = s.alerts[number];
    if (!alert) throw new Refused('not-found', say('no-such-alert'));
    return alertRow(s, alert, this.isAllowed(s, alert));
  }

  /** Alerts that stand in the list: those not allowed. */
  alertsShown(): readonly AnchoredAlert[] {
    const s = this.session;
    return s === null ? [] : this.shownAlerts.of(s, this.allowing.version);
  }

  /** Lists take in what came since; windows hear of it. */
  async follow(): Promise<void> {
    if (this.following || this.session === null) return;
    if (this.outdated && this.tabs.isInSight(this)) this.askAgain();
    this.following = true;
    try {
      const final = this.session.phase === 'done' || this.session.phase === 'failed';
      for (const views of this.windows.values()) {
        const moved = [
          await views.packets.follow(this.alertsShown(), final),
          await views.flows.follow([], final),
          await views.incidents.follow(final),
          await views.hosts.follow(final),
        ];
        if (moved.includes(true)) this.changed();
      }
    } finally {
      this.following = false;
    }
  }

  private judgingFor(o: Pick<SessionOptions, 'live' | 'interface'>): Pick<Judging, 'baseline' | 'known' | 'network'> {
    const { judging } = this.shared;
    const { baseline, known, network } =
      o.live === null ? judging : judgingOn(this.options.dataFolder, this.model, o.interface ?? '', judging);
    return { baseline, known, network };
  }

  private async begin(
    o: Pick<SessionOptions, 'path' | 'name' | 'source' | 'interface' | 'captureFilter' | 'live'>,
  ): Promise<void> {
    await this.shared.threats.ready;
    // Two that open at the same moment: the later one stays.
    do await this.closeCapture();
    while (this.session !== null);
    if (this.left) {
      await o.live?.stop();
      throw new Refused('not-found', say('no-such-tab'));
    }
    const pace = new AlertPace();
    const session: CaptureSession = new CaptureSession({
      ...o,
      number: this.shared.nextSession(),
      model: this.model,
      ...this.judgingFor(o),
      ...this.shared.threats.asked,
      cacheFolder: this.options.cacheFolder,
      timeouts: timeoutsOf(this.settings),
      changed: () => this.changed(),
      alerted: (alert) => {
        if (!pace.tells(session.phase === 'reading', alert.number) || this.isAllowed(session, alert)) return;
        this.tell({ notice: 'alert', alert: alertRow(session, alert, false) });
      },
    });
    session.placeOf = placesById(this.geo, (id) => session.analysis.addresses.text(id));
    session.isAllowed = (incident) => this.allowing.allows(session.analysis, incident);
    this.session = session;
    log('desk', () => `session ${session.options.number} begins: ${o.source} ${o.path}`);
    session.start();
    this.tabs.changed();
    this.finishing = session.done.then(() => this.finished(session));
  }

  /** The interface of a capture disappeared: says when it is there again, while the capture is looked at. */
  private async awaitReturn(s: CaptureSession, name: string): Promise<void> {
    while (this.session === s) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_FOR_RETURN).unref();
      });
      const { interfaces } = await this.watch.readiness();
      if (!interfaces.some((i) => i.name === name && i.up)) continue;
      const time = new Date().toTimeString().slice(0, 8);
      const again = say('interface-there-again', { name, time });
      s.message = s.message === null ? again : say('there-again-since', { before: s.message, name, time });
      s.touch();
      return;
    }
  }

  /**
   * A capture is complete: labels that it had before are shown, and it is remembered, also when it is closed already.
   */
  private async finished(s: CaptureSession): Promise<void> {
    const gone = s.options.live?.ended?.gone ?? null;
    if (gone !== null) void this.awaitReturn(s, gone);
    if (s.phase !== 'done' || (this.session !== s && s.options.live === null)) return;
    if (s.options.source !== 'sample' && !this.passes(s.options.path)) this.shared.rememberCapture(s);
    this.tabs.changed();
    if (this.session !== s) return;
    try {
      await takeLabels(this.store, s);
    } catch (error) {
      s.message ??= say('labels-not-read', { why: saidBy(error) });
    }
    s.touch();
    void this.follow();
  }

  /** A file that was dropped on the page is removed when it is closed, so it cannot be opened again by its path. */
  private passes(path: string): boolean {
    return path.startsWith(join(this.options.cacheFolder, 'uploads'));
  }

  private async wakeNow(resting: Resting): Promise<void> {
    // What it rests by is no capture that is closed for good.
    this.resting = null;
    const s = await this.openFile(resting.path, 'file').catch((error: unknown) => {
      this.resting ??= resting;
      throw error;
    });
    const { marks, identity } = resting;
    if (marks === null) return;
    void s.done.then(() => {
      if (this.session !== s || s.opened.identity !== identity) return;
      s.marks.take(marks);
      this.askAgain();
      s.touch();
    });
  }
}
