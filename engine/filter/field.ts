// What a field of the display filter is.
import {
  type FlowRow,
  type PacketRow,
  type Row,
  type Message,
  type MessageKey,
  type PlainKey,
} from '../../contract/index.ts';
import type { Turns } from './turns.ts';
import type { Getters } from './getters.ts';
import type { Subject } from './subject.ts';

/** Keys of what fields mean, which have no values. */
export type FieldMeaning = Extract<MessageKey, `field-${string}`> & PlainKey;

/** What has to be done before values are asked for, and what they leave open. */
export type Special = Pick<Field, 'engineFirst' | 'prepare' | 'doubt'>;

export interface Field {
  readonly name: string;
  readonly kind: Getters<Row>['kind'];
  readonly meaning: Message;
  /** Of an address: NET_IP4, NET_IP6 or ADDRESS_MAC; without it any IP address. */
  readonly family?: number;
  /** A whole number from 0 to this, as Wireshark's type says; without it any number. */
  readonly max?: number;
  /** Values that it can have, where they are few. */
  readonly values?: readonly string[];
  /** Upper and lower case differ in == and contains, as in Wireshark. */
  readonly exact?: boolean;
  /** By packet row. */
  readonly packet?: (s: Subject) => Getters<PacketRow>;
  /** By flow row; a field with only this one holds for every packet of the flow. */
  readonly flow?: (s: Subject) => Getters<FlowRow>;
  /** Of packets that the columns tell whole, it is the same for all of a flow in one direction. */
  readonly ofSide?: boolean;
  /** Its values change while a capture is read: verdicts, counters. */
  readonly changes?: boolean;
  /** An engine that has the whole capture is asked instead. */
  readonly engineFirst?: boolean;
  /** Work that is done before its values are asked for. */
  readonly prepare?: (s: Subject, turns: Turns) => Promise<void>;
  /** What its values leave open in this capture; null for nothing. */
  readonly doubt?: (s: Subject) => Message | null;
}
