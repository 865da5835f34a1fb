// What the filter asks of Wireshark's engine: whether a text is a filter, and which packets it lets through.
import type { Message, PacketRow } from '../../contract/index.ts';
import type { Macros } from './macros.ts';
import type { PacketSets } from './packet-sets.ts';
import type { Subject } from './subject.ts';
import type { Turns } from './turns.ts';

export type { Turns };

export type Checked = { readonly kind: 'filter' | 'unknown' } | { readonly kind: 'mistake'; readonly text: string };

/** What the engine says of packets. */
export interface Answers {
  /** For each filter that was asked a byte a packet row: 1 where it lets the packet through. */
  readonly rows: readonly Uint8Array[];
  /** What the answer leaves open: the engine did not have the whole capture. Null where it had. */
  readonly partial: Message | null;
}

export type Told = (rows: Answers['rows'], of: readonly PacketRow[]) => void;

/** The engine turned out not to take the capture whole: `whole` says so from now on, and it may be asked again. */
export class NotWhole extends Error {}

export interface Asker {
  /** The user's macros. */
  readonly macros?: Macros;
  /** Grows when keys, preferences or ports change: answers may be others then. */
  readonly version?: number;
  /** Sets of packets that are kept by a name. */
  readonly sets?: PacketSets;
  /** Of a filter that is Wireshark's alone. `unknown`: the engine is not there. */
  check(filter: string): Promise<Checked>;
  /** Whether the engine takes the capture whole: what it says is then Wireshark's answer. */
  readonly whole: boolean;
  /**
   * @param wanted a byte a packet row, 1 where the answer is wanted
   * @param told hears of rows whose answers are known, in the arrays that are answered in the end
   * @throws SaidError where the engine cannot answer
   * @throws NotWhole
   */
  ask(filters: readonly string[], wanted: Uint8Array, subject: Subject, turns: Turns, told?: Told): Promise<Answers>;
}
