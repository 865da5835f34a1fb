// Captures open beside each other: each has a tab with a session of its own. What is asked and answered, and what
// windows are told of tabs that they do not show.
import type { AlertRow, SessionState, ViewStates } from './session.ts';
import { type TypeOf, whole } from './schema.ts';

/** Tabs of one running Sightline. */
export const MAX_TABS = 64;

const tab = whole(1, Number.MAX_SAFE_INTEGER);
export type TabNumber = TypeOf<typeof tab>;

/** Shapes of requests, taken in by `requests.ts`. */
export const TAB_SHAPES = {
  /** An empty tab, right of the one that the window shows; the window still shows that. */
  newTab: {},
  /** The window shows this tab from now on; one that rests is read again. */
  showTab: { tab },
  /** Its capture is closed. Windows that show it show the one beside it. */
  closeTab: { tab },
  /** `to` is its place among the tabs, from 0. */
  moveTab: { tab, to: whole(0, MAX_TABS) },
} as const;

/** What a tab has in it. `resting`: its capture is closed and is read again when the tab is shown. */
export type TabContent =
  | { readonly state: 'empty' }
  | { readonly state: 'resting'; readonly name: string; readonly path: string }
  | {
      readonly state: SessionState['phase'];
      readonly name: string;
      readonly path: string;
      /** Alerts that nobody allowed, and how many of them are malicious. */
      readonly alerts: number;
      readonly malicious: number;
    };

export interface TabState {
  readonly tab: TabNumber;
  readonly content: TabContent;
}

/** What a window shows of one tab. */
export interface ShownTab {
  readonly tab: TabNumber;
  readonly session: SessionState | null;
  readonly views: ViewStates | null;
}

export interface TabReplies {
  newTab: { readonly tab: TabNumber };
  /** `again`: its capture had been closed, and is read again. */
  showTab: ShownTab & { readonly again: boolean };
  closeTab: null;
  moveTab: null;
}

/** Told to every window, also to those that show another tab. */
export type TabNotice =
  | { readonly notice: 'tabs'; readonly tabs: readonly TabState[] }
  /** An alert of a tab that the window does not show. */
  | { readonly notice: 'elsewhere'; readonly tab: TabNumber; readonly name: string; readonly alert: AlertRow };
