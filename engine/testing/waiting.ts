// What tests wait for, and what they skip without.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Looks again every so many milliseconds. */
const PAUSE = 10;

/**
 * Waits until something holds, and fails when it does not in time.
 * @param what is said then
 * @returns after how many milliseconds it held
 */
export async function until(
  holds: () => boolean,
  milliseconds: number,
  what: () => string = () => `waited ${milliseconds} ms`,
): Promise<number> {
  const from = performance.now();
  while (!holds()) {
    assert.ok(performance.now() - from < milliseconds, what());
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE);
    });
  }
  return performance.now() - from;
}

/** Why tests with named pipes are skipped, false where they can be made. @param folder for a probe */
export function noPipes(folder: string): string | false {
  return process.platform === 'win32' || spawnSync('mkfifo', [join(folder, 'probe')]).status !== 0
    ? 'named pipes are made with mkfifo'
    : false;
}
