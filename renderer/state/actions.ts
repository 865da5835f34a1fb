// What the user can do. Each action is one function, which buttons, keys, menus and the palette call.
import {
  type FlowRow,
  type Label,
  packetRow,
  type PacketRow,
  type Replies,
  type Request,
  type RequestKind,
  type SavedFile,
  type Settings,
  say as told,
  type SortOrder,
  UNCHANGED,
} from '../../contract/index.ts';
import { sentence, word } from '../words/words.ts';
import { client, type Meant, RequestError } from '../wire/client.ts';
import { sessionHeader } from '../wire/entry.ts';
import { shell } from '../wire/transport.ts';
import { listOf, useStore, type Arrangement, type Toast, type View, type Which } from './store.ts';
import { captureRequest } from './capture-choice.ts';
import { bringIntoSight } from './requests.ts';
import { selectedFlow, selectFlow, startOver } from './selection.ts';

const state = useStore.getState;
let toasts = 0;
const TOAST_TIME = 9000;

/** @param lasting it stays until it is put away */
export function say(text: string, bad = false, files: readonly SavedFile[] = [], lasting = false): number {
  const toast: Toast = { id: ++toasts, text, bad, files };
  state().set({ toasts: [...state().toasts.slice(-3), toast] });
  if (files.length === 0 && !lasting) setTimeout(() => dismiss(toast.id), TOAST_TIME);
  return toast.id;
}

export function dismiss(id: number): void {
  state().set({ toasts: state().toasts.filter((t) => t.id !== id) });
}

/** Asks, and says what went wrong. @param meant what it is about @returns null then */
export function ask<K extends RequestKind>(
  kind: K,
  body: Request<K>,
  meant: Meant = client.shown,
): Promise<Replies[K] | null> {
  return answered(client.begin(kind, body, meant).answer);
}

async function answered<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RequestError && error.reason !== 'cancelled' && error.reason !== 'gone')
      say(sentence(error.said), true);
    return null;
  }
}

export function show(view: View): void {
  state().set({ view });
}

/** @returns whether something is open now */
async function opened(answer: Promise<unknown>): Promise<boolean> {
  const { tab } = client;
  if ((await answer) === null) return false;
  if (client.tab === tab) startOver('packets');
  return true;
}

export function openPath(path: string): Promise<boolean> {
  return opened(ask('open', { path }));
}

export function openSample(): Promise<boolean> {
  return opened(ask('sample', {}));
}

/** @param where the chosen file is opened: here, or where the caller says */
export async function openDialog(where = (open: () => Promise<boolean>): Promise<unknown> => open()): Promise<void> {
  if (shell !== null) {
    const chosen = await shell.chooseFile();
    if (chosen !== null) await where(() => openPath(chosen.grant));
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.pcap,.pcapng,.cap,.gz,.zst,.lz4,.bz2,.xz';
  input.multiple = true;
  input.onchange = () => {
    const files = [...(input.files ?? [])];
    void (files.length === 1 ? where(() => openFile(files[0]!)) : openFiles(files));
  };
  input.click();
}

/** Files dropped or chosen: one is opened; of several the user says what shall become of them. */
export async function openFiles(files: readonly File[]): Promise<void> {
  if (files.length === 1) await openFile(files[0]!);
  else if (files.length > 1) state().set({ several: files, dialog: 'several' });
}

export async function openFile(file: File): Promise<boolean> {
  const path = await pathOf(file);
  return path !== null && openPath(path);
}

/**
 * What the host finds a file by that was chosen or dropped: the shell's grant; a page's bytes go to the server first.
 * @returns null where that failed, which is said
 */
export async function pathOf(file: File): Promise<string | null> {
  if (shell !== null) {
    const chosen = await shell.grantOf(file);
    if (chosen === null) say(word('noFileOfMachine', { name: file.name }), true);
    return chosen?.grant ?? null;
  }
  // It stands there as long as it takes, and no longer.
  const told = say(word('bringing', { name: file.name }), false, [], true);
  const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    body: file,
    headers: sessionHeader(),
  }).finally(() => dismiss(told));
  if (!answer.ok) {
    say(await answer.text(), true);
    return null;
  }
  return ((await answer.json()) as { path: string }).path;
}

