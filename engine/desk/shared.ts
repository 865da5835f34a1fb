// What the tabs of one running Sightline share: settings, the model, labels, dissect processes, what is remembered. Each
// tab has a desk of its own with its capture (`desk.ts`); which there are is `tabs.ts`.
import {
  english,
  type LearnState,
  type Message,
  type Notice,
  type RecentCapture,
  type Request,
  sameMessage,
  saidBy,
  type Settings,
  UNCHANGED,
  type UsedProfile,
} from '../../contract/index.ts';
import { InterfaceWatch } from '../capture/index.ts';
import type { Model } from '../detect/index.ts';
import { DissectProcess, PacketTrees, Surveyor } from '../dissect/index.ts';
import type { Macros } from '../filter/index.ts';
import { log } from '../log/index.ts';
import { type ModelInUse, proveModel, shippedFile, usableModel } from '../session/index.ts';
import { Store } from '../store/index.ts';
import { Allowing } from './allowing.ts';
import { FilterLists } from './filter-lists.ts';
import { Geo } from './geo.ts';
import { FILTER_PROCESSES } from './filter-source.ts';
import { type Judging, judgingOf } from './judging.ts';
import { Lab } from './lab.ts';
import { Lessons } from './lessons.ts';
import { changeSettings, readRecent, readSettings, remember } from './memory.ts';
import { adoptModel, chosenModel } from './model-choice.ts';
import type { DeskOptions } from './options.ts';
import { PacketWork } from './packet-work.ts';
import { Places } from './places.ts';
import { Profiles } from './profiles.ts';
import { recentOf } from './session-state.ts';
import type { CaptureSession } from './session.ts';
import { type TabDesk, Tabs } from './tabs.ts';
import { ThreatBook } from './threat-book.ts';

/** How often it is checked whether open files are unchanged and the store can be written again, ms. */
const LOOK_AROUND_EVERY = 2_000;
const MAX_NOTES = 20;

/** @param from the desk whose windows are told, null for all */
export type Listener<D> = (notice: Notice | 'changed', from: D | null) => void;

/** What is shared needs of a desk. */
export interface SharingDesk extends TabDesk {
  readonly statistics: { forget(): void };
  readonly filters: { macros: Macros };
  askAgain(): void;
  follow(): Promise<void>;
}

export class Shared<D extends SharingDesk> {
  readonly options: DeskOptions;
  readonly tabs: Tabs<D>;
  /** What captures are judged by that are opened from now on. */
  model: Model;
  readonly lab: Lab;
  readonly store: Store;
  readonly watch: InterfaceWatch;
  /** One for all tabs: it loads what is asked for, and a capture that is looked at again is loaded again. */
  readonly dissect: DissectProcess;
  readonly trees: PacketTrees;
  readonly packetWork: PacketWork;
  readonly surveyor: Surveyor;
  settings: Settings;
  recent: RecentCapture[];
  /** By the network that was chosen. */
  judging: Judging;
  readonly lessons: Lessons;
  readonly places: Places;
  filterLists: FilterLists;
  readonly profiles: Profiles;
  readonly allowing: Allowing;
  readonly geo = new Geo();
  readonly threats: ThreatBook;
  /** What a person must know of the user's files. */
  readonly notes: Message[] = [];
  /** Where the window is served over loopback, 0 where it is not. */
  windowPort = 0;
  /** A capture was closed: nothing reads its file any more. */
  onClosed: (path: string) => void = () => undefined;
  private readonly listeners = new Set<Listener<D>>();
  private sessions = 0;
  private readonly around: NodeJS.Timeout;

  /** @param makeDesk one more desk, for another tab */
  constructor(o: DeskOptions, makeDesk: (shared: Shared<D>) => D) {
    this.options = o;
    const chosen = chosenModel(o.root, o.dataFolder);
    this.model = chosen.model;
    if (chosen.adopted) this.prove(chosen);
    this.lab = new Lab(o.dataFolder, o.cacheFolder);
    this.lessons = new Lessons(o.dataFolder, o.cacheFolder);
    this.store = Store.forWindow(o.dataFolder);
    this.allowing = new Allowing(this.store);
    this.profiles = new Profiles(o.dataFolder, (note) => this.say(note));
    const ways = this.profiles.folder;
    const settings = readSettings(ways);
    this.settings = settings.value;
    this.judging = judgingOf(o.dataFolder, this.model, this.settings.network);
    const recent = readRecent(o.dataFolder);
    this.recent = recent.value;
    const places = Places.read(o.dataFolder);
    this.places = places.value;
    const lists = FilterLists.read(ways);
    this.filterLists = lists.value;
    this.threats = new ThreatBook(
      o.dataFolder,
      ways,
      (note) => this.say(note),
      () => this.threatsChanged(),
    );
    this.tabs = new Tabs(this, () => makeDesk(this));
    const ofFiles = [...settings.notes, ...recent.notes, ...places.notes, ...lists.notes];
    for (const note of [chosen.note, ...this.store.notes, this.judging.note, ...ofFiles])
      if (note !== null) this.say(note);
    this.store.onNote = (note) => this.say(note);
    this.watch = new InterfaceWatch(o.helper);
    this.packetWork = new PacketWork(ways, (note) => this.say(note), this.settings);
    this.dissect = new DissectProcess(() => this.tell('changed'), this.packetWork.setup);
    this.trees = new PacketTrees(this.dissect, this.packetWork.setup);
    this.surveyor = new Surveyor(this.dissect, this.packetWork.setup, FILTER_PROCESSES);
    this.usePlaces();
    // With keys or other preferences, packets consist of something else.
    this.packetWork.setup.listen(() => {
      for (const desk of this.tabs.desks) desk.statistics.forget();
      this.askAgain();
    });
    this.around = setInterval(() => this.lookAround(), LOOK_AROUND_EVERY);
  }

