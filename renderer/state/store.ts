// What the user did in this window, and what the host said last. Rows of the capture are not kept here.
import { create } from 'zustand';
import type {
  AlertRow,
  FeatureEvidence,
  FlowRow,
  Hello,
  ListKind,
  PacketRow,
  RecentCapture,
  SavedFile,
  SessionState,
  Settings,
  SortOrder,
  ViewStates,
} from '../../contract/index.ts';
import type { Refusal } from '../wire/entry.ts';
import { type CaptureChoice, keepChoice, readChoice } from './capture-choice.ts';

export type View = 'start' | 'packets' | 'flows' | 'alerts' | 'hosts' | 'lab' | 'statistics' | 'rules';
export type Which = ListKind;
export type Dialog =
  | 'add-column'
  | 'packet-comment'
  | 'goto'
  | 'palette'
  | 'stream'
  | 'settings'
  | 'save'
  | 'keys'
  | 'capture-options'
  | 'ssh'
  | 'pipe'
  | 'doctor'
  | 'release'
  | 'learn'
  | 'incident-state'
  | 'incident-tag'
  | 'incident-note'
  | 'allow'
  | 'allow-rules'
  | 'objects'
  | 'tls-keys'
  | 'dissectors'
  | 'decode-as'
  | 'filters'
  | 'export-packets'
  | 'export-dissections'
  | 'print'
  | 'time-shift'
  | 'key-tables'
  | 'save-filter'
  | 'several'
  | 'tags'
  | 'name-address'
  | 'colouring-rules'
  | 'profiles'
  | 'rule'
  | 'rule-editor';

/** Filtering and sorting of a list that the host has not done yet. */
export interface Arrangement {
  readonly sort: SortOrder | null;
  readonly cancel: () => void;
}

/** A row that its list shall bring into sight. */
export type SightRequest =
  | { readonly list: 'packets'; readonly row: PacketRow }
  | { readonly list: 'flows'; readonly row: FlowRow };

/**
 * What one part of the window asks of another, which may not be on screen yet: a request stands until it is taken. Each
 * is an object of its own, so that the same row asked for twice is two requests.
 */
export interface Requests {
  /** A row that its list shall bring into sight. */
  readonly sight: SightRequest | null;
  /** A place that the packet list shall have at its top. */
  readonly top: { readonly place: number } | null;
  /** The menu that labels a flow, below a box of the page; it is open until it is taken back. */
  readonly labelMenu: { readonly flow: FlowRow; readonly left: number; readonly bottom: number } | null;
  /** The packet's tree shall have the focus. */
  readonly treeFocus: { readonly wanted: true } | null;
}

/** Kinds of nodes of the packet's tree that the user unfolded or folded. */
export interface Folds {
  readonly unfolded: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

export const NO_REQUESTS: Requests = { sight: null, top: null, labelMenu: null, treeFocus: null };

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
  readonly files: readonly SavedFile[];
}

export interface Panes {
  /** Height of the lower panes in Packets and Flows, px; 0 hidden. */
  readonly detail: number;
  readonly inspector: number;
  /** Shares of the lower panes' width. */
  readonly tree: number;
  readonly bytes: number;
  readonly hidden: readonly ('tree' | 'bytes' | 'flow')[];
}

export interface Remembered {
  readonly view: View;
  readonly session: number;
  readonly packet: PacketRow | null;
  readonly flow: FlowRow | null;
  readonly top: number;
}

