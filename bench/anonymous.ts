// What masking does to verdicts: captures are judged as they are and without addresses, names and payloads, in all four
// ways. `npm run bench:anonymous -- --every 9 FOLDER|CAPTURE…`
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FlowRecord } from '../contract/index.ts';
import { DEFAULT_TIMEOUTS, openCapture, scoreRecords, shippedFile, usableModel, WholeFile } from '../engine/host.ts';
import { AnonymousCapture, PAYLOADS, verdictRows, type VerdictTable, verdictTable } from '../engine/host-exchange.ts';
import { capturesIn } from '../engine/testing/captures.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const { values, positionals } = parseArgs({ options: { every: { type: 'string' } }, allowPositionals: true });
const every = Number(values.every ?? 1);
const paths = positionals
  .flatMap((path) => (statSync(path).isDirectory() ? capturesIn(path) : [path]))
  .filter((path, i) => i % every === 0 && statSync(path).size < 4_000_000);
const work = mkdtempSync(join(tmpdir(), 'sightline-anonymous-'));
const model = usableModel(shippedFile(ROOT));
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 1);

async function judged(path: string): Promise<FlowRecord[]> {
  const flows: FlowRecord[] = [];
  const orders = { file: path, model, baseline: null, threads: 1, cacheFolder: work, timeouts: DEFAULT_TIMEOUTS };
  await scoreRecords(
    path,
    { ...orders, records: 'full', reasons: 0 },
    { record: (r) => (r.type === 'flow' ? void flows.push(r) : undefined), progress: () => true },
  );
  return flows;
}

async function masked(path: string, payload: (typeof PAYLOADS)[number]): Promise<string> {
  const to = join(work, 'out.pcapng');
  const file = new WholeFile(to);
  const opened = openCapture(path, new AnonymousCapture(file, KEY, payload), { cacheFolder: work });
  if (opened.ok) {
    while (await opened.reader.step());
    opened.reader.close();
    if (opened.temporary) opened.reader.discard();
  }
  await file.commit();
  return to;
}

/** Tables of several captures as one. */
function together(tables: readonly VerdictTable[]): {
  readonly rows: string[][];
  readonly flows: number;
  readonly same: number;
} {
  const all = tables.map(verdictRows);
  const head = all[0]![0]!;
  const rows = all[0]!
    .slice(1)
    .map((row, r) =>
      row.map((cell, c) => (c === 0 ? cell : String(all.reduce((sum, t) => sum + Number(t[r + 1]![c]), 0)))),
    );
  const sum = (of: (t: VerdictTable) => number): number => tables.reduce((n, t) => n + of(t), 0);
  return { rows: [head, ...rows], flows: sum((t) => t.flows), same: sum((t) => t.same) };
}

const tables = new Map<string, VerdictTable[]>(PAYLOADS.map((payload) => [payload, []]));
for (const path of paths) {
  const before = await judged(path);
  for (const payload of PAYLOADS)
    tables.get(payload)!.push(verdictTable(before, await judged(await masked(path, payload))));
}
rmSync(work, { recursive: true });
console.log(`${paths.length} captures`);
for (const [payload, list] of tables) {
  const { rows, flows, same } = together(list);
  console.log(`\n${payload}: ${same} of ${flows} flows keep their verdict\n`);
  for (const [i, row] of rows.entries()) {
    console.log(`| ${row.join(' | ')} |`);
    if (i === 0) console.log(`|${'---|'.repeat(row.length)}`);
  }
}
