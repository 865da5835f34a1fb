// What the window is told of the capture that is open, of views, alerts, flows and settings.
import type { FlowRow, PacketRow } from './numbers.ts';
import type { Gravity, IncidentRow } from './incidents.ts';
import type { Message } from './messages.ts';
import type { Unit } from './values.ts';
import type { Checkpoint, EndReason, CaptureGrade, FileStatus, Label, Verdict } from './records.ts';

export type Phase = 'reading' | 'live' | 'paused' | 'done' | 'failed';

export interface Drops {
  /** Packets that the kernel had no room for. */
  readonly kernel: number;
  /** Packets that the interface or its driver dropped. */
  readonly interface: number;
  /** Bytes captured but not analysed yet. */
  readonly behind: number;
}

export interface SessionState {
  /** Changes whenever another capture is opened. */
  readonly session: number;
  readonly name: string;
  readonly path: string;
  readonly source: 'file' | 'sample' | 'live';
  readonly interface: string | null;
  readonly captureFilter: string;
  readonly phase: Phase;
  readonly packets: number;
  readonly flows: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly labels: Readonly<Record<Label, number>>;
  /** Incidents by verdict, those that the user allowed left out. */
  readonly incidents: Readonly<Record<Gravity, number>>;
  readonly alerts: number;
  readonly drops: Drops;
  /** First packet whose bytes are still on disk; earlier ones went with their segment of the ring. */
  readonly firstOnDisk: PacketRow;
  /** Share of the file that has been read, 0 to 1; 1 for a live capture. */
  readonly progress: number;
  /** Seconds since the epoch; NaN is never sent. */
  readonly firstTime: number | null;
  /** The first packet's stamp, exact. */
  readonly first: { readonly seconds: number; readonly nanoseconds: number };
  readonly lastTime: number | null;
  /** When a live capture was started, seconds since the epoch. */
  readonly started: number | null;
  readonly status: FileStatus | null;
  /** How the capture ended or what went wrong. */
  readonly message: Message | null;
  readonly dissect: 'starting' | 'ready' | 'restarting' | 'missing';
  /** What verdicts stand on: whose baseline, '' for the network without a name, or other networks. */
  readonly judged: { readonly learned: boolean; readonly network: string };
  /** The first hours of a live capture that are waited for to learn from; seconds of it by now. */
  readonly learning: { readonly hours: number; readonly lasted: number; readonly ready: boolean } | null;
  /** Grows when verdicts or labels changed: pages on screen are asked for again. */
  readonly revision: number;
}

export interface SortOrder {
  readonly column: string;
  readonly descending: boolean;
}

export interface ViewState {
  readonly generation: number;
  readonly filter: string;
  readonly sort: SortOrder | null;
  /** Rows of the capture that the filter lets through. */
  readonly matched: number;
  /** Places: rows, and alerts between them. */
  readonly places: number;
  /** Places at which alerts stand, ascending. */
  readonly alertPlaces: Uint32Array;
  /** Milliseconds that filter and sort took. */
  readonly took: number;
  /** What the filter's answer leaves open, null for nothing. */
  readonly partial: Message | null;
  /** Share done while a new order is being made, null when none is. */
  readonly working: number | null;
}

/** The lists of a window. */
export type ListKind = 'packets' | 'flows' | 'incidents' | 'hosts';
export type ViewStates = Readonly<Record<ListKind, ViewState>>;

export interface FilterProblem {
  /** Where in the text, in characters. */
  readonly at: number;
  readonly length: number;
  readonly message: Message;
}

export interface Suggestion {
  readonly text: string;
  /** What it means; null where the window knows (features) or nothing is to be said. */
  readonly detail: Message | null;
  /** The part of the filter that it takes the place of. */
  readonly from: number;
  readonly to: number;
}

/** What a feature of the flow contributes to its verdict. */
export interface FeatureReason {
  readonly by: 'feature';
  readonly group: string;
  readonly feature: string;
  /** Null where it is missing. */
  readonly value: number | null;
  /** In raw score (log odds), positive towards malicious. */
  readonly contribution: number;
}

