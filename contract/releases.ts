// What a look for a newer release answers.
import type { Message } from './messages.ts';

/** A file of a release for this system: its size and what it must hash to. */
export interface ReleaseFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export type ReleaseAnswer =
  | { readonly kind: 'newest'; readonly version: string; readonly released: string }
  | {
      readonly kind: 'newer';
      readonly version: string;
      /** What runs here. */
      readonly own: string;
      readonly released: string;
      /** Where a person gets it. */
      readonly page: string;
      /** For this system; empty where the release has none. */
      readonly files: readonly ReleaseFile[];
    }
  | { readonly kind: 'unknown'; readonly said: Message };
