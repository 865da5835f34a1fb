// `sightline capture` on the server's side of a network of our own, as a test starts, hears and ends it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './harness.ts';
import { type Network, noNetwork } from './network.ts';

export const COMMAND = join(ROOT, 'dist', 'cli', 'entry.js');
export const HELPER = join(ROOT, 'dist', 'native', 'sightline-capture');
/** Why nothing can be captured here, false where it can. */
export const NO_CAPTURE =
  noNetwork() || (existsSync(HELPER) ? false : 'the capture helper is not built: no C++ compiler');

export interface Capture {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly printed: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts a capture and waits until it runs. @param as prefix of its command, such as setpriv for another user */
export async function beginCapture(
  network: Network,
  args: readonly string[],
  o: { readonly as?: readonly string[]; readonly env: NodeJS.ProcessEnv },
): Promise<Capture> {
  const child = spawn(
    'ip',
    ['netns', 'exec', network.server, ...(o.as ?? []), process.execPath, COMMAND, 'capture', ...args],
    { env: o.env, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  let printed = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  child.stdout.on('data', (piece: Buffer) => {
    printed += piece.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  await until(() => /Capturing on/.test(said) || child.exitCode !== null, 10_000);
  return { child, said: () => said, printed: () => printed, ended };
}

/** Builds one of the programs that send packets. @param source its name in bench/capture @param program where it goes */
export function buildSender(source: string, program: string): void {
  const from = join(ROOT, 'bench', 'capture', source);
  const built = spawnSync('g++', ['-O2', '-o', program, from], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
}

/** @returns after how many milliseconds it held */
export async function until(holds: () => boolean, milliseconds: number): Promise<number> {
  const from = performance.now();
  while (!holds()) {
    assert.ok(performance.now() - from < milliseconds, `waited ${milliseconds} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return performance.now() - from;
}

export async function interrupt(c: Capture): Promise<number | null> {
  c.child.kill('SIGINT');
  return c.ended;
}
