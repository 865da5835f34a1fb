// What is done with rows of the packet list: marks of one and of several, the next of a kind. A part of requests.ts.
import type { PacketRow } from './numbers.ts';
import { flag, list, object, oneOf, orNull, type Schema, text, whole } from './schema.ts';

/** Marked, ignored, or what relative times count from. */
export const MARKS = ['marked', 'ignored', 'reference'] as const;
export type Mark = (typeof MARKS)[number];

const LARGEST = 2 ** 32 - 2;
const place = whole(0, LARGEST);
const packet = place as Schema<number> as Schema<PacketRow>;
/** Characters of a comment, and comments of a packet. An option holds 65,535 bytes. */
export const MAX_COMMENT = 16_000;
export const MAX_COMMENTS = 100;
/** Ranges of places that one request may name. */
export const MAX_RANGES = 4096;

export const ROW_WORK_SHAPES = {
  /** Sets a mark of a packet, or takes it away. */
  mark: { row: packet, what: oneOf(...MARKS) },
  /**
   * Marks packets by their places, both ends included, in an order of the list; alerts between them are passed over.
   * `on` null: all of them unless all have the mark already.
   */
  markRows: {
    ranges: list(object({ from: place, to: place }), MAX_RANGES),
    generation: place,
    what: oneOf(...MARKS),
    on: orNull(flag),
  },
  /** Takes a mark away from all packets, displayed or not. */
  clearMarks: { what: oneOf(...MARKS) },
  /** Comments of a packet: the file's, or those written instead. */
  comments: { row: packet },
  comment: { row: packet, comments: list(text(MAX_COMMENT), MAX_COMMENTS) },
  /** The next displayed packet in the capture's order that has a mark. */
  nextMark: { row: packet, what: oneOf(...MARKS), forward: flag },
} as const;

export interface RowWorkReplies {
  /** FLAG_MARKED, FLAG_IGNORED, FLAG_REFERENCE. */
  mark: { readonly flags: number };
  /** How many changed, and whether they have the mark now. */
  markRows: { readonly changed: number; readonly on: boolean };
  clearMarks: { readonly changed: number };
  comments: { readonly comments: readonly string[] };
  /** What it has now. */
  comment: { readonly comments: readonly string[] };
  nextMark: { readonly row: PacketRow | null };
}
