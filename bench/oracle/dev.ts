import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cachePath, oraclePackets } from './tshark.ts';
import { compareColumns, compareConversations, compareHellos, readWhole } from './compare.ts';

const root = process.env['SIGHTLINE_DATA'] ?? '/work/shared/data';
const filter = process.argv[2] ?? '';
const show = process.argv[3] ?? '';
function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}
let files = 0; let convTotal = 0; let convDiff = 0; let pk = 0;
const wrong = { source: 0, destination: 0, length: 0, protocol: 0 } as Record<string, number>;
let protoMean = 0; let notOpened = 0; let helloTotal = 0; let helloDiff = 0;
const kinds = new Map<string, { weight: number; count: number; files: Set<string> }>();
const note = (k: string, w: number, f: string): void => { const e = kinds.get(k) ?? { weight: 0, count: 0, files: new Set() }; e.weight += w; e.count++; e.files.add(f); kinds.set(k, e); };
const t0 = performance.now();
for (const folder of ['corpus', 'ja4/captures', 'malformed']) for (const file of walk(join(root, folder))) {
  const rel = relative(root, file);
  if (!rel.includes(filter)) continue;
  const oracle = oraclePackets(file, cachePath('/tmp/oracle/out', rel));
  const r = await readWhole(file);
  if (oracle === null) { notOpened++; continue; }
  files++;
  const conv = compareConversations(r, oracle);
  convTotal += conv.total; convDiff += conv.differences.length;
  if (show === 'conv') for (const d of conv.differences) console.log(rel, d.key, 'ours', d.ours, 'theirs', d.theirs);
  if (conv.differences.length) note(`conv`, 0, `${rel}(${conv.differences.length})`);
  const col = compareColumns(r, oracle);
  pk += col.packets;
  let bad = 0;
  for (const d of col.differences) {
    wrong[d.column]!++;
    if (d.column === 'protocol') { bad++; note(`P ${d.ours} != ${d.theirs}`, 1 / col.packets, rel); }
    else note(`${d.column} ${d.ours.includes('missing') ? 'missing' : ''}${d.column === 'length' ? '' : d.packet.layers.slice(0, 30)}`, 0, rel);
    if (show === d.column || show === `${d.column} ${d.ours} ${d.theirs}`) console.log(rel, d.no, d.column, 'ours', d.ours, 'theirs', d.theirs, d.packet.layers, d.packet.info.slice(0, 80));
  }
  protoMean += 1 - bad / col.packets;
  const hello = compareHellos(r, oracle);
  helloTotal += hello.total; helloDiff += hello.differences.length;
  if (show === 'hello') for (const d of hello.differences) console.log(rel, d.no, d.what, 'ours', d.ours, 'theirs', d.theirs);
}
console.log({ files, notOpened, pk, convTotal, convDiff, wrong, protoMean: protoMean / files, helloTotal, helloDiff, ms: performance.now() - t0 });
const rows = [...kinds].sort((a, b) => b[1].weight - a[1].weight || b[1].count - a[1].count);
for (const [k, v] of rows.slice(0, Number(process.argv[4] ?? 60))) console.log(`${(v.weight / files * 100).toFixed(3)}%`, v.count, k, [...v.files].slice(0, 3).join(' '), v.files.size);
