import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { builtKernel } from '../testing/kernels.ts';
import { clientHello, packetsOf, pcap, tcp, udp } from '../testing/packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-planted-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** A row at the beginning of one table of each kind, which nobody fills: every place behind it moves. */
const PLANTED = {
  'engine/features/shape.ts': ['const SHAPE = [', "packets('planted_state', 'count', 'planted', '种植'),"],
  'engine/features/names.ts': ['const FEATURES = [', "asked('planted_facts', 'count', 'planted', '种植'),"],
} as const;
const hook = join(folder, 'plant.mjs');
writeFileSync(
  hook,
  `import { registerHooks } from 'node:module';
const PLANTED = Object.entries(${JSON.stringify(PLANTED)});
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const [, row] = PLANTED.find(([path]) => url.endsWith(path)) ?? [];
    if (row === undefined) return loaded;
    const source = String(loaded.source);
    if (!source.includes(row[0])) throw new Error('no table in ' + url);
    return { ...loaded, source: source.replace(row[0], row.join('')) };
  },
});
`,
);

const PLANTING = pathToFileURL(hook).href;
/** The kernel is told of the other places. */
const HOOKS = [PLANTING, builtKernel(folder, [PLANTING])];

const capture = join(folder, 'capture.pcap');
const [A, B] = ['10.0.0.1:40000', '10.0.0.2:443'];
const query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 2, 98, 99, 0, 0, 1, 0, 1];
writeFileSync(
  capture,
  pcap(
    packetsOf([
      tcp(A, B, { flags: 'S', seq: 100 }),
      tcp(B, A, { flags: 'SA', seq: 500, ack: 101 }),
      tcp(A, B, { flags: 'PA', seq: 101, ack: 501, data: clientHello('planted.test') }),
      udp('10.0.0.1:5000', '10.0.0.53:53', query),
    ]),
  ),
);

/** Runs the command line from source. @returns the path of the table */
function tableOf(name: string, planted: boolean): string {
  const path = join(folder, name);
  const args = [
    ...(planted ? HOOKS.flatMap((url) => ['--import', url]) : []),
    MAIN,
    'flows',
    '--features',
    path,
    capture,
  ];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(run.status, 0, run.stderr);
  return path;
}

/** By column; each cell as text. */
function csv(path: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
  const names = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])));
}

test('a feature that nobody fills is missing in CSV and Parquet, and the others keep their values', async () => {
  const before = csv(tableOf('before.csv', false));
  const planted = csv(tableOf('after.csv', true));
  assert.equal(before.length, 2);
  assert.ok(before.some((row) => row['dns_queries'] === '1') && before.some((row) => row['sni_length'] === '12'));
  const expected: readonly Record<string, string>[] = before.map((row) => ({
    ...row,
    planted_state: '',
    planted_facts: '',
  }));
  assert.deepEqual(planted, expected);
  const file = await asyncBufferFromFile(tableOf('after.parquet', true));
  const rows = await parquetReadObjects({ file });
  assert.deepEqual(
    rows.map((row) => [row['planted_state'], row['planted_facts'], row['packets_fwd']]),
    expected.map((row) => [NaN, NaN, Number(row['packets_fwd'])]),
  );
});
