// The desk: what one running Sightline has open, for any number of windows. State that must outlive a window is here.
import { statSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import {
  type AlertRow,
  type FlowRow,
  type InterruptedCapture,
  type Label,
  english,
  type LearnState,
  type Notice,
  type RecentCapture,
  type Request,
  type SessionState,
  type Settings,
  type ViewStates,
  type Message,
  SaidError,
  saidBy,
  say,
  sameMessage,
  UNCHANGED,
} from '../../contract/index.ts';
import {
  beginRecord,
  captureFolder,
  type CaptureSource,
  discardCapture,
  InterfaceWatch,
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
import type { Baseline, Model } from '../detect/index.ts';
import { DissectProcess, FilterEngine, PacketTrees, Surveyor } from '../dissect/index.ts';
import { log } from '../log/index.ts';
import { captureIdentity, oddKind, Store, StoreProblem } from '../store/index.ts';
import type { AnchoredAlert, TimeSlices } from '../view/index.ts';
import { captureSource } from './capture-source.ts';
import { AlertPace } from './alert-pace.ts';
import { Allowing } from './allowing.ts';
import { alertKey, alertRow } from './detail.ts';
import { Geo } from './geo.ts';
import { FilterLists } from './filter-lists.ts';
import { filterSource } from './filter-source.ts';
import { type Judging, judgingOf, judgingOn } from './judging.ts';
import { Lab } from './lab.ts';
import { giveLabels, takeLabels } from './labels.ts';
import { Lessons } from './lessons.ts';
import { changeSettings, readRecent, readSettings, remember, timeoutsOf } from './memory.ts';
import { Places } from './places.ts';
import { adoptModel, chosenModel } from './model-choice.ts';
import { ShownAlerts } from './shown-alerts.ts';
import { statesOf, windowViews, type WindowViews } from './window-views.ts';
import { PacketWork } from './packet-work.ts';
import { CaptureSession, type Alert, type SessionOptions } from './session.ts';
import { recentOf } from './session-state.ts';
import { Statistics } from './statistics.ts';

export interface DeskOptions {
  readonly product: string;
  readonly version: string;
  /** The product's own folder: models, assets, the built helper. */
  readonly root: string;
  readonly cacheFolder: string;
  readonly dataFolder: string;
  readonly helper: string;
  /** Windows may name files of the machine. */
  readonly native: boolean;
}

export type { WindowViews } from './window-views.ts';

const MAX_WINDOWS = 8;
const FOLLOW_EVERY = 40;
const LOOK_FOR_RETURN = 2000;
/** How often it is checked whether the open file is unchanged and the store can be written again, ms. */
const LOOK_AROUND_EVERY = 2_000;
const MAX_NOTES = 20;

/** A request that is not done, and why: the window shows the message in its language. */
export class Refused extends SaidError {
  readonly reason: 'no-capture' | 'not-found' | 'refused' | 'failed';
  constructor(reason: Refused['reason'], said: Message) {
    super(said);
    this.reason = reason;
  }
}

/** Processes that answer a filter of a large capture at once. */
const FILTER_PROCESSES = Math.max(1, Math.min(4, availableParallelism() - 1));

export class Desk {
  readonly options: DeskOptions;
  /** What captures are judged by that are opened from now on. */
  model: Model;
  readonly lab: Lab;
  readonly store: Store;
  readonly watch: InterfaceWatch;
  readonly trees: PacketTrees;
  readonly packetWork: PacketWork;
  readonly filters: FilterEngine;
  readonly surveyor: Surveyor;
  readonly statistics = new Statistics();
  settings: Settings;
  session: CaptureSession | null = null;
  recent: RecentCapture[];
  private readonly dissect: DissectProcess;
  /** By the network that was chosen. */
  private judging: Judging;
  private readonly lessons: Lessons;
  readonly places: Places;
  readonly filterLists: FilterLists;
  private readonly windows = new Map<string, WindowViews>();
  private readonly listeners = new Set<(notice: Notice | 'changed') => void>();
  private sessions = 0;
  private lastCapture: Request<'capture'> | null = null;
  readonly allowing: Allowing;
  readonly geo = new Geo();
  private readonly shownAlerts = new ShownAlerts();
  private following = false;
  private finishing: Promise<void> = Promise.resolve();
  /** Where the window is served over loopback, 0 where it is not. */
  windowPort = 0;
  /** What a person must know of the user's files. */
  readonly notes: Message[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly around: NodeJS.Timeout;

  /** A capture was closed: nothing reads its file any more. */
  onClosed: (path: string) => void = () => undefined;

  constructor(o: DeskOptions) {
    this.options = o;
    const chosen = chosenModel(o.root, o.dataFolder);
    this.model = chosen.model;
    this.lab = new Lab(o.dataFolder, o.cacheFolder);
    this.lessons = new Lessons(o.dataFolder, o.cacheFolder);
    this.store = Store.forWindow(o.dataFolder);
    this.allowing = new Allowing(this.store);
    const settings = readSettings(o.dataFolder);
    this.settings = settings.value;
    this.judging = judgingOf(o.dataFolder, this.model, this.settings.network);
    const recent = readRecent(o.dataFolder);
    this.recent = recent.value;
    const places = Places.read(o.dataFolder);
    this.places = places.value;
    const lists = FilterLists.read(o.dataFolder);
    this.filterLists = lists.value;
    const ofFiles = [...settings.notes, ...recent.notes, ...places.notes, ...lists.notes];
    for (const note of [chosen.note, ...this.store.notes, this.judging.note, ...ofFiles])
      if (note !== null) this.say(note);
    this.store.onNote = (note) => this.say(note);
    this.watch = new InterfaceWatch(o.helper);
    this.packetWork = new PacketWork(o.dataFolder, (note) => this.say(note), this.settings);
    this.dissect = new DissectProcess(() => this.changed(), this.packetWork.setup);
    this.trees = new PacketTrees(this.dissect, this.packetWork.setup);
    this.usePlaces();
    this.filters = new FilterEngine(
      () => filterSource(this.session),
      () => this.dissect,
      FILTER_PROCESSES,
      this.packetWork.setup,
    );
    this.filters.macros = this.filterLists.macros;
    this.surveyor = new Surveyor(this.dissect);
    // With keys or other preferences, packets consist of something else.
    this.packetWork.setup.listen(() => {
      this.statistics.forget();
      this.askAgain();
    });
    this.timer = setInterval(() => void this.follow(), FOLLOW_EVERY);
    this.around = setInterval(() => this.lookAround(), LOOK_AROUND_EVERY);
  }

  get baseline(): Baseline {
    return this.judging.baseline;
  }

  get dissectPid(): number | null {
    return this.dissect.pid;
  }

  listen(listener: (notice: Notice | 'changed') => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells windows something that no request asked for; those that come later hear it with their first answer. */
  say(message: Message): void {
    log('desk', () => `said: ${english(message)}`);
    if (this.notes.some((note) => sameMessage(note, message))) return;
    if (this.notes.push(message) > MAX_NOTES) this.notes.shift();
    this.tell({ notice: 'said', message });
  }

  /** Resolves when the labels of the capture that was read last are shown. */
  get labelled(): Promise<void> {
    return this.finishing;
  }

  changed(): void {
    this.tell('changed');
  }

  tell(notice: Notice | 'changed'): void {
    for (const listener of this.listeners) listener(notice);
  }

  /** What filters are answered by has changed: every list asks its own again when it follows. */
  askAgain(): void {
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
      views = windowViews(s, { filters: this.filters, allowed, whereIs: (address) => this.geo.of(address) });
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
          dissect: this.dissect.state,
          allowed: (alert) => this.isAllowed(s, alert),
          learning: this.lessons.learning(s),
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
    pruneCaptures(parent, this.session?.options.path ?? null);
    const name = sourceName(source);
    const begin = (from: CaptureSource): ReturnType<typeof LiveCapture.start> =>
      LiveCapture.start({
        source: from,
        files: { kind: 'ring', folder, prefix, ...o.ring },
        stop: o.stop,
        application: `${this.options.product} ${this.options.version}`,
        helper: this.options.helper,
      });
    const apart = withoutWindow(source, this.windowPort);
    let started = await begin(apart ?? source);
    // What is wrong with a filter is said of the one that the user wrote.
    if (apart !== null && !started.ok && started.code === 'filter') started = await begin(source);
    else if (apart !== null && started.ok) this.say(say('window-left-out', { port: this.windowPort }));
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
    beginRecord(folder, shown, o.filter);
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
    this.session = null;
    this.windows.clear();
    this.statistics.forget();
    if (s !== null) {
      log('desk', () => `session ${s.options.number} ends: ${s.phase}, ${s.analysis.packetCount} packets`);
      await s.close();
      this.onClosed(s.options.path);
    }
    await this.finishing;
    this.changed();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    clearInterval(this.around);
    this.lab.close();
    await this.closeCapture();
    await this.store.settled();
    this.store.retry();
    this.watch.close();
    this.trees.close();
    this.packetWork.close();
    this.filters.close();
    this.store.close();
  }

  changeSettings(change: Parameters<typeof changeSettings>[2]): Settings {
    const after = changeSettings(this.options.dataFolder, this.settings, change);
    this.settings = after.value;
    for (const note of after.notes) this.say(note);
    if (change.network !== null) this.judgeAnew();
    if (change.placesFile !== null || change.networksFile !== null) this.usePlaces();
    return this.settings;
  }

  /** What is learned of networks: looked at, reviewed out of the open capture or waited for, kept, forgotten. */
  async learn({ act, network, hours, replace }: Request<'learn'>, turns: TimeSlices): Promise<LearnState> {
    const { lessons, model } = this;
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
        return this.learned(await lessons.keep(model, network, replace));
      case 'forget':
        if (network !== '' && network === this.settings.network) this.changeSettings({ ...UNCHANGED, network: '' });
        return this.learned(lessons.forget(model, network));
    }
  }

  /** Writes what is learned of a network to a file. */
  exportLearned(path: string, network: string): Promise<void> {
    return this.lessons.exportTo(path, network);
  }

  /**
   * Another model judges captures that are opened from now on.
   * @param path its file; null for the one that is shipped
   */
  async adopt(path: string | null): Promise<void> {
    const { root, dataFolder } = this.options;
    this.model = await adoptModel(root, dataFolder, path);
    this.judgeAnew();
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

  /** Rules came, went or expired. */
  allowedAnew(): void {
    this.session?.touch();
    void this.follow();
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

  /** Opens the databases of places that the settings name. */
  private usePlaces(): void {
    void this.geo.use(this.settings.placesFile, this.settings.networksFile).then((notes) => {
      for (const note of notes) this.say(note);
      this.session?.touch();
    });
  }

  /** What captures are judged by that are opened from now on. */
  private judgeAnew(): void {
    this.judging = judgingOf(this.options.dataFolder, this.model, this.settings.network);
  }

  private learned(state: LearnState): LearnState {
    this.judgeAnew();
    this.changed();
    return state;
  }

  private judgingFor(o: Pick<SessionOptions, 'live' | 'interface'>): Pick<Judging, 'baseline' | 'known' | 'network'> {
    const { judging } = this;
    const { baseline, known, network } =
      o.live === null ? judging : judgingOn(this.options.dataFolder, this.model, o.interface ?? '', judging);
    return { baseline, known, network };
  }

  private async begin(
    o: Pick<SessionOptions, 'path' | 'name' | 'source' | 'interface' | 'captureFilter' | 'live'>,
  ): Promise<void> {
    await this.closeCapture();
    const pace = new AlertPace();
    const session: CaptureSession = new CaptureSession({
      ...o,
      number: ++this.sessions,
      model: this.model,
      ...this.judgingFor(o),
      cacheFolder: this.options.cacheFolder,
      timeouts: timeoutsOf(this.settings),
      changed: () => this.changed(),
      alerted: (alert) => {
        if (!pace.tells(session.phase === 'reading', alert.number) || this.isAllowed(session, alert)) return;
        this.tell({ notice: 'alert', alert: alertRow(session, alert, false) });
      },
    });
    session.isAllowed = (incident) => this.allowing.allows(session.analysis, incident);
    this.session = session;
    log('desk', () => `session ${this.sessions} begins: ${o.source} ${o.path}`);
    session.start();
    this.changed();
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

  private lookAround(): void {
    this.session?.lookAround();
    this.lessons.look(this.session);
    if (!this.store.stored) this.store.retry();
    if (this.allowing.look()) this.allowedAnew();
  }

  /**
   * A capture is complete: labels that it had before are shown, and it is remembered, also when it is closed already.
   */
  private async finished(s: CaptureSession): Promise<void> {
    const gone = s.options.live?.ended?.gone ?? null;
    if (gone !== null) void this.awaitReturn(s, gone);
    if (s.phase !== 'done' || (this.session !== s && s.options.live === null)) return;
    // A file that was dropped on the page is removed when it is closed, so it cannot be opened again by its path.
    const passing = s.options.path.startsWith(join(this.options.cacheFolder, 'uploads'));
    if (s.options.source !== 'sample' && !passing) this.rememberCapture(s);
    if (this.session !== s) return;
    try {
      await takeLabels(this.store, s);
    } catch (error) {
      s.message ??= say('labels-not-read', { why: saidBy(error) });
    }
    s.touch();
    void this.follow();
  }

  private rememberCapture(s: CaptureSession): void {
    const recent = remember(this.options.dataFolder, this.recent, recentOf(s));
    this.recent = recent.value;
    for (const note of recent.notes) this.say(note);
  }
}
