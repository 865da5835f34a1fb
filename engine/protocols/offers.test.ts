import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientHello, testRandom } from '../testing/packets.ts';
import { parseClientHello, readClientHello } from './tls-hello.ts';

const u16 = (n: number): number[] => [n >> 8, n & 255];
const extension = (type: number, body: readonly number[]): number[] => [...u16(type), ...u16(body.length), ...body];
const name = (text: string): number[] => [...u16(text.length + 3), 0, ...u16(text.length), ...Buffer.from(text)];
const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!;

/** A hello whose parts are each one of a few, so that most offers come again with other names, tickets and sessions. */
function hello(random: () => number, cookie: boolean): Uint8Array {
  const suites = pick([[0x13, 1], [0x13, 1, 0xc0, 0x2f], []], random);
  const session = new Array<number>(pick([0, 32], random)).fill(9);
  const extensions = [
    pick([[], extension(0, name('a.test')), extension(0, name('b.test')), extension(0, [0, 9, 0, 0, 99])], random),
    pick([[], extension(10, [0, 2, 0, 29]), extension(10, [0, 2, 0, 23])], random),
    pick([[], extension(11, [1, 0]), extension(11, [9, 0])], random),
    pick([[], extension(13, [0, 2, 4, 3])], random),
    pick([[], extension(16, [0, 3, 2, 0x68, 0x32]), extension(16, [0, 3, 9, 0x68, 0x32])], random),
    pick([[], extension(35, []), extension(35, [1, 2, 3])], random),
    pick([[], extension(41, [random() * 256])], random),
    pick([[], extension(43, [2, 3, 4])], random),
    pick([[], extension(21, new Array<number>(pick([5, 3_000], random)).fill(0)), [0, 13, 255, 255]], random),
    pick([[], extension(10, new Array<number>(2_100).fill(7))], random),
  ].flat();
  return Uint8Array.from([
    ...pick(
      [
        [3, 3],
        [3, 1],
      ],
      random,
    ),
    ...Array.from({ length: 32 }, () => random() * 256),
    session.length,
    ...session,
    ...(cookie ? [2, 8, 8] : []),
    ...u16(suites.length),
    ...suites,
    1,
    0,
    ...(random() < 0.05 ? [] : [...u16(extensions.length), ...extensions]),
  ]);
}

test('a hello is read the same, whether its offer was seen before or not', () => {
  const random = testRandom(25);
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const cookie = random() < 0.2;
    const b = i % 5 === 0 ? clientHello(pick(['x.test', 'y.test', null], random)).slice(9) : hello(random, cookie);
    if (random() < 0.3) b[Math.floor(random() * b.length)]! ^= 1 << Math.floor(random() * 8);
    const end = random() < 0.1 ? Math.floor(random() * b.length) : b.length;
    const known = parseClientHello(b, 0, end, i % 3, cookie);
    assert.deepEqual(known, readClientHello(b, 0, end, i % 3, cookie));
    if (known !== null) read++;
  }
  assert.ok(read > 15_000, `${read} were read`);
});
