// What the platform's server and whoever asks it agree on: every answer and every body of `/api/v1`. Pages, scripts and
// tests use these types; the server checks the same bodies by schema.
//
// Times are milliseconds since 1970, sizes are bytes, ids are 22 characters of base64url (128 bits of chance). What
// people read comes as a message (key and values, for pages in two languages) with its English text beside it.
import type { FlowRecord, IncidentRecord, EvidenceRecord, Label, Message } from '../contract/index.ts';

/** Every address of the API begins so. */
export const API = '/api/v1';
/** The header in which a page shows the token that `GET /me` gave it, in every request that changes something. */
export const CSRF_HEADER = 'x-sightline-csrf';
/** The name of an uploaded file, percent-encoded UTF-8; `?name=` does the same. */
export const NAME_HEADER = 'x-sightline-name';

/** Every answer with a status of 400 or more. */
export interface Refusal {
  readonly error: {
    /** Stable, for scripts. */
    readonly code: RefusalCode;
    readonly message: Message;
    /** The message in English. */
    readonly text: string;
    /** Seconds after which it may be asked again (429, 503). */
    readonly after?: number;
  };
}

export type RefusalCode =
  | 'bad-request'
  | 'not-signed-in'
  | 'wrong-name-or-password'
  | 'locked-out'
  | 'not-allowed'
  | 'wrong-origin'
  | 'wrong-host'
  | 'no-csrf-token'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'over-quota'
  | 'no-capture'
  | 'too-slow'
  | 'too-many'
  | 'busy'
  | 'fault';

/** Part of a list. `total` counts what the search found. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly offset: number;
}

/** Query of lists: `?offset=0&limit=50`. */
export interface PageQuery {
  readonly offset?: number;
  /** 1 to 200; 50 where it is left out. */
  readonly limit?: number;
}

// --- who is asking: GET /me, POST /register, /login, /logout ---

/** Who may register by himself. */
export type Registration = 'open' | 'invitation' | 'off';

export interface Limits {
  /** Of one file as it is uploaded. */
  readonly fileBytes: number;
  /** Of all that an account keeps. */
  readonly accountBytes: number;
  /** Captures of an account that wait or are analysed at once. */
  readonly waiting: number;
}

export interface Me {
  /** Null where nobody is signed in. */
  readonly account: Account | null;
  /** Goes into `CSRF_HEADER`; null where nobody is signed in by a cookie. */
  readonly csrf: string | null;
  readonly registration: Registration;
  /** Of the account; the server's own where nobody is signed in. */
  readonly limits: Limits;
  /** Bytes that the account keeps. */
  readonly usedBytes: number;
  readonly version: string;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly admin: boolean;
  readonly created: number;
}

/** POST /register answers `Me` and signs in. */
export interface RegisterBody {
  readonly name: string;
  readonly password: string;
  readonly invitation?: string;
}

/** POST /login answers `Me`. */
export interface LoginBody {
  readonly name: string;
  readonly password: string;
}

/** POST /account/password answers 204; every other session of the account ends. */
export interface PasswordBody {
  readonly old: string;
  readonly new: string;
}

/** DELETE /account answers 204: the account, its captures and all that it wrote are gone. */
export interface GoneBody {
  readonly password: string;
}

/** GET /account/keys answers `Page<ApiKey>`, DELETE /account/keys/:id 204. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Its first characters, by which its owner knows it again. */
  readonly begins: string;
  readonly created: number;
  readonly used: number | null;
  readonly expires: number | null;
}

/** POST /account/keys answers `NewKey`. */
export interface KeyBody {
  readonly name: string;
  /** Days until it expires; never where it is left out. */
  readonly days?: number;
}

/** `key` is shown this once: `Authorization: Bearer KEY`. */
export interface NewKey extends ApiKey {
  readonly key: string;
}

/** GET /account/sessions answers `Page<SessionInfo>`, DELETE /account/sessions/:id 204. */
export interface SessionInfo {
  readonly id: string;
  readonly created: number;
  readonly seen: number;
  readonly expires: number;
  /** What the browser calls itself. */
  readonly agent: string;
  readonly current: boolean;
}

// --- administration, for accounts with `admin` ---

/** GET /admin/accounts?search= answers `Page<AdminAccount>`. */
export interface AdminAccount extends Account {
  readonly disabled: boolean;
  readonly seen: number | null;
  readonly captures: number;
  readonly usedBytes: number;
  /** Null in each where the server's own limit holds. */
  readonly limits: { readonly [K in keyof Limits]: number | null };
  readonly lockedUntil: number | null;
}

