// What the desk answers: one function a request kind.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type AlertRow,
  type FilterProblem,
  flowRow,
  type ModelInfo,
  packetRow,
  type Request,
  saidBy,
  say,
  type SortOrder,
  type ViewState,
} from '../../contract/index.ts';
import { checkCaptureFilter, examine } from '../capture/index.ts';
import { inChunk } from '../decode/index.ts';
import { gravityOf, SUSPICIOUS_POINTS } from '../evidence/index.ts';
import { FEATURE_GROUPS, featureIndex, FEATURES, SCHEMA_HASH } from '../features/index.ts';
import { lookForRelease, releaseSource } from '../exchange/index.ts';
import { fieldInfos } from '../filter/index.ts';
import { lowerBoundBy } from '../read/index.ts';
import {
  type AnchoredAlert,
  Cancelled,
  flowPage,
  packetPage,
  stripOf,
  timeStrip,
  type ListView,
} from '../view/index.ts';
import { saveAppLog } from './app-log.ts';
import type { Handlers } from './asker.ts';
import { flowSession, packetOf, viewOf, wantBytes, wantFlow } from './asked.ts';
import { flowDetail, labelOf } from './detail.ts';
import { type Desk, Refused } from './desk.ts';
import { evidenceOf } from './evidence.ts';
import { explain } from './explain.ts';
import { completions } from './completions.ts';
import { fileHandlers } from './file-handlers.ts';
import { filterListHandlers, rememberApplied } from './filter-list-handlers.ts';
import { groupHandlers } from './flow-groups.ts';
import { hostHandlers } from './host-handlers.ts';
import { incidentHandlers } from './incident-handlers.ts';
import { lookHandlers } from './look-handlers.ts';
import { keyTableHandlers } from './key-table-handlers.ts';
import { mergeInto } from './merging.ts';
import { rowTextsOf } from './row-texts.ts';
import { replayFlow } from './replay.ts';
import { packetWorkHandlers } from './packet-handlers.ts';
import { treeWithoutOldComments } from './comment-texts.ts';
import { treeWithReferences } from './reference-time.ts';
import { profileHandlers } from './profile-handlers.ts';
import { rowHandlers } from './row-handlers.ts';
import { shareFlows } from './same-capture.ts';
import { saveShifted, shiftedEnding } from './export-packets.ts';
import { plainName, saveCapture, saveDisplayed, saveFlows, saveLabelled, savePackets, type Saved } from './save.ts';
import { treeWithShift } from './time-shift.ts';
import { treeSource } from './tree-source.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { CaptureSession } from './session.ts';
import { tagHandlers } from './tag-handlers.ts';
import { matchHandlers } from './threat-match-handlers.ts';
import { threatHandlers } from './threat-handlers.ts';
import { statisticsHandlers } from './statistics-handlers.ts';
import { tabHandlers } from './tab-handlers.ts';

