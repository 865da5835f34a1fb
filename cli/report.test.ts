// A report and a file of labels from the command line: whole, private, and the same on another machine.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { captureIdentity, Store } from '../engine/host.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const home = mkdtempSync(join(tmpdir(), 'sightline-report-'));
after(() => rmSync(home, { recursive: true, force: true }));

function sightline(machine: string, ...args: readonly string[]): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    env: {
      ...process.env,
      SIGHTLINE_CACHE: join(home, machine, 'cache'),
      SIGHTLINE_DATA_HOME: join(home, machine, 'data'),
      NO_COLOR: '1',
    },
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test('a report holds the incidents, the hash of the file and what was done with them', async () => {
  const store = new Store(join(home, 'one', 'data'));
  const made = { at: '2026-11-26T00:00:00.000Z', who: 'me', about: '192.0.2.10 > 192.0.2.80' };
  await store.addEntries(captureIdentity(SAMPLE), [
    { ...made, id: '1', what: 'note', value: 'our own scanner' },
    { ...made, id: '2', what: 'state', value: 'closed-benign' },
  ]);
  store.close();
  const to = join(home, 'report.html');
  const { code, out } = sightline('one', 'report', SAMPLE, '--to', to);
  assert.equal(code, 1, 'something malicious was found');
  assert.equal(out, `2 incidents in ${to}.\n`);
  assert.equal(statSync(to).mode & 0o777, 0o600);
  const page = readFileSync(to, 'utf8');
  const sha = createHash('sha256').update(readFileSync(SAMPLE)).digest('hex');
  for (const held of [sha, 'our own scanner', 'closed: benign', '192.0.2.82', '<svg'])
    assert.ok(page.includes(held), held);
  const one = sightline('one', 'report', SAMPLE, '--to', to, '--incidents', '1');
  assert.equal(one.out, `1 incident in ${to}.\n`);
  const bundle = join(home, 'incidents.json');
  assert.equal(sightline('one', 'report', SAMPLE, '--to', bundle, '--as', 'stix').out, `2 incidents in ${bundle}.\n`);
  const stix = JSON.parse(readFileSync(bundle, 'utf8')) as { type: string; objects: { content?: string }[] };
  assert.equal(stix.type, 'bundle');
  assert.ok(stix.objects.some((o) => o.content === 'our own scanner'));
  sightline('one', 'report', SAMPLE, '--to', bundle, '--as', 'misp');
  const misp = JSON.parse(readFileSync(bundle, 'utf8')) as { response: { Event: { analysis: string } }[] };
  assert.deepEqual(misp.response.map((r) => r.Event.analysis).sort(), ['0', '2'], 'one is closed');
});

test('calls that cannot be are refused, and files that are no captures', () => {
  for (const [args, said] of [
    [['report', SAMPLE], 'say where to'],
    [['report', '--to', join(home, 'x.html')], 'takes one capture file'],
    [['report', SAMPLE, '--to', join(home, 'x.html'), '--incidents', 'all'], 'numbers and ranges'],
    [['report', SAMPLE, '--to', join(home, 'x.html'), '--incidents', '99'], 'there is no incident 99'],
    [['report', join(home, 'nothing.pcap'), '--to', join(home, 'x.html')], 'There is no file'],
  ] as const) {
    const { code, err } = sightline('one', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.ok(err.includes(said), err);
  }
  writeFileSync(join(home, 'text.pcap'), 'no capture at all');
  assert.equal(sightline('one', 'report', join(home, 'text.pcap'), '--to', join(home, 'x.html')).code, 2);
  assert.equal(statSync(join(home, 'x.html'), { throwIfNoEntry: false }), undefined);
});

test('labels and the journal of one machine are taken over by another, for the same capture only', () => {
  sightline('one', 'label', SAMPLE, '--flows', '1', '--as', 'benign');
  const file = join(home, 'labels.json');
  const saved = sightline('one', 'label', SAMPLE, '--save', file);
  assert.equal(saved.out, `1 labels and 2 entries about incidents are written to ${file}.\n`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  for (let i = 0; i < 2; i++)
    assert.equal(
      sightline('two', 'label', SAMPLE, '--load', file).out,
      '1 labels and 2 entries about incidents are taken over.\n',
    );
  const store = new Store(join(home, 'two', 'data'));
  assert.equal(store.journal(captureIdentity(SAMPLE)).length, 2);
  assert.equal(store.labels(captureIdentity(SAMPLE)).size, 1);
  store.close();
  const whole = JSON.parse(readFileSync(file, 'utf8')) as { labels: unknown[]; capture: string };
  for (const [change, said] of [
    [{ capture: 'another' }, 'another capture'],
    [{ format: 'else' }, 'no labels'],
    [{ labels: [{ flow: 'x', label: 'nonsense', at: '' }] }, 'damaged'],
    [{ journal: [{ id: 1 }] }, 'damaged'],
  ] as const) {
    writeFileSync(file, JSON.stringify({ ...whole, ...change }));
    const { code, err } = sightline('two', 'label', SAMPLE, '--load', file);
    assert.equal(code, 2);
    assert.ok(err.includes(said), err);
  }
});
