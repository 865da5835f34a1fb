// Macros beside the bundled engine's own: of the same macros, both take the same filters, and what is written out here
// lets the packets through that the engine finds by itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expandMacros, FilterError } from '../filter/index.ts';
import { type FilteringSession, framesLetThrough } from './filtering.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
/** Where the engine looks for the user's macros: a name in quotes and a text, one a line. */
const FOLDER = '/home/web_user/.config/wireshark';
const MACROS = new Map([
  ['doc', '(ip.addr == 192.0.2.0/24 and tcp)'],
  ['conv', '(ip.addr == $1 and ip.addr == $2)'],
  ['net', '192.0.2.0/24'],
  ['nested', '$conv($1,${net})'],
  ['ports', 'tcp.port in {$1}'],
  ['either', '$1 or $2 or $1'],
  ['loop', '${loop}'],
]);
const FILTERS = [
  '${doc}',
  '$doc()',
  '${doc:}',
  'not ${doc} and frame.len > 60',
  '${conv:192.0.2.10;192.0.2.90}',
  '${conv;192.0.2.10;192.0.2.90}',
  '$conv(192.0.2.10,192.0.2.90)',
  '$conv{192.0.2.10,192.0.2.90}',
  '${nested:192.0.2.90}',
  'ip.src == ${net}',
  String.raw`${'${ports:80\\, 443}'}`,
  '${either:udp;arp}',
  'frame contains "${net}"',
  'frame matches "1$" and tcp',
  '${conv:1}',
  '${doc:1}',
  '${loop}',
  '${nothing}',
  '${tcp}',
  '${do c}',
  '${conv:1;}',
  '${conv:;1}',
  '${doc',
  '$conv(1,2',
  '${ip.src:3}',
  'frame contains "${nothing}"',
];

interface Engine {
  readonly FS: { mkdirTree(path: string): void; writeFile(path: string, data: string | Uint8Array): void };
  init(): void;
  checkFilter(filter: string): { readonly ok: boolean };
  readonly DissectSession: new (path: string) => FilteringSession & { load(): unknown; delete(): void };
}

test('the bundled engine makes of macros what is made of them here', async () => {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@goodtools/wiregasm/dist/wiregasm.js');
  const engine = await (require(entry) as (options: object) => Promise<Engine>)({
    locateFile: (name: string) => join(dirname(entry), name),
    print: () => undefined,
    printErr: () => undefined,
  });
  engine.FS.mkdirTree(FOLDER);
  engine.FS.writeFile(`${FOLDER}/dmacros`, [...MACROS].map(([name, text]) => `"${name}" ${text}\n`).join(''));
  engine.init();
  engine.FS.writeFile('/sample.pcapng', readFileSync(SAMPLE));
  const session = new engine.DissectSession('/sample.pcapng');
  session.load();
  const found = (filter: string): string => String(framesLetThrough(session, filter, 0, 0).frames);
  let some = 0;
  for (const filter of FILTERS) {
    let ours: string | null = null;
    try {
      ours = expandMacros(filter, MACROS).text;
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
    }
    assert.equal(ours !== null, engine.checkFilter(filter).ok, filter);
    if (ours === null) continue;
    assert.ok(ours === filter || !/\$\w|\$\{/.test(ours), `${filter}: ${ours}`);
    const theirs = found(filter);
    assert.equal(found(ours), theirs, filter);
    if (theirs !== '') some++;
  }
  assert.ok(some >= 10, `${some} find something`);
  session.delete();
});