/** PATCH /admin/accounts/:id answers `AdminAccount`; DELETE takes the account and its captures away, 204. */
export interface AdminAccountBody {
  readonly admin?: boolean;
  readonly disabled?: boolean;
  /** False lifts a lock. */
  readonly locked?: false;
  readonly password?: string;
  readonly limits?: { readonly [K in keyof Limits]?: number | null };
}

/** GET /admin/invitations answers `Page<Invitation>`, DELETE /admin/invitations/:id 204. */
export interface Invitation {
  readonly id: string;
  readonly note: string;
  readonly created: number;
  readonly expires: number;
  readonly usedBy: string | null;
}

/** POST /admin/invitations answers `NewInvitation`. */
export interface InvitationBody {
  readonly note: string;
  /** 1 to 90; 7 where it is left out. */
  readonly days?: number;
}

export interface NewInvitation extends Invitation {
  /** Shown this once. */
  readonly code: string;
}

/** GET and PATCH /admin/settings. */
export interface ServerSettings {
  readonly registration: Registration;
  readonly limits: Limits;
}

export interface ServerSettingsBody {
  readonly registration?: Registration;
  readonly limits?: Partial<Limits>;
}

/** GET /admin/events answers `Page<ServerEvent>`, the newest first: who came in, who was refused, what admins did. */
export interface ServerEvent {
  readonly at: number;
  /** Null where it was none that there is. */
  readonly account: string | null;
  readonly kind: ServerEventKind;
  readonly detail: string;
}

export type ServerEventKind =
  | 'registered'
  | 'login'
  | 'login-refused'
  | 'locked-out'
  | 'logout'
  | 'password-changed'
  | 'key-made'
  | 'key-revoked'
  | 'account-changed'
  | 'account-deleted'
  | 'invited'
  | 'settings-changed'
  | 'share-made'
  | 'share-revoked'
  | 'capture-deleted';

// --- captures ---

/** What a capture as a whole is said to be; `nothing`: it holds no flow that could be judged. */
export type CaptureVerdict = 'safe' | 'suspicious' | 'dangerous' | 'nothing';
export const CAPTURE_VERDICTS: readonly CaptureVerdict[] = ['safe', 'suspicious', 'dangerous', 'nothing'];

/** Where a capture is on its way. */
export type CaptureState =
  /** Waits for the second confirmation; deleted by itself at `until`. */
  | { readonly at: 'uploaded'; readonly until: number }
  /** Confirmed, and not to be judged. */
  | { readonly at: 'kept' }
  /** `place` is 1 for the one that is next. */
  | { readonly at: 'waiting'; readonly place: number; readonly since: number }
  /** `share` is 0 to 1. */
  | { readonly at: 'analysing'; readonly share: number; readonly since: number }
  | { readonly at: 'done'; readonly verdict: CaptureVerdict; readonly finished: number; readonly seconds: number }
  | { readonly at: 'failed'; readonly why: Message; readonly text: string; readonly finished: number };

export type CaptureStateName = CaptureState['at'];
export const CAPTURE_STATES: readonly CaptureStateName[] = [
  'uploaded',
  'kept',
  'waiting',
  'analysing',
  'done',
  'failed',
];

/** What was recognised of the bytes: the format and what it is packed in. */
export interface Recognised {
  /** 'pcap', 'pcapng', 'snoop', … */
  readonly format: string;
  /** 'gzip', 'zstd', … or null. */
  readonly compression: string | null;
  /** How the reading of the first packets ended: a truncated file has its sentence here. */
  readonly note: Message | null;
  readonly noteText: string | null;
  readonly packets: readonly FirstPacket[];
}

/** One of the first packets, for the second confirmation. */
export interface FirstPacket {
  readonly no: number;
  /** Null where its stamp is none. */
  readonly time: number | null;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
}

/** GET /captures/:id. */
export interface Capture {
  readonly id: string;
  /** As it was uploaded: any text at all. */
  readonly name: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly uploaded: number;
  readonly recognised: Recognised;
  readonly state: CaptureState;
  /** Null until it is done. */
  readonly counts: CaptureCounts | null;
  readonly notes: number;
  readonly shares: number;
  /** Whether who asks may change it: false through a share. */
  readonly own: boolean;
}

export interface CaptureCounts {
  readonly packets: number;
  readonly flows: number;
  readonly bytes: number;
  readonly incidents: number;
  readonly malicious: number;
  readonly suspicious: number;
  /** First and last packet; null without packets. */
  readonly first: number | null;
  readonly last: number | null;
  readonly model: string | null;
  /** What could not be read, where a part could not. */
  readonly note: Message | null;
  readonly noteText: string | null;
}

