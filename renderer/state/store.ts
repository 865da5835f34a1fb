// What the user did in this window, and what the host said last. Rows of the capture are not kept here.
import { create } from 'zustand';
import type {
  AlertRow,
  FeatureEvidence,
  FlowRow,
  Hello,
  PacketRow,
  RecentCapture,
  SavedFile,
  SessionState,
  Settings,
  SortOrder,
  ViewState,
} from '../../contract/index.ts';
import type { Refusal } from '../wire/entry.ts';
import { type CaptureChoice, keepChoice, readChoice } from './capture-choice.ts';

export type View = 'start' | 'packets' | 'flows' | 'alerts';
export type Which = 'packets' | 'flows';
export type Dialog =
  | 'goto'
  | 'find'
  | 'palette'
  | 'stream'
  | 'settings'
  | 'save'
  | 'keys'
  | 'capture-options'
  | 'ssh'
  | 'pipe'
  | 'doctor'
  | null;

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
  readonly views: { readonly packets: ViewState; readonly flows: ViewState } | null;
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
  readonly working: Readonly<Record<Which, boolean>>;
  readonly panes: Panes;
  readonly dialog: Dialog;
  readonly toasts: readonly Toast[];
  /** Long work that the user asked for and can give up. */
  readonly job: { readonly text: string; readonly cancel: () => void } | null;
  readonly latestAlert: AlertRow | null;
  readonly captureFilter: string;
  readonly chosenInterfaces: readonly string[];
  readonly captureChoice: CaptureChoice;
  set(change: Partial<State>): void;
}

const PANES_KEY = 'sightline.panes';
const PLACE_KEY = 'sightline.place';
export const CLIENT_KEY = 'sightline.client';
const DEFAULT_PANES: Panes = { detail: 345, inspector: 440, tree: 0.345, bytes: 0.395, hidden: [] };

function readPanes(): Panes {
  try {
    return { ...DEFAULT_PANES, ...(JSON.parse(localStorage.getItem(PANES_KEY) ?? '{}') as Partial<Panes>) };
  } catch {
    return DEFAULT_PANES;
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
  drafts: { packets: '', flows: '' },
  working: { packets: false, flows: false },
  panes: readPanes(),
  dialog: null,
  toasts: [],
  job: null,
  latestAlert: null,
  captureFilter: '',
  chosenInterfaces: [],
  captureChoice: readChoice(),
  set: (change) => set(change),
}));

/** Place of the list's first row, kept for a page that is loaded again. */
export const scrollPlace = { top: 0 };

useStore.subscribe((state, before) => {
  if (state.evidence !== null && state.session?.session !== before.session?.session) state.set({ evidence: null });
  if (state.captureChoice !== before.captureChoice) keepChoice(state.captureChoice);
  if (state.panes !== before.panes) localStorage.setItem(PANES_KEY, JSON.stringify(state.panes));
});

export function keepPlace(): void {
  const { view, session, packet, flow } = useStore.getState();
  if (session === null) sessionStorage.removeItem(PLACE_KEY);
  else
    sessionStorage.setItem(
      PLACE_KEY,
      JSON.stringify({ view, session: session.session, packet, flow, top: scrollPlace.top } satisfies Remembered),
    );
}

export type { SortOrder };
