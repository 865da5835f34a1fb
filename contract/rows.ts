// What the dissection engine says of rows of the packet list: Protocol, Info, colours, and columns of fields.
import type { Texts } from './texts.ts';

/** Rows that may be asked for at once: a tall window shows a hundred. */
export const MAX_ROW_TEXTS = 160;
/** Columns of fields that one window may have. */
export const MAX_FIELD_COLUMNS = 16;
/** A field as Wireshark spells it. */
export const FIELD_NAME = /^[A-Za-z_][\w-]*(\.[\w-]+)*$/;

export interface RowTextsPage {
  /** Packet rows, ascending. A row that was asked for and is not here has no text of the engine's. */
  readonly row: Uint32Array;
  readonly protocol: Texts;
  readonly info: Texts;
  /** Addresses as the engine shows them: those of Ethernet with the name of a vendor. */
  readonly source: Texts;
  readonly destination: Texts;
  /** Colours of Wireshark's rules, 0xRRGGBB. */
  readonly background: Uint32Array;
  readonly foreground: Uint32Array;
  /** For each field that was asked for, its value in each row, '' where the packet has none. */
  readonly values: readonly Texts[];
  /** The engine had only a part of the capture: what it says of other packets may be incomplete. */
  readonly partial: boolean;
}
