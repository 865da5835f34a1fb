// The first 1 KiB of payload a direction, for entropy and printable share; only flows that still collect hold it here.
import { addressOf, copyTo, u8at } from './bytes';
import { D_ENTROPY2, D_PRINTABLE2, U_BYTE_COUNT2, U_BYTE_POOL2, U_FIRST_BYTE_CLASS2 } from './generated/layout';
import { moved } from './host';
import { move, take } from './memory';
import { numbersOf, wordsOf } from './state';

export const SAMPLE: i32 = 1024;
/** n log2 n and log2 n up to a sample's length. Filled by the host, whose logarithms features are made with. */
export const COUNT_LOG: usize = memory.data(8 * 1025, 16);
export const LOG2: usize = memory.data(8 * 1025, 16);
/** Clean between two measurements. */
const seen = memory.data(2 * 256, 16);

/** 1 KiB a place. The first is nobody's. */
export let samples: usize = 0;
let places: i32 = 0;
let next: i32 = 1;
/** Places that were given back, the last first. */
let free: usize = 0;
let freeCount: i32 = 0;

export function makeSamples(count: i32): void {
  places = count;
  samples = take((<usize>count) << 10);
  free = take((<usize>count) << 2);
}

/** Bytes of samples that are there. */
export function sampleBytes(): i32 {
  return places << 10;
}

/** Class of a first payload byte: 1 control, 2 TLS record, 3 letter, 4 other printable, 5 high bit set, 6 zero. */
function byteClass(byte: i32): i32 {
  if (byte === 0) return 6;
  if (byte >= 0x14 && byte <= 0x17) return 2;
  if (byte < 32) return 1;
  if ((byte | 32) >= 97 && (byte | 32) <= 122) return 3;
  return byte < 127 ? 4 : 5;
}

/**
 * Adds captured payload bytes until 1 KiB of the direction was seen; then the figures are fixed and the place is given
 * back.
 */
export function addBytes(slot: i32, dir: i32, at: i32, length: i32): void {
  const u = wordsOf(slot) + ((<usize>dir) << 2);
  const had = <i32>load<u32>(u, U_BYTE_COUNT2);
  if (had >= SAMPLE || length === 0) return;
  const count = min(length, SAMPLE - had);
  store<u32>(u, had + count, U_BYTE_COUNT2);
  if (had === 0) {
    store<u32>(u, byteClass(u8at(at)), U_FIRST_BYTE_CLASS2);
    if (count === SAMPLE) {
      keep(slot, dir, addressOf(at, count));
      return;
    }
    store<u32>(u, takePlace(), U_BYTE_POOL2);
  }
  const place = samples + ((<usize>load<u32>(u, U_BYTE_POOL2)) << 10);
  copyTo(place + had, at, count);
  if (had + count < SAMPLE) return;
  keep(slot, dir, place);
  giveBytes(slot, dir);
}

export function giveBytes(slot: i32, dir: i32): void {
  const u = wordsOf(slot) + ((<usize>dir) << 2);
  const place = load<u32>(u, U_BYTE_POOL2);
  if (place === 0) return;
  store<u32>(free + ((<usize>freeCount) << 2), place);
  freeCount++;
  store<u32>(u, 0, U_BYTE_POOL2);
}

/** Fixes the figures of a whole sample: entropy in bits a byte, and printable share. */
function keep(slot: i32, dir: i32, at: usize): void {
  for (let i: usize = 0; i < <usize>SAMPLE; i++) {
    const place = seen + ((<usize>load<u8>(at + i)) << 1);
    store<u16>(place, load<u16>(place) + 1);
  }
  let sum: f64 = 0;
  let shown: i32 = 0;
  for (let value = 0; value < 256; value++) {
    const place = seen + ((<usize>value) << 1);
    const n = <i32>load<u16>(place);
    if (n === 0) continue;
    sum += load<f64>(COUNT_LOG + ((<usize>n) << 3));
    if ((value >= 32 && value < 127) || value === 9 || value === 10 || value === 13) shown += n;
    store<u16>(place, 0);
  }
  const d = numbersOf(slot) + ((<usize>dir) << 3);
  const entropy = load<f64>(LOG2 + ((<usize>SAMPLE) << 3)) - sum / <f64>SAMPLE;
  store<f64>(d, entropy > 0 ? entropy : 0, D_ENTROPY2);
  store<f64>(d, <f64>shown / <f64>SAMPLE, D_PRINTABLE2);
}

function takePlace(): u32 {
  if (freeCount > 0) return load<u32>(free + ((<usize>(freeCount -= 1)) << 2));
  if (next + 1 > places) {
    samples = move(samples, (<usize>places) << 10, (<usize>places) << 11);
    free = move(free, (<usize>places) << 2, (<usize>places) << 3);
    places <<= 1;
    moved();
  }
  next++;
  return next - 1;
}