export const handlers: Handlers = {
  ...statisticsHandlers,
  ...groupHandlers,
  ...tagHandlers,
  ...tabHandlers,
  ...profileHandlers,
  ...threatHandlers,
  ...matchHandlers,
  hello: async (desk, asker, { client }) => {
    asker.client = client;
    desk.tabs.show(client, desk);
    // What cannot be read again is said with the answer.
    await desk.wake().catch((error: unknown) => desk.say(saidBy(error)));
    return {
      tab: desk.tab,
      tabs: desk.tabs.states(),
      profile: desk.shared.profiles.state(),
      product: desk.options.product,
      version: desk.options.version,
      platform: process.platform,
      native: desk.options.native,
      model: modelInfo(desk),
      schemaHash: SCHEMA_HASH,
      features: FEATURES.map((f, i) => ({
        name: f.name,
        unit: f.unit,
        group: FEATURE_GROUPS[i]!,
        en: f.en,
        zh: f.zh,
        classes: f.classes,
      })),
      fields: fieldInfos(),
      settings: desk.settings,
      recent: desk.recent,
      filters: desk.filterLists.now,
      session: desk.state(),
      views: desk.viewStates(client),
      notes: [...desk.notes],
    };
  },
  settings: (desk, _asker, change) => desk.changeSettings(change),
  open: async (desk, _asker, { path }) => {
    await desk.openFile(path, 'file');
    return desk.state()!;
  },
  sample: async (desk) => {
    await desk.openFile(join(desk.options.root, 'assets', 'sample.pcapng'), 'sample');
    return desk.state()!;
  },
  close: async (desk) => {
    await desk.closeCapture();
    return null;
  },
  interfaces: (desk) => desk.watch.readiness(),
  checkCapture: async (desk, _asker, b) => ({
    problem: await checkCaptureFilter(desk.options.helper, desk.watch.linkOf(b.interface), b.filter),
  }),
  doctor: (desk) => examine(desk.options.helper, desk.capturesFolder),
  release: ({ options }) => {
    const { platform, arch } = process;
    return lookForRelease(releaseSource(options.root), { version: options.version, platform, arch }, Date.now());
  },
  interrupted: (desk) => ({ captures: desk.interrupted() }),
  discard: (desk, _asker, { path }) => {
    desk.discard(path);
    return null;
  },
  capture: async (desk, _asker, b) => {
    for (const name of b.source === 'helper' || b.source === 'dumpcap' ? b.interfaces : []) {
      const problem = await checkCaptureFilter(desk.options.helper, desk.watch.linkOf(name), b.filter);
      if (problem !== null) throw new Refused('refused', say('capture-filter-wrong', { why: problem.message }));
    }
    await desk.capture(b);
    return desk.state()!;
  },
  control: async (desk, _asker, { action }) => {
    const s = desk.open();
    if (action === 'pause' || action === 'resume') s.pause(action === 'pause');
    else if (action === 'stop') await s.stop();
    else await desk.restart();
    return desk.state()!;
  },
  view: async (desk, asker, b, turns) => {
    const view: AnyList = viewOf(desk, asker, b.which);
    turns.onCancel = () => view.cancel();
    const before = view.filter;
    const problem = await view.apply(b.filter, b.sort, b.which === 'packets' ? desk.alertsShown() : []);
    desk.changed();
    if (turns.cancelled) throw new Cancelled('given up');
    if (problem === null && b.filter !== before) rememberApplied(desk, b);
    return { problem, view: view.state() };
  },
  check: async (desk, asker, b) => {
    const view: AnyList = viewOf(desk, asker, b.which);
    return { problem: await view.check(b.filter) };
  },
  // Incidents and hosts are filtered by their flows.
  complete: async (desk, _asker, b) => ({
    suggestions: await completions(desk.filters, { ...b, which: b.which === 'packets' ? 'packets' : 'flows' }),
  }),
  packets: (desk, asker, b) => {
    const s = desk.open();
    const view = viewOf(desk, asker, 'packets');
    view.replaceAlerts(desk.alertsShown(), s.standing.version);
    return packetPage(s, view, b.from, b.count, (n) => desk.listRow(n));
  },
  flows: (desk, asker, b) => flowPage(desk.open(), viewOf(desk, asker, 'flows'), b.from, b.count),
  lastPlace: (desk, _asker, { keep }) => {
    const { path } = desk.open().options;
    const place = desk.places.of(path);
    if (keep !== null) for (const note of desk.places.keep(path, keep)) desk.say(note);
    return { place };
  },
  place: (desk, asker, b) => {
    // The row is one of the list that is named.
    if (b.which === 'flows') {
      const flow = flowRow(b.row);
      return { ...viewOf(desk, asker, 'flows').placeOf(flow), flow };
    }
    const row = packetRow(b.row);
    const flow = packetOf(desk, row).analysis.packets.flowOf(row);
    return { ...viewOf(desk, asker, 'packets').placeOf(row), flow };
  },
  strip: (desk, _asker, { buckets, range }) =>
    range === null
      ? timeStrip(desk.open(), buckets, desk.open().revision, desk.open().phase === 'done')
      : stripOf(desk.open(), buckets, range.from, range.to),
  range: (desk, asker, b) => {
    // A range of time becomes places of the list, by binary search, since rows of a capture are nearly in order of
    // time.
    const view = viewOf(desk, asker, 'packets');
    const s = desk.open();
    const first = firstFrom(view, s, b.from);
    const last = Math.max(first, firstFrom(view, s, b.to) - 1);
    return { first: view.places.placeOf(first), last: view.places.placeOf(last) };
  },
  tree: async (desk, _asker, { row }) => {
    const s = packetOf(desk, row);
    wantBytes(s, row);
    const answer = await desk.trees.tree(treeSource(s), row);
    if (!answer.ok) throw new Refused('failed', answer.message);
    const tree = treeWithShift(s.shift, s.analysis, row, treeWithoutOldComments(s, row, answer.tree));
    return treeWithReferences(s, row, tree);
  },
  rows: (desk, _asker, body) => rowTextsOf(desk, body),
  bytes: (desk, _asker, { row }) => {
    const s = packetOf(desk, row);
    const chunk = s.analysis.packets.chunk(row);
    const i = inChunk(row);
    wantBytes(s, row);
    return { bytes: s.packetBytes.read(chunk.offset[i]!, Math.min(chunk.captured[i]!, 262_144)) };
  },
  flow: (desk, _asker, { flow }) => flowDetail(flowSession(desk, flow), flow),
  reasons: async (desk, _asker, { flow }, turns) => {
    const s = flowSession(desk, flow);
    wantFlow(s, flow);
    return await explain(
      s.options.model,
      s.baseline,
      flow,
      await replayFlow(s.analysis, s.packetBytes, flow, s.options.timeouts, turns),
    );
  },
  evidence: (desk, _asker, { flow, feature }, turns) => {
    const s = flowSession(desk, flow);
    if (featureIndex(feature) < 0) throw new Refused('not-found', say('no-such-feature', { name: feature }));
    wantFlow(s, flow);
    return evidenceOf(s.analysis, s.packetBytes, flow, feature, s.options.timeouts, turns);
  },
  alerts: (desk, _asker, b) => {
    const s = desk.open();
    // Allowed ones are last, malicious ones first, of them the newest.
    const sorted = s.alerts
      .map((a, i) => ({ i, allowed: desk.isAllowed(s, a), grave: gravityOf(a.of.points) === 'malicious' }))
      .sort((x, y) => Number(x.allowed) - Number(y.allowed) || Number(y.grave) - Number(x.grave) || y.i - x.i);
    return { total: sorted.length, alerts: sorted.slice(b.from, b.from + b.count).map(({ i }) => desk.alertRow(i)) };
  },
  label: async (desk, _asker, b, turns) => {
    const s = desk.open();
    const changed = await desk.setLabels(b.flows, b.label, turns);
    await shareFlows(
      desk,
      s,
      [...new Set(b.flows)].filter((flow) => flow < s.analysis.flows.columns.count),
    );
    return { changed };
  },
  allow: async (desk, _asker, b) => {
    await desk.allow(b.alert, b.allowed);
    return null;
  },
  neighbour: (desk, _asker, { row, forward }) => {
    const s = packetOf(desk, row);
    const { packets, flows } = s.analysis;
    const flow = packets.flowOf(row);
    if (flow === null) return { row: null };
    const first = flows.columns.firstPacket[flow]!;
    const last = flows.columns.lastPacket[flow]!;
    for (let r = forward ? row + 1 : row - 1; r >= first && r <= last; r += forward ? 1 : -1) {
      if (packets.flowOf(packetRow(r)) === flow) return { row: packetRow(r) };
    }
    return { row: null };
  },
  save: async (desk, asker, b, turns) => {
    const s = desk.open();
    const path = savePath(desk, s, b.what, b.path);
    mkdirSync(dirname(path), { recursive: true });
    const product = `${desk.options.product} ${desk.options.version}`;
    const flows = (): Promise<Saved> => saveFlows(s, viewOf(desk, asker, 'flows'), path, product, turns);
    const ways: Readonly<Record<typeof b.what, () => Promise<Saved>>> = {
      capture: () => (s.shift.active ? saveShifted(s, path, turns) : saveCapture(s, path, turns)),
      packets: () => savePackets(s, path, turns),
      displayed: () => saveDisplayed(s, viewOf(desk, asker, 'packets'), path, turns),
      flows,
      'flows-parquet': flows,
      labelled: () => saveLabelled(s, path, product),
    };
    const saved = await ways[b.what]();
    // The segments of a ring have another name in the store than the file that was made of them.
    if (b.what === 'capture' && s.opened.ring && !s.shift.active) await desk.copyLabels(s, path);
    const files = saved.files.map((file) => fetchable(asker, file));
    return { files, rows: saved.rows, note: saved.note };
  },
  lab: (desk, _asker, { reports }) => desk.lab.state(desk.model, reports),
  evaluate: async (desk, _asker, asked, turns) => {
    await desk.lab.evaluate(asked, { root: desk.options.root, inUse: desk.model }, turns);
    return desk.lab.state(desk.model, true);
  },
  report: async (desk, asker, b) => {
    const path = chosenPath(desk, b.path) ?? reportPath(b.as);
    await desk.lab.save(b.as, path);
    return { file: fetchable(asker, path) };
  },
  model: async (desk, _asker, { path }) => {
    await desk.adopt(path);
    return modelInfo(desk);
  },
  learn: async (desk, _asker, body, turns) => {
    const learned = await desk.learn(body, turns);
    return { ...learned, model: modelInfo(desk) };
  },
  exportLearned: async (desk, asker, { network, path: asked }) => {
    const path = chosenPath(desk, asked) ?? baselineExport(network);
    mkdirSync(dirname(path), { recursive: true });
    await desk.exportLearned(path, network);
    return { file: fetchable(asker, path) };
  },
  ...incidentHandlers,
  ...hostHandlers,
  ...filterListHandlers,
  ...fileHandlers,
  ...keyTableHandlers,
  merge: async (desk, asker, { paths, path: asked }, turns) => {
    const path = chosenPath(desk, asked) ?? join(downloads(), `Sightline merged ${stampNow()}.pcapng`);
    const { packets, notes } = await mergeInto(desk, paths, path, turns);
    return { file: fetchable(asker, path), packets, notes };
  },
  appLog: (desk, asker, { path: asked }) => {
    const path = chosenPath(desk, asked) ?? join(downloads(), `Sightline log ${stampNow()}.txt`);
    saveAppLog(desk, path);
    return { file: fetchable(asker, path) };
  },
  queue: (desk) => ({ alerts: labelQueue(desk) }),
  ...packetWorkHandlers,
  ...rowHandlers,
  ...lookHandlers,
  cancel: (_desk, asker, { id }) => {
    asker.jobs.get(id)?.cancel();
    return null;
  },
};

