// A whole capture again, for the vectors of all flows: they are not kept (1.2 KB each), so a filter by a feature or an
// export makes them anew.
import { flowRow, type FlowRow, type PacketRow, SaidError } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { type FlowColumns, type FlowTimeouts } from '../flow/index.ts';
import { type ByteSource, CaptureReader, folderSource, openCapture } from '../read/index.ts';
import { Analysis, VectorMaker } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';

export interface SweepOptions {
  readonly path: string;
  /** Bytes instead of the path: those of a file that is held open. */
  readonly source: ByteSource | null;
  /** Segments instead of the path, when the capture is a ring. */
  readonly files: readonly string[] | null;
  readonly cacheFolder: string;
  readonly timeouts: FlowTimeouts | undefined;
  /** Packets to read: those the window knows of. */
  readonly packets: number;
  /** The first of them that is still on disk: what began earlier has no vector any more. */
  readonly first: PacketRow;
  readonly columns: FlowColumns;
}

/** @param take gets each flow's vector when it completes; flows have the rows that they have in the session */
export async function sweep(
  o: SweepOptions,
  take: (row: FlowRow, vector: Float32Array) => void,
  turns: TimeSlices,
): Promise<void> {
  const vector = new Float32Array(FEATURE_COUNT);
  const rowOf = o.first === 0 ? null : new Map<number, FlowRow>();
  if (rowOf !== null)
    for (let row = flowRow(0); row < o.columns.count; row++)
      if (o.columns.firstPacket[row]! >= o.first) rowOf.set(o.columns.firstPacket[row]!, row);
  const a: Analysis = new Analysis(
    {
      completed: (analysis, slot, row) => {
        const known = rowOf === null ? row : rowOf.get(analysis.flows.columns.firstPacket[row]! + o.first);
        if (known !== undefined) {
          // The beginning of a ring may be gone, so what the capture held around the flow is taken as the session saw
          // it.
          analysis.flows.columns.takeSurroundings(row, o.columns, known);
          maker.fill(slot, row, vector, 0);
          take(known, vector);
        }
        return false;
      },
    },
    { keepPackets: true, openFlows: 32_768, ...(o.timeouts ? { timeouts: o.timeouts } : {}) },
  );
  const maker = new VectorMaker(a);
  const held = o.source ?? (o.files === null ? null : folderSource(o.path, o.files));
  const opened =
    held === null
      ? openCapture(o.path, a, { cacheFolder: o.cacheFolder })
      : { ok: true as const, reader: new CaptureReader(held, a), temporary: false };
  if (!opened.ok) throw new SaidError(opened.ending.message);
  try {
    while (a.packetCount < o.packets - o.first && (await opened.reader.step())) {
      turns.done = a.packetCount / Math.max(1, o.packets - o.first);
      if (turns.due) await turns.rest();
    }
    a.finish();
  } finally {
    opened.reader.close();
    if (opened.temporary) opened.reader.discard();
  }
}
