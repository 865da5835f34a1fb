import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type FlowRow, flowRow, packetRow } from '../../contract/index.ts';
import { inChunk, NO_FLOW } from '../decode/index.ts';
import { FEATURE_COUNT, FEATURES, SCHEMA_HASH } from '../features/index.ts';
import { DEFAULT_TIMEOUTS } from '../flow/index.ts';
import { openCapture, packetBytes } from '../read/index.ts';
import { Analysis, endpoints } from '../session/index.ts';
import { captureIdentity, Store } from '../store/index.ts';
import { exportGoodx } from './export-goodx.ts';
import { nanosecondsOf } from './field-kinds.ts';
import { flowCsvLine } from './flow-csv.ts';
import { formatRow, localTime, parseLocalTime, parseRow } from './goodx.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const ORIGINAL = fileURLToPath(new URL('../../../shared/data/original', import.meta.url));

/** The original's reading rule, as formats.md states it. */
function originalReader(text: string, bad: boolean): { pair: string; length: number; sport: string; dport: string }[] {
  return text
    .split('\n')
    .filter((l) => l !== '')
    .flatMap((line) => {
      const f = line.split(',');
      if (f[1] === '' || f[2] === '') return [];
      const length = Number(/^\d+$/.test(f[3]!) ? f[3] : f[4]);
      return [
        { pair: [f[1]!, f[2]!].sort().join(' '), length, sport: f.at(bad ? -3 : -4)!, dport: f.at(bad ? -2 : -3)! },
      ];
    });
}

function tally(rows: readonly { pair: string; length: number }[]): Map<string, string> {
  const pairs = new Map<string, [number, number]>();
  for (const r of rows) {
    const [n, bytes] = pairs.get(r.pair) ?? [0, 0];
    pairs.set(r.pair, [n + 1, bytes + r.length]);
  }
  return new Map([...pairs].sort().map(([k, v]) => [k, v.join('/')]));
}

test('exported goodx and badx, read by the original’s rule, give the capture’s host pairs, counts and lengths', async () => {
  const analysis = new Analysis({ completed: () => undefined });
  const opened = openCapture(SAMPLE, analysis, { cacheFolder: tmpdir() });
  assert.ok(opened.ok);
  while (await opened.reader.step()) {
    /* whole */
  }
  analysis.finish();
  const labelOf = (row: FlowRow): 'benign' | 'malicious' => (row % 3 === 0 ? 'malicious' : 'benign');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
  async function* sources() {
    yield { file: 'sample', sha256: captureIdentity(SAMPLE), analysis, bytes: packetBytes(SAMPLE), labelOf };
  }
  const counts = await exportGoodx(folder, sources(), {
    product: 'test',
    timeouts: DEFAULT_TIMEOUTS,
    unlabelledAsGood: false,
  });

  const expected = { good: [] as { pair: string; length: number }[], bad: [] as { pair: string; length: number }[] };
  for (let row = 0; row < analysis.packetCount; row++) {
    const chunk = analysis.packets.chunk(packetRow(row));
    const owner = chunk.owner[inChunk(packetRow(row))]!;
    if (owner >= NO_FLOW) continue;
    const [source, destination] = endpoints(analysis, packetRow(row));
    expected[labelOf(flowRow(owner)) === 'malicious' ? 'bad' : 'good'].push({
      pair: [source, destination].sort().join(' '),
      length: chunk.wire[inChunk(packetRow(row))]!,
    });
  }
  for (const kind of ['good', 'bad'] as const) {
    const text = readFileSync(join(folder, `${kind}x.csv`), 'utf8');
    assert.equal(text.trimEnd().split('\n').length, counts[kind]);
    assert.deepEqual(tally(originalReader(text, kind === 'bad')), tally(expected[kind]));
    for (const line of text.trimEnd().split('\n')) {
      const parsed = parseRow(line, 1);
      assert.ok(parsed.ok, line);
      assert.equal(parsed.row.label, kind);
      if (/^\d+$/.test(line.split(',')[3]!)) assert.equal(formatRow(parsed.row, true), line);
    }
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    rows: unknown;
    files: { sha256: string }[];
    time_zone: string;
  };
  assert.deepEqual(manifest.rows, { good: counts.good, bad: counts.bad });
  assert.equal(counts.unreadable, 0);
  assert.match(manifest.files[0]!.sha256, /^[0-9a-f]{64}$/);
});

