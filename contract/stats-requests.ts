// What the window asks of statistics, spread into the one map of requests.
import { flag, list, number, object, oneOf, orNull, text, whole } from './schema.ts';
import {
  type CaptureProperties,
  type FileHashes,
  GRAPH_VALUES,
  type GraphPage,
  type SequencePage,
  STAT_TABLES,
  type StatPage,
  type StreamGraph,
} from './stats.ts';

const MAX_ROW = 2 ** 32 - 2;
const table = oneOf(...STAT_TABLES);
const order = orNull(object({ column: text(40), descending: flag }));

/** Intervals that one graph may have. */
export const MAX_INTERVALS = 100_000;
/** Arrows of a sequence diagram. */
export const MAX_ARROWS = 2_000;

export const STAT_SHAPES = {
  /** `displayed`: only the packets that the list shows count. */
  statsTable: { table, displayed: flag, order, from: whole(0, MAX_ROW), count: whole(1, 512) },
  statsCsv: { table, displayed: flag, order },
  /** How far the counting is that this window waits for. */
  statsProgress: {},
  statsProperties: {},
  statsHashes: {},
  statsGraph: {
    series: list(object({ filter: text(4096), value: oneOf(...GRAPH_VALUES), field: text(200) }), 12),
    /** Seconds. */
    interval: number(1e-6, 1e7),
  },
  statsStream: { flow: whole(0, MAX_ROW) },
  statsSequence: { displayed: flag, count: whole(1, MAX_ARROWS) },
} as const;

export interface StatReplies {
  statsTable: StatPage;
  statsCsv: { readonly bytes: Uint8Array; readonly rows: number; readonly total: number };
  statsProgress: { readonly done: number | null };
  statsProperties: CaptureProperties;
  statsHashes: FileHashes;
  statsGraph: GraphPage;
  statsStream: StreamGraph;
  statsSequence: SequencePage;
}
