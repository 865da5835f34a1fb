// EVE of captures against the schema that Suricata publishes (etc/schema.json, GPL-2: read from a path, not shipped).
// `npm run oracle:eve -- --schema FILE CAPTURE|FOLDER…`
import { readFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Ajv } from 'ajv';
import { Analysis, openCapture, type PacketSink } from '../../engine/host.ts';
import { EveLines } from '../../engine/host-exchange.ts';
import { capturesIn } from '../../engine/testing/captures.ts';

const { values, positionals } = parseArgs({
  options: { schema: { type: 'string' }, every: { type: 'string' } },
  allowPositionals: true,
});
if (values.schema === undefined) throw new Error("say where Suricata's schema is: --schema FILE");
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const validate = ajv.compile(JSON.parse(readFileSync(values.schema, 'utf8')) as object);
const work = mkdtempSync(join(tmpdir(), 'sightline-eve-'));
const every = Number(values.every ?? 1);
const paths = positionals
  .flatMap((path) => (statSync(path).isDirectory() ? capturesIn(path) : [path]))
  .filter((path, i) => i % every === 0 && statSync(path).size < 50_000_000);

async function read(path: string, sink: PacketSink): Promise<void> {
  const opened = openCapture(path, sink, { cacheFolder: work });
  if (!opened.ok) return;
  while (await opened.reader.step());
  opened.reader.close();
  if (opened.temporary) opened.reader.discard();
}

const counts = new Map<string, { events: number; wrong: number }>();
const wrong = new Map<string, number>();
for (const path of paths) {
  const to = join(work, 'eve.json');
  const analysis = new Analysis({ completed: () => undefined });
  await read(path, analysis);
  analysis.finish();
  const lines = new EveLines(to);
  const walk = lines.walk(analysis, path);
  await read(path, walk);
  walk.finish();
  await lines.close();
  for (const line of readFileSync(to, 'utf8').split('\n')) {
    if (line === '') continue;
    const event: unknown = JSON.parse(line);
    const kind = /"event_type":"(\w+)"/.exec(line)?.[1] ?? 'none';
    const tally = counts.get(kind) ?? { events: 0, wrong: 0 };
    counts.set(kind, tally);
    tally.events++;
    if (validate(event)) continue;
    tally.wrong++;
    for (const e of validate.errors ?? []) {
      const what = `${kind} ${e.instancePath} ${e.message ?? ''} ${JSON.stringify(e.params)}`;
      wrong.set(what, (wrong.get(what) ?? 0) + 1);
    }
  }
}
rmSync(work, { recursive: true });
console.log(`${paths.length} captures`);
for (const [kind, { events, wrong: n }] of counts) console.log(`${kind}: ${events} events, ${n} do not fit the schema`);
for (const [what, n] of [...wrong].sort((a, b) => b[1] - a[1]).slice(0, 30)) console.log(`${n} ${what}`);
process.exitCode = wrong.size > 0 ? 1 : 0;
