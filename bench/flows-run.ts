// One capture through index, flows, all features and verdicts, in a process of its own and as built; says what its
// memory went to. Started by bench/flows.ts.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as Decode from '../engine/decode/index.ts';
import type * as Flow from '../engine/flow/index.ts';
import type * as Host from '../engine/host.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const load = <T>(file: string): Promise<T> =>
  import(pathToFileURL(join(ROOT, 'dist', 'engine', file)).href) as Promise<T>;
const { foreignBaseline, scoreFile, shippedFile, usableModel } = await load<typeof Host>('host.js');

const file = process.argv[2]!;
const model = usableModel(shippedFile(ROOT));
const collect = (globalThis as { gc?: () => void }).gc;
collect?.();
const before = process.memoryUsage().heapUsed;
const { analysis } = await scoreFile(
  file,
  { model, baseline: foreignBaseline(model), threads: 2, cacheFolder: tmpdir(), keepPackets: true },
  {},
);
if (process.argv[3] === 'memory') {
  const { BYTES_PER_PACKET, CHUNK_ROWS } = await load<typeof Decode>('decode/index.js');
  const { D_STRIDE, H_STRIDE, SEQUENCE, U_STRIDE } = await load<typeof Flow>('flow/index.js');
  collect?.();
  const flows = analysis.flows.columns.count;
  const columns = analysis.flows.columns
    .fields()
    .reduce((n, [, array, perRow]) => n + array.BYTES_PER_ELEMENT * perRow, 0);
  const heap = (process.memoryUsage().heapUsed - before) / flows;
  console.log(
    JSON.stringify({
      packets: analysis.packetCount,
      flows,
      packetBytes: BYTES_PER_PACKET,
      chunkRows: CHUNK_ROWS,
      openFlow: U_STRIDE * 4 + D_STRIDE * 8 + H_STRIDE * 2 + SEQUENCE * 8 + 12,
      closedColumns: columns,
      closedHeap: heap,
    }),
  );
}
