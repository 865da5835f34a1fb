// `sightline export --as ecs`: flows and incidents with their verdicts in the Elastic Common Schema, JSON lines.
import { count, plainJson } from '../contract/index.ts';
import { captureIdentity, flowKey, type Store, WholeFile } from '../engine/host.ts';
import { ecsFlow, ecsIncident } from '../engine/host-exchange.ts';
import type { Export } from './export-run.ts';
import type { Judge } from './judged.ts';
import { VERSION } from './product.ts';

/** @throws WriteError */
export function ecsExport(path: string, judge: Judge, store: Store): Export {
  const file = new WholeFile(path);
  const origin = { product: 'Sightline', version: VERSION };
  const counts = { flow: 0, incident: 0 };
  return {
    capture: async ({ path: at, name, input }) => {
      const labels = store.labels(captureIdentity(input.path));
      await judge(at, name, (record) => {
        counts[record.type]++;
        if (record.type === 'incident') {
          file.write(`${plainJson(ecsIncident(record, origin))}\n`);
          return;
        }
        const label = labels.get(flowKey(record));
        file.write(`${plainJson(ecsFlow(label === undefined ? record : { ...record, label }, origin))}\n`);
      });
    },
    close: async () => {
      await file.commit();
      return [`${count(counts.flow)} flows and ${count(counts.incident)} incidents in ${path}.`];
    },
    discard: () => file.discard(),
  };
}
