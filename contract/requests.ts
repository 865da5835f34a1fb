// The contract: one map from request kind to what is asked and what is answered. Both sides and every transport use it.
import { CONNECTION_SHAPES, type ConnectionReplies } from './connections.ts';
import { GROUP_SHAPES, type GroupReplies } from './flow-groups.ts';
import { TAG_SHAPES, type TagReplies } from './flow-tags.ts';
import { RATE_SHAPES, type RateReplies } from './live-rates.ts';
import { FILE_EXPORT_SHAPES, type FileExportReplies } from './file-export.ts';
import { FILTER_LIST_SHAPES, type FilterListReplies, type FilterLists } from './filter-lists.ts';
import { COLOUR_SHAPES, type ColourReplies } from './colours.ts';
import { NAMES_SHAPES, type NamesReplies } from './names.ts';
import { KEY_TABLE_SHAPES, type KeyTableReplies } from './key-tables.ts';
import type { LabState } from './report.ts';
import type { Message } from './messages.ts';
import type { ReleaseAnswer } from './releases.ts';
import { type IncidentReplies, incidentShapes } from './incident-requests.ts';
import type { FlowRow, PacketRow, Row } from './numbers.ts';
import { PACKET_WORK_SHAPES, type PacketWorkReplies } from './packet-work.ts';
import { PROFILE_SHAPES, type ProfileReplies, type ProfileState, type UsedProfile } from './profiles.ts';
import type { FlowPage, PacketPage, StripPage, TreePage } from './pages.ts';
import { ROW_WORK_SHAPES, type RowWorkReplies } from './row-work.ts';
import { MAX_FIELD_COLUMNS, MAX_ROW_TEXTS, type RowTextsPage } from './rows.ts';
import { STAT_SHAPES, type StatReplies } from './stats-requests.ts';
import { THREAT_SHAPES, type ThreatReplies } from './threat.ts';
import { TAB_SHAPES, type ShownTab, type TabNotice, type TabNumber, type TabReplies, type TabState } from './tabs.ts';
import {
  flag,
  list,
  network,
  number,
  object,
  oneOf,
  orNull,
  text,
  whole,
  type Schema,
  type ShapeType,
  type TypeOf,
  filePath,
} from './schema.ts';
import type {
  AlertRow,
  CaptureReadiness,
  DoctorReport,
  FeatureEvidence,
  FeatureInfo,
  FieldInfo,
  FilterProblem,
  FlowDetail,
  FlowReasons,
  InterruptedCapture,
  LearnState,
  ModelInfo,
  RecentCapture,
  SavedFile,
  SessionState,
  Settings,
  Suggestion,
  ViewState,
} from './session.ts';

const MAX_ROW = 2 ** 32 - 2;
/** A place in a list: rows with the alerts between them. */
const place = whole(0, MAX_ROW);
const packet = row<PacketRow>();
const flow = row<FlowRow>();
const which = oneOf('packets', 'flows');
const anyList = oneOf('packets', 'flows', 'incidents', 'hosts');
const filter = text(4096);
const sort = orNull(object({ column: text(40), descending: flag }));
const port = text(300);

const MAX_FIELD = 100;
const LARGE = Number.MAX_SAFE_INTEGER;

/** What to capture from and how: limits of 0 are none. */
const captureShape = {
  source: oneOf('helper', 'dumpcap', 'ssh', 'cap', 'pipe'),
  interfaces: list(port, 16),
  host: text(300),
  path: filePath('pipe'),
  filter,
  promiscuous: flag,
  monitor: flag,
  snapLength: whole(0, 262_144),
  bufferMiB: whole(1, 1024),
  ring: object({ segmentBytes: whole(0, LARGE), segmentSeconds: whole(0, 31_536_000), segments: whole(0, 10_000) }),
  stop: object({ packets: whole(0, LARGE), seconds: whole(0, 31_536_000), bytes: whole(0, LARGE) }),
};

/** Hours of a live capture that may be learned from. */
export const MAX_HOURS = 720;

/** Rows that one page may hold. */
export const MAX_PAGE = 512;