/** GET /captures: rows of the history, without the first packets. */
export type CaptureRow = Omit<Capture, 'recognised'> & { readonly format: string };

export interface CapturesQuery extends PageQuery {
  /** Part of a name, or the beginning of a SHA-256. */
  readonly search?: string;
  readonly state?: CaptureStateName;
  readonly verdict?: CaptureVerdict;
  readonly sort?: 'uploaded' | 'name' | 'size' | 'verdict';
  readonly order?: 'up' | 'down';
}

/** POST /uploads (body: the bytes) answers 201 and this. */
export type Uploaded = Capture;

/** POST /uploads/:id/confirm answers `CaptureState`. With `analyse: false` it is kept and not judged. */
export interface ConfirmBody {
  readonly analyse: boolean;
}

/** GET /captures/:id/incidents answers `Page<IncidentRecord>`, the gravest first. */
export type Incidents = Page<IncidentRecord>;

/** GET /captures/:id/flows. */
export type Flows = Page<FlowRecord>;

export interface FlowsQuery extends PageQuery {
  /** Part of an address, a name, an application or a protocol; or a port. */
  readonly search?: string;
  /** Flows of this incident. */
  readonly incident?: number;
  readonly verdict?: 'malicious' | 'suspicious' | 'unfamiliar' | 'benign';
  readonly sort?: 'start' | 'packets' | 'bytes' | 'points' | 'duration';
  readonly order?: 'up' | 'down';
}

/** GET /captures/:id/evidence answers `Page<EvidenceItem>`: every piece, that with the most points first. */
export interface EvidenceItem extends EvidenceRecord {
  readonly incident: number;
  readonly initiator: string;
  readonly peer: string;
}

/** GET /captures/:id/protocols. */
export interface ProtocolCount {
  readonly protocol: string;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** GET /captures/:id/download?as= */
export type DownloadForm = 'csv' | 'parquet' | 'json' | 'pcapng';
export const DOWNLOAD_FORMS: readonly DownloadForm[] = ['csv', 'parquet', 'json', 'pcapng'];

/** GET /captures/:id/labels answers `Page<FlowLabel>`. */
export interface FlowLabel {
  /** `id` of its record. */
  readonly flow: number;
  readonly label: Label;
  readonly author: string;
  readonly at: number;
}

/** PUT /captures/:id/labels answers 204; `label: null` takes one away. */
export interface LabelBody {
  readonly flow: number;
  readonly label: Label | null;
}

/** POST /captures/:id/window and /shared/:token/window answer 201 and this. */
export interface OpenedWindow {
  /** Of the window's page, with the token that opens it once. */
  readonly address: string;
}

// --- notes and the board ---

/** GET /captures/:id/notes answers `Page<Note>`; DELETE …/notes/:note 204. GET /board answers the same. */
export interface Note {
  readonly id: string;
  readonly author: string;
  readonly text: string;
  readonly at: number;
  /** Whether who asks may delete it. */
  readonly own: boolean;
}

/** POST /captures/:id/notes and POST /board answer 201 and `Note`. */
export interface NoteBody {
  readonly text: string;
}

// --- shares ---

/** GET /captures/:id/shares answers `Page<Share>`; DELETE …/shares/:share 204. */
export interface Share {
  readonly id: string;
  readonly created: number;
  readonly expires: number;
  readonly opened: number;
}

/** POST /captures/:id/shares answers 201 and `NewShare`. */
export interface ShareBody {
  /** 1 to 8760. */
  readonly hours: number;
}

export interface NewShare extends Share {
  /** GET /shared/:token answers `Capture`, and below it `/incidents`, `/flows`, `/evidence`, `/protocols`, `/download`. */
  readonly token: string;
}

// --- charts ---

/** GET /charts?days=30: of the account's own captures. */
export interface Charts {
  /** One for each day (UTC) that has a verdict, the oldest first. */
  readonly verdicts: readonly ({ readonly day: string } & { readonly [V in CaptureVerdict]: number })[];
  /** Kinds of evidence by the captures that have them, the most frequent first. */
  readonly kinds: readonly Counted[];
  /** Families that incidents are named after. */
  readonly families: readonly Counted[];
  readonly protocols: readonly ProtocolCount[];
}

export interface Counted {
  readonly name: string;
  readonly captures: number;
}

/** GET /events, by server-sent events: `event: capture` with this as data, whenever one of the account changes. */
export interface CaptureChange {
  readonly id: string;
  /** Null when it was deleted. */
  readonly state: CaptureState | null;
}
