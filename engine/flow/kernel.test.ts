import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusCaptures, feed, WITHOUT_SHARED } from '../testing/captures.ts';
import { Beside } from '../testing/flow-twin/beside.ts';
import { testRandom } from '../testing/packets.ts';
import { RandomTraffic } from '../testing/random-traffic.ts';
import { DEFAULT_TIMEOUTS } from './index.ts';

// Every read of a packet is checked in this process.
process.env['SIGHTLINE_KERNEL'] = 'checked';

function compare(seed: number, packets: number, beside: Beside): void {
  const random = testRandom(seed);
  const traffic = new RandomTraffic(random);
  for (let i = 0; i < packets; i++) {
    const p = traffic.next();
    beside.packet(p);
    if (random() < 0.001) beside.tick(p.sec + random() * 100);
  }
  beside.finish();
}

test('the kernel says what its twin says of random packets', () => {
  for (const seed of [1, 2, 3]) {
    const beside = new Beside({ openFlows: 16 });
    compare(seed, 20_000, beside);
    assert.ok(beside.kernel.flows.columns.count > 1_000);
  }
});

test('the same with tags that keep flows apart, other time-outs, and few that may be open', () => {
  compare(4, 20_000, new Beside({ timeouts: { ...DEFAULT_TIMEOUTS, vlan: true }, openFlows: 64 }));
  compare(6, 20_000, new Beside({ mostOpenFlows: 40 }));
  compare(5, 20_000, new Beside({ timeouts: { tcpEstablished: 5, udp: 1, other: 2, linger: 0.1 } }));
});

test('the same of captures', { skip: WITHOUT_SHARED }, async () => {
  let packets = 0;
  for (const [i, path] of corpusCaptures().entries()) {
    if (i % 5 !== 0) continue;
    const beside = new Beside();
    if (!(await feed(path, beside))) continue;
    beside.finish();
    packets += beside.packets;
  }
  assert.ok(packets > 10_000);
});
