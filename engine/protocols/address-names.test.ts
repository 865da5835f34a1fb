// Names of addresses stay within bounds, whatever a capture asks and answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressNames } from './address-names.ts';
import type { DnsMessage } from './dns.ts';

/** An answer without a question, of one A record. */
function answer(owner: string, address: readonly number[]): Uint8Array {
  const name = owner.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Uint8Array.from([
    0,
    1,
    0x81,
    0x80,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    ...name,
    0,
    0,
    1,
    0,
    1,
    0,
    0,
    0,
    9,
    0,
    4,
    ...address,
  ]);
}

function take(names: AddressNames, asked: string, owner: string, last: number, packet: number): void {
  const bytes = answer(owner, [10, 0, 0, last]);
  names.take(bytes, 0, bytes.length, { name: asked, questions: 0, answers: 1 } as DnsMessage, packet);
}

test('a tunnel through DNS, whose every name is another, keeps the last name of each address alone', () => {
  const names = new AddressNames();
  for (let i = 0; i < 40_000; i++) take(names, `q${i}.tunnel.test`, `o${i}.tunnel.test`, 1 + (i % 7), i);
  take(names, 'lone.test', 'lone.test', 99, 40_000);
  assert.equal(names.size, 8);
  assert.ok(names.textCount <= 4 * names.size + 1_030, `${names.textCount} texts`);
  for (let slot = 0; slot < 7; slot++) {
    const i = 40_000 - 1 - ((39_999 - slot) % 7);
    assert.equal(names.addressOf(slot)[3], 1 + (i % 7));
    assert.deepEqual(
      [names.nameOf(slot), names.askedOf(slot), names.packetOf(slot)],
      [`o${i}.tunnel.test`, `q${i}.tunnel.test`, i],
    );
  }
  assert.deepEqual([names.nameOf(7), names.askedOf(7)], ['lone.test', 'lone.test']);
  // The same name again is nothing new.
  const { version } = names;
  take(names, 'other.test', 'lone.test', 99, 40_001);
  assert.equal(names.version, version);
});