/** What a rule found in an incident of the flow. */
export interface RuleReason {
  readonly by: 'rule';
  readonly rule: string;
  readonly kind: string;
  readonly points: number;
  /** Its points are in the sum. */
  readonly counts: boolean;
  /** How many flows carry it. */
  readonly flows: number;
  readonly said: Message;
}

export type Reason = FeatureReason | RuleReason;

/** An incident as it stands among the packets: one alert an incident, growing with it. */
export interface AlertRow {
  readonly number: number;
  readonly incident: IncidentRow;
  /** The flow whose evidence made it an incident. */
  readonly flow: FlowRow;
  readonly flowId: number;
  /** Packet row under which it stands: where it became an incident. */
  readonly packet: PacketRow;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly verdict: Verdict;
  readonly app: string;
  readonly initiator: string;
  readonly responder: string;
  readonly name: string | null;
  readonly label: Label | null;
  readonly allowed: boolean;
}

export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  readonly selfSigned: boolean;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyType: string;
  readonly keyBits: number;
  readonly names: readonly string[];
}

export interface FlowDetail {
  readonly flow: FlowRow;
  readonly id: number;
  readonly communityId: string | null;
  readonly initiator: string;
  readonly responder: string;
  readonly transport: string;
  readonly app: string;
  readonly name: string | null;
  readonly packetsForward: number;
  readonly packetsReverse: number;
  readonly bytesForward: number;
  readonly bytesReverse: number;
  readonly start: number;
  readonly duration: number;
  readonly firstPacket: PacketRow;
  readonly lastPacket: PacketRow;
  readonly endReason: EndReason | null;
  readonly grade: CaptureGrade;
  readonly verdict: Verdict | null;
  /** Share of ordinary flows of its protocol that the model scores lower, 0 to 1; null while open or not known. */
  readonly score: number | null;
  /** Points of its gravest incident, 0 without one. */
  readonly points: number;
  /** Incidents that the flow is part of, the gravest first, also those of one point: facts. */
  readonly incidents: readonly IncidentRow[];
  readonly label: Label | null;
  readonly tags: readonly string[];
  readonly checkpoints: readonly Checkpoint[];
  readonly ja3: string | null;
  readonly ja3s: string | null;
  readonly ja4: string | null;
  /** Of the client's second hello, where the server asked for one. */
  readonly ja3Retry: string | null;
  readonly ja4Retry: string | null;
  /** Flows of this capture with the same JA4, and how many of them are malicious. */
  readonly sameJa4: number;
  readonly sameJa4Malicious: number;
  readonly httpHost: string | null;
  readonly httpUserAgent: string | null;
  readonly dnsQuery: string | null;
  readonly resolvedName: string | null;
  /**
   * Further facts of the handshake and the messages, in the order in which they are shown; `name` is a key of the
   * window's words.
   */
  readonly facts: readonly { readonly name: FactName; readonly value: string }[];
  readonly certificate: CertificateSummary | null;
}

/** What a verdict stands on; made when asked for, by reading the flow's packets again. */
export interface FlowReasons {
  readonly flow: FlowRow;
  readonly raw: number;
  readonly base: number;
  /** Whether the model tells what each feature adds: a model of another make does not. */
  readonly contributions: boolean;
  /** Share of ordinary flows that score lower, 0 to 1; null where the model does not say. */
  readonly rank: number | null;
  /** Points that the model adds as a witness. */
  readonly witness: 0 | 1 | 2;
  /** Contribution of each feature group, in raw score, by weight. */
  readonly groups: readonly { readonly group: string; readonly contribution: number }[];
  readonly reasons: readonly FeatureReason[];
  /** How many contributions are smaller than those listed. */
  readonly smaller: number;
  /**
   * The smallest change found by which the model would add another number of points: the feature, the value that it
   * would have. Null where none is found.
   */
  readonly flip: { readonly feature: string; readonly value: number; readonly witness: 0 | 1 | 2 } | null;
  /** Raw scores over which the model adds one point, and two; whether ordinary flows were measured at all. */
  readonly threshold: {
    readonly one: number | null;
    readonly two: number | null;
    readonly learned: boolean;
    readonly measured: boolean;
  };
  /** Value, and percentile among benign training flows of the protocol (NaN unknown), of every feature. */
  readonly values: Float32Array;
  readonly percentiles: Float32Array;
  /** First payload packets: length, negative from the responder; and the packet row of each. */
  readonly sequence: Int32Array;
  readonly sequenceRows: Uint32Array;
  readonly group: string;
}

