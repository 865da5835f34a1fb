// One capture through index, flows, all features and verdicts, in a process of its own; says what its memory went to. Started by bench/flows.ts.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BYTES_PER_PACKET, CHUNK_ROWS } from '../engine/decode/index.ts';
import { foreignBaseline, loadModel } from '../engine/detect/index.ts';
import { D_STRIDE, H_STRIDE, SEQUENCE, U_STRIDE } from '../engine/flow/index.ts';
import { scoreFile } from '../engine/session/index.ts';

const file = process.argv[2]!;
const loaded = loadModel(readFileSync(fileURLToPath(new URL('../models/default.json', import.meta.url)), 'utf8'));
if (!loaded.ok) throw new Error(loaded.message);
const collect = (globalThis as { gc?: () => void }).gc;
collect?.();
const before = process.memoryUsage().heapUsed;
const { analysis } = await scoreFile(file, { model: loaded.model, baseline: foreignBaseline(loaded.model), threads: 2, cacheFolder: tmpdir(), keepPackets: true }, {});
if (process.argv[3] === 'memory') {
  collect?.();
  const flows = analysis.flows.columns.count;
  const columns = analysis.flows.columns.fields().reduce((n, [, array, perRow]) => n + array.BYTES_PER_ELEMENT * perRow, 0);
  const heap = (process.memoryUsage().heapUsed - before) / flows;
  console.log(JSON.stringify({ packets: analysis.packetCount, flows, packetBytes: BYTES_PER_PACKET, chunkRows: CHUNK_ROWS, openFlow: U_STRIDE * 4 + D_STRIDE * 8 + H_STRIDE * 2 + SEQUENCE * 8 + 12, closedColumns: columns, closedHeap: heap }));
}
