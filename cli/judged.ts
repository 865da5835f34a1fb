// Flows and incidents of a capture with their verdicts, for exports that tell of them.
import type { FlowRecord, IncidentRecord } from '../contract/index.ts';
import { scoreRecords } from '../engine/host.ts';
import { stop, telling, type Folders } from './context.ts';
import { chooseBaseline, chooseModel, readyModel } from './models.ts';

/** @param path where the capture's packets are @param name as the user called it */
export type Judge = (path: string, name: string, told: (record: FlowRecord | IncidentRecord) => void) => Promise<void>;

/** Judges by the model and the baseline that hold here. @throws UsageError */
export async function judge(folders: Folders): Promise<Judge> {
  const chosen = chooseModel(null, folders);
  await readyModel(chosen);
  const baseline = chooseBaseline(chosen.model, folders, { foreign: false, network: null });
  return async (path, name, told) => {
    await scoreRecords(
      path,
      {
        file: name,
        model: chosen.model,
        baseline,
        threads: 1,
        cacheFolder: folders.cache,
        timeouts: telling.timeouts,
        records: 'full',
        reasons: 0,
      },
      {
        record: (record) => {
          if (record.type !== 'alert') told(record);
        },
        progress: () => !stop.asked,
      },
    );
  };
}
