// What a capture's first packets tell, for the second question before it is analysed. Bounded: so many packets, so many
// bytes, whatever the size.
import { closeSync, openSync, readSync } from 'node:fs';
import { type PacketRow } from '../../contract/index.ts';
import { Analysis, compressionOf, openCapture, packetBytes, packetRecord } from '../../engine/host.ts';
import type { Look, Order } from './orders.ts';

/** Packets that are looked at, packets that are shown, and bytes after which it ends. */
const LOOKED = 2_000;
const SHOWN = 10;
const MOST_BYTES = 4 * 1024 * 1024;
const HEAD = 8;

/** @throws where the file cannot be opened at all */
export async function look(o: Extract<Order, { kind: 'look' }>): Promise<Look> {
  const compression = compressionOf(headOf(o.path));
  const analysis = new Analysis({ completed: () => undefined });
  const opened = openCapture(o.path, analysis, { cacheFolder: o.scratch, limits: o.inflating });
  const nothing = { format: 'unknown', compression, packets: [], looked: 0, whole: false, protocols: [] };
  if (!opened.ok) return { ...nothing, trouble: opened.ending };
  const { reader } = opened;
  try {
    let more = true;
    while (more && analysis.packetCount < LOOKED && reader.stream.offset < MOST_BYTES) more = await reader.step();
    const ending = reader.ending();
    analysis.finish();
    // What was read of an inflated capture stands in the cache file, what comes after it was not asked for.
    const trouble = more || ending.kind === 'ok' ? null : ending;
    const bytes = packetBytes(reader.source.path);
    const looked = analysis.packetCount;
    const packets = Array.from({ length: Math.min(SHOWN, looked) }, (_, row) =>
      packetRecord(analysis, row as PacketRow, bytes),
    );
    bytes.close();
    return {
      format: reader.meta.format,
      compression,
      packets,
      looked,
      whole: !more,
      protocols: protocolsOf(analysis, looked),
      trouble,
    };
  } finally {
    reader.close();
    if (opened.temporary) reader.discard();
  }
}

function headOf(path: string): Uint8Array {
  const fd = openSync(path, 'r');
  try {
    const head = new Uint8Array(HEAD);
    return head.subarray(0, readSync(fd, head, 0, HEAD, 0));
  } finally {
    closeSync(fd);
  }
}

function protocolsOf(analysis: Analysis, looked: number): Look['protocols'] {
  const counts = new Map<string, number>();
  for (let row = 0; row < Math.min(looked, LOOKED); row++) {
    const { protocol } = packetRecord(analysis, row as PacketRow, null);
    counts.set(protocol, (counts.get(protocol) ?? 0) + 1);
  }
  return [...counts].map(([name, packets]) => ({ name, packets })).sort((x, y) => y.packets - x.packets);
}