export interface State {
  readonly hello: Hello | null;
  readonly connected: boolean;
  /** The host is there and does not let this page in, and why. */
  readonly refused: Refusal | null;
  readonly settings: Settings | null;
  readonly recent: readonly RecentCapture[];
  readonly session: SessionState | null;
  readonly views: ViewStates | null;
  readonly view: View;
  /** Packet row selected, and flow row selected. */
  readonly packet: PacketRow | null;
  readonly flow: FlowRow | null;
  readonly alert: number | null;
  /** The selection has moved and its flow is not known yet: `flow` is null until it is. */
  readonly finding: boolean;
  /** Packets and bytes that a feature came from, lit up until the user is done with them. */
  readonly evidence: FeatureEvidence | null;
  readonly drafts: Readonly<Record<Which, string>>;
  /** The newest arrangement asked for of each list, null once it is done or given up. */
  readonly arranging: Readonly<Record<Which, Arrangement | null>>;
  readonly requests: Requests;
  /** Pixels from the top of the packet list to what is in sight, kept for a page that is loaded again. */
  readonly packetsTop: number;
  readonly panes: Panes;
  readonly folds: Folds;
  readonly dialog: Dialog | null;
  /** The find bar is open. */
  readonly findBar: boolean;
  /** Counts changes of what dissectors are told: trees and streams are read again. */
  readonly told: number;
  readonly toasts: readonly Toast[];
  /** Long work that the user asked for and can give up. */
  readonly job: { readonly text: string; readonly cancel: () => void } | null;
  readonly latestAlert: AlertRow | null;
  /** Files that were dropped or chosen together, for which the user is asked what to do. */
  readonly several: readonly File[];
  readonly captureFilter: string;
  readonly chosenInterfaces: readonly string[];
  readonly captureChoice: CaptureChoice;
  set(change: Partial<State>): void;
}

const PANES_KEY = 'sightline.panes';
const UNFOLDED_KEY = 'sightline.tree';
/** Of those unfolded, the last ones are kept between runs. */
const MAX_UNFOLDED = 300;
export const PLACE_KEY = 'sightline.place';
export const CLIENT_KEY = 'sightline.client';
export const DEFAULT_PANES: Panes = { detail: 345, inspector: 440, tree: 0.345, bytes: 0.395, hidden: [] };

function readPanes(): Panes {
  try {
    return { ...DEFAULT_PANES, ...(JSON.parse(localStorage.getItem(PANES_KEY) ?? '{}') as Partial<Panes>) };
  } catch {
    return DEFAULT_PANES;
  }
}

function readUnfolded(): string[] {
  try {
    return JSON.parse(localStorage.getItem(UNFOLDED_KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

/** Where this tab was before the page was loaded again. */
export function remembered(): Remembered | null {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE_KEY) ?? 'null') as Remembered | null;
  } catch {
    return null;
  }
}

/** A name for this tab: the host finds its lists by it again. */
export function clientName(): string {
  const known = sessionStorage.getItem(CLIENT_KEY);
  if (known !== null) return known;
  const name = crypto.randomUUID();
  sessionStorage.setItem(CLIENT_KEY, name);
  return name;
}

export const useStore = create<State>((set) => ({
  hello: null,
  connected: false,
  refused: null,
  settings: null,
  recent: [],
  session: null,
  views: null,
  view: 'start',
  packet: null,
  flow: null,
  alert: null,
  finding: false,
  evidence: null,
  drafts: { packets: '', flows: '', incidents: '', hosts: '' },
  arranging: { packets: null, flows: null, incidents: null, hosts: null },
  requests: NO_REQUESTS,
  findBar: false,
  told: 0,
  packetsTop: 0,
  panes: readPanes(),
  folds: { unfolded: new Set(readUnfolded()), folded: new Set() },
  dialog: null,
  toasts: [],
  job: null,
  latestAlert: null,
  several: [],
  captureFilter: '',
  chosenInterfaces: [],
  captureChoice: readChoice(),
  set: (change) => set(change),
}));

useStore.subscribe((state, before) => {
  if (state.evidence !== null && state.session?.session !== before.session?.session) state.set({ evidence: null });
  if (state.captureChoice !== before.captureChoice) keepChoice(state.captureChoice);
  if (state.folds !== before.folds)
    localStorage.setItem(UNFOLDED_KEY, JSON.stringify([...state.folds.unfolded].slice(-MAX_UNFOLDED)));
  if (state.panes !== before.panes) localStorage.setItem(PANES_KEY, JSON.stringify(state.panes));
});

/** The list that filter and sort mean in a view. */
export function listOf(view: View): Which {
  if (view === 'alerts') return 'incidents';
  return view === 'flows' || view === 'hosts' ? view : 'packets';
}

export function keepPlace(): void {
  const { view, session, packet, flow, packetsTop } = useStore.getState();
  if (session === null) sessionStorage.removeItem(PLACE_KEY);
  else
    sessionStorage.setItem(
      PLACE_KEY,
      JSON.stringify({ view, session: session.session, packet, flow, top: packetsTop } satisfies Remembered),
    );
}
