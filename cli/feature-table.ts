// Every flow of captures with every feature, as CSV, Parquet or Arrow: `sightline flows FILE… --features TABLE`, and
// with labels `sightline export --as csv|parquet|arrow`.
import { basename } from 'node:path';
import { count, type FlowRow } from '../contract/index.ts';
import {
  Analysis,
  captureIdentity,
  FEATURE_COUNT,
  FEATURES,
  featureTable,
  flowKey,
  flowRecord,
  readThrough,
  SCHEMA_HASH,
  type Store,
  type TableForm,
  VectorMaker,
} from '../engine/host.ts';
import { say, stop, telling, type Folders } from './context.ts';
import { PRODUCT } from './product.ts';
import { Progress } from './progress.ts';
import { Tally } from './tally.ts';

export interface TableChoice {
  /** Without it the name says which. */
  readonly form?: TableForm;
  /** Whose labels the flows have. */
  readonly store?: Store;
}

/** @param to where the table goes @param partialOk a capture that is cut is no error @returns the exit code */
export async function writeFeatures(
  paths: readonly string[],
  to: string,
  partialOk: boolean,
  folders: Folders,
  { form, store }: TableChoice = {},
): Promise<number> {
  const table = await featureTable(to, { product: PRODUCT, timeouts: telling.timeouts }, form);
  const vector = new Float32Array(FEATURE_COUNT);
  const tally = new Tally(partialOk);
  let flows = 0;
  let written: readonly string[] = [];
  try {
    for (const input of tally.captures(paths)) {
      const progress = new Progress(input.name);
      const labels = store?.labels(captureIdentity(input.path));
      let maker: VectorMaker | null = null;
      const analysis: Analysis = new Analysis(
        {
          completed: (a, slot, row: FlowRow) => {
            (maker ??= new VectorMaker(a)).fill(slot, row, vector, 0);
            // Facts are sealed first, since the record shows what stays of them.
            a.inspector.seal(slot);
            const record = flowRecord(a, basename(input.name), row);
            const label = labels?.get(flowKey(record));
            table.add(label === undefined ? record : { ...record, label }, vector, 0);
            flows++;
          },
        },
        { keepPackets: false, timeouts: telling.timeouts },
      );
      const ending = await readThrough(input.path, analysis, folders.cache, (reader) => {
        progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
        return !stop.asked;
      });
      progress.clear();
      tally.ended(input.name, ending);
      if (stop.asked) break;
    }
    written = await table.close();
  } catch (error) {
    table.discard();
    throw error;
  }
  say(
    `${count(flows)} flows with ${FEATURES.length} features in ${written.join(', described in ')} ` +
      `(schema ${SCHEMA_HASH.slice(0, 12)}).`,
  );
  return tally.code(stop.asked);
}