/** What a fact is called; the window has a word for each. */
export type FactName =
  | 'tlsVersion'
  | 'suite'
  | 'alpn'
  | 'certificateHash'
  | 'clientCertificate'
  | 'quic'
  | 'sshClient'
  | 'sshServer'
  | 'hassh'
  | 'hasshServer'
  | 'request'
  | 'answer'
  | 'requests'
  | 'rpcCalls'
  | 'smbNames'
  | 'commands'
  | 'notKept'
  | 'dnsCounts'
  | 'resolution';

/** Where a feature of a flow comes from. */
export interface FeatureEvidence {
  readonly flow: FlowRow;
  readonly feature: string;
  /** Packets in all; `rows` holds the first ten thousand. */
  readonly total: number;
  readonly rows: Uint32Array;
  /** Bytes in packets, where it came from bytes: row, offset from, offset to. */
  readonly rangeRows: Uint32Array;
  readonly rangeFrom: Uint32Array;
  readonly rangeTo: Uint32Array;
  /** The packets are not the flow's own: a DNS answer before it, other flows. */
  readonly elsewhere: boolean;
}

/** What a value of a feature stands for, where its values are classes. */
export interface FeatureClass {
  readonly value: number;
  readonly en: string;
  readonly zh: string;
}

export interface FeatureInfo {
  readonly name: string;
  readonly unit: Unit;
  readonly group: string;
  /** The meaning in English, without the list of classes. */
  readonly en: string;
  /** The meaning in Chinese. */
  readonly zh: string;
  /** Empty where the unit is another one than 'class'. */
  readonly classes: readonly FeatureClass[];
}

export interface FieldInfo {
  readonly name: string;
  readonly kind: string;
  readonly meaning: Message;
}

export interface InterfaceInfo {
  readonly name: string;
  readonly description: string;
  readonly addresses: readonly string[];
  readonly up: boolean;
  readonly running: boolean;
  readonly loopback: boolean;
  /** Bytes a second received and sent, lately. */
  readonly rate: number | null;
  /** Its link type by pcap's name, null when it could not be opened. */
  readonly link: string | null;
  /** Whether it can capture all radio frames. */
  readonly monitor: boolean;
}

/** A live capture whose host ended before it did. */
export interface InterruptedCapture {
  readonly path: string;
  readonly name: string;
  /** ISO 8601. */
  readonly started: string;
  readonly bytes: number;
}

export interface DoctorCheck {
  readonly name: 'helper' | 'rights' | 'library' | 'permission' | 'interfaces' | 'disk' | 'sources';
  readonly state: 'ok' | 'warning' | 'bad';
  readonly sentence: Message;
  /** Command that mends it, to copy. */
  readonly command: string | null;
}

export interface DoctorReport {
  readonly ready: boolean;
  readonly checks: readonly DoctorCheck[];
}

export interface CaptureReadiness {
  readonly ready: boolean;
  readonly sentence: Message;
  /** Command that mends it, to copy. */
  readonly command: string | null;
  readonly interfaces: readonly InterfaceInfo[];
  /** Other ways to capture that this machine has. */
  readonly sources: { readonly dumpcap: boolean; readonly ssh: boolean; readonly cap: boolean };
}

export interface RecentCapture {
  readonly path: string;
  readonly name: string;
  readonly packets: number;
  readonly flows: number;
  readonly malicious: number;
  readonly suspicious: number;
  readonly opened: string;
}

