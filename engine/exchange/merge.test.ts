import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { english } from '../../contract/index.ts';
import { CaptureStream } from '../read/index.ts';
import { TimeSlices } from '../view/index.ts';
import { pcap, udp } from '../testing/packets.ts';
import { mergeCaptures } from './merge.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-merge-'));
after(() => rmSync(home, { recursive: true, force: true }));
const missing = ['mergecap', 'tshark'].find((tool) => spawnSync('which', [tool]).status !== 0);

class CountSink {
  packets = 0;
  packet(): void {
    this.packets++;
  }
}

/** A file of datagrams at these times. @param mark tells whose a packet is */
function file(name: string, mark: number, times: readonly (readonly [number, number])[]): string {
  const path = join(home, name);
  const packets = times.map(([sec, usec], i) => ({
    time: sec + usec / 1e6,
    bytes: Uint8Array.from(udp(`10.0.0.1:${1000 + mark}`, `10.0.0.2:${i + 1}`, 'x'.repeat((mark + i) % 500))),
  }));
  const bytes = pcap(packets);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(bytes) : bytes);
  return path;
}

/** Time, length and ports of every packet, as tshark reads them. */
function told(path: string): string[] {
  const fields = ['frame.time_epoch', 'frame.len', 'udp.srcport', 'udp.dstport'].flatMap((f) => ['-e', f]);
  const done = spawnSync('tshark', ['-n', '-r', path, '-T', 'fields', ...fields], { encoding: 'utf8' });
  return done.stdout.trim().split('\n');
}

test(
  'packets are in the order of mergecap, whatever the order within a capture',
  { skip: missing ?? false },
  async () => {
    const one = file('one.pcap', 1, [
      [100, 0],
      [100, 5],
      [102, 0],
      [101, 0],
      [101, 0],
      [200, 1],
    ]);
    const two = file('two.pcap.gz', 2, [
      [99, 999_999],
      [100, 0],
      [100, 5],
      [150, 0],
      [90, 0],
      [300, 0],
    ]);
    const many = file(
      'many.pcap',
      3,
      Array.from({ length: 20_000 }, (_, i) => [100 + Math.floor(i / 100), i % 100]),
    );
    const ours = join(home, 'ours.pcapng');
    const theirs = join(home, 'theirs.pcapng');
    const merged = await mergeCaptures([one, two, many], ours, home, new TimeSlices());
    assert.ok('packets' in merged);
    assert.equal(merged.packets, 20_012);
    assert.deepEqual(
      merged.endings.map((e) => [e.packets, e.ending.kind]),
      [
        [6, 'ok'],
        [6, 'ok'],
        [20_000, 'ok'],
      ],
    );
    assert.equal(spawnSync('mergecap', ['-w', theirs, one, two, many]).status, 0);
    assert.deepEqual(told(ours), told(theirs));
    const infos = spawnSync('capinfos', [ours], { encoding: 'utf8' });
    assert.equal(infos.stderr, '');
    assert.match(infos.stdout, /Number of interfaces in file: 3/);
  },
);

test('a capture that is cut is merged as far as it goes; one that is none writes nothing', async () => {
  const whole = file('whole.pcap', 1, [
    [1, 0],
    [3, 0],
  ]);
  const cut = file('cut.pcap', 2, [
    [2, 0],
    [4, 0],
  ]);
  writeFileSync(cut, readFileSync(cut).subarray(0, -5));
  const out = join(home, 'cut-merged.pcapng');
  const merged = await mergeCaptures([whole, cut], out, home, new TimeSlices());
  assert.ok('packets' in merged);
  assert.equal(merged.packets, 3);
  assert.equal(merged.endings[1]!.ending.kind, 'partial');
  const count = new CountSink();
  const stream = new CaptureStream(count);
  stream.push(readFileSync(out));
  assert.equal(count.packets, 3);
  const none = join(home, 'none.txt');
  writeFileSync(none, 'this is no capture at all, it is a text');
  const refused = await mergeCaptures([whole, none], join(home, 'never.pcapng'), home, new TimeSlices());
  assert.ok('message' in refused);
  assert.equal(refused.path, none);
  assert.notEqual(english(refused.message), '');
  assert.equal(existsSync(join(home, 'never.pcapng')), false);
});

test('a capture is not written over by what it is merged into', async () => {
  const mine = file('mine.pcap', 1, [
    [1, 0],
    [3, 0],
  ]);
  const before = readFileSync(mine);
  const link = join(home, 'link.pcap');
  symlinkSync(mine, link);
  const refused = await mergeCaptures([mine], link, home, new TimeSlices());
  assert.ok('message' in refused);
  assert.match(english(refused.message), /written over it/);
  assert.deepEqual(readFileSync(mine), before);
});

test('given up, nothing is left', async () => {
  const many = file(
    'long.pcap',
    3,
    Array.from({ length: 10_000 }, (_, i) => [100 + i, 0]),
  );
  const turns = new TimeSlices();
  const out = join(home, 'given-up.pcapng');
  const work = mergeCaptures([many, many], out, home, turns);
  turns.cancel();
  await assert.rejects(work);
  assert.equal(existsSync(out), false);
});
