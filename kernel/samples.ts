// The first 1 KiB of payload a direction, for entropy and printable share; only flows that still collect hold it here.
import { addressOf, copyTo, u8at } from './bytes';
import {
  D_ENTROPY2,
  D_PRINTABLE2,
  PRINTABLE,
  U_BYTE_COUNT2,
  U_BYTE_POOL2,
  U_FIRST_BYTE_CLASS2,
} from './generated/layout';
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

/** Fixes the figures of a whole sample. */
function keep(slot: i32, dir: i32, at: usize): void {
  const d = numbersOf(slot) + ((<usize>dir) << 3);
  measure(at, SAMPLE);
  store<f64>(d, entropy, D_ENTROPY2);
  store<f64>(d, printable, D_PRINTABLE2);
}

/** Results of `measure`: entropy in bits a byte, and printable share. */
export let entropy: f64 = 0;
export let printable: f64 = 0;

/** @param total bytes, at least one and at most a sample's */
export function measure(at: usize, total: i32): void {
  let shown: i32 = 0;
  for (let i: usize = 0; i < <usize>total; i++) {
    const value = <usize>load<u8>(at + i);
    const place = seen + (value << 1);
    store<u16>(place, load<u16>(place) + 1);
    shown += load<u8>(PRINTABLE + value);
  }
  // What occurs once or not at all adds 0: no value is asked whether it does.
  let sum: f64 = 0;
  if (total < 256) {
    // Few bytes are cheaper to go through again than all values.
    for (let i: usize = 0; i < <usize>total; i++) {
      const place = seen + ((<usize>load<u8>(at + i)) << 1);
      sum += countLog(load<u16>(place));
      store<u16>(place, 0);
    }
  } else {
    for (let place = seen; place < seen + 512; place += 8) {
      const four = load<u64>(place);
      if (four === 0) continue;
      sum += countLog(<u32>four & 0xffff);
      sum += countLog(<u32>four >> 16);
      sum += countLog(<u32>(four >> 32) & 0xffff);
      sum += countLog(<u32>(four >> 48));
      store<u64>(place, 0);
    }
  }
  entropy = max<f64>(0, load<f64>(LOG2 + ((<usize>total) << 3)) - sum / <f64>total);
  printable = <f64>shown / <f64>total;
}

function countLog(n: u32): f64 {
  return load<f64>(COUNT_LOG + ((<usize>n) << 3));
}

/** Address of the bytes that a direction has shown, 0 where none are kept. */
export function sampleOf(slot: i32, dir: i32): usize {
  const place = load<u32>(wordsOf(slot) + ((<usize>dir) << 2), U_BYTE_POOL2);
  return place === 0 ? 0 : samples + ((<usize>place) << 10);
}

function takePlace(): u32 {
  if (freeCount > 0) return load<u32>(free + ((<usize>(freeCount -= 1)) << 2));
  if (next + 1 > places) {
    samples = move(samples, (<usize>places) << 10, (<usize>places) << 11);
    free = move(free, (<usize>places) << 2, (<usize>places) << 3);
    places <<= 1;
  }
  next++;
  return next - 1;
}
