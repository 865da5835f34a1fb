// Where a table of statistics has its rows from: Wireshark's tables, or groups of flows.
import type { Replies, Request, RequestKind, StatPage, StatTableName } from '../../contract/index.ts';
import type { GroupChoice } from './groups.ts';

export interface StatOrder {
  readonly column: string;
  readonly descending: boolean;
}

/** How requests are asked: null where there is no answer that is still wanted. */
type Ask = <K extends RequestKind>(kind: K, body: Request<K>) => Promise<Replies[K] | null>;

export interface StatSource {
  /** What the rows follow from: another key is another table. */
  readonly key: string;
  /** Name of the file that is saved. */
  readonly name: string;
  page(ask: Ask, order: StatOrder | null, from: number, count: number): Promise<StatPage | null>;
  csv(ask: Ask, order: StatOrder | null): Promise<Replies['statsCsv'] | null>;
}

/** @param among filter of the list whose packets count, '' for all */
export function tableSource(table: StatTableName, displayed: boolean, among: string): StatSource {
  return {
    key: `${table} ${displayed} ${displayed ? among : ''}`,
    name: table,
    page: (ask, order, from, count) => ask('statsTable', { table, displayed, order, from, count }),
    csv: (ask, order) => ask('statsCsv', { table, displayed, order }),
  };
}

/** @param among filter of the list whose flows count, '' for all */
export function groupSource(choice: GroupChoice, displayed: boolean, among: string): StatSource {
  const { by, measure, distinct } = choice;
  return {
    key: JSON.stringify([by, measure, distinct, displayed, displayed ? among : '']),
    name: by.length === 0 ? 'flows' : `flows-by-${by.join('-').replaceAll('.', '_')}`,
    page: (ask, order, from, count) => ask('flowGroups', { by, measure, distinct, displayed, order, from, count }),
    csv: (ask, order) => ask('flowGroupsCsv', { by, measure, distinct, displayed, order }),
  };
}
