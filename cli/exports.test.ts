import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packetsOf, pcap, tcp } from '../engine/testing/packets.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const home = mkdtempSync(join(tmpdir(), 'sightline-exports-'));
after(() => rmSync(home, { recursive: true, force: true }));
const env = {
  ...process.env,
  SIGHTLINE_CACHE: join(home, 'cache'),
  SIGHTLINE_DATA_HOME: join(home, 'data'),
  NO_COLOR: '1',
};
const linux = process.platform === 'linux';
const root = process.getuid?.() === 0;

function sightline(args: readonly string[], before = ''): { code: number | null; err: string } {
  const done = spawnSync('sh', ['-c', `${before} exec "$0" "$@"`, process.execPath, PROGRAM, ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { code: done.status, err: done.stderr };
}

/** Each way to write something, into a folder. */
const WAYS: readonly (readonly [string, (to: string) => readonly string[], readonly string[]])[] = [
  ['goodx', (to) => ['export', SAMPLE, '--to', to, '--unlabelled-as-good'], ['goodx.csv', 'badx.csv', 'manifest.json']],
  ['csv', (to) => ['flows', SAMPLE, '--features', join(to, 'x.csv')], ['x.csv', 'x.manifest.json']],
  ['parquet', (to) => ['flows', SAMPLE, '--features', join(to, 'x.parquet')], ['x.parquet', 'x.manifest.json']],
  ['arrow', (to) => ['export', SAMPLE, '--as', 'arrow', '--to', join(to, 'x.arrow')], ['x.arrow', 'x.manifest.json']],
  [
    'zeek',
    (to) => ['export', SAMPLE, '--as', 'zeek', '--to', to],
    ['conn', 'dns', 'ssl', 'http', 'x509', 'files'].map((n) => `${n}.log`),
  ],
  ['eve', (to) => ['export', SAMPLE, '--as', 'eve', '--to', join(to, 'x.json')], ['x.json']],
  ['ecs', (to) => ['export', SAMPLE, '--as', 'ecs', '--to', join(to, 'x.jsonl')], ['x.jsonl']],
  ['pcapng', (to) => ['export', SAMPLE, '--as', 'pcapng', '--to', join(to, 'x.pcapng')], ['x.pcapng']],
  [
    'anonymous',
    (to) => ['export', SAMPLE, '--as', 'anonymous', '--payload', 'zero', '--to', join(to, 'x.pcapng')],
    ['x.pcapng'],
  ],
  ['records', (to) => ['flows', SAMPLE, '--output', join(to, 'x.jsonl')], ['x.jsonl']],
];

function folderOf(): string {
  return mkdtempSync(join(home, 'f-'));
}

for (const [name, call, files] of WAYS) {
  test(
    `${name}: whole, private; a folder in the way, a full disk, a limit leave nothing and say so with code 2`,
    { skip: linux ? false : 'Linux' },
    () => {
      const to = folderOf();
      assert.equal(sightline(call(to)).code, 0);
      assert.deepEqual(readdirSync(to).toSorted(), [...files].toSorted());
      for (const file of files) assert.equal(statSync(join(to, file)).mode & 0o777, 0o600, file);

      for (const file of files) {
        const blocked = folderOf();
        mkdirSync(join(blocked, file));
        const { code, err } = sightline(call(blocked));
        assert.equal(code, 2);
        assert.equal(err, `sightline: ${join(blocked, file)} cannot be written: a folder is in the way\n`);
        assert.deepEqual(readdirSync(blocked), [file]);
      }
      // The shell's limit of a file's size; SIGXFSZ is ignored so that the write fails instead.
      if (call(folderOf())[0] !== 'export') {
        // The label store could not be opened with it, and goodx needs that first.
        const limited = folderOf();
        const { code, err } = sightline(call(limited), "trap '' XFSZ; ulimit -f 40;");
        assert.equal(code, 2, err);
        assert.match(err, /cannot be written: the file would be larger than is allowed here/);
        assert.deepEqual(readdirSync(limited), []);
      }
      if (root) {
        const disk = folderOf();
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', disk]);
        try {
          writeFileSync(join(disk, files[0]!), 'old');
          const full = sightline(call(disk));
          assert.equal(full.code, 2, full.err);
          assert.match(full.err, /cannot be written: the disk is full/);
          assert.deepEqual([readdirSync(disk), readFileSync(join(disk, files[0]!), 'utf8')], [[files[0]!], 'old']);
        } finally {
          execFileSync('umount', [disk]);
        }
      }
    },
  );
}

test('no flows: every table is good and empty, and says what it stands on', async () => {
  const { parquetMetadata, parquetReadObjects, asyncBufferFromFile } = await import('hyparquet');
  const folder = folderOf();
  const none = join(folder, 'none.pcap');
  writeFileSync(none, pcap([]));
  for (const to of ['x.csv', 'x.parquet'])
    assert.equal(sightline(['flows', none, '--features', join(folder, to)]).code, 0);
  const file = await asyncBufferFromFile(join(folder, 'x.parquet'));
  assert.deepEqual(await parquetReadObjects({ file }), []);
  const said = new Map(
    parquetMetadata((await file.slice(0)) as ArrayBuffer).key_value_metadata?.map((k) => [k.key, k.value]),
  );
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const manifest = JSON.parse(readFileSync(join(folder, 'x.manifest.json'), 'utf8')) as Record<string, unknown>;
  assert.equal(said.get('product'), `Sightline ${version}`);
  assert.equal(manifest['product'], `Sightline ${version}`);
  assert.equal(said.get('schema_version'), String(manifest['schema_version']));
  assert.match(said.get('schema_hash')!, /^[0-9a-f]{64}$/);
  assert.deepEqual(JSON.parse(said.get('timeouts')!), manifest['timeouts']);
  assert.equal((manifest['timeouts'] as Record<string, number>)['tcpEstablished'], 300);
  assert.equal(manifest['flows'], 0);
});

test('Parquet has typed columns: stamps in ns UTC as the records say, whole numbers, texts', async () => {
  const { parquetMetadata, parquetReadObjects, asyncBufferFromFile } = await import('hyparquet');
  const folder = folderOf();
  const capture = join(folder, 'a.pcap');
  // Stamps whose last digits a double of seconds or milliseconds would lose.
  const frames = [
    tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'S' }),
    tcp('[fe80::1]:4000', '[fe80::2]:443', { flags: 'S' }),
  ];
  writeFileSync(capture, pcap(packetsOf(frames), { nano: true }));
  for (const [input, count] of [
    [capture, 2],
    [SAMPLE, null],
  ] as const) {
    const to = join(folder, 'x.parquet');
    assert.equal(sightline(['flows', input, '--features', to]).code, 0);
    const records = spawnSync(process.execPath, [PROGRAM, 'flows', input], { env, encoding: 'utf8', maxBuffer: 1e9 })
      .stdout.split('\n')
      .filter((l) => l.startsWith('{"type":"flow"'))
      .map((l) => JSON.parse(l) as { id: number; start: string; end: string; src: string; sport: number | null });
    const file = await asyncBufferFromFile(to);
    const raw = await parquetReadObjects({ file, parsers: { timestampFromNanoseconds: (v: bigint) => v } as never });
    assert.equal(raw.length, count ?? records.length);
    const byId = new Map(records.map((r) => [BigInt(r.id), r]));
    for (const row of raw) {
      const r = byId.get(row['id'] as bigint)!;
      for (const key of ['start', 'end'] as const) {
        const ns = row[key] as bigint;
        const second = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19);
        const text = `${second}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
        assert.equal(text, r[key]);
      }
      assert.deepEqual([row['src'], row['sport'] ?? null], [r.src, r.sport]);
    }
    const schema = new Map(parquetMetadata((await file.slice(0)) as ArrayBuffer).schema.map((e) => [e.name, e]));
    assert.deepEqual(schema.get('start')!.logical_type, { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' });
    assert.deepEqual(
      ['start', 'end', 'id', 'sport', 'score', 'src', 'packets_fwd'].map((n) => schema.get(n)?.type),
      ['INT64', 'INT64', 'INT64', 'INT32', 'DOUBLE', 'BYTE_ARRAY', 'FLOAT'],
    );
  }
});
