// Which packets the engine is asked about: those that may carry what a filter looks for.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { ethernet, packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import { subjectOf } from '../testing/subjects.ts';
import { TimeSlices } from '../view/index.ts';
import { ASK, NO, planFilter } from './plan.ts';
import { matching } from './rows.ts';
import type { Subject } from './subject.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-needs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const tagged = tcp('10.0.0.1:1', '10.0.0.2:80', { flags: 'A' });
const PACKETS = [
  tcp('10.0.0.1:1', '10.0.0.2:80', { flags: 'S' }),
  tcp('10.0.0.1:1', '10.0.0.2:80', { flags: 'PA', data: 'x' }),
  // A message that ends with its connection is put together by the FIN.
  tcp('10.0.0.2:80', '10.0.0.1:1', { flags: 'FA' }),
  udp('10.0.0.1:1', '10.0.0.2:1900', 'x'),
  ethernet(0x8100, [0, 7, 8, 0, ...tagged.slice(14)]),
  ethernet(0x8847, [0, 1, 0x11, 0xff, ...tagged.slice(14)]),
];

async function madeOf(packets: readonly (readonly number[])[]): Promise<Subject> {
  const path = join(folder, `${packets.length}.pcap`);
  writeFileSync(path, pcap(packetsOf(packets)));
  return subjectOf(path);
}

test('packets that hold others are asked about, and where no engine has them that is said', async () => {
  const sample = [0, 0, 0, 5, 0, 0, 0, 1, 10, 0, 0, 1, ...Array.from({ length: 16 }, () => 0)];
  const s = await madeOf([udp('10.0.0.1:1', '10.0.0.2:6343', sample), udp('10.0.0.1:1', '10.0.0.2:9', 'x')]);
  const check = (): Promise<{ readonly kind: 'filter' }> => Promise.resolve({ kind: 'filter' });
  const asker = { whole: false, check, ask: () => Promise.reject(new Error('not asked here')) };
  const plan = (await planFilter('ip.src == 52.52.52.52 or vlan', 'packets', asker))!;
  const whole = plan.columns(s, true);
  assert.deepEqual([whole(packetRow(0)), whole(packetRow(1))], [ASK, NO]);
  const { rows, partial } = await matching(plan, 'packets', s, asker, new TimeSlices());
  assert.deepEqual([rows.length, partial?.say], [0, 'layers-within']);
  const length = (await planFilter('frame.len > 1', 'packets', asker))!;
  assert.equal((await matching(length, 'packets', s, asker, new TimeSlices())).partial, null);
});

test('packets that cannot carry a protocol are not asked about', async () => {
  const s = await madeOf(PACKETS);
  const check = (): Promise<{ readonly kind: 'filter' }> => Promise.resolve({ kind: 'filter' });
  const asker = { whole: false, check, ask: () => Promise.reject(new Error('not asked here')) };
  for (const [filter, asked] of [
    ['http.request.method == "POST"', [2, 3, 4, 6]],
    ['smtp', [2, 3, 6]],
    ['quic', [4, 6]],
    ['tcp.analysis.flags', [1, 2, 3, 5, 6]],
    ['dns and frame.len < 40', []],
    ['unheard.of', [1, 2, 3, 4, 5, 6]],
  ] as const) {
    const told = (await planFilter(filter, 'packets', asker))!.columns(s, false);
    const rows = PACKETS.map((_, i) => i + 1).filter((number) => told(packetRow(number - 1)) === ASK);
    assert.deepEqual(rows, asked, filter);
  }
});
