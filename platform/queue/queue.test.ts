import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, test } from 'node:test';
import { english, say } from '../../contract/index.ts';
import { packetsOf, pcap, tcp } from '../../engine/testing/packets.ts';
import type { Outcome } from '../captures.ts';
import type { Capture, CaptureChange, CaptureState } from '../contract.ts';
import { newId, openStore, type Sql } from '../store/index.ts';
import { PCAP_HEAD, zeroBomb } from '../testing/bombs.ts';
import { onEachStore } from '../testing/stores.ts';
import { type Finished, Jobs, MOST_ATTEMPTS, QueuedCaptures, type QueueOptions } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-queue-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const MB = 1_000_000;
const SAMPLE = readFileSync(new URL('../../assets/sample.pcapng', import.meta.url));

/** A small capture that differs from all others. */
function talk(seed: number): Uint8Array {
  const port = 1_000 + (seed % 60_000);
  const client = `10.0.${seed & 255}.1:${port}`;
  return pcap(
    packetsOf([
      tcp(client, '10.9.0.2:80', { flags: 'S' }),
      tcp('10.9.0.2:80', client, { flags: 'SA' }),
      tcp(client, '10.9.0.2:80', { flags: 'A' }),
    ]),
  );
}

async function account(sql: Sql, name = randomBytes(6).toString('hex')): Promise<string> {
  const id = newId();
  await sql.run('INSERT INTO accounts(id, name, known_as, password, created) VALUES($1, $2, $2, $3, $4)', [
    id,
    name,
    '-',
    Date.now(),
  ]);
  return id;
}

/** A capture that stands in the store, without bytes. */
async function waiting(sql: Sql, jobs: Jobs, owner: string): Promise<string> {
  const id = newId();
  await sql.run(
    `INSERT INTO captures(id, owner, name, size, sha256, state, recognised, format, uploaded, changed)
     VALUES($1, $2, 'x', 1, '', 'uploaded', '{}', 'pcap', $3, $3)`,
    [id, owner, Date.now()],
  );
  await sql.transaction((q) => jobs.enqueue(q, id, owner));
  return id;
}

const opened: QueuedCaptures[] = [];
// Whatever a test ended with.
afterEach(async () => {
  for (const captures of opened.splice(0)) await captures.close();
});

function open(sql: Sql, more: Partial<QueueOptions> = {}): QueuedCaptures {
  const own = join(folder, String(++folders));
  const captures = new QueuedCaptures({ sql, folder: own, workers: 2, memory: 1_500, seconds: 60, ...more });
  opened.push(captures);
  return captures;
}

function bring(captures: QueuedCaptures, owner: string, bytes: Uint8Array, name = 'x.pcap'): Promise<Outcome<Capture>> {
  return captures.receive(Readable.from([bytes], { objectMode: false }), {
    owner,
    name,
    most: 50 * MB,
    bound: 'file',
    length: null,
  });
}

async function brought(captures: QueuedCaptures, owner: string, bytes: Uint8Array, name?: string): Promise<Capture> {
  const got = await bring(captures, owner, bytes, name);
  return got.ok ? got.value : assert.fail(english(got.why));
}

async function until(
  captures: QueuedCaptures,
  id: string,
  at: (state: CaptureState) => boolean,
): Promise<CaptureState> {
  const end = performance.now() + 60_000;
  for (;;) {
    const state = (await captures.view(id, true))?.state ?? assert.fail('gone');
    if (at(state)) return state;
    if (performance.now() > end) assert.fail(JSON.stringify(state));
    await sleep(50);
  }
}
const over = ({ at }: CaptureState): boolean => at === 'done' || at === 'failed';

const DONE: Finished = {
  kind: 'done',
  verdict: 'safe',
  seconds: 1,
  counts: {
    packets: 1,
    flows: 1,
    bytes: 1,
    incidents: 0,
    malicious: 0,
    suspicious: 0,
    first: null,
    last: null,
    model: null,
    note: null,
    noteText: null,
  },
  kinds: [],
  families: [],
  protocols: [],
};