/** Opens several captures as one, by time; the merged capture is a file of the user's. */
export async function mergeFiles(files: readonly File[]): Promise<void> {
  const paths: string[] = [];
  for (const file of files) {
    const path = await pathOf(file);
    if (path === null) return;
    paths.push(path);
  }
  const place = await placeFor('merged.pcapng', 'none');
  if (place === null) return;
  const merged = await runJob('merge', { paths, ...place }, word('merging'));
  if (merged === null) return;
  for (const note of merged.notes) say(sentence(note), true, [], true);
  say(word('merged', { n: merged.packets }), false, [merged.file]);
  await openPath(merged.file.path);
}

export async function startCapture(): Promise<void> {
  const { chosenInterfaces, captureFilter, captureChoice } = state();
  if (chosenInterfaces.length === 0) return;
  await opened(ask('capture', captureRequest(captureChoice.source, chosenInterfaces, captureFilter, captureChoice)));
}

/** From tcpdump on another machine, or a named pipe. */
export async function startFrom(source: 'ssh' | 'pipe'): Promise<boolean> {
  const { captureFilter, captureChoice } = state();
  const session = await ask(
    'capture',
    captureRequest(source, [], source === 'ssh' ? captureFilter : '', captureChoice),
  );
  if (session === null) return false;
  state().set({ dialog: null });
  await opened(Promise.resolve(session));
  return true;
}

export async function control(action: 'pause' | 'resume' | 'stop' | 'restart'): Promise<void> {
  if (action === 'restart') await opened(ask('control', { action }));
  else await ask('control', { action });
}

/** Ctrl+E: stop what runs, start again what stopped. */
export async function startOrStop(): Promise<void> {
  const { session } = state();
  if (session?.source === 'live')
    await control(session.phase === 'live' || session.phase === 'paused' ? 'stop' : 'restart');
  else if (state().view === 'start') await startCapture();
  else show('start');
}

export async function closeCapture(): Promise<void> {
  if ((await ask('close', {})) !== null) startOver('start');
}

/** Gives up filtering and sorting: the list stays as it is. */
export function cancelView(which: Which): void {
  state().arranging[which]?.cancel();
}

export async function applyView(which: Which, filter: string, sort: SortOrder | null): Promise<boolean> {
  const { drafts, arranging } = state();
  const job = client.begin('view', { which, filter, sort });
  const mine: Arrangement = { sort, cancel: job.cancel };
  state().set({ drafts: { ...drafts, [which]: filter }, arranging: { ...arranging, [which]: mine } });
  const answer = await answered(job.answer);
  // A newer filter or sort is under way, for which this one was given up.
  if (state().arranging[which] !== mine) return false;
  state().set({ arranging: { ...state().arranging, [which]: null } });
  if (answer === null) return false;
  const { views } = state();
  if (views !== null) state().set({ views: { ...views, [which]: answer.view } });
  if (answer.problem !== null && answer.problem.length === 0) say(sentence(answer.problem.message), true);
  return answer.problem === null;
}

export function applyFilter(filter: string): Promise<boolean> {
  const which = listShown();
  // A sort that is on its way stays asked for.
  const asked = state().arranging[which];
  return applyView(which, filter, asked === null ? (state().views?.[which].sort ?? null) : asked.sort);
}

/** The list that filter and sort mean now. */
export function listShown(): Which {
  return listOf(state().view);
}

export function sortBy(which: Which, column: string): Promise<boolean> {
  const view = state().views?.[which];
  if (!view) return Promise.resolve(false);
  const asked = state().arranging[which];
  return applyView(which, view.filter, nextSort(asked === null ? view.sort : asked.sort, column));
}

/** A click on a column's head: upwards, then downwards, then as captured. */
function nextSort(now: SortOrder | null, column: string): SortOrder | null {
  if (now?.column !== column) return { column, descending: false };
  return now.descending ? null : { column, descending: true };
}

/** Shows a packet in its list. From another view, a filter that hides the packet is taken away, and that is said. */
export function goToPacket(row: PacketRow): void {
  const { view, views } = state();
  state().set({ view: 'packets', packet: row, alert: null });
  if (view !== 'packets' && (views?.packets.filter ?? '') !== '') void uncover(row);
  else bringIntoSight({ list: 'packets', row });
}

async function uncover(row: PacketRow): Promise<void> {
  const { session } = state();
  const found = await ask('place', { which: 'packets', row });
  if (found === null || state().packet !== row || state().session?.session !== session?.session) return;
  if (!found.exact) {
    say(word('filterTaken', { n: row + 1 }));
    await applyView('packets', '', state().views?.packets.sort ?? null);
  }
  bringIntoSight({ list: 'packets', row });
}