/** What every list of a window has. */
interface AnyList {
  readonly filter: string;
  apply(filter: string, sort: SortOrder | null, alerts: readonly AnchoredAlert[]): Promise<FilterProblem | null>;
  check(filter: string): Promise<FilterProblem | null>;
  cancel(): void;
  state(): ViewState;
}

/**
 * Index in the list of the first packet at or after a time, seconds since 1970; of the last packet where all are
 * earlier.
 */
function firstFrom(view: ListView<'packets'>, s: CaptureSession, seconds: number): number {
  const { shown } = view;
  const found = lowerBoundBy(shown.count, (index) => s.analysis.packets.secondsOf(shown.at(index)) < seconds);
  return Math.min(found, Math.max(0, shown.count - 1));
}

function modelInfo(desk: Desk): ModelInfo {
  const { model, baseline } = desk;
  return { name: model.name, sha256: model.sha256, learned: baseline.learned, baseline: baseline.name };
}

/** Of alerts to label next. */
const QUEUE = 50;

/** Incidents that lack a point and that nobody has labelled: a label there says most. */
function labelQueue(desk: Desk): AlertRow[] {
  const s = desk.session;
  if (s === null) return [];
  const near = s.alerts.filter((a) => a.of.points === SUSPICIOUS_POINTS && labelOf(s, a.flow) === null);
  return near
    .filter((a) => !desk.isAllowed(s, a))
    .slice(0, QUEUE)
    .map((a) => desk.alertRow(a.number));
}