onEachStore((store) => {
  test('accounts take turns, whoever uploaded first and however much', async () => {
    const { sql } = store();
    const jobs = new Jobs(sql, 30_000);
    const [a, b, c] = [await account(sql), await account(sql), await account(sql)];
    const whose = new Map<string, string>();
    const places = new Map<string, number>();
    for (const [owner, n] of [
      [a, 6],
      [b, 3],
      [c, 1],
    ] as const)
      for (let i = 0; i < n; i++) whose.set(await waiting(sql, jobs, owner), owner);
    for (const [id, owner] of whose) places.set(id, (await jobs.place(id, owner)) ?? assert.fail());
    const order: string[] = [];
    for (let job = await jobs.claim(); job !== null; job = await jobs.claim()) {
      order.push(job.capture);
      assert.equal(await jobs.finish(job, DONE), true);
    }
    assert.deepEqual(order.map((id) => 'abc'[[a, b, c].indexOf(whose.get(id)!)]).join(''), 'abcababaaa');
    assert.deepEqual(
      order.map((id) => places.get(id)),
      order.map((_, i) => i + 1),
    );
  });

  test('two servers that claim at once get each capture once, and the turns stay', async () => {
    const { sql, place } = store();
    const other = await openStore(place);
    const owners = await Promise.all(Array.from({ length: 5 }, () => account(sql)));
    const queues = [new Jobs(sql, 30_000), new Jobs(other, 30_000)];
    const whose = new Map<string, string>();
    for (const owner of owners) for (let i = 0; i < 6; i++) whose.set(await waiting(sql, queues[0]!, owner), owner);
    const claimed: string[] = [];
    await Promise.all(
      [0, 1, 0, 1].map(async (n) => {
        for (let job = await queues[n]!.claim(); job !== null; job = await queues[n]!.claim()) {
          claimed.push(job.capture);
          await queues[n]!.finish(job, DONE);
        }
      }),
    );
    assert.equal(claimed.length, 30);
    assert.equal(new Set(claimed).size, 30);
    const served = await sql.rows<{ id: string; served: number }>('SELECT id, served FROM accounts');
    assert.equal(new Set(served.filter((r) => owners.includes(r.id)).map((r) => r.served)).size, 5);
    await other.close();
  });

  test('only the lease that holds a capture finishes it', async () => {
    const { sql } = store();
    const jobs = new Jobs(sql, 40);
    const owner = await account(sql);
    const id = await waiting(sql, jobs, owner);
    const first = (await jobs.claim()) ?? assert.fail();
    assert.equal(first.capture, id);
    assert.equal(await jobs.claim(), null);
    await sleep(60);
    // The lease is over, and nobody has asked for it: it can still be renewed.
    assert.equal(await jobs.renew(first, 0.5), true);
    await sleep(60);
    const second = (await jobs.claim()) ?? assert.fail();
    assert.equal(second.capture, id);
    assert.equal(await jobs.renew(first, 0.9), false);
    assert.equal(await jobs.finish(first, DONE), false);
    assert.equal(await jobs.fault(first, 1), 'lost');
    assert.equal(await jobs.finish(second, DONE), true);
    assert.equal(await jobs.finish(second, DONE), false);
    const rows = await sql.rows<{ lease: string }>('SELECT lease FROM results WHERE capture = $1', [id]);
    assert.deepEqual(
      rows.map((row) => row.lease),
      [second.lease],
    );
  });

  test('a capture that ends its worker, or its servers, is not tried for ever', async () => {
    const { sql } = store();
    const jobs = new Jobs(sql, 30_000);
    const owner = await account(sql);
    const id = await waiting(sql, jobs, owner);
    assert.equal(await jobs.fault((await jobs.claim())!, 1), 'again');
    assert.equal(await jobs.fault((await jobs.claim())!, 1), 'failed');
    assert.equal(await jobs.claim(), null);
    const row = await sql.row<{ why: string }>('SELECT why FROM results WHERE capture = $1', [id]);
    assert.deepEqual(JSON.parse(row!.why), say('analysis-ended', { times: 2 }));
    const short = new Jobs(sql, -1);
    const lost = await waiting(sql, short, owner);
    for (let i = 0; i < MOST_ATTEMPTS; i++) assert.equal((await short.claim())?.capture, lost);
    assert.equal(await short.claim(), null);
    const why = await sql.row<{ why: string }>('SELECT why FROM results WHERE capture = $1', [lost]);
    assert.deepEqual(JSON.parse(why!.why), say('analysis-lost', { times: MOST_ATTEMPTS }));
  });

  test('uploaded, confirmed, waited, judged, looked at, written out, removed', { timeout: 120_000 }, async () => {
    const { sql } = store();
    const captures = open(sql);
    const owner = await account(sql);
    const heard: CaptureChange[] = [];
    const end = captures.watch(owner, (change) => heard.push(change));
    const made = await brought(captures, owner, SAMPLE, '../../etc/<b>passwd\0.pcapng');
    assert.equal(made.sha256, createHash('sha256').update(SAMPLE).digest('hex'));
    assert.equal(made.recognised.format, 'pcapng');
    assert.equal(made.recognised.packets.length, 10);
    assert.equal(made.state.at, 'uploaded');
    const early = await captures.flows(made.id, {});
    assert.equal(early.ok ? '' : early.code, 'conflict');
    const told = await captures.confirm(made.id, true, 10);
    assert.ok(told.ok && ['waiting', 'analysing'].includes(told.value.at));
    const done = await until(captures, made.id, over);
    assert.deepEqual(done.at === 'done' && done.verdict, 'dangerous');
    const capture = (await captures.view(made.id, false)) ?? assert.fail();
    assert.ok(capture.counts!.flows > 100);
    assert.equal(capture.own, false);
    const flows = await captures.flows(made.id, { verdict: 'malicious', sort: 'bytes', order: 'down', limit: 5 });
    assert.ok(flows.ok && flows.value.items.length === 5 && flows.value.total === capture.counts!.malicious);
    const incidents = await captures.incidents(made.id, {});
    assert.ok(incidents.ok && incidents.value.total === capture.counts!.incidents);
    const evidence = await captures.evidence(made.id, { limit: 3 });
    assert.ok(evidence.ok && evidence.value.items[0]!.points >= 2);
    const protocols = await captures.protocols(made.id);
    assert.ok(protocols.ok && protocols.value.total > 1);
    const list = await captures.list(owner, { search: 'PASSWD', verdict: 'dangerous', sort: 'verdict' });
    assert.deepEqual(
      list.items.map((row) => row.id),
      [made.id],
    );
    assert.equal((await captures.list(owner, { search: made.sha256.slice(0, 9) })).total, 1);
    assert.equal((await captures.list(owner, { search: '100%_' })).total, 0);
    for (const as of ['csv', 'parquet', 'json', 'pcapng'] as const) {
      const got = await captures.download(made.id, as);
      if (!got.ok) assert.fail(english(got.why));
      const bytes = Buffer.concat(await got.value.bytes.toArray());
      assert.equal(bytes.length, got.value.length);
      assert.match(got.value.name, /^etc_b_passwd_?\.\w+$/);
    }
    const again = await captures.confirm(made.id, true, 10);
    assert.ok(again.ok && again.value.at === 'done');
    await captures.remove(made.id);
    await until2(() => heard.at(-1)?.state === null);
    const states = heard.filter((change) => change.id === made.id).map((change) => change.state?.at ?? 'gone');
    assert.deepEqual([states[0], states.at(-2), states.at(-1)], ['uploaded', 'done', 'gone']);
    end();
    assert.equal(await captures.view(made.id, true), null);
    const left = files(join(folder, String(folders)));
    assert.deepEqual(
      left.filter((name) => !name.startsWith('code')),
      [],
    );
    await captures.close();
  });

  test('what is no capture is refused and leaves nothing; limits hold', { timeout: 120_000 }, async () => {
    const { sql } = store();
    const captures = open(sql, { workers: 0 });
    const owner = await account(sql);
    const refusals: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /empty/],
      [Buffer.from('%PDF-1.7 what'), /PDF/],
      [talk(1).subarray(0, 50), /./],
    ];
    for (const [bytes, why] of refusals) {
      const got = await bring(captures, owner, bytes);
      assert.ok(!got.ok && got.code === 'no-capture');
      assert.match(english(got.why), why);
    }
    const upload = { owner, name: 'x', most: 100_000, bound: 'file' as const, length: null };
    const large = await captures.receive(Readable.from([SAMPLE], { objectMode: false }), upload);
    assert.ok(!large.ok && large.code === 'too-large');
    const told = await captures.receive(Readable.from([talk(1)], { objectMode: false }), {
      ...upload,
      length: 200_000,
      bound: 'account',
    });
    assert.ok(!told.ok && told.code === 'over-quota');
    const broken = await captures.receive(
      Readable.from(
        (function* () {
          yield talk(2);
          throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
        })(),
        { objectMode: false },
      ),
      upload,
    );
    assert.ok(!broken.ok && broken.code === 'bad-request');
    assert.deepEqual(files(join(folder, String(folders))), []);
    assert.equal((await captures.list(owner, {})).total, 0);
    const cut = await brought(captures, owner, talk(3).subarray(0, talk(3).length - 5));
    assert.match(cut.recognised.noteText!, /./);
    const bomb = join(folder, 'bomb');
    await zeroBomb(bomb, 'zstd', 1e9, PCAP_HEAD);
    const inside = await brought(captures, owner, readFileSync(bomb));
    assert.equal(inside.recognised.compression, 'zstd');
    for (const id of [cut.id, inside.id]) assert.ok((await captures.confirm(id, true, 2)).ok);
    const third = await brought(captures, owner, talk(4));
    const full = await captures.confirm(third.id, true, 2);
    assert.ok(!full.ok && full.code === 'too-many');
    const kept = await captures.confirm(third.id, false, 2);
    assert.ok(kept.ok && kept.value.at === 'kept');
    const place = (await captures.view(inside.id, true))!.state;
    assert.ok(place.at === 'waiting' && place.place === 2);
    await captures.close();
  });

  test('a poison capture fails by reason, and the others go on', { timeout: 120_000 }, async () => {
    const { sql } = store();
    const captures = open(sql, { memory: 160, inflating: { ratio: 100_000, floorBytes: 2e9 } });
    const owner = await account(sql);
    const bomb = join(folder, 'poison');
    await zeroBomb(bomb, 'zstd', 2e9, PCAP_HEAD);
    const poison = await brought(captures, owner, readFileSync(bomb));
    const good = await brought(captures, owner, talk(7));
    for (const { id } of [poison, good]) await captures.confirm(id, true, 10);
    const failed = await until(captures, poison.id, over);
    assert.deepEqual(failed.at === 'failed' && failed.why, say('analysis-memory', { megabytes: 160 }));
    const fine = await until(captures, good.id, over);
    assert.ok(fine.at === 'done' && fine.verdict === 'safe');
    await captures.close();
  });

  test('a worker that is killed is begun again once, and then no more', { timeout: 120_000 }, async () => {
    const { sql } = store();
    const captures = open(sql, { inflating: { ratio: 100_000, floorBytes: 2e9 } });
    const owner = await account(sql);
    const bomb = join(folder, 'poison');
    const victim = await brought(captures, owner, readFileSync(bomb));
    await captures.confirm(victim.id, true, 10);
    for (let kills = 0; kills < 2; kills++) {
      await until(captures, victim.id, ({ at }) => at === 'analysing');
      await until2(() => captures.runner.pids.length > 0);
      const { pids } = captures.runner;
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await until2(() => !captures.runner.pids.some((pid) => pids.includes(pid)));
    }
    const ended = await until(captures, victim.id, over);
    assert.deepEqual(ended.at === 'failed' && ended.why, say('analysis-ended', { times: 2 }));
    await captures.close();
  });

  test('a capture that is removed while it is analysed takes its worker along', { timeout: 60_000 }, async () => {
    const { sql } = store();
    const captures = open(sql, { inflating: { ratio: 100_000, floorBytes: 2e9 } });
    const owner = await account(sql);
    const bomb = join(folder, 'poison');
    const made = await brought(captures, owner, readFileSync(bomb));
    await captures.confirm(made.id, true, 10);
    await until2(() => captures.runner.pids.length > 0);
    await captures.remove(made.id);
    await until2(() => captures.runner.pids.length === 0);
    assert.equal(await captures.view(made.id, true), null);
    await captures.close();
    assert.deepEqual(files(join(folder, String(folders))), []);
  });

  test('a server that closes gives back what it had, and the next one does it', { timeout: 120_000 }, async () => {
    const { sql } = store();
    const first = open(sql, { inflating: { ratio: 300, floorBytes: 3e8 } });
    const owner = await account(sql);
    const bomb = join(folder, 'slow');
    await zeroBomb(bomb, 'zstd', 1e9, PCAP_HEAD);
    const made = await brought(first, owner, readFileSync(bomb));
    await first.confirm(made.id, true, 10);
    await until2(() => first.runner.pids.length > 0);
    await first.close();
    const waits = await first.view(made.id, true);
    assert.equal(waits?.state.at, 'waiting');
    const job = await sql.row<{ attempts: number }>('SELECT attempts FROM jobs WHERE capture = $1', [made.id]);
    assert.equal(job?.attempts, 0);
    const second = new QueuedCaptures({
      sql,
      folder: join(folder, String(folders)),
      workers: 1,
      memory: 1_500,
      seconds: 60,
      inflating: { ratio: 100, floorBytes: 1e6 },
    });
    const state = await until(second, made.id, over);
    // The bomb is stopped by what inflating may give.
    assert.equal(state.at, 'failed');
    await second.close();
  });
});

async function until2(is: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!is()) {
    if (performance.now() > end) assert.fail('it does not happen');
    await sleep(10);
  }
}

/** Files below a folder, but for kept code. */
function files(at: string): string[] {
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('code') && statSync(join(at, name)).isFile(),
  );
}