/** Columns of a list. */
const columnList = list(
  object({
    id: text(100),
    title: text(100),
    width: whole(0, 10_000),
    align: oneOf('start', 'center', 'end'),
    hidden: flag,
  }),
  64,
);

/** The range of each setting, for what the window asks for and for what the file says. */
export const SETTING_SHAPES = {
  theme: orNull(oneOf('system', 'dark', 'light')),
  language: orNull(oneOf('system', 'en', 'zh')),
  time: orNull(oneOf('relative', 'absolute', 'date', 'utc', 'utc-date', 'delta', 'epoch')),
  tcpTimeout: orNull(whole(1, 86_400)),
  udpTimeout: orNull(whole(1, 86_400)),
  otherTimeout: orNull(whole(1, 86_400)),
  columns: orNull(columnList),
  flowColumns: orNull(columnList),
  statColumns: orNull(list(object({ table: text(40), columns: columnList }), 64)),
  colours: orNull(flag),
  macNames: orNull(flag),
  networkNames: orNull(flag),
  portNames: orNull(flag),
  hostsFile: orNull(filePath('open')),
  vlan: orNull(flag),
  network: orNull(network),
  notify: orNull(flag),
  notifySound: orNull(flag),
  notifyRate: orNull(whole(0, 100_000_000)),
  placesFile: orNull(filePath('open')),
  networksFile: orNull(filePath('open')),
} as const;

/** A change of settings that changes none. */
export const UNCHANGED = Object.fromEntries(
  Object.keys(SETTING_SHAPES).map((key) => [key, null]),
) as unknown as ShapeType<typeof SETTING_SHAPES>;

/** Who judges captures that are measured. `path` is that of a model file, and null where nothing else has one. */
const judge = object({ by: oneOf('in-use', 'shipped', 'left-out', 'rules', 'file'), path: orNull(filePath('open')) });

const arrangement = object({ filter, sort });
/** Where the user is in a capture: what is shown, how the lists are arranged, what is selected. */
export const PLACE_SHAPE = object({
  view: oneOf('packets', 'flows', 'alerts', 'hosts'),
  packets: arrangement,
  flows: arrangement,
  packet: orNull(packet),
  flow: orNull(flow),
});
export type Place = TypeOf<typeof PLACE_SHAPE>;

