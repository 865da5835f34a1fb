// The strip begins with the first packet and ends with the last one: a second that holds nothing is no part of it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pcap, udp } from '../testing/packets.ts';
import { subjectOf } from '../testing/subjects.ts';
import { stripOf, timeStrip } from './strip.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-strip-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const START = 1_700_000_000;

async function subject(...times: readonly number[]): ReturnType<typeof subjectOf> {
  const path = join(folder, 'strip.pcap');
  const bytes = Uint8Array.from(udp('10.0.0.1:5', '10.0.0.2:5', 'x'));
  writeFileSync(path, pcap(times.map((time) => ({ bytes, time }))));
  return subjectOf(path);
}

test('it spans the packets, to fractions of a second, and holds each of them', async () => {
  const s = await subject(START + 0.75, START + 0.25, START + 1.125);
  const strip = await timeStrip(s, 8, 0, true);
  assert.deepEqual([strip.from.toFixed(6), strip.to.toFixed(6)], ['1700000000.249999', '1700000001.125001']);
  assert.deepEqual([...strip.packets], [1, 0, 0, 0, 1, 0, 0, 1]);
  const again = await stripOf(s, 8, Number(strip.from.toFixed(6)), Number(strip.to.toFixed(6)));
  assert.deepEqual(again.packets, strip.packets, 'its own range, as a filter has it, leaves nothing out');
});

test('one packet is a strip too', async () => {
  const strip = await timeStrip(await subject(START + 0.5), 8, 0, true);
  assert.deepEqual([...strip.packets], [1, 0, 0, 0, 0, 0, 0, 0]);
  assert.ok(strip.to > strip.from);
});