test('rows with commas in info are read from both ends; our writer leaves none', () => {
  const tcp = parseRow('2021-04-25 14:17:22,10.0.0.1,10.0.0.2,219,Ether / IP / a,b, c / Raw,50869,7826,TCP,good', 1);
  assert.ok(tcp.ok);
  assert.deepEqual(
    [tcp.row.info, tcp.row.sport, tcp.row.dport, tcp.row.protocol, tcp.row.length],
    ['Ether / IP / a,b, c / Raw', '50869', '7826', 'TCP', 219],
  );
  const arp = parseRow('1970-01-01 08:00:12,a,b,ARP,42,who has x, y,UnKnow,UnKnow,bad', 1);
  assert.ok(arp.ok);
  assert.deepEqual([arp.row.protocol, arp.row.length, arp.row.info], ['ARP', 42, 'who has x, y']);
  assert.equal(formatRow(tcp.row, true).split(',').length, 9);
  assert.equal(parseRow('a,b,c', 4).ok, false);
  assert.equal(parseLocalTime(localTime(1_700_000_000)), 1_700_000_000);
});

test(
  'the original’s two files import without a lost row',
  { skip: existsSync(ORIGINAL) ? false : 'shared data is absent' },
  () => {
    const store = new Store(mkdtempSync(join(tmpdir(), 'sightline-')));
    let lines = 0;
    const rows = ['goodx.csv', 'badx.csv'].flatMap((name) =>
      readFileSync(join(ORIGINAL, name), 'utf8')
        .split('\n')
        .filter((l) => l !== '')
        .map((line, i) => {
          lines++;
          const parsed = parseRow(line, i + 1);
          assert.ok(parsed.ok, `${name}:${i + 1}: ${line}`);
          return parsed.row;
        }),
    );
    assert.equal(store.importRows('original', rows), lines);
    assert.deepEqual(
      store.importedRows('original').map((r) => ({ ...r })),
      rows,
    );
    assert.deepEqual(
      store.datasets().map((d) => [d.good, d.bad]),
      [[5600, 5506]],
    );
    store.close();
  },
);

test('labels live in the store by content; a damaged store is set aside, not lost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
  const store = new Store(folder);
  store.setLabel('capture', 'flow', 'malicious');
  store.setLabel('capture', 'flow', 'benign');
  assert.deepEqual([...store.labels('capture')], [['flow', 'benign']]);
  store.removeLabel('capture', 'flow');
  assert.equal(store.labels('capture').size, 0);
  store.close();
  const other = mkdtempSync(join(tmpdir(), 'sightline-'));
  writeFileSync(
    join(other, 'sightline.sqlite'),
    'this is no database, and it is longer than a header of SQLite would be: '.repeat(20),
  );
  const again = new Store(other);
  assert.ok(again.movedAside !== null && existsSync(again.movedAside));
  again.setLabel('c', 'f', 'unsure');
  again.close();
});

test('flows with every feature: CSV and Parquet hold the same, and Parquet is read back by another reader', async () => {
  const { parquetReadObjects, parquetMetadata, asyncBufferFromFile } = await import('hyparquet');
  const { featureTable } = await import('./feature-table.ts');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-table-'));
  const record = {
    type: 'flow',
    file: 'x',
    id: 4_000_000_000,
    community_id: null,
    start: '2020-06-03T12:00:00.123456789Z',
    end: '2020-06-03T12:00:01.000000001Z',
    src: '10.0.0.1',
    sport: 5,
    dst: '10.0.0.2',
    dport: null,
    proto: 'TCP',
    vlan: null,
    packets_fwd: 1,
    packets_rev: 2,
    bytes_fwd: 3,
    bytes_rev: 4,
    end_reason: 'fin',
    grade: 'complete',
    app: 'TLS',
    sni: 'äöü',
    ja3: null,
    ja3s: null,
    ja4: null,
    ja3_retry: null,
    ja4_retry: null,
    first_packet: 1,
    last_packet: 2,
    score: 0.25,
  } as const;
  const vectors = Float32Array.from({ length: FEATURE_COUNT * 2 }, (_, i) => (i % 7 === 0 ? NaN : Math.fround(i / 3)));
  for (const name of ['t.csv', 't.parquet']) {
    const table = await featureTable(join(folder, name), { product: 'test', timeouts: DEFAULT_TIMEOUTS });
    for (let n = 0; n < 5_000; n++)
      table.add({ ...record, id: record.id + n }, n % 3 === 2 ? null : vectors, (n % 2) * FEATURE_COUNT);
    await table.close();
  }
  const file = await asyncBufferFromFile(join(folder, 't.parquet'));
  const rows = await parquetReadObjects({ file });
  const lines = readFileSync(join(folder, 't.csv'), 'utf8').trimEnd().split('\r\n');
  assert.deepEqual([rows.length, lines.length], [5_000, 5_001]);
  const head = lines[0]!.split(',');
  assert.equal(new Set(head).size, head.length, 'a column is named twice');
  for (const n of [0, 1, 2, 4_095, 4_096, 4_999]) {
    const cells = lines[n + 1]!.split(',');
    assert.deepEqual(
      [rows[n]!['id'], rows[n]!['server_name'], rows[n]!['dport']],
      [BigInt(record.id + n), 'äöü', null],
    );
    assert.equal((rows[n]!['start'] as Date).toISOString(), '2020-06-03T12:00:00.123Z');
    FEATURES.forEach((f, i) => {
      const value = rows[n]![f.name] as number;
      const cell = cells[head.indexOf(f.name)]!;
      assert.equal(Number.isNaN(value), cell === '', f.name);
      if (cell !== '') assert.equal(value, vectors[(n % 2) * FEATURE_COUNT + i], f.name);
    });
  }
  const metadata = parquetMetadata((await file.slice(0)) as ArrayBuffer);
  assert.equal(metadata.key_value_metadata?.find((x) => x.key === 'schema_hash')?.value, SCHEMA_HASH);
  rmSync(folder, { recursive: true, force: true });
});

