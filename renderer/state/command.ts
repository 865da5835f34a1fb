// What a command is.
import type { WordKey } from '../words/words.ts';

export interface Command {
  readonly id: string;
  readonly title: WordKey;
  readonly keys?: string;
  /** Needs an open capture. */
  readonly open?: boolean;
  run(): void;
}
