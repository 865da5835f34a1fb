// What the user does with packets' contents: streams, objects, keys, dissectors, searching.
import {
  type FollowKind,
  type Message,
  type ObjectKind,
  type PacketRow,
  type Request,
  type StreamForm,
} from '../../contract/index.ts';
import { sentence, word } from '../words/words.ts';
import { applyFilter, applyView, ask, goToPacket, listShown, placeFor, runJob, say } from './actions.ts';
import { useStore } from './store.ts';

/** What is followed: a flow as one kind, and which of its streams where it has several. */
export interface Followed {
  readonly flow: number;
  readonly kind: FollowKind;
  readonly substream: number | null;
}

export async function saveStream(what: Followed, side: number | null, as: StreamForm): Promise<void> {
  const place = await placeFor(as === 'raw' ? 'stream.bin' : 'stream.txt');
  if (place === null) return;
  const saved = await runJob('saveStream', { ...what, side, as, ...place }, word('saving'));
  if (saved !== null) say(word('streamSaved'), false, [saved.file]);
}

export async function saveField(row: PacketRow, source: number, from: number, to: number): Promise<void> {
  const place = await placeFor('bytes.bin');
  if (place === null) return;
  const saved = await ask('saveField', { row, source, from, to, ...place });
  if (saved !== null) say(word('bytesSaved', { n: to - from }), false, [saved.file]);
}

/** Narrows the list by a filter, beside the one that it has. */
export async function alsoFilter(filter: string): Promise<void> {
  const before = useStore.getState().views?.[listShown()].filter ?? '';
  await applyFilter(before.trim() === '' ? filter : `(${before}) and ${filter}`);
}

export async function saveObjects(
  kind: ObjectKind,
  search: string,
  picks: readonly number[] | null,
  as: Request<'saveObjects'>['as'],
): Promise<void> {
  const names = { one: 'object', folder: null, zip: `${kind}-objects.zip` } as const;
  const place = await placeFor(names[as]);
  if (place === null) return;
  const saved = await runJob('saveObjects', { kind, search, picks, as, ...place }, word('saving'));
  if (saved !== null) say(word('objectsSaved', { n: saved.saved }), false, saved.files);
}

/** Trees and streams are read again: what dissectors are told has changed. */
export function readAgain(): void {
  const { told, set, views } = useStore.getState();
  set({ told: told + 1 });
  // What the filter shows may be something else now. The host would ask again by itself; asked from here, it does so
  // once, and the bar shows how far it is.
  const { filter, sort } = views?.packets ?? { filter: '', sort: null };
  if (filter !== '') void applyView('packets', filter, sort);
}

/** What the find bar looks for; kept while the window is open. */
export type Sought = Omit<Request<'search'>, 'from' | 'forward'>;
export const lastSought: { now: Sought } = { now: { what: 'text', within: 'list', matchCase: false, text: '' } };

/** Finds the next one from the packet selected. @returns what to say, or null when it was found */
export async function findNext(forward: boolean): Promise<'notFound' | Message | null> {
  const { now } = lastSought;
  if (now.text === '') return null;
  const { packet } = useStore.getState();
  const found = await runJob('search', { ...now, from: packet, forward }, word('searching'));
  if (found === null) return null;
  if (found.problem !== null) return found.problem;
  if (found.row === null) return 'notFound';
  goToPacket(found.row);
  if (found.partial) say(word('foundPartial'));
  return null;
}

export function sayFound(said: 'notFound' | Message | null): void {
  if (said !== null) say(said === 'notFound' ? word('notFound') : sentence(said), true);
}