const shapes = {
  hello: { client: text(64) },
  settings: SETTING_SHAPES,
  open: { path: filePath('open') },
  sample: {},
  close: {},
  interfaces: {},
  checkCapture: { interface: port, filter },
  capture: captureShape,
  doctor: {},
  release: {},
  interrupted: {},
  discard: { path: filePath('open') },
  control: { action: oneOf('pause', 'resume', 'stop', 'restart') },
  view: { which: anyList, filter, sort },
  check: { which: anyList, filter },
  complete: { which: anyList, filter, caret: whole(0, 4096) },
  packets: { from: place, count: whole(1, MAX_PAGE), generation: whole(0, MAX_ROW) },
  flows: { from: place, count: whole(1, MAX_PAGE), generation: whole(0, MAX_ROW) },
  place: { which, row: row<Row>() },
  /** Where the open capture was left the last time; `keep` is where it is now, null to ask only. */
  lastPlace: { keep: orNull(PLACE_SHAPE) },
  /** `range` is what is zoomed to, seconds since 1970; null for the whole capture. */
  strip: { buckets: whole(1, 4000), range: orNull(object({ from: number(-1e13, 1e13), to: number(-1e13, 1e13) })) },
  range: { from: number(0, 1e11), to: number(0, 1e11) },
  tree: { row: packet },
  /** Texts of the dissection engine for rows in sight; `fields` are columns of Wireshark's fields. */
  rows: { rows: list(packet, MAX_ROW_TEXTS), fields: list(text(MAX_FIELD), MAX_FIELD_COLUMNS) },
  bytes: { row: packet },
  flow: { flow },
  reasons: { flow },
  evidence: { flow, feature: text(80) },
  alerts: { from: place, count: whole(1, MAX_PAGE) },
  label: { flows: list(flow, 100_000), label: orNull(oneOf('benign', 'malicious', 'unsure')) },
  allow: { alert: whole(0, MAX_ROW), allowed: flag },
  neighbour: { row: packet, forward: flag },
  save: {
    what: oneOf('capture', 'packets', 'displayed', 'labelled', 'flows', 'flows-parquet'),
    path: orNull(filePath('save', 'save-folder')),
  },
  lab: { reports: flag },
  evaluate: { folder: filePath('folder'), judge, against: orNull(judge) },
  report: { as: oneOf('html', 'markdown', 'json'), path: orNull(filePath('save')) },
  /** The model that judges from now on; null is the one that is shipped. */
  model: { path: orNull(filePath('open')) },
  queue: {},
  /**
   * `network` is whose baseline is kept or forgotten; `hours` the first ones of a live capture that are reviewed or
   * waited for, null for all by now, or to give the waiting up; with `replace` what was learned before goes.
   */
  learn: {
    act: oneOf('look', 'wait', 'review', 'keep', 'forget'),
    network,
    hours: orNull(whole(1, MAX_HOURS)),
    replace: flag,
  },
  exportLearned: { network, path: orNull(filePath('save')) },
  ...incidentShapes,
  ...PACKET_WORK_SHAPES,
  ...ROW_WORK_SHAPES,
  ...NAMES_SHAPES,
  ...COLOUR_SHAPES,
  ...FILTER_LIST_SHAPES,
  ...FILE_EXPORT_SHAPES,
  ...KEY_TABLE_SHAPES,
  /** Captures merged by time into one file. */
  merge: { paths: list(filePath('open'), 64), path: orNull(filePath('save')) },
  /** The application log, for a report of a fault. */
  appLog: { path: orNull(filePath('save')) },
  cancel: { id: whole(0, MAX_ROW) },
  ...STAT_SHAPES,
  ...GROUP_SHAPES,
  ...RATE_SHAPES,
  ...CONNECTION_SHAPES,
  ...TAG_SHAPES,
  ...TAB_SHAPES,
  ...PROFILE_SHAPES,
  ...THREAT_SHAPES,
} as const;

export type RequestKind = keyof typeof shapes;

/**
 * Requests that change something of the capture on screen, or write of it: their rows mean another flow, packet or
 * incident in another capture, so that they are refused where another one is open by then.
 */
export const OF_CAPTURE: ReadonlySet<RequestKind> = new Set<RequestKind>([
  'allow',
  'allowRule',
  'clearMarks',
  'close',
  'comment',
  'control',
  'exportDissections',
  'exportKeys',
  'exportPackets',
  'incidentAct',
  'incidentExport',
  'incidentReport',
  'label',
  'lastPlace',
  'learn',
  'mark',
  'markRows',
  'nameAddress',
  'save',
  'saveField',
  'saveObjects',
  'saveStream',
  'tagFlows',
  'timeShift',
]);
export type Request<K extends RequestKind> = ShapeType<(typeof shapes)[K]>;
export const REQUESTS: { readonly [K in RequestKind]: ReturnType<typeof object<(typeof shapes)[K]>> } =
  Object.fromEntries(Object.entries(shapes).map(([kind, shape]) => [kind, object(shape as never)])) as never;

/** A whole number in a request that is a row. Whether the capture has such a row is asked where it is used. */
function row<R extends Row>(): Schema<R> {
  return whole(0, MAX_ROW) as Schema<number> as Schema<R>;
}

export interface Hello extends ShownTab {
  readonly product: string;
  readonly version: string;
  readonly platform: string;
  /** The window may name files of the machine, as a desktop program does. */
  readonly native: boolean;
  readonly model: ModelInfo;
  readonly schemaHash: string;
  readonly features: readonly FeatureInfo[];
  readonly fields: readonly FieldInfo[];
  readonly settings: Settings;
  readonly recent: readonly RecentCapture[];
  readonly filters: FilterLists;
  readonly tabs: readonly TabState[];
  readonly profile: ProfileState;
  /** What was wrong with files of the user's when Sightline started: set aside, not used, not writable. */
  readonly notes: readonly Message[];
}

