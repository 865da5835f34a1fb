// A whole capture again, for the vectors of all flows: they are not kept (1.2 KB each), so a filter by a feature or an export makes them anew.
import type { FlowRow } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import { openCapture } from '../read/index.ts';
import { Analysis, VectorMaker } from '../session/index.ts';
import type { Turns } from '../view/index.ts';

export interface SweepOptions {
  readonly path: string;
  readonly cacheFolder: string;
  readonly timeouts: FlowTimeouts | undefined;
  /** Packets to read: those the window knows of. */
  readonly packets: number;
}

/** @param take gets each flow's vector when it completes; flows have the rows that they have in the session */
export async function sweep(o: SweepOptions, take: (row: FlowRow, vector: Float32Array) => void, turns: Turns): Promise<void> {
  const vector = new Float32Array(FEATURE_COUNT);
  const a: Analysis = new Analysis({
    completed: (analysis, slot, row) => {
      maker.fill(slot, row, vector, 0);
      take(row, vector);
      return analysis === null;
    },
    checkpoint: () => undefined,
  }, { keepPackets: true, openFlows: 32_768, ...(o.timeouts ? { timeouts: o.timeouts } : {}) });
  const maker = new VectorMaker(a);
  const opened = openCapture(o.path, a, { cacheFolder: o.cacheFolder });
  if (!opened.ok) throw new Error(opened.ending.message);
  try {
    while (a.packetCount < o.packets && (await opened.reader.step())) {
      turns.done = a.packetCount / Math.max(1, o.packets);
      if (turns.due) await turns.rest();
    }
    a.finish();
  } finally {
    opened.reader.close();
    if (opened.temporary) opened.reader.discard();
  }
}
