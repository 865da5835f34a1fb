/** What is open in the window while a row is tried. */
export type Subject = 'sample' | 'mixed' | 'live' | 'none';

/** Fails a part with what was seen. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
