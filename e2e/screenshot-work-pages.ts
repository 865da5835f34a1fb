// The last pages of Statistics, which screenshot-work.ts takes.

/** Pages of Statistics, by their names in the pictures, and what is there when they are. */
export const WORK_PAGES = {
  'live-rates': '.u-over',
  connections: '.connection-lists .value-row',
  'group-flows': '.stat-row',
  'unique-values': '.value-row',
  'resolved-addresses': '.stat-row',
} as const;
