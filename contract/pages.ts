// Pages of rows as columns. Index i of every column of a page is the same row.
import type { Texts } from './texts.ts';

/** What stands at a place of the packet list. */
export const PLACE_PACKET = 0;
export const PLACE_ALERT = 1;
/** A row of a threat rule: `info` holds a `RuleRow` as JSON. */
export const PLACE_RULE = 2;

/** Bits of `PacketPage.flags`. */
export const FLAG_MARKED = 1;
export const FLAG_IGNORED = 2;
export const FLAG_DAMAGED = 4;
/** Its bytes went with their segment of the ring; Info is then no text of the packet. */
export const FLAG_GONE = 8;
/** Its bytes are no longer in the file. */
export const FLAG_UNREADABLE = 16;
/** Relative times count from it. */
export const FLAG_REFERENCE = 32;
/** It has comments. */
export const FLAG_COMMENT = 64;

/** A verdict as a number in pages: index into VERDICTS, or this while a flow is open. */
export const VERDICT_OPEN = 255;
/** A label as a number in pages: index into LABELS, or this without. */
export const NO_LABEL = 255;
/** A packet that belongs to no flow. */
export const NO_FLOW_ROW = 0xffffffff;

export interface PacketPage {
  readonly generation: number;
  readonly from: number;
  /** Places in the view now. */
  readonly places: number;
  /** PLACE_PACKET, PLACE_ALERT or PLACE_RULE. */
  readonly kind: Uint8Array;
  /** Packet row; at an alert, the row under which it stands. */
  readonly row: Uint32Array;
  /** At an alert, its number; else 0. */
  readonly alert: Uint32Array;
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
  /** Seconds since the packet displayed before, NaN for the first. */
  readonly delta: Float64Array;
  /** Seconds since the time reference before it (0 of a reference), or since the capture's first packet. */
  readonly relative: Float64Array;
  readonly length: Uint32Array;
  readonly verdict: Uint8Array;
  readonly flow: Uint32Array;
  readonly flags: Uint8Array;
  readonly source: Texts;
  readonly destination: Texts;
  readonly protocol: Texts;
  /** At an alert: its sentence, as JSON of AlertRow. */
  readonly info: Texts;
}

export interface FlowPage {
  readonly generation: number;
  readonly from: number;
  readonly places: number;
  readonly row: Uint32Array;
  /** What people call the flow: the number of its first packet. */
  readonly id: Uint32Array;
  readonly verdict: Uint8Array;
  /** Points of its gravest incident. */
  readonly points: Uint8Array;
  readonly label: Uint8Array;
  readonly packets: Float64Array;
  readonly bytes: Float64Array;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly initiator: Texts;
  readonly responder: Texts;
  /** Such as TCP. */
  readonly transport: Texts;
  readonly app: Texts;
  readonly name: Texts;
  /** VLAN ids of the flow's packets, '' without a tag. */
  readonly vlan: Texts;
  /** Words that people gave it, with commas between them. */
  readonly tags: Texts;
}

export interface StripPage {
  /** Seconds since the epoch of the first bucket's start and the last one's end. */
  readonly from: number;
  readonly to: number;
  readonly packets: Uint32Array;
  /** Packets of malicious flows among them. */
  readonly malicious: Uint32Array;
}

export interface TreePage {
  readonly depth: Uint8Array;
  readonly label: Texts;
  /** Display filter expression of the node, or ''. */
  readonly filter: Texts;
  readonly start: Uint32Array;
  readonly length: Uint32Array;
  readonly source: Uint8Array;
  /** Number of a packet that the node leads to, 0 for none. */
  readonly frame: Uint32Array;
  readonly sources: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Nodes left out because the tree is too large. */
  readonly left: number;
  /** The dissection saw only a part of the capture. */
  readonly partial: boolean;
}
