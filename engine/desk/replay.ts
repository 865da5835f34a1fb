// Reads the packets of one flow from disk again and makes its vector, for reasons, features and pictures.
import { FEATURE_COUNT } from '../features/index.ts';
import { inChunk } from '../decode/index.ts';
import type { FlowRow, PacketRow } from '../../contract/index.ts';
import { OPEN, SEQUENCE, type FlowTimeouts } from '../flow/index.ts';
import { Analysis, factsOfRow, PROTOCOL_GROUPS, VectorMaker } from '../session/index.ts';
import { type PacketBytes, CapturedPacket } from '../read/index.ts';
import { PacketDecoder, type Layers } from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';

export interface ReplayedFlow {
  readonly vector: Float32Array;
  readonly group: string;
  /** Length of each of the first payload packets, negative from the responder, and its row. */
  readonly sequence: Int32Array;
  readonly sequenceRows: Uint32Array;
}

/** Packets of a flow that are read again; a longer one is explained by its first half million. */
const MAX_PACKETS = 500_000;
const MAX_BYTES = 65_536;

/** Sees each packet of the flow after it was taken in. */
export type ReplayWatch = (again: Analysis, row: PacketRow, dir: number, layers: Layers, data: Uint8Array) => void;

export async function replayFlow(
  a: Analysis,
  bytes: PacketBytes,
  flow: FlowRow,
  timeouts: FlowTimeouts | undefined,
  turns: TimeSlices,
  watch?: ReplayWatch,
): Promise<ReplayedFlow> {
  const columns = a.flows.columns;
  const vector = new Float32Array(FEATURE_COUNT).fill(NaN);
  let group = 0;
  let taken = false;
  const take = (b: Analysis, slot: number, row: FlowRow): void => {
    if (taken || row !== 0) return;
    taken = true;
    // What ended the flow may lie outside of it, in the time of other flows' packets.
    if (columns.endReason[flow] !== OPEN) b.flows.columns.endReason[row] = columns.endReason[flow]!;
    // The DNS answer that led here and the capture's other flows are outside of it too; they are taken as the session
    // saw them.
    const resolution = factsOfRow(a, flow)?.resolution ?? null;
    if (resolution !== null) b.inspector.factsOf(slot).resolution = resolution;
    b.flows.columns.takeSurroundings(row, columns, flow);
    maker.fill(slot, row, vector, 0);
    group = maker.group(slot, row);
  };
  const again: Analysis = new Analysis(
    {
      completed: (b, slot, row) => {
        take(b, slot, row);
      },
    },
    { openFlows: 16, ...(timeouts ? { timeouts } : {}) },
  );
  const maker = new VectorMaker(again);
  const decoder = new PacketDecoder();
  const packet = new CapturedPacket();
  const lengths: number[] = [];
  const rows: PacketRow[] = [];
  let fed = 0;
  const last = columns.lastPacketOf(flow);
  for (let row = columns.firstPacketOf(flow); row <= last && fed < MAX_PACKETS; row++) {
    const chunk = a.packets.chunk(row);
    const i = inChunk(row);
    if (chunk.owner[i] !== flow) continue;
    const data = bytes.read(chunk.offset[i]!, Math.min(MAX_BYTES, chunk.captured[i]!));
    packet.place(data, 0, data.length, chunk.offset[i]!);
    packet.tell(chunk.wire[i]!, chunk.seconds[i]!, chunk.nanoseconds[i]!, chunk.link[i]!);
    again.packet(packet);
    fed++;
    if (watch !== undefined)
      watch(
        again,
        row,
        chunk.marks[i]! & 1,
        decoder.decode(data, 0, data.length, chunk.link[i]!, chunk.wire[i]!),
        data,
      );
    if (lengths.length < SEQUENCE) {
      const l = decoder.decode(data, 0, data.length, chunk.link[i]!, chunk.wire[i]!);
      if (l.payloadWire > 0) {
        lengths.push(chunk.marks[i]! & 1 ? -l.payloadWire : l.payloadWire);
        rows.push(row);
      }
    }
    if (turns.due) await turns.rest();
  }
  again.finish();
  return {
    vector,
    group: PROTOCOL_GROUPS[group]!,
    sequence: Int32Array.from(lengths),
    sequenceRows: Uint32Array.from(rows),
  };
}
