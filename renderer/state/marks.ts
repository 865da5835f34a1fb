// Marks of packets: of the one that is selected, of several selected together, of all displayed; and the ways from one
// to the next.
import type { Mark } from '../../contract/index.ts';
import { word } from '../words/words.ts';
import { ask, changeSettings, goToPacket, say } from './actions.ts';
import type { Command } from './command.ts';
import { useStore } from './store.ts';

/** Places of the packet list that are selected together, in one order of it. */
export interface PickedRows {
  readonly count: number;
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly generation: number;
}

let picked: () => PickedRows | null = () => null;

/** What is selected in the packet list, null where it is not on screen. */
export function pickedRows(): PickedRows | null {
  return picked();
}

/** The packet list tells what is selected in it. */
export function showPicked(now: () => PickedRows): () => void {
  picked = now;
  return () => {
    if (picked === now) picked = () => null;
  };
}

const SAID = {
  marked: ['marks.unmarked', 'marks.marked'],
  ignored: ['marks.unignored', 'marks.ignored'],
  reference: ['marks.unreference', 'marks.reference'],
} as const;

/**
 * Marks what is selected, or takes the mark away. A time reference is the one packet's.
 * @param on null: all unless all have it
 */
export async function mark(what: Mark, on: boolean | null = null): Promise<void> {
  const { packet, view } = useStore.getState();
  const rows = view === 'packets' && what !== 'reference' ? picked() : null;
  if (rows !== null && rows.count > 1) {
    await markPlaces(what, rows, on);
    return;
  }
  if (packet === null) return;
  const done = await ask('mark', { row: packet, what });
  if (done === null || what !== 'reference') return;
  showRelative();
  readAgain();
}

async function markPlaces(what: Mark, rows: Omit<PickedRows, 'count'>, on: boolean | null): Promise<void> {
  const done = await ask('markRows', { ranges: rows.ranges, generation: rows.generation, what, on });
  if (done !== null) say(word(SAID[what][done.on ? 1 : 0], { n: done.changed }));
}

/** References mean something for times since the first packet alone: these are shown then, which is said. */
function showRelative(): void {
  if (useStore.getState().settings?.time === 'relative') return;
  void changeSettings({ time: 'relative' });
  say(word('marks.relative'));
}

function markDisplayed(what: Mark, on: boolean): void {
  const view = useStore.getState().views?.packets;
  if (view === undefined || view.places === 0) return;
  void markPlaces(what, { ranges: [{ from: 0, to: view.places - 1 }], generation: view.generation }, on);
}

async function clearReferences(): Promise<void> {
  const done = await ask('clearMarks', { what: 'reference' });
  if (done === null) return;
  say(word('marks.unreference', { n: done.changed }));
  readAgain();
}

/** Trees and columns tell the time since the reference too. */
function readAgain(): void {
  useStore.setState({ told: useStore.getState().told + 1 });
}

async function goToMark(what: 'marked' | 'reference', forward: boolean): Promise<void> {
  const { packet } = useStore.getState();
  if (packet === null) return;
  const found = await ask('nextMark', { row: packet, what, forward });
  if (found === null) return;
  if (found.row !== null) goToPacket(found.row);
  else say(word(what === 'marked' ? 'marks.none' : 'marks.noReference'));
}

/** Wireshark's keys, where a browser leaves them to a page. */
export const MARK_COMMANDS: readonly Command[] = [
  {
    id: 'mark-displayed',
    title: 'key.markDisplayed',
    open: true,
    keys: 'Ctrl+Shift+m',
    run: () => markDisplayed('marked', true),
  },
  {
    id: 'unmark-displayed',
    title: 'key.unmarkDisplayed',
    open: true,
    keys: 'Ctrl+Alt+m',
    run: () => markDisplayed('marked', false),
  },
  {
    id: 'ignore-displayed',
    title: 'key.ignoreDisplayed',
    open: true,
    keys: 'Ctrl+Shift+d',
    run: () => markDisplayed('ignored', true),
  },
  {
    id: 'unignore-displayed',
    title: 'key.unignoreDisplayed',
    open: true,
    keys: 'Ctrl+Alt+d',
    run: () => markDisplayed('ignored', false),
  },
  {
    id: 'next-mark',
    title: 'key.nextMark',
    open: true,
    keys: 'Ctrl+Shift+n',
    run: () => void goToMark('marked', true),
  },
  {
    id: 'previous-mark',
    title: 'key.previousMark',
    open: true,
    keys: 'Ctrl+Shift+b',
    run: () => void goToMark('marked', false),
  },
  {
    id: 'packet-comment',
    title: 'comments.write',
    open: true,
    keys: 'Ctrl+Alt+c',
    run: () => useStore.setState({ dialog: 'packet-comment' }),
  },
  { id: 'reference', title: 'key.reference', open: true, keys: 'Ctrl+t', run: () => void mark('reference') },
  { id: 'unreference', title: 'key.unreference', open: true, keys: 'Ctrl+Alt+t', run: () => void clearReferences() },
  {
    id: 'next-reference',
    title: 'key.nextReference',
    open: true,
    keys: 'Ctrl+Alt+n',
    run: () => void goToMark('reference', true),
  },
  {
    id: 'previous-reference',
    title: 'key.previousReference',
    open: true,
    keys: 'Ctrl+Alt+b',
    run: () => void goToMark('reference', false),
  },
];