  listen(listener: Listener<D>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(notice: Notice | 'changed', from: D | null = null): void {
    for (const listener of this.listeners) listener(notice, from);
  }

  /** Tells windows something that no request asked for; those that come later hear it with their first answer. */
  say(message: Message): void {
    log('desk', () => `said: ${english(message)}`);
    if (this.notes.some((note) => sameMessage(note, message))) return;
    if (this.notes.push(message) > MAX_NOTES) this.notes.shift();
    this.tell({ notice: 'said', message });
  }

  /** Sessions are numbered over all tabs. */
  nextSession(): number {
    return ++this.sessions;
  }

  /** What filters are answered by has changed: lists in sight ask theirs again, others when they are shown. */
  askAgain(): void {
    for (const desk of this.tabs.desks) desk.askAgain();
  }

  /** Macros were written anew. */
  useMacros(): void {
    for (const desk of this.tabs.desks) desk.filters.macros = this.filterLists.macros;
    this.askAgain();
  }

  /** Settings, filters and preferences are those of another profile from now on. */
  useProfile(name: string): void {
    const notes = [...this.profiles.use(name)];
    const { folder } = this.profiles;
    const settings = readSettings(folder);
    const lists = FilterLists.read(folder);
    this.settings = settings.value;
    this.filterLists = lists.value;
    for (const note of [...notes, ...settings.notes, ...lists.notes]) this.say(note);
    this.packetWork.dissectors.use(folder);
    this.packetWork.colouring.use(folder);
    this.threats.use(folder);
    this.packetWork.names.use(this.settings);
    this.judgeAnew();
    this.usePlaces();
    this.useMacros();
    this.tell('changed');
  }

  profileNow(): Omit<UsedProfile, 'layout'> {
    return { ...this.profiles.state(), settings: this.settings, filters: this.filterLists.now };
  }

  changeSettings(change: Request<'settings'>): Settings {
    const after = changeSettings(this.profiles.folder, this.settings, change);
    this.settings = after.value;
    for (const note of after.notes) this.say(note);
    this.packetWork.names.use(this.settings);
    if (change.network !== null) this.judgeAnew();
    if (change.placesFile !== null || change.networksFile !== null) this.usePlaces();
    return this.settings;
  }

  /** What the runtime refuses is found out beside everything else; captures that were opened by then tell it too. */
  private prove({ file, model }: ModelInUse): void {
    proveModel(file, model).catch((error: unknown) => {
      this.say(saidBy(error));
      if (this.model !== model) return;
      this.model = usableModel(shippedFile(this.options.root));
      this.judgeAnew();
      this.tell('changed');
    });
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

  /** What was learned of a network is kept or forgotten. */
  learned(state: LearnState): LearnState {
    this.judgeAnew();
    this.tell('changed');
    return state;
  }

  forget(network: string): LearnState {
    if (network !== '' && network === this.settings.network) this.changeSettings({ ...UNCHANGED, network: '' });
    return this.learned(this.lessons.forget(this.model, network));
  }

  /** Rules came, went or expired. */
  allowedAnew(): void {
    for (const desk of this.tabs.desks) {
      desk.session?.touch();
      void desk.follow();
    }
  }

  rememberCapture(s: CaptureSession): void {
    if (this.options.isShared === true) return;
    const recent = remember(this.options.dataFolder, this.recent, recentOf(s));
    this.recent = recent.value;
    for (const note of recent.notes) this.say(note);
  }

  async close(): Promise<void> {
    clearInterval(this.around);
    this.lab.close();
    await this.tabs.end();
    await this.store.settled();
    this.store.retry();
    this.watch.close();
    this.threats.close();
    this.trees.close();
    this.packetWork.close();
    this.store.close();
  }

  /** What captures are judged by that are opened from now on. */
  private judgeAnew(): void {
    this.judging = judgingOf(this.options.dataFolder, this.model, this.settings.network);
  }

  /** Opens the databases of places that the settings name. */
  private usePlaces(): void {
    void this.geo.use(this.settings.placesFile, this.settings.networksFile).then((notes) => {
      for (const note of notes) this.say(note);
      for (const desk of this.tabs.desks) desk.session?.touch();
    });
  }

  /** Other rules or entries are asked from now on. */
  private threatsChanged(): void {
    const { rules, rulesKey, lists } = this.threats.asked;
    for (const { session } of this.tabs.desks) {
      session?.askRules(rules, rulesKey);
      session?.holdLists(lists);
    }
    this.tell('changed');
  }

  private lookAround(): void {
    const open = this.tabs.desks.flatMap(({ session }) => (session === null ? [] : [session]));
    for (const session of open) session.lookAround();
    this.lessons.look(open);
    this.threats.look();
    if (!this.store.stored) this.store.retry();
    if (this.allowing.look()) this.allowedAnew();
  }
}
