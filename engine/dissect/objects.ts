// Objects that were sent, as the engine finds them: of the whole capture where that is small, else of batches of whole
// conversations between two hosts.
import { type FlowRow, flowRow, type ObjectKind, type PacketRow, packetRow } from '../../contract/index.ts';
import { inChunk, IPPROTO_TCP } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { WHOLE_BYTES, WHOLE_PACKETS } from './context.ts';
import { type DeepWork, type Loaded, rowOf } from './deep.ts';
import { isWhole, type TreeSource } from './trees.ts';
import type { FoundObject } from './work.ts';

const TFTP = 69;
/** Of these the engine makes its list once a process; asked again, also for another capture, it has none. */
const ONCE: ReadonlySet<ObjectKind> = new Set(['smb', 'ftp-data']);
/** Objects of one capture that are listed. */
const MAX_OBJECTS = 5_000;

export interface FoundIn {
  readonly row: PacketRow;
  readonly object: FoundObject;
}

/** An object at hand: its number among those of the capture, and how to get its bytes. */
export interface AtHand extends FoundIn {
  readonly number: number;
  readonly bytes: () => Promise<Uint8Array>;
}

export interface Listing {
  readonly found: readonly FoundIn[];
  readonly left: number;
  readonly partial: boolean;
}

export async function findObjects(
  deep: DeepWork,
  s: TreeSource,
  kind: ObjectKind,
  turns: TimeSlices,
): Promise<Listing> {
  const found: FoundIn[] = [];
  const said = await objectsIn(deep, s, kind, turns, async ({ row, object }) => {
    found.push({ row, object });
  });
  return { found, ...said };
}

/** Goes through a capture's objects in the same order each time. */
export async function objectsIn(
  deep: DeepWork,
  s: TreeSource,
  kind: ObjectKind,
  turns: TimeSlices,
  take: (object: AtHand) => Promise<void>,
): Promise<{ readonly left: number; readonly partial: boolean }> {
  const { batches, partial } = isWhole(s)
    ? { batches: [null], partial: false }
    : await batchesOf(s.analysis, kind, turns);
  let number = 0;
  let left = 0;
  for (const [i, batch] of batches.entries()) {
    await deep.alone(async () => {
      const context = { name: `objects ${kind} ${i}`, rows: batch ?? [] };
      if (ONCE.has(kind)) deep.anew();
      const loaded = await deep.load(s, () => context, turns);
      const said = await deep.ask({ do: 'objects', tap: kind, limit: Math.max(0, MAX_OBJECTS - number) });
      left += said.left;
      for (const [index, object] of said.objects.entries())
        await take({
          number: number++,
          row: rowFor(s.analysis, loaded, object),
          object,
          bytes: async () => (await deep.ask({ do: 'object', tap: kind, index })).bytes,
        });
    });
    turns.done = (i + 1) / batches.length;
    await turns.rest();
  }
  return { left, partial };
}

function rowFor(a: Analysis, loaded: Loaded, object: FoundObject): PacketRow {
  const row = rowOf(loaded, object.frame) ?? packetRow(0);
  return row < a.packets.count ? row : packetRow(0);
}

/** Rows of batches, each no more than the engine takes at once. A conversation that is larger is read in parts. */
async function batchesOf(
  a: Analysis,
  kind: ObjectKind,
  turns: TimeSlices,
): Promise<{ readonly batches: PacketRow[][]; readonly partial: boolean }> {
  const c = a.flows.columns;
  const udp = kind === 'tftp';
  const pairs = new Map<string, { readonly flows: FlowRow[]; tftp: boolean }>();
  for (let f = flowRow(0); f < c.count; f++) {
    if (c.hasPorts[f] !== 1 || (c.ipProtocol[f] === IPPROTO_TCP) === udp) continue;
    const one = c.initiator[f]!;
    const two = c.responder[f]!;
    const key = one < two ? `${one} ${two}` : `${two} ${one}`;
    const pair = pairs.get(key) ?? { flows: [], tftp: false };
    pairs.set(key, pair);
    pair.flows.push(f);
    pair.tftp ||= c.responderPort[f] === TFTP || c.initiatorPort[f] === TFTP;
    if (turns.due) await turns.rest();
  }
  const place = new Int32Array(c.count).fill(-1);
  let order = 0;
  for (const pair of pairs.values()) if (!udp || pair.tftp) for (const f of pair.flows) place[f] = order++;
  return pack(a, place, turns);
}

async function pack(
  a: Analysis,
  place: Int32Array,
  turns: TimeSlices,
): Promise<{ readonly batches: PacketRow[][]; readonly partial: boolean }> {
  // Sizes of flows first, so that whole flows share a batch.
  const packets = new Map<number, number>();
  const bytes = new Map<number, number>();
  const each = async (take: (row: PacketRow, at: number, size: number) => void): Promise<void> => {
    for (let row = packetRow(0); row < a.packets.count; row++) {
      const flow = a.packets.flowOf(row);
      const at = flow === null ? -1 : place[flow]!;
      if (at >= 0) take(row, at, a.packets.chunk(row).captured[inChunk(row)]!);
      if ((row & 1023) === 0 && turns.due) await turns.rest();
    }
  };
  await each((_row, at, size) => {
    packets.set(at, (packets.get(at) ?? 0) + 1);
    bytes.set(at, (bytes.get(at) ?? 0) + size);
  });
  const batchOf = new Map<number, number>();
  let batch = 0;
  let room = { packets: WHOLE_PACKETS, bytes: WHOLE_BYTES };
  let partial = false;
  for (const at of [...packets.keys()].sort((x, y) => x - y)) {
    const need = { packets: packets.get(at)!, bytes: bytes.get(at)! };
    if ((need.packets > room.packets || need.bytes > room.bytes) && room.packets < WHOLE_PACKETS) {
      batch++;
      room = { packets: WHOLE_PACKETS, bytes: WHOLE_BYTES };
    }
    batchOf.set(at, batch);
    partial ||= need.packets > WHOLE_PACKETS || need.bytes > WHOLE_BYTES;
    room = { packets: room.packets - need.packets, bytes: room.bytes - need.bytes };
  }
  const rows: PacketRow[][] = Array.from({ length: packets.size === 0 ? 0 : batch + 1 }, () => []);
  const spent = new Float64Array(rows.length);
  await each((row, at, size) => {
    const to = batchOf.get(at)!;
    if (rows[to]!.length >= WHOLE_PACKETS || spent[to]! + size > WHOLE_BYTES) return;
    spent[to]! += size;
    rows[to]!.push(row);
  });
  return { batches: rows, partial };
}
