// Statistics as the window asks for them: tables in pages, graphs as columns of points. Every row and point leads back
// to packets.
import type { Message } from './messages.ts';
import type { Texts } from './texts.ts';

/** Layers whose conversations and endpoints are counted. */
export const STAT_LAYERS = ['eth', 'ip', 'ipv6', 'tcp', 'udp', 'sctp'] as const;
export type StatLayer = (typeof STAT_LAYERS)[number];

/** What the window may ask a table of. */
export const STAT_TABLES = [
  'hierarchy',
  'conv-eth',
  'conv-ip',
  'conv-ipv6',
  'conv-tcp',
  'conv-udp',
  'conv-sctp',
  'end-eth',
  'end-ip',
  'end-ipv6',
  'end-tcp',
  'end-udp',
  'end-sctp',
  'lengths',
  'expert',
  'dns',
  'dns-servers',
  'http',
  'http-servers',
  'tls',
  'services',
  'resolved',
] as const;
export type StatTableName = (typeof STAT_TABLES)[number];

/**
 * What a column holds: texts, numbers that name something, amounts, bytes, seconds with all their digits, a duration
 * that was measured (seconds), bits a second, a share of 100, a moment (seconds since 1970).
 */
export type StatKind =
  | 'text'
  | 'number'
  | 'count'
  | 'bytes'
  | 'seconds'
  | 'duration'
  | 'rate'
  | 'percent'
  | 'decimal'
  | 'moment';

export interface StatColumn {
  /** The window has a word for each, `stats.c.ID`. */
  readonly id: string;
  readonly kind: StatKind;
  /** NaN where a row has no value; null in columns of texts. */
  readonly numbers: Float64Array | null;
  readonly texts: Texts | null;
}

/** Rows `from` and so on of a table in its order, at most MAX_PAGE. */
export interface StatPage {
  readonly total: number;
  readonly from: number;
  readonly columns: readonly StatColumn[];
  /** Display filter of each row's packets, '' without one. */
  readonly filter: Texts;
  /** Number of the packet that a row leads to, from 1; 0 without one. */
  readonly packet: Uint32Array;
  /** How deep a row stands, in tables that are trees. */
  readonly depth: Uint8Array | null;
  readonly note: Message | null;
  /** Packets that were counted. */
  readonly counted: number;
}

/** An interface of the capture. What a format does not say is '' or null. */
export interface PropertiesInterface {
  readonly name: string;
  readonly description: string;
  readonly filter: string;
  readonly os: string;
  readonly hardware: string;
  readonly link: string;
  /** Bytes, 0 for no limit. */
  readonly snapLength: number;
  readonly packets: number | null;
  readonly dropped: number | null;
}

export interface CaptureProperties {
  readonly path: string;
  readonly name: string;
  /** As the extension-like name says it: pcap, pcapng. */
  readonly format: string;
  /** Compression that was undone, '' without. */
  readonly compression: string;
  readonly nanosecond: boolean;
  /** Bytes of the file. */
  readonly length: number;
  readonly encapsulations: readonly string[];
  readonly packets: number;
  /** Bytes on the wire, and those that were captured. */
  readonly bytes: number;
  readonly captured: number;
  /** Seconds since 1970 as text with all digits, '' without a packet. */
  readonly first: string;
  readonly last: string;
  /** Seconds. */
  readonly duration: number;
  readonly strictOrder: boolean;
  /** Of section headers, the first of each. */
  readonly hardware: string;
  readonly os: string;
  readonly application: string;
  readonly comments: readonly string[];
  readonly packetComments: number;
  readonly interfaces: readonly PropertiesInterface[];
  /** Packets captured with fewer bytes than they had. */
  readonly cut: number;
  /** Displayed and marked: packets, bytes. */
  readonly displayed: { readonly packets: number; readonly bytes: number; readonly duration: number };
  readonly marked: { readonly packets: number; readonly bytes: number };
  readonly note: Message | null;
}

export interface FileHashes {
  readonly sha256: string;
  readonly sha1: string;
}

/**
 * What a series of the I/O graph counts, as in Wireshark. Those after bits want a field: the sum, largest, smallest and
 * mean of its values, how many packets have it, how many values there are, and how many are under way at a time (LOAD,
 * of a time that something took).
 */
export const GRAPH_VALUES = [
  'packets',
  'bytes',
  'bits',
  'sum',
  'frames',
  'fields',
  'max',
  'min',
  'avg',
  'load',
] as const;
export type GraphValue = (typeof GRAPH_VALUES)[number];

export interface GraphSeries {
  /** NaN where an interval has no value. */
  readonly values: Float64Array;
  /** Number of the series' first packet in each interval, 0 without. */
  readonly packet: Uint32Array;
  /** What was wrong with its filter, or its field. */
  readonly problem: Message | null;
  /** What its answer leaves open. */
  readonly partial: Message | null;
}

export interface GraphPage {
  /** Seconds since 1970 at which the first interval begins, with nanoseconds. */
  readonly fromSeconds: number;
  readonly fromNanoseconds: number;
  /** Seconds; a whole number of nanoseconds. */
  readonly interval: number;
  /** Number of the first packet in each interval, 0 without. */
  readonly packet: Uint32Array;
  readonly series: readonly GraphSeries[];
}

/** Points of one TCP connection. Index i of all columns is one segment, in the order of the capture. */
export interface StreamGraph {
  readonly client: string;
  readonly server: string;
  readonly packet: Uint32Array;
  /** Seconds after the connection's first packet. */
  readonly time: Float64Array;
  /** 1: from the server. */
  readonly reverse: Uint8Array;
  /** Relative to the first of its direction, unwrapped. */
  readonly sequence: Float64Array;
  readonly length: Uint32Array;
  /** What the segment acknowledges of the other direction, NaN without. */
  readonly acknowledged: Float64Array;
  /** Window as the other end may use it, scaled where the scale is known. */
  readonly window: Float64Array;
  /** Left and right edges of SACK blocks, relative to the other direction; `sackOf` is the segment of each. */
  readonly sackOf: Uint32Array;
  readonly sackLeft: Float64Array;
  readonly sackRight: Float64Array;
  /** Seconds from a segment's first sending until it was acknowledged, NaN where it was not, or was sent before. */
  readonly roundTrip: Float64Array;
  /** Bytes in flight of the segment's direction after it. */
  readonly flight: Float64Array;
  readonly scaled: boolean;
  readonly cut: boolean;
}

/** A sequence diagram: arrows between ends. */
export interface SequencePage {
  readonly ends: readonly string[];
  readonly packet: Uint32Array;
  readonly time: Float64Array;
  /** Index into `ends`. */
  readonly from: Uint16Array;
  readonly to: Uint16Array;
  readonly ports: Texts;
  readonly protocol: Texts;
  readonly info: Texts;
  /** Packets that are displayed and not in the diagram. */
  readonly left: number;
}
