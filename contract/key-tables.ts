// Tables of keys that dissectors decrypt with, beside the key log of TLS: as Wireshark keeps them in files of its profile.
import { oneOf, orNull, text } from './schema.ts';

/** By the names of Wireshark's files, with the fields of a line. */
export const KEY_TABLES = {
  '80211_keys': 'Type, Key',
  esp_sa:
    'Protocol, Source, Destination, SPI, Encryption, Encryption key, Authentication, Authentication key, SN length',
  ikev1_decryption_table: 'Initiator COOKIE, Encryption key',
  ikev2_decryption_table:
    'Initiator SPI, Responder SPI, SK_ei, SK_er, Encryption algorithm, SK_ai, SK_ar, Integrity algorithm',
  snmp_users: 'Engine ID, User, Authentication, Password, Privacy, Privacy password, Key expansion',
  wg_keys: 'Type, Key',
  zigbee_pc_keys: 'Key, Byte order, Label',
} as const;
export type KeyTableName = keyof typeof KEY_TABLES;

const names = Object.keys(KEY_TABLES) as KeyTableName[];

/** Shapes of requests, taken in by `requests.ts`. */
export const KEY_TABLE_SHAPES = {
  keyTables: {},
  /** Lines as Wireshark's file has them; null forgets the table. */
  keyTable: { table: oneOf(...names), text: orNull(text(1_000_000)) },
} as const;

/** Which tables are in use, and how many lines each has. Keys themselves never leave the engine. */
export interface KeyTableState {
  readonly tables: readonly { readonly table: KeyTableName; readonly lines: number }[];
}

export interface KeyTableReplies {
  keyTables: KeyTableState;
  keyTable: KeyTableState;
}
