// Chains of a host's flows beside a walk through all flows, on random ends, while flows come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeSlices } from '../view/index.ts';
import { HostFlows } from './host-flows.ts';

const HOSTS = 3_000;
const FLOWS = 20_000;

test('each host has its flows, ascending and each once, whenever it is asked', async () => {
  let state = 7;
  const random = (n: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % n;
  const initiator = new Uint32Array(FLOWS);
  const responder = new Uint32Array(FLOWS);
  for (let row = 0; row < FLOWS; row++) {
    initiator[row] = 1 + random(HOSTS - 1);
    // Some talk with themselves.
    responder[row] = row % 50 === 0 ? initiator[row]! : 1 + random(HOSTS - 1);
  }
  const chains = new HostFlows();
  for (const count of [0, 1, 1_000, 1_001, FLOWS]) {
    // Two that follow at once enter each flow once.
    const c = { count, initiator, responder };
    await Promise.all([chains.follow(c, HOSTS, new TimeSlices()), chains.follow(c, HOSTS, new TimeSlices())]);
    for (const host of [1, 2, 17, 1_500, HOSTS - 1]) {
      const walked: number[] = [];
      for (let row = 0; row < count; row++) if (initiator[row] === host || responder[row] === host) walked.push(row);
      assert.deepEqual([...chains.of(host)], walked, `host ${host} of ${count} flows`);
    }
  }
});
