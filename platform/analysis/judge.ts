// One capture scored with the engine, as `sightline score` does it, into a result file.
import { SaidError, say } from '../../contract/index.ts';
import {
  type BaselineDocument,
  DEFAULT_TIMEOUTS,
  isOfModel,
  type Model,
  modelInUse,
  scoreRecords,
  storedBaseline,
  usableModel,
} from '../../engine/host.ts';
import type { Judging, Order, Said } from './orders.ts';
import { ResultWriter } from './result-writer.ts';
import { captureVerdict, SummaryCounts, type AnalysisSummary } from './summary.ts';

/** A message of progress no more often than this, ms. */
const TELL_EVERY = 250;
/** A second thread pays for larger captures only, as on the command line. */
const BIG_FILE = 150_000_000;

/** @throws SaidError where there is no usable model @throws WriteError where the result cannot be written */
export async function judge(
  o: Extract<Order, { kind: 'score' }>,
  size: number,
  tell: (said: Said) => void,
): Promise<AnalysisSummary> {
  const began = performance.now();
  const { model, baseline } = chosen(o.judging);
  const writer = new ResultWriter(o.result);
  const counts = new SummaryCounts();
  let told = began;
  try {
    const result = await scoreRecords(
      o.path,
      {
        file: o.name,
        model,
        baseline,
        threads: size > BIG_FILE ? 2 : 1,
        cacheFolder: o.scratch,
        timeouts: DEFAULT_TIMEOUTS,
        records: 'full',
        reasons: o.reasons,
        messages: true,
        limits: o.inflating,
      },
      {
        record: (record) => {
          if (record.type === 'flow') counts.flow(record);
          else if (record.type === 'incident') counts.incident(record);
          else if (record.by !== 'incident') return;
          writer.add(record);
        },
        progress: (reader, packets) => {
          const now = performance.now();
          if (now - told < TELL_EVERY) return true;
          told = now;
          tell({ kind: 'progress', taken: reader.source.taken(), size: reader.source.size, packets });
          return true;
        },
      },
    );
    const { ending, packets, flows, verdicts, incidents, families } = result;
    const summary: AnalysisSummary = {
      verdict: captureVerdict(flows, incidents),
      packets,
      flows,
      verdicts,
      incidents,
      families,
      ...counts.told,
      trouble: ending.kind === 'ok' ? null : ending,
      model: model.name,
      model_sha256: model.sha256,
      took: Math.round(performance.now() - began),
    };
    await writer.commit(summary);
    return summary;
  } finally {
    writer.discard();
  }
}

/** The model and what was learned, by the rules of `sightline score`. */
function chosen({ root, dataFolder, ...o }: Judging): {
  readonly model: Model;
  readonly baseline: BaselineDocument | null;
} {
  const model = o.model === null ? modelInUse(root, dataFolder).model : usableModel(o.model);
  if (o.foreign) return { model, baseline: null };
  const { document, note } = storedBaseline(dataFolder, o.network);
  if (o.network !== null && document === null)
    throw new SaidError(note ?? say('network-not-learned', { name: o.network }));
  return { model, baseline: document !== null && isOfModel(document, model) ? document : null };
}
