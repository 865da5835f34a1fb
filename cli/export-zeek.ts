// `sightline export --as zeek`: Zeek's logs of captures in a folder.
import { join } from 'node:path';
import { ZeekLogs } from '../engine/host-exchange.ts';
import type { Export, Exported } from './export-run.ts';

/** @param folder where the logs go @throws WriteError */
export function zeekExport(folder: string, form: 'tsv' | 'json'): Export {
  const logs = new ZeekLogs(folder, form);
  return {
    capture: async ({ analysis, again }: Exported) => {
      const walk = logs.walk(analysis);
      await again(walk);
      walk.finish();
    },
    close: async () => {
      const lines = Object.entries(await logs.close()).map(([name, count]) => `${count} in ${name}.log`);
      return [`${join(folder, '*.log')}: lines ${lines.join(', ')}.`];
    },
    discard: () => logs.discard(),
  };
}
