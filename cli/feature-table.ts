// Every flow of captures with every feature, as CSV or Parquet: `sightline flows FILE… --features TABLE`.
import { basename } from 'node:path';
import { count, type FlowRow } from '../contract/index.ts';
import {
  Analysis,
  FEATURE_COUNT,
  FEATURES,
  featureTable,
  flowRecord,
  readThrough,
  SCHEMA_HASH,
  VectorMaker,
} from '../engine/host.ts';
import { say, stop, telling, type Folders } from './context.ts';
import { PRODUCT } from './product.ts';
import { Progress } from './progress.ts';
import { Tally } from './tally.ts';

/** @param to ends with .csv or .parquet @param partialOk a capture that is cut is no error @returns the exit code */
export async function writeFeatures(
  paths: readonly string[],
  to: string,
  partialOk: boolean,
  folders: Folders,
): Promise<number> {
  const table = await featureTable(to, { product: PRODUCT, timeouts: telling.timeouts });
  const vector = new Float32Array(FEATURE_COUNT);
  const tally = new Tally(partialOk);
  let flows = 0;
  let written: readonly string[] = [];
  try {
    for (const input of tally.captures(paths)) {
      const progress = new Progress(input.name);
      let maker: VectorMaker | null = null;
      const analysis: Analysis = new Analysis(
        {
          completed: (a, slot, row: FlowRow) => {
            (maker ??= new VectorMaker(a)).fill(slot, row, vector, 0);
            // Facts are sealed first, since the record shows what stays of them.
            a.inspector.seal(slot);
            table.add(flowRecord(a, basename(input.name), row), vector, 0);
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
