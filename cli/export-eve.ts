// `sightline export --as eve`: events of Suricata's EVE beside alerts, JSON lines in a file.
import { count } from '../contract/index.ts';
import { EveLines } from '../engine/host-exchange.ts';
import type { Export } from './export-run.ts';

/** @throws WriteError */
export function eveExport(path: string): Export {
  const lines = new EveLines(path);
  return {
    capture: async ({ analysis, name, again }) => {
      const walk = lines.walk(analysis, name);
      await again(walk);
      walk.finish();
    },
    close: async () => {
      await lines.close();
      const told = Object.entries(lines.counts).map(([kind, n]) => `${count(n)} ${kind}`);
      return [`${path}: events ${told.join(', ')}.`];
    },
    discard: () => lines.discard(),
  };
}
