// What leaves the window as a file: packets as a capture, packets as text, keys. What is asked and what is answered.
import type { Message } from './messages.ts';
import { flag, list, object, oneOf, orNull, type ShapeType, text, type TypeOf, whole, filePath } from './schema.ts';
import type { SavedFile } from './session.ts';

const LARGEST = 2 ** 32 - 2;
const MAX_RANGES = 4096;
const MAX_COLUMNS = 64;
const MAX_KINDS = 1000;

/** Which packets, as Wireshark's dialogs have it. */
export const PACKET_RANGES = ['all', 'selected', 'marked', 'marked-range', 'range'] as const;
export type PacketRange = (typeof PACKET_RANGES)[number];

/** What packets are written as: pcap's stamps count microseconds, those of pcap-ns nanoseconds. */
export const CAPTURE_FORMATS = ['pcapng', 'pcap', 'pcap-ns'] as const;
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

export const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** What becomes of key logs: those of the capture stay, the user's are put in as well, or none is left. */
export const SECRET_CHOICES = ['keep', 'add', 'strip'] as const;
export type SecretChoice = (typeof SECRET_CHOICES)[number];

/** What dissections are written as; `html` is a page made for printing. */
export const DISSECTION_FORMATS = ['text', 'csv', 'psml', 'pdml', 'json', 'c', 'html'] as const;
export type DissectionFormat = (typeof DISSECTION_FORMATS)[number];

/** How much of a packet's details is written: none, its protocols, what the window has unfolded, or all. */
export const DETAIL_CHOICES = ['none', 'collapsed', 'shown', 'all'] as const;
export type DetailChoice = (typeof DETAIL_CHOICES)[number];

const choice = object({
  which: oneOf(...PACKET_RANGES),
  /** Of these only those that the list shows. */
  displayed: flag,
  /** Without packets that are ignored. */
  withoutIgnored: flag,
  /** Such as 1-5,8,10- */
  range: text(4096),
  /** Places of the list that are selected together, in an order of it. */
  selected: list(object({ from: whole(0, LARGEST), to: whole(0, LARGEST) }), MAX_RANGES),
  generation: whole(0, LARGEST),
});
export type PacketChoice = TypeOf<typeof choice>;

const as = oneOf(...CAPTURE_FORMATS);
const secrets = oneOf(...SECRET_CHOICES);
const path = orNull(filePath('save'));

const dissection = {
  choice,
  as: oneOf(...DISSECTION_FORMATS),
  /** A line with the list's columns for each packet. */
  summary: flag,
  details: oneOf(...DETAIL_CHOICES),
  bytes: flag,
  /** Columns of the list in its order, `id` as in the settings. */
  columns: list(object({ id: text(100), title: text(100) }), MAX_COLUMNS),
  /** Kinds of lines (`lineKind`) that the window has unfolded and folded, for details as shown. */
  unfolded: list(text(300), MAX_KINDS),
  folded: list(text(300), MAX_KINDS),
  path,
} as const;
export type DissectionRequest = ShapeType<typeof dissection>;

const setTime = orNull(object({ packet: whole(1, LARGEST), time: text(60) }));

/** Shapes of requests, taken in by `requests.ts`. */
export const FILE_EXPORT_SHAPES = {
  /** What would be written, and what the format cannot hold; nothing is. */
  exportLook: { choice, as, secrets },
  exportPackets: { choice, as, secrets, compression: oneOf(...COMPRESSIONS), path },
  exportDissections: dissection,
  /** Keys of the sessions that the capture holds. */
  exportKeys: { path },
  /**
   * Shifts the times of all packets: by `offset`, '[-][[hh:]mm:]ss[.fraction]', or so that a packet has a time,
   * '[YYYY-MM-DD] hh:mm:ss[.fraction]', and with `second` the others in proportion.
   */
  timeShift: { act: oneOf('look', 'by', 'set', 'undo'), offset: text(60), first: setTime, second: setTime },
} as const;

export interface ExportLook {
  /** Packets of each range: of the capture, and of them those displayed. */
  readonly counts: Readonly<Record<PacketRange, { readonly captured: number; readonly displayed: number }>>;
  /** How many would be written. */
  readonly packets: number;
  /** Why nothing can be written, null where it can. */
  readonly problem: Message | null;
  /** What would be lost, in sentences. */
  readonly losses: readonly Message[];
}

export interface FileExportReplies {
  exportLook: ExportLook;
  exportPackets: { readonly file: SavedFile; readonly packets: number; readonly note: Message | null };
  exportDissections: { readonly file: SavedFile; readonly packets: number; readonly notes: readonly Message[] };
  /** Whether packets are shifted now. */
  timeShift: { readonly active: boolean };
  exportKeys: { readonly file: SavedFile; readonly keys: number; readonly note: Message | null };
}
