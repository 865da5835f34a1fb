// Work on packets: streams, objects, keys, dissectors, searching. What is asked and what is answered.
import type { Message } from './messages.ts';
import type { PacketRow } from './numbers.ts';
import { flag, list, oneOf, orNull, text, whole, type Schema, filePath } from './schema.ts';
import type { SavedFile, StreamPage } from './session.ts';
import { STREAM_FORMS } from './stream-text.ts';

const MAX_ROW = 2 ** 32 - 2;

/** What a stream can be followed as. */
export const FOLLOW_KINDS = ['tcp', 'udp', 'tls', 'http', 'http2', 'websocket', 'dtls', 'quic', 'sip'] as const;
export type FollowKind = (typeof FOLLOW_KINDS)[number];

/** Kinds of objects that can be found, by the engine's names. */
export const OBJECT_KINDS = ['http', 'smb', 'tftp', 'imf', 'ftp-data', 'dicom'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** Of a key log as text, characters: a message of the window may have 4 MiB. A file may have more. */
export const MAX_KEY_TEXT = 3 * 1024 * 1024;

const packet: Schema<PacketRow> = whole(0, MAX_ROW) as Schema<number> as Schema<PacketRow>;
const kind = oneOf(...OBJECT_KINDS);
const path = orNull(filePath('save'));
const search = text(400);

/** Shapes of requests, taken in by `requests.ts`. */
export const PACKET_WORK_SHAPES = {
  /** `substream` is the number of a stream within a connection; null is the first, or that there are none. */
  follow: { flow: whole(0, MAX_ROW), kind: oneOf(...FOLLOW_KINDS), substream: orNull(whole(0, 2 ** 53 - 1)) },
  /** The next or previous flow that can be followed as the same transport. */
  nextStream: { flow: whole(0, MAX_ROW), forward: flag },
  /** `side` null is both. */
  saveStream: {
    flow: whole(0, MAX_ROW),
    kind: oneOf(...FOLLOW_KINDS),
    substream: orNull(whole(0, 2 ** 53 - 1)),
    side: orNull(whole(0, 1)),
    as: oneOf(...STREAM_FORMS),
    path,
  },
  /** Bytes of one of a packet's sources: of the frame, or of what was put together or decrypted for it. */
  saveField: { row: packet, source: whole(0, 15), from: whole(0, MAX_ROW), to: whole(0, MAX_ROW), path },
  /** `search` leaves those whose texts hold it. */
  objects: { kind, search, from: whole(0, MAX_ROW), count: whole(1, 512) },
  /** `picks` are numbers of objects, null for all that `search` leaves. */
  saveObjects: {
    kind,
    search,
    picks: orNull(list(whole(0, MAX_ROW), 5000)),
    as: oneOf('one', 'folder', 'zip'),
    path: orNull(filePath('save', 'save-folder')),
  },
  /** A key log of TLS as text or as a file of the machine's; neither forgets the one that is used. */
  keys: { text: orNull(text(MAX_KEY_TEXT)), path: orNull(filePath('open')) },
  keyState: {},
  preferences: { search, only: oneOf('all', 'changed'), from: whole(0, MAX_ROW), count: whole(1, 200) },
  /** `value` null is the one that the engine has by itself. */
  prefer: { module: text(200), name: text(200), value: orNull(text(2000)) },
  decodeTable: {},
  /** `module` null takes the port's entry away. */
  decodeAs: { table: text(100), port: whole(0, 65_535), module: orNull(text(200)) },
  /** `from` is the packet to go on from, null for the list's beginning or, backwards, its end. */
  search: {
    what: oneOf('text', 'hex', 'regex', 'filter'),
    within: oneOf('list', 'details', 'bytes'),
    matchCase: flag,
    text: text(4096),
    from: orNull(packet),
    forward: flag,
  },
} as const;

/** A stream by one of its kinds. */
export interface FollowPage extends StreamPage {
  readonly kind: FollowKind;
  readonly offered: readonly FollowKind[];
  /** Streams within the connection and the one that is shown; none where the kind has none. */
  readonly substreams: Float64Array;
  readonly substream: number | null;
  /** The filter that shows the stream's packets. */
  readonly filter: string;
  /** Bodies that stand as they were sent, since their coding could not be undone. */
  readonly coded: number;
  /** The connection is larger than what is read of it at once. */
  readonly partial: boolean;
}

/** An object that was sent. Texts are the capture's. */
export interface ObjectRow {
  readonly number: number;
  readonly packet: PacketRow;
  readonly host: string;
  readonly type: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ObjectPage {
  /** All that were found, and those that the search leaves. */
  readonly total: number;
  readonly matched: number;
  readonly rows: readonly ObjectRow[];
  /** Those beyond what is listed. */
  readonly left: number;
  /** Conversations were read in parts, since they are larger than what the engine takes at once. */
  readonly partial: boolean;
}

/** Which keys are there. Keys themselves never leave the engine. */
export interface KeyState {
  /** Lines of the user's key log, null where there is none. */
  readonly user: number | null;
  /** Lines within the capture. */
  readonly capture: number;
}

export interface PreferenceRow {
  readonly module: string;
  /** The protocol as people call it. */
  readonly protocol: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'bool' | 'uint' | 'enum' | 'string' | 'range' | 'ports';
  readonly value: string;
  readonly original: string;
  readonly changed: boolean;
  /** What a choice may be. */
  readonly choices: readonly (readonly [value: string, text: string])[];
}

export interface PreferencePage {
  readonly total: number;
  readonly changed: number;
  readonly rows: readonly PreferenceRow[];
}

export interface DecodeTable {
  readonly entries: readonly { readonly table: string; readonly port: number; readonly module: string }[];
  /** Protocols that can have a port, by the table that the port is of. */
  readonly protocols: readonly { readonly table: string; readonly module: string; readonly title: string }[];
}

export interface PacketWorkReplies {
  follow: FollowPage;
  nextStream: { readonly flow: number | null };
  saveStream: { readonly file: SavedFile };
  saveField: { readonly file: SavedFile };
  objects: ObjectPage;
  saveObjects: { readonly files: readonly SavedFile[]; readonly saved: number };
  keys: KeyState;
  keyState: KeyState;
  preferences: PreferencePage;
  prefer: { readonly problem: Message | null };
  decodeTable: DecodeTable;
  decodeAs: DecodeTable;
  search: { readonly row: PacketRow | null; readonly problem: Message | null; readonly partial: boolean };
}
