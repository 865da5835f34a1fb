// `sightline export --as ipfix|netflow9`: messages of a flow exporter, or a capture of them where the name says .pcap.
import { count } from '../contract/index.ts';
import { FlowExportFile } from '../engine/host-exchange.ts';
import type { Export } from './export-run.ts';

/** @throws WriteError */
export function netflowExport(path: string, form: 'ipfix' | 'netflow9'): Export {
  const file = new FlowExportFile(path, form);
  return {
    capture: async ({ analysis, again }) => {
      const walk = file.walk(analysis);
      await again(walk);
      walk.finish();
    },
    close: async () => {
      await file.close();
      return [`${count(file.flows)} flows in ${count(file.messages)} messages in ${path}.`];
    },
    discard: () => file.discard(),
  };
}
