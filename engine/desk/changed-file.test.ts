// A capture whose file is replaced, deleted, cut, written over or grows while it is open: what is shown stays what was
// read, labels belong to it, and what can no longer be read is told and never written as if it were fine.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, flowRow, packetRow, type Replies, type Request } from '../../contract/index.ts';
import { openCapture } from '../read/index.ts';
import { captureIdentity } from '../store/index.ts';
import { TimeSlices } from '../view/index.ts';
import type { Asker } from './asker.ts';
import { handlers } from './handlers.ts';
import { UNREADABLE } from './session-types.ts';
import { testDesk } from '../testing/desks.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const PACKETS = 1066;
const home = mkdtempSync(join(tmpdir(), 'sightline-changed-'));
const desk = testDesk({ dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') });
after(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
let files = 0;

/** The sample under a path of its own, opened and read. */
async function opened(name = `capture-${++files}.pcapng`, bytes: Uint8Array | null = null): Promise<string> {
  const path = join(home, name);
  if (bytes === null) copyFileSync(SAMPLE, path);
  else writeFileSync(path, bytes);
  // A moment ago: whoever writes from now on gives it another time.
  utimesSync(path, new Date(Date.now() - 5000), new Date(Date.now() - 5000));
  // The sample's bytes are the same each time, and so are its labels.
  const known = captureIdentity(path);
  desk.store.setLabels(known, [...desk.store.labels(known).keys()], null);
  await desk.openFile(path, 'file');
  await desk.session!.done;
  await desk.labelled;
  desk.views('test');
  await desk.follow();
  return path;
}

function message(): string | null {
  desk.session!.lookAround();
  const { message } = desk.state()!;
  return message === null ? null : english(message);
}

async function save(what: Request<'save'>['what'], name: string): Promise<Replies['save']> {
  return handlers.save(desk, asker, { what, path: join(home, name) }, new TimeSlices());
}

/** Packets of a file, none of them empty. */
async function packetsIn(path: string): Promise<number> {
  const sizes: number[] = [];
  const stream = openCapture(
    path,
    {
      packet: ({ cap: captured }) => {
        sizes.push(captured);
      },
    },
    { cacheFolder: home },
  );
  assert.ok(stream.ok);
  while (await stream.reader.step());
  assert.equal(stream.reader.ending().kind, 'ok');
  stream.reader.close();
  assert.ok(sizes.every((n) => n > 0));
  return sizes.length;
}

/** Another capture of the same size: the addresses of all packets are others. */
function other(): Buffer {
  const bytes = Buffer.from(readFileSync(SAMPLE));
  for (let at = bytes.indexOf(Buffer.from([192, 0, 2])); at >= 0; at = bytes.indexOf(Buffer.from([192, 0, 2]), at + 3))
    bytes[at + 2] = 3;
  return bytes;
}

test('replaced: labels belong to the bytes that were shown, and everything goes on from them', async () => {
  const path = await opened();
  const shown = captureIdentity(path);
  writeFileSync(`${path}.new`, other());
  renameSync(`${path}.new`, path);
  const instead = captureIdentity(path);
  assert.notEqual(shown, instead);
  assert.match(
    message()!,
    /^Another file stands at .* now\. What is shown, and what labels belong to, is the file that was opened\.$/,
  );
  await desk.setLabels([1, 2].map(flowRow), 'malicious', new TimeSlices());
  assert.equal(desk.store.labels(shown).size, 2);
  assert.equal(desk.store.labels(instead).size, 0);
  assert.equal((await save('displayed', 'replaced.pcapng')).rows, PACKETS);
  const whole = await save('capture', 'replaced-whole.pcapng');
  assert.equal(captureIdentity(whole.files[0]!.path), shown);
  await handlers.reasons(desk, asker, { flow: flowRow(1) }, new TimeSlices());
  const flows = await save('flows', 'replaced.csv');
  assert.equal(flows.note, null);
});

test('deleted: it is shown, and can be saved as it was', async () => {
  const path = await opened();
  const shown = captureIdentity(path);
  unlinkSync(path);
  assert.match(message()!, /^capture-\d+\.pcapng was deleted while it was open\. .* save it first\.$/);
  const whole = await save('capture', 'deleted.pcapng');
  assert.equal(captureIdentity(whole.files[0]!.path), shown);
  assert.equal(await packetsIn(whole.files[0]!.path), PACKETS);
  await desk.setLabels([4].map(flowRow), 'benign', new TimeSlices());
  assert.equal(desk.store.labels(shown).size, 1);
});

test('cut: packets behind the cut are counted, said and never written empty', async () => {
  for (const share of [0.31, 0.62, 0.9]) {
    const path = await opened();
    const size = statSync(path).size;
    truncateSync(path, Math.floor(size * share));
    assert.match(
      message()!,
      /^capture-\d+\.pcapng was cut from [\d,]+ to [\d,]+ bytes while it was open: packets behind that can no longer be read\.$/,
    );
    const s = desk.session!;
    const readable = Array.from({ length: PACKETS }, (_, row) => s.readable(packetRow(row)));
    const gone = readable.filter((r) => !r).length;
    assert.ok(gone > 0 && gone < PACKETS);
    const saved = await save('displayed', `cut-${share}.pcapng`);
    assert.equal(saved.rows, PACKETS - gone);
    assert.equal(await packetsIn(saved.files[0]!.path), PACKETS - gone);
    assert.match(
      english(saved.note!),
      new RegExp(
        `^${gone.toLocaleString('en-US')} packets were left out, because their bytes can no longer be read\\. .* ` +
          'was cut from',
      ),
    );
    assert.equal(s.info(packetRow(PACKETS - 1)), UNREADABLE);
    assert.notEqual(s.info(packetRow(0)), UNREADABLE);
    assert.throws(
      () => handlers.bytes(desk, asker, { row: packetRow(PACKETS - 1) }, new TimeSlices()),
      /^Error: The bytes of packet 1,066 can no longer be read\. capture-\d+\.pcapng was cut/,
    );
    const c = s.analysis.flows.columns;
    const lost = c.count - 1;
    await assert.rejects(
      async () => handlers.reasons(desk, asker, { flow: flowRow(lost) }, new TimeSlices()),
      /packets of this flow can no longer be read: its reasons/,
    );
    await assert.rejects(save('capture', 'cut-whole.pcapng'), /was cut .* It cannot be saved as it was\./);
    await desk.setLabels([0, 1, lost].map(flowRow), 'malicious', new TimeSlices());
    const labelled = await save('labelled', `cut-rows-${share}`);
    const of = new Set([0, 1, lost].map(flowRow));
    let rows = 0;
    for (let row = packetRow(0); row < PACKETS; row++) {
      const flow = s.analysis.packets.flowOf(row);
      if (flow !== null && of.has(flow) && readable[row]) rows++;
    }
    assert.equal(labelled.rows, rows);
    assert.match(english(labelled.note!), /left out, because their bytes can no longer be read/);
    const flows = await save('flows', `cut-${share}.csv`);
    let without = 0;
    for (let f = 0; f < c.count; f++) if (!readable[c.lastPacket[f]!]) without++;
    assert.match(english(flows.note!), new RegExp(`^${without} flows have no features`));
  }
});

test('written over, with as much, with less and with more: nothing of it is taken for what was shown', async () => {
  const bytes = other();
  for (const [how, instead] of [
    ['as much', bytes],
    ['less', bytes.subarray(0, 300_000)],
    ['more', Buffer.concat([bytes, bytes])],
    ['nothing', bytes.subarray(0, 0)],
  ] as const) {
    const path = await opened();
    const shown = captureIdentity(path);
    writeFileSync(path, instead);
    assert.match(
      message()!,
      /^capture-\d+\.pcapng was written over while it was open: its packets can no longer be read\. Open it again\.$/,
      how,
    );
    const s = desk.session!;
    for (const row of [0, 500, PACKETS - 1]) assert.equal(s.info(packetRow(row)), UNREADABLE, how);
    for (const what of ['displayed', 'capture', 'labelled', 'flows'] as const)
      await assert.rejects(save(what, `over-${what}`), /was written over/, `${how} ${what}`);
    await assert.rejects(
      async () => handlers.reasons(desk, asker, { flow: flowRow(1) }, new TimeSlices()),
      /can no longer be read/,
    );
    await assert.rejects(
      async () => handlers.follow(desk, asker, { flow: flowRow(1), kind: 'tcp', substream: null }, new TimeSlices()),
      /can no longer be read/,
    );
    assert.equal(s.wholeBytes, null);
    await desk.setLabels([3].map(flowRow), 'unsure', new TimeSlices());
    assert.equal(desk.store.labels(shown).size, 1);
  }
});

test('grown: what is shown is what there was, and it says how much came', async () => {
  const path = await opened();
  const shown = captureIdentity(path);
  appendFileSync(path, Buffer.alloc(1234, 1));
  assert.match(
    message()!,
    /^capture-\d+\.pcapng has grown by 1,234 bytes since it was opened\. Open it again to see them\.$/,
  );
  assert.equal((await save('displayed', 'grown.pcapng')).note, null);
  const whole = await save('capture', 'grown-whole.pcapng');
  assert.equal(captureIdentity(whole.files[0]!.path), shown);
  await desk.setLabels([3].map(flowRow), 'unsure', new TimeSlices());
  assert.equal(desk.store.labels(shown).size, 1);
});

test('touched only: nothing is said', async () => {
  const path = await opened();
  utimesSync(path, new Date(), new Date());
  assert.equal(message(), null);
  assert.equal((await save('displayed', 'touched.pcapng')).rows, PACKETS);
});

test('changed anywhere by one byte, or cut anywhere: told apart (random)', async () => {
  let seed = 99;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const whole = readFileSync(SAMPLE);
  for (let round = 0; round < 12; round++) {
    const path = await opened();
    const s = desk.session!;
    const cut = round % 2 === 0;
    if (cut) truncateSync(path, 5000 + random(whole.length - 5000));
    else {
      const bytes = Buffer.from(whole);
      bytes[random(bytes.length)]! ^= 1 + random(255);
      writeFileSync(path, bytes);
    }
    assert.match(message()!, cut ? /was cut from/ : /was written over/);
    // The slow twin: a packet is readable exactly when its bytes in the file are those of the sample.
    const now = readFileSync(path);
    for (let row = 0; row < PACKETS; row += 7) {
      const chunk = s.analysis.packets.chunk(packetRow(row));
      const [at, length] = [chunk.offset[row]!, chunk.captured[row]!];
      const bytes = s.packetBytes.read(at, length);
      if (bytes.length > 0) assert.deepEqual(Buffer.from(bytes), whole.subarray(at, at + length));
      if (cut && at + length <= now.length - 4096) assert.equal(bytes.length, length);
      if (!cut) assert.equal(bytes.length, 0);
    }
  }
});

test('a compressed file that is replaced or deleted is shown from what it inflated to; its labels belong to it', async () => {
  const { gzipSync } = await import('node:zlib');
  const path = await opened('packed.pcapng.gz', gzipSync(readFileSync(SAMPLE)));
  const shown = captureIdentity(path);
  writeFileSync(`${path}.new`, gzipSync(other()));
  renameSync(`${path}.new`, path);
  assert.match(message()!, /^Another file stands at/);
  await desk.setLabels([1].map(flowRow), 'benign', new TimeSlices());
  assert.equal(desk.store.labels(shown).size, 1);
  assert.equal((await save('displayed', 'packed.pcapng')).rows, PACKETS);
  const kept = await save('capture', 'packed-again.pcapng.gz');
  assert.equal(captureIdentity(kept.files[0]!.path), shown);
});