export function openFlow(flow: FlowRow): void {
  selectFlow(flow);
  bringIntoSight({ list: 'flows', row: flow });
  show('flows');
}

export async function showPackets(filter: string): Promise<void> {
  show('packets');
  if (await applyView('packets', filter, null)) await selectShown();
}

/** What the panes show is of the list: where its filter left the selection out, its first packet is selected. */
async function selectShown(): Promise<void> {
  const { packet } = state();
  if (packet !== null && (await ask('place', { which: 'packets', row: packet }))?.exact === true) return;
  const { views } = state();
  if (views === null) return;
  const first = await ask('packets', { from: 0, count: 1, generation: views.packets.generation });
  // Another view may have been opened since.
  if (state().view !== 'packets') return;
  const row = first?.row[0];
  if (row !== undefined && state().packet === packet) goToPacket(packetRow(row));
}

export async function showFlows(filter: string): Promise<void> {
  show('flows');
  await applyView('flows', filter, state().views?.flows.sort ?? null);
}

/** The packets that a feature of a flow came from, lit up in their list, and the bytes in them. */
export async function showEvidence(flow: FlowRow, flowId: number, feature: string): Promise<void> {
  const evidence = await ask('evidence', { flow, feature });
  if (evidence === null) return;
  const first = evidence.rows[0];
  if (first === undefined) {
    say(word('evidenceNone'));
    return;
  }
  state().set({ evidence });
  await showPackets(
    evidence.elsewhere
      ? `frame.number in {${runs(evidence.rows).slice(0, MAX_RUNS).join(', ')}}`
      : `flow.id == ${flowId}`,
  );
  goToPacket(packetRow(first));
}

/** A filter may hold 4,096 characters. */
const MAX_RUNS = 180;

/** Rows as the numbers of a filter, neighbours together. */
function runs(rows: Uint32Array): string[] {
  const all: string[] = [];
  for (let i = 0; i < rows.length;) {
    let j = i;
    while (j + 1 < rows.length && rows[j + 1] === rows[j]! + 1) j++;
    all.push(i === j ? String(rows[i]! + 1) : `${rows[i]! + 1}..${rows[j]! + 1}`);
    i = j + 1;
  }
  return all;
}

export async function setLabel(flow: FlowRow, label: Label | null, meant = client.shown): Promise<void> {
  if ((await ask('label', { flows: [flow], label }, meant)) !== null)
    say(label === null ? word('labelRemoved') : word('labelled', { label: word(`label.${label}`) }));
}

/** B, M, U: labels what is selected; the same label again takes it away. */
export async function labelSelected(label: Label): Promise<void> {
  const meant = client.shown;
  // Where the selection has not arrived yet, the key waits for it, since it means what was selected when it was
  // pressed.
  const flow = await selectedFlow();
  if (flow === null || !isShown(meant)) return;
  const detail = await ask('flow', { flow }, meant);
  await setLabel(flow, detail?.label === label ? null : label, meant);
}

export async function neighbour(forward: boolean): Promise<void> {
  const { packet } = state();
  if (packet === null) return;
  const found = await ask('neighbour', { row: packet, forward });
  if (found === null) return;
  if (found.row !== null) goToPacket(found.row);
  else say(word(forward ? 'noNext' : 'noPrevious'));
}

type Saved = Request<'save'>['what'];
/** The name that the file dialog offers; null where a folder is chosen. */
const SAVED_AS: Record<Saved, string | null> = {
  capture: 'capture.pcapng',
  packets: 'capture.pcapng',
  displayed: 'capture.pcapng',
  flows: 'flows.csv',
  'flows-parquet': 'flows.parquet',
  labelled: null,
};
const SAVED_TEXT: Record<Saved, 'savedPackets' | 'savedFlows' | 'savedRows'> = {
  capture: 'savedPackets',
  packets: 'savedPackets',
  displayed: 'savedPackets',
  flows: 'savedFlows',
  'flows-parquet': 'savedFlows',
  labelled: 'savedRows',
};

function isShown({ tab, session }: Meant): boolean {
  return client.tab === tab && client.session() === session;
}