export interface Replies
  extends
    IncidentReplies,
    PacketWorkReplies,
    RowWorkReplies,
    FilterListReplies,
    NamesReplies,
    ColourReplies,
    FileExportReplies,
    KeyTableReplies,
    StatReplies,
    TabReplies,
    ProfileReplies,
    GroupReplies,
    TagReplies,
    ConnectionReplies,
    RateReplies,
    ThreatReplies {
  hello: Hello;
  settings: Settings;
  open: SessionState;
  sample: SessionState;
  close: null;
  interfaces: CaptureReadiness;
  checkCapture: { readonly problem: FilterProblem | null };
  capture: SessionState;
  doctor: DoctorReport;
  release: ReleaseAnswer;
  interrupted: { readonly captures: readonly InterruptedCapture[] };
  discard: null;
  control: SessionState;
  view: { readonly problem: FilterProblem | null; readonly view: ViewState };
  check: { readonly problem: FilterProblem | null };
  complete: { readonly suggestions: readonly Suggestion[] };
  packets: PacketPage;
  flows: FlowPage;
  /** Where a row stands in its list; `flow` is the row of the flow that a packet belongs to, null for none. */
  place: { readonly place: number; readonly exact: boolean; readonly flow: FlowRow | null };
  lastPlace: { readonly place: Place | null };
  strip: StripPage;
  range: { readonly first: number; readonly last: number };
  tree: TreePage;
  rows: RowTextsPage;
  bytes: { readonly bytes: Uint8Array };
  flow: FlowDetail;
  reasons: FlowReasons;
  evidence: FeatureEvidence;
  alerts: { readonly total: number; readonly alerts: readonly AlertRow[] };
  label: { readonly changed: number };
  allow: null;
  neighbour: { readonly row: PacketRow | null };
  save: { readonly files: readonly SavedFile[]; readonly rows: number; readonly note: Message | null };
  /** Without `reports` these are null. */
  lab: LabState;
  evaluate: LabState;
  report: { readonly file: SavedFile };
  model: ModelInfo;
  /** Alerts whose incidents lack a point, and which nobody has labelled. */
  queue: { readonly alerts: readonly AlertRow[] };
  /** `review` goes through the open capture; only `keep` stores what was reviewed. */
  learn: LearnState & { readonly model: ModelInfo };
  exportLearned: { readonly file: SavedFile };
  /** `notes` tells what of a capture could not be read. */
  merge: { readonly file: SavedFile; readonly packets: number; readonly notes: readonly Message[] };
  appLog: { readonly file: SavedFile };
  cancel: null;
}

export type Refusal =
  | 'bad-request'
  | 'no-capture'
  | 'not-found'
  | 'refused'
  | 'cancelled'
  | 'stale'
  | 'busy'
  | 'failed';

export type Answer<K extends RequestKind> =
  | { readonly ok: true; readonly value: Replies[K] }
  | { readonly ok: false; readonly reason: Refusal; readonly message: Message };

export interface RequestMessage {
  readonly id: number;
  readonly kind: RequestKind;
  readonly body: unknown;
  /** The tab that is meant, null for the one that the window shows: what is on screen may be another tab's by then. */
  readonly tab?: TabNumber | null;
  /** Number of the session that was on screen, null for none; without it nobody looked. @see OF_CAPTURE */
  readonly session?: number | null;
}
export interface AnswerMessage {
  readonly id: number;
  readonly answer: Answer<RequestKind>;
}

/** What the host says without being asked. State notices are merged, at most 20 a second. Alerts
 * of a live capture are told each, of a file that is read the first twenty and then four a second. */
export type Notice =
  | ({ readonly notice: 'state' } & ShownTab)
  | TabNotice
  /** Another profile is used, or which there are has changed. */
  | ({ readonly notice: 'profile' } & UsedProfile)
  | { readonly notice: 'alert'; readonly alert: AlertRow }
  /** Filters or macros of the user's have changed. */
  | { readonly notice: 'filters'; readonly filters: FilterLists }
  /** Something that a person must know and that no request asked for. */
  | { readonly notice: 'said'; readonly message: Message };

export type HostMessage = AnswerMessage | Notice;

export const NOTICES_A_SECOND = 20;