function baselineExport(network: string): string {
  return join(downloads(), `Sightline baseline${network === '' ? '' : ` ${network}`} ${stampNow()}.json`);
}

function reportPath(as: Request<'report'>['as']): string {
  return join(downloads(), `Sightline evaluation ${stampNow()}.${as === 'markdown' ? 'md' : as}`);
}

/** Where a file goes: where the user said, or a new folder among the user's downloads. */
function savePath(desk: Desk, s: CaptureSession, what: Request<'save'>['what'], asked: string | null): string {
  const chosen = chosenPath(desk, asked);
  if (chosen !== null) return chosen;
  const name = plainName(s.options.name);
  const stamp = stampNow();
  const folder = downloads();
  if (what === 'labelled') return join(folder, `${name} labelled ${stamp}`);
  const { part, ending } = SAVED_NAMES[what];
  if (what === 'capture' && s.shift.active) return join(folder, `${name} shifted ${stamp}.${shiftedEnding(s)}`);
  const asOpened = what === 'capture' && s.options.source !== 'live';
  const own = (s.options.path.split('.').pop() ?? 'pcap').slice(0, 8);
  return join(folder, `${name}${part} ${stamp}.${asOpened ? own : ending}`);
}

/** What stands in the name of a saved file, and how it ends. */
const SAVED_NAMES: Readonly<Record<Exclude<Request<'save'>['what'], 'labelled'>, { part: string; ending: string }>> = {
  capture: { part: '', ending: 'pcapng' },
  packets: { part: ' packets', ending: 'pcapng' },
  displayed: { part: ' displayed', ending: 'pcapng' },
  flows: { part: ' flows', ending: 'csv' },
  'flows-parquet': { part: ' flows', ending: 'parquet' },
};
