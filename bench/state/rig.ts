// What the campaign's parts share: processes with a time limit, a pipe that a capture comes through, small disks.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const LIVE_HOST = fileURLToPath(new URL('../../engine/testing/live-host.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly late: boolean;
}

/** Runs a program to its end, or ends it. */
export function run(args: readonly string[], limit: number): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let late = false;
  child.stdout.on('data', (p: Buffer) => {
    out += p.toString();
  });
  child.stderr.on('data', (p: Buffer) => {
    out += p.toString();
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limit);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, out, late });
    });
  });
}

/** A desk in a process of its own that captures from a pipe and labels what comes. */
export class LiveHost {
  folder = '';
  /** First packet of the flow and the label, as answered. */
  readonly labelled = new Map<number, string>();
  readonly lines: string[] = [];
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  private readonly writer: ChildProcess;

  constructor(home: string, data: string, name: string) {
    const pipe = join(home, name);
    spawnSync('mkfifo', [pipe]);
    this.writer = spawn('sh', ['-c', 'exec 3>"$1"; cat "$0" >&3; sleep 60', SAMPLE, pipe], { stdio: 'ignore' });
    this.process = spawn(process.execPath, [LIVE_HOST, ROOT, data, join(home, 'cache'), pipe], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let rest = '';
    this.process.stdout!.on('data', (piece: Buffer) => {
      const lines = (rest + piece.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.hear(line);
    });
    this.process.stderr!.on('data', (piece: Buffer) => {
      this.lines.push(piece.toString());
    });
    this.ended = new Promise((resolve) => {
      this.process.on('exit', (code) => {
        this.writer.kill('SIGKILL');
        resolve(code);
      });
    });
  }

  async until(ready: () => boolean, limit: number): Promise<boolean> {
    for (const end = performance.now() + limit; performance.now() < end;) {
      if (ready()) return true;
      await new Promise((resolve) => {
        setTimeout(resolve, 3);
      });
    }
    return false;
  }

  private hear(line: string): void {
    this.lines.push(line);
    const [word, packet, label] = line.split(' ');
    if (word === 'labelled') this.labelled.set(Number(packet), label!);
    if (word === 'capturing') this.folder = line.slice(10);
  }
}

/** A disk of so many bytes, in memory. @returns whether it could be mounted, which root may */
export function smallDisk(path: string, bytes: number): boolean {
  mkdirSync(path, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', path]).status === 0;
}

export function unmount(path: string): void {
  spawnSync('umount', [path], { stdio: 'ignore' });
}