export interface Settings {
  readonly theme: 'system' | 'dark' | 'light';
  readonly language: 'system' | 'en' | 'zh';
  readonly time: 'relative' | 'absolute' | 'date' | 'utc' | 'utc-date' | 'delta' | 'epoch';
  readonly tcpTimeout: number;
  readonly udpTimeout: number;
  readonly otherTimeout: number;
  /** Columns of the packet list, in their order; without any they are as they are by default. */
  readonly columns: readonly ColumnSetting[];
  /** Columns of the list of flows, and of each table of statistics, in the same way. */
  readonly flowColumns: readonly ColumnSetting[];
  readonly statColumns: readonly { readonly table: string; readonly columns: readonly ColumnSetting[] }[];
  /** Rows have the colours of Wireshark's rules. */
  readonly colours: boolean;
  /** Names stand for addresses of Ethernet, for addresses of IP, for ports. */
  readonly macNames: boolean;
  readonly networkNames: boolean;
  readonly portNames: boolean;
  /** A file of names like /etc/hosts, '' for none. */
  readonly hostsFile: string;
  /** VLAN tags keep flows apart. */
  readonly vlan: boolean;
  /** Whose baseline captures are judged by, '' for that of the network without a name. */
  readonly network: string;
  /** The desktop tells of incidents while the window is not looked at. */
  readonly notify: boolean;
  /** With a sound. */
  readonly notifySound: boolean;
  /** More packets a second than this of a live capture are told; 0 for never. */
  readonly notifyRate: number;
  /** MaxMind databases of places and of networks, '' for none. */
  readonly placesFile: string;
  readonly networksFile: string;
}

/** A column of a list. */
export interface ColumnSetting {
  /** The name of one of the product's own, or of a field of Wireshark's. */
  readonly id: string;
  /** The head of a field's column. */
  readonly title: string;
  /** px, 0 as it is by default. */
  readonly width: number;
  readonly align: 'start' | 'center' | 'end';
  readonly hidden: boolean;
}

/** What is learned of a network. */
export interface LearnedNetwork {
  /** '' for the one without a name. */
  readonly name: string;
  /** It was learned with the model in use. */
  readonly usable: boolean;
  /** When, as ISO 8601. */
  readonly learned: string;
  readonly flows: number;
  readonly peers: number;
  readonly administrators: readonly string[];
  readonly mailServers: readonly string[];
}

/** What moved when more was learned of a network. */
export interface LearnMoved {
  /** That it is learned from by now. */
  readonly flows: number;
  /** Raw scores over which a flow is suspicious or malicious: before and now. */
  readonly groups: readonly {
    readonly group: string;
    readonly suspicious: readonly [before: number, now: number];
    readonly malicious: readonly [before: number, now: number];
  }[];
  readonly newPeers: number;
  readonly newNames: number;
  /** The first of the new peers. */
  readonly peers: readonly string[];
}

export interface LearnState {
  /** Networks of which something is learned: the one without a name first. */
  readonly networks: readonly LearnedNetwork[];
  /** Where what was reviewed was kept beside something. */
  readonly moved: LearnMoved | null;
  /** What the open capture would teach, where that was asked. */
  readonly review: {
    readonly flows: number;
    readonly leftOut: number;
    readonly incidents: readonly {
      readonly what: 'left-out' | 'administrator' | 'mail-server' | 'regular';
      readonly title: Message;
      readonly points: number;
    }[];
    /** Further incidents. */
    readonly more: number;
  } | null;
}

export interface ModelInfo {
  readonly name: string;
  readonly sha256: string;
  readonly learned: boolean;
  readonly baseline: string;
}

export interface SavedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Asked for over HTTP where the window is a page. */
  readonly id: string;
}

export interface StreamPage {
  readonly flow: FlowRow;
  readonly client: string;
  readonly server: string;
  readonly clientBytes: number;
  readonly serverBytes: number;
  /** 0 from the initiator, 1 from the responder. */
  readonly direction: Uint8Array;
  readonly ends: Uint32Array;
  readonly rows: Uint32Array;
  /** Bytes of the same side that are missing in the capture right before each piece. */
  readonly gaps: Uint32Array;
  readonly bytes: Uint8Array;
  /** Bytes of the stream that are missing from the capture. */
  readonly missing: number;
  readonly cut: boolean;
}
