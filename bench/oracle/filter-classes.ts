// Why two versions of Wireshark answer a filter otherwise: dissectors changed between 4.0 and 4.4.
export interface Class {
  readonly why: string;
  readonly filters: RegExp;
  /** More differences than this on the captures of the comparison are a failure. */
  readonly most: number;
}

export const CLASSES: readonly Class[] = [];

export function classOf(filter: string): Class | null {
  return CLASSES.find((c) => c.filters.test(filter)) ?? null;
}
