// Which of the campaign's packets a capture's files hold, read without anything of the engine: pcapng's blocks, and the
// mark and number that `generate` writes behind Ethernet, IPv4 and UDP.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKET_BLOCK = 6;
const BLOCK_HEAD = 28;
const PAYLOAD = 14 + 20 + 8;
const MARK = 0x534c4247;
/** Of one segment; what a folder holds beside segments is left out. */
const SEGMENT = /\.pcapng$/;
const KEPT = 'kept.pcapng';

/** @param folder of a live capture @returns numbers of packets in the order in which they stand there */
export function numbersIn(folder: string): number[] {
  const files = readdirSync(folder)
    .filter((name) => SEGMENT.test(name) && name !== KEPT)
    .toSorted();
  return files.flatMap((name) => numbersOf(readFileSync(join(folder, name))));
}

function numbersOf(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    if (length < 12 || at + length > bytes.length) break;
    const data = at + BLOCK_HEAD + PAYLOAD;
    if (bytes.readUInt32LE(at) === PACKET_BLOCK && data + 12 <= at + length && bytes.readUInt32LE(data) === MARK)
      found.push(Number(bytes.readBigUInt64LE(data + 4)));
    at += length;
  }
  return found;
}

export interface Missing {
  /** Numbers that are not there though a later one is, or though they were told as captured. */
  readonly lost: readonly number[];
  /** Numbers that stand there twice, or out of order. */
  readonly odd: number;
  /** One more than the last number. */
  readonly end: number;
}

/** @param from how many must be there: 0 to `from - 1` */
export function missingOf(numbers: readonly number[], from: number): Missing {
  const there = new Set(numbers);
  const end = numbers.reduce((most, n) => Math.max(most, n + 1), 0);
  const lost: number[] = [];
  for (let n = 0; n < Math.max(end, from); n++) if (!there.has(n)) lost.push(n);
  let odd = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! <= numbers[i - 1]!) odd++;
  return { lost, odd, end };
}
