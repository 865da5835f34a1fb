export interface Chosen {
  /** Those tests alone. */
  readonly names?: readonly string[];
  /** Of one test, milliseconds. */
  readonly timeout?: number;
  /** Files at once; Playwright's own configuration says it for those of the window. */
  readonly concurrency?: number;
}

export function isOfWindow(file: string): boolean;
export function nodeTests(files: readonly string[], o?: Chosen): string[];
export function windowTests(files: readonly string[], o?: Chosen): string[];
