import { basename } from 'node:path';
import { EXIT, type FlowRow } from '../../contract/index.ts';
import { Analysis, FEATURE_COUNT, FEATURES, featureTable, flowRecord, readThrough, SCHEMA_HASH, VectorMaker } from '../../engine/host.ts';
import { say, stop, UsageError, type Folders } from '../context.ts';
import { endingSentence, inputFiles } from '../inputs.ts';
import { Progress } from '../progress.ts';

/** `sightline flows FILE… --features TABLE`: every flow with every feature, as CSV or Parquet. */
export async function writeFeatures(paths: readonly string[], to: string, folders: Folders): Promise<number> {
  if (!/\.(csv|parquet)$/i.test(to)) throw new UsageError(`${to}: say .csv or .parquet`);
  const table = await featureTable(to);
  const vector = new Float32Array(FEATURE_COUNT);
  let flows = 0;
  let code: number = EXIT.clean;
  for (const file of inputFiles(paths)) {
    const progress = new Progress(file);
    let behind: Promise<unknown> | undefined;
    let maker: VectorMaker | null = null;
    const analysis: Analysis = new Analysis({
      completed: (a, slot, row: FlowRow) => {
        (maker ??= new VectorMaker(a)).fill(slot, row, vector, 0);
        // The record shows what stays of the facts.
        a.inspector.seal(slot);
        behind = table.add(flowRecord(a, basename(file), row), vector, 0) ?? behind;
        flows++;
      },
    }, { keepPackets: false });
    const ending = await readThrough(file, analysis, folders.cache, async (reader) => {
      progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
      if (behind !== undefined) await behind;
      behind = undefined;
      return !stop.asked;
    });
    progress.clear();
    const sentence = endingSentence(file, ending);
    if (sentence !== null) say(sentence);
    if (ending.kind === 'unreadable' || ending.kind === 'refused') code = EXIT.error;
    if (stop.asked) break;
  }
  await table.close();
  say(`${flows.toLocaleString('en-US')} flows with ${FEATURES.length} features in ${to} (schema ${SCHEMA_HASH.slice(0, 12)}).`);
  return code;
}
