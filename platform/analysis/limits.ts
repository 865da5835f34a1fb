// What a worker process may take. Its heap is bounded by Node; what lies outside of the heap (columns, the kernel's
// memory) is watched from here. Processor time and the size of files are bounded by the kernel, so that a worker whose
// server is gone ends all the same.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface WorkerLimits {
  /** Resident memory, bytes. */
  readonly memory: number;
  /** From its order to its answer, ms. */
  readonly time: number;
  /** Of any file that it writes, bytes. */
  readonly file: number;
}

/** A capture of 10 MB takes 0.2 GB and a second. */
export const SCORE_LIMITS: WorkerLimits = { memory: 2e9, time: 15 * 60_000, file: 64e9 };
export const LOOK_LIMITS: WorkerLimits = { memory: 6e8, time: 20_000, file: 4e9 };

/** Bytes of the heap of a worker that may have so much memory: the rest is for what lies outside of it. */
export function heapMegabytes(limits: WorkerLimits): number {
  return Math.max(128, Math.floor(limits.memory / 2 ** 20 / 2));
}

/** Resident bytes of a process, 0 where the system has no /proc. */
export function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}

/**
 * Has the kernel hold a process to its limits, where `prlimit` is there (util-linux). It is the second line: time and
 * memory are watched by the server.
 */
export function boundByKernel(pid: number, limits: WorkerLimits): void {
  if (process.platform !== 'linux') return;
  const seconds = Math.ceil(limits.time / 1000) * 4;
  const child = spawn('prlimit', [`--pid=${pid}`, `--cpu=${seconds}`, `--fsize=${limits.file}`, '--core=0'], {
    stdio: 'ignore',
  });
  child.on('error', () => undefined);
}
