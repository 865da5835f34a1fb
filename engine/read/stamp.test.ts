import { english } from '../../contract/index.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enhancedPacket, interfaceBlock, sectionHeader, testRandom, udp } from '../testing/packets.ts';
import { splitStamp, stamp, unitsPerSecond } from './stamp.ts';
import { CaptureStream } from './stream.ts';

const FRAME = udp('10.0.0.1:1', '10.0.0.2:2', 'x');
const MAX = 8_640_000_000_000n;

/** The slow twin: whole numbers of any size. */
function slow(
  high: number,
  low: number,
  units: bigint,
  offset: bigint,
): { sec: bigint; nsec: bigint; beyond: boolean } {
  const count = (BigInt(high) << 32n) | BigInt(low);
  const sec = count / units + offset;
  const beyond = sec < -MAX || sec >= MAX;
  let held = sec;
  if (sec < -MAX) held = -MAX;
  else if (sec >= MAX) held = MAX - 1n;
  return { sec: held, nsec: ((count % units) * 1_000_000_000n) / units, beyond };
}

test('stamps of any unit, 64 bits wide, with offsets of both signs, equal a slow twin', () => {
  const random = testRandom(29);
  const word = (): number => Math.floor(random() * 4294967296);
  let before = 0;
  let late = 0;
  for (let n = 0; n < 40_000; n++) {
    const resolution = n % 2 === 0 ? Math.floor(random() * 19) : 0x80 | Math.floor(random() * 63);
    const units = unitsPerSecond(resolution)!;
    const high = Math.floor(word() / 2 ** Math.floor(random() * 33));
    const low = word();
    const offset = Math.floor((random() - 0.5) * 2 ** Math.floor(random() * 45));
    splitStamp(high, low, { unitsPerSecond: units, offsetSeconds: offset });
    const want = slow(high, low, BigInt(units), BigInt(offset));
    assert.equal(BigInt(stamp.sec), want.sec);
    assert.equal(stamp.beyond, want.beyond);
    assert.ok(Math.abs(stamp.nsec - Number(want.nsec)) <= 1, `${stamp.nsec} ${want.nsec}`);
    if (stamp.sec < 0) before++;
    if (stamp.sec > 0xffffffff && !stamp.beyond) late++;
  }
  assert.ok(before > 1_000 && late > 1_000);
});

function read(options: readonly number[], high: number, low: number): { seen: number[][]; stream: CaptureStream } {
  const seen: number[][] = [];
  const stream = new CaptureStream({ packet: ({ sec, nsec }) => seen.push([sec, nsec]) });
  stream.push(
    Uint8Array.from([
      ...sectionHeader(),
      ...interfaceBlock(1, options),
      ...enhancedPacket(0, high, low, FRAME),
      ...enhancedPacket(0, 0, 5, FRAME),
    ]),
  );
  return { seen, stream };
}

test('pcapng: the year 2150, a day before 1970, and a stamp that no date holds, which is said', () => {
  const year2150 = 5_680_281_600n * 1_000_000n;
  assert.deepEqual(read([], Number(year2150 >> 32n), Number(year2150 & 0xffffffffn)).seen[0], [5_680_281_600, 0]);
  const dayBefore = [14, 0, 8, 0, ...new Uint8Array(new BigInt64Array([-86_400n]).buffer), 0, 0, 0, 0];
  const early = read(dayBefore, 0, 1_500_000);
  assert.deepEqual(early.seen[0], [-86_399, 500_000_000]);
  assert.equal(early.stream.ending().kind, 'ok');
  const whole = [9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const far = read(whole, 0x7fffffff, 0);
  assert.deepEqual(far.seen, [
    [8_639_999_999_999, 0],
    [5, 0],
  ]);
  const ending = far.stream.ending();
  assert.ok(
    ending.kind === 'partial' && /packet 1 has a time stamp beyond what a date can hold/.test(english(ending.message)),
  );
});
