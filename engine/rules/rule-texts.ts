// What the reading of rules and the asking of them both know.

/** Variables of one rule. */
export const MAX_VARIABLES = 64;

/** What a rule says of a set: its name, and how it is filled and kept. */
export interface SetText {
  readonly name: string;
  readonly type: string | null;
  readonly load: string | null;
}
