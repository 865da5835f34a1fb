// Rates of the last seconds of a capture, beside sums over its packets; the display filter finds what each row counts.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { askDesk } from '../testing/asking.ts';
import { packetsOf, pcap, udp } from '../testing/packets.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'sightline-rates-'));
const { desk, ask, close } = askDesk(home);
after(async () => {
  await close();
  rmSync(home, { recursive: true, force: true });
});

async function open(path: string): Promise<void> {
  await ask('hello', { client: 'rates' });
  await ask('open', { path });
  await desk.session!.done;
}

test('by second they are the sums of packets, and of hosts what their filter finds', async () => {
  await open(SAMPLE);
  const rates = await ask('liveRates', { seconds: 600, watched: ['192.0.2.80', '198.51.100.99'] });
  const { packets } = desk.session!.analysis;
  const sums = new Map<number, [number, number]>();
  let all = 0;
  const page = await ask('packets', { from: 0, count: 512, generation: 0 });
  for (let from = 0; from < packets.count; from += 512) {
    const p = from === 0 ? page : await ask('packets', { from, count: 512, generation: 0 });
    for (const [i, seconds] of p.seconds.entries()) {
      if (p.kind[i] !== 0) continue;
      const sum = sums.get(seconds) ?? [0, 0];
      sums.set(seconds, [sum[0] + p.length[i]!, sum[1] + 1]);
      all++;
    }
  }
  assert.ok(all >= packets.count - 600);
  for (const [second, [bytes, n]] of sums) {
    const at = second - rates.from;
    if (at < 0 || at >= 600) continue;
    assert.ok(rates.bytes[at]! >= bytes && rates.packets[at]! >= n, String(second));
  }
  assert.equal(
    rates.packets.reduce((a, b) => a + b, 0),
    packets.count,
  );
  for (const { filter, packets: n } of rates.hosts) {
    const { problem, view } = await ask('view', { which: 'packets', filter, sort: null });
    assert.equal(problem, null, filter);
    assert.equal(view.matched, n, filter);
  }
  await ask('view', { which: 'packets', filter: '', sort: null });
  const bytes = rates.hosts.map((h) => h.bytes);
  assert.deepEqual(
    bytes,
    bytes.toSorted((a, b) => b - a),
  );
  assert.deepEqual(rates.seen, ['192.0.2.80']);
  assert.ok(rates.protocols.length > 2);
});

test('only the last seconds count', async () => {
  const path = join(home, 'seconds.pcap');
  const frames = Array.from({ length: 10 }, (_, i) =>
    udp(`10.0.0.${i + 1}:1000`, '10.0.0.99:2000', 'x'.repeat(i * 10)),
  );
  writeFileSync(path, pcap(packetsOf(frames, 1_700_000_000, 1)));
  await open(path);
  const stamps = (await ask('packets', { from: 0, count: 20, generation: 0 })).seconds;
  assert.ok(stamps.at(-1)! - stamps[0]! >= 9, 'a packet a second');
  const rates = await ask('liveRates', { seconds: 3, watched: [] });
  assert.deepEqual([...rates.packets], [1, 1, 1]);
  assert.equal(rates.hosts[0]!.text, '10.0.0.99');
  assert.equal(rates.hosts.length, 4);
  assert.equal(rates.cut, false);
});
