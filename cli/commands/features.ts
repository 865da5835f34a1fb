import { basename } from 'node:path';
import type { FlowRow } from '../../contract/index.ts';
import {
  Analysis,
  FEATURE_COUNT,
  FEATURES,
  featureTable,
  flowRecord,
  readThrough,
  SCHEMA_HASH,
  VectorMaker,
} from '../../engine/host.ts';
import { say, stop, telling, UsageError, type Folders } from '../context.ts';
import { endingSentence, inputs } from '../inputs.ts';
import { Progress } from '../progress.ts';
import { count } from '../table.ts';
import { Tally } from '../tally.ts';

export interface FeatureOptions {
  readonly product: string;
  /** A capture that is cut is no error. */
  readonly partialOk: boolean;
}

/** `sightline flows FILE… --features TABLE`: every flow with every feature, as CSV or Parquet. */
export async function writeFeatures(
  paths: readonly string[],
  to: string,
  o: FeatureOptions,
  folders: Folders,
): Promise<number> {
  if (!/\.(csv|parquet)$/i.test(to)) throw new UsageError(`${to}: say .csv or .parquet`);
  const table = await featureTable(to, { product: o.product, timeouts: telling.timeouts });
  const vector = new Float32Array(FEATURE_COUNT);
  const tally = new Tally(o.partialOk);
  let flows = 0;
  let written: readonly string[] = [];
  try {
    for (const input of inputs(paths)) {
      if (input.kind === 'bad') {
        tally.ended(input.ending);
        say(endingSentence(input.name, input.ending)!);
        continue;
      }
      const progress = new Progress(input.name);
      let maker: VectorMaker | null = null;
      const analysis: Analysis = new Analysis(
        {
          completed: (a, slot, row: FlowRow) => {
            (maker ??= new VectorMaker(a)).fill(slot, row, vector, 0);
            // The record shows what stays of the facts.
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
      const sentence = endingSentence(input.name, ending);
      if (sentence !== null) say(sentence);
      tally.ended(ending);
      if (stop.asked) break;
    }
    written = await table.close();
  } catch (error) {
    table.discard();
    throw error;
  }
  say(
    `${count(flows)} flows with ${FEATURES.length} features in ${written.join(', described in ')} (schema ${SCHEMA_HASH.slice(0, 12)}).`,
  );
  return tally.code(stop.asked);
}