/**
 * Where a file goes: the shell asks for it, and without one the server knows.
 * @param name that is offered; null where a folder is chosen
 * @param of what is written there: of the capture that is on screen, or of none
 * @returns null where the user gave up, or another capture is on screen by then, which is said
 */
export async function placeFor(
  name: string | null,
  of: 'capture' | 'none' = 'capture',
): Promise<{ readonly path: string | null } | null> {
  if (shell === null) return { path: null };
  const meant = client.shown;
  const chosen = name === null ? await shell.chooseSaveFolder() : await shell.chooseSave(name);
  const path = chosen?.grant ?? null;
  if (path !== null && of === 'capture' && !isShown(meant)) {
    say(sentence(told('other-capture')), true);
    return null;
  }
  return path === null ? null : { path };
}

/** Long work with a sentence in the status bar and a way to give it up. @returns null where it was given up or failed */
export async function runJob<K extends RequestKind>(
  kind: K,
  body: Request<K>,
  text: string,
): Promise<Replies[K] | null> {
  const job = client.begin(kind, body);
  const mine = { text, cancel: job.cancel };
  state().set({ job: mine });
  const answer = await answered(job.answer);
  if (state().job === mine) state().set({ job: null });
  return answer;
}

export async function save(what: Saved): Promise<void> {
  state().set({ dialog: null });
  const place = await placeFor(SAVED_AS[what]);
  if (place === null) return;
  const saved = await runJob('save', { what, ...place }, word('saving'));
  if (saved === null) return;
  say(saved.note === null ? word(SAVED_TEXT[what], { n: saved.rows }) : sentence(saved.note), false, saved.files);
}

/** Measures the judgement on a folder. @returns its answer, null where it failed, and how to give it up */
export function beginEvaluation(asked: Request<'evaluate'>): {
  readonly answer: Promise<Replies['evaluate'] | null>;
  readonly cancel: () => void;
} {
  const job = client.begin('evaluate', asked);
  return { answer: answered(job.answer), cancel: job.cancel };
}

export async function saveReport(as: Request<'report'>['as']): Promise<void> {
  const place = await placeFor(`evaluation.${as === 'markdown' ? 'md' : as}`, 'none');
  if (place === null) return;
  const saved = await ask('report', { as, ...place });
  if (saved !== null) say(word('lab.saved'), false, [saved.file]);
}

/** @param path null goes back to the model that is shipped @returns whether it was done */
export async function adoptModel(path: string | null): Promise<boolean> {
  const model = await ask('model', { path });
  if (model === null) return false;
  const { hello } = state();
  if (hello !== null) state().set({ hello: { ...hello, model } });
  say(word('lab.modelNow', { name: model.name }));
  return true;
}

/** @returns what is learned and reviewed by then, null where it could not be done */
export async function learnNetwork(
  act: Request<'learn'>['act'],
  o: Partial<Omit<Request<'learn'>, 'act'>> = {},
): Promise<Replies['learn'] | null> {
  const answer = await ask('learn', { act, network: '', hours: null, replace: false, ...o });
  if (answer === null) return null;
  const { hello, settings } = state();
  if (hello !== null) state().set({ hello: { ...hello, model: answer.model } });
  if (act === 'forget') {
    say(word('learn.forgotten'));
    // By whom nobody knows anything, nobody is judged.
    if (settings !== null && settings.network === o.network) state().set({ settings: { ...settings, network: '' } });
  }
  return answer;
}

/** Writes the application log to a file that can be attached to a report of a fault. */
export async function saveAppLog(): Promise<void> {
  const place = await placeFor('sightline-log.txt', 'none');
  if (place === null) return;
  const saved = await ask('appLog', place);
  if (saved !== null) say(word('appLog.saved'), false, [saved.file]);
}

/** Has captures be judged by what is learned of a network. @param network '' for the one without a name */
export async function judgeBy(network: string): Promise<void> {
  await changeSettings({ network });
  await learnNetwork('look');
}

/** Writes what is learned of a network to a file. @param network '' for the one without a name */
export async function exportLearned(network: string): Promise<void> {
  const place = await placeFor('baseline.json', 'none');
  if (place === null) return;
  const saved = await ask('exportLearned', { network, ...place });
  if (saved !== null) say(word('learn.exported'), false, [saved.file]);
}

export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const settings = await ask('settings', { ...UNCHANGED, ...change });
  if (settings !== null) state().set({ settings });
}