test('goodx cells hold nothing that a terminal obeys, and what is written is what is read again', () => {
  let state = 3;
  const roll = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
  const pool = [
    '\x1b[2J',
    '\x07',
    '\0',
    '\u009b',
    '\u202e',
    '\n',
    '\r\n',
    ',',
    '\t',
    'name',
    ' / ',
    'ü',
    '"',
    '=',
    '\ud800',
  ];
  for (let n = 0; n < 2_000; n++) {
    const info = Array.from({ length: roll(9) }, () => pool[roll(pool.length)]!).join('');
    const row = {
      time: '2021-04-25 14:17:22',
      source: '10.0.0.1',
      destination: '10.0.0.2',
      length: roll(1500),
      info,
      sport: '1',
      dport: '2',
      protocol: roll(2) === 0 ? 'TCP' : 'A\x1b[2JRP',
      label: 'good',
    } as const;
    for (const ported of [true, false]) {
      const line = formatRow(row, ported);
      assert.ok(!/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\ud800]/.test(line), JSON.stringify(line));
      const parsed = parseRow(line, 1);
      assert.ok(parsed.ok, line);
      assert.equal(formatRow(parsed.row, ported), line);
    }
  }
});

test('CSV cells: formulas of every kind are quoted away, control characters are dots, commas and quotes are held', () => {
  const base = {
    type: 'flow',
    file: 'x',
    id: 1,
    community_id: null,
    start: '',
    end: '',
    src: '',
    sport: null,
    dst: '',
    dport: null,
    proto: '',
    vlan: null,
    packets_fwd: 0,
    packets_rev: 0,
    bytes_fwd: 0,
    bytes_rev: 0,
    end_reason: 'fin',
    grade: 'complete',
    app: '',
    ja3: null,
    ja3s: null,
    ja4: null,
    ja3_retry: null,
    ja4_retry: null,
    first_packet: 1,
    last_packet: 1,
  } as const;
  const cellOf = (sni: string): string =>
    flowCsvLine({ ...base, sni }, null, 0)
      .replace(/^.*?,fin,complete,,/, '')
      .replace(/,,,,,,1,1,.*$/, '');
  for (const sign of [
    '=',
    '+',
    '-',
    '@',
    '\uff1d',
    '\uff0b',
    '\uff0d',
    '\uff20',
    '\t',
    '\r',
    '\n',
    ' =',
    '\u200b=',
    '\0@',
    '\t =',
  ] as const)
    assert.match(cellOf(`${sign}x`), /^'/, JSON.stringify(sign));
  for (const plain of ['a=b', 'www.example.org', '1.2.3.4', 'ü=']) assert.equal(cellOf(plain), plain);
  assert.equal(cellOf('a\x1b[2Jb\u009b\u202e'), 'a·[2Jb··');
  assert.equal(cellOf('a"b'), '"a""b"');
  assert.equal(cellOf('a\r\nb'), 'a··b');
});

test('stamps of Parquet: nanoseconds are kept, what is none or out of 64 bits is null', () => {
  assert.equal(nanosecondsOf('2020-06-03T12:00:00.123456789Z'), 1_591_185_600_123_456_789n);
  assert.equal(nanosecondsOf('1969-12-31T23:59:59.000000001Z'), -999_999_999n);
  assert.equal(nanosecondsOf('2150-01-01T00:00:00Z'), 5_680_281_600_000_000_000n);
  for (const none of ['', 's', '2020-13-03T12:00:00Z', '9999-01-01T00:00:00Z', '2020-06-03T12:00:00+01:00'])
    assert.equal(nanosecondsOf(none), null, none);
});
