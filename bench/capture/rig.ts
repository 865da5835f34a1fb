// Two network namespaces with a veth pair, a generator in one of them, and CPU time of processes: what the capture
// benches stand on.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const HZ = 100;
/** Seconds. */
const DAY = 86_400;
export const CACHE = join(import.meta.dirname, '..', '.cache');

export interface Sent {
  readonly sent: number;
  readonly seconds: number;
  readonly offered: number;
}

function must(command: string, args: readonly string[], cwd?: string): string {
  const done = spawnSync(command, args, { encoding: 'utf8', ...(cwd === undefined ? {} : { cwd }) });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  readonly near = `slb-n-${process.pid}`;
  readonly far = `slb-f-${process.pid}`;
  readonly interface = 'slb-far';
  /** What is sent into. */
  readonly out = 'slb-near';
  private readonly generator = join(this.folder, 'generate');

  constructor() {
    must('g++', ['-O2', '-o', this.generator, join(import.meta.dirname, 'generate.cpp')]);
    for (const name of [this.near, this.far]) {
      must('ip', ['netns', 'add', name]);
      // Nothing but the generator speaks.
      must('ip', [
        'netns',
        'exec',
        name,
        'sh',
        '-c',
        'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6',
      ]);
    }
    must('ip', [
      'link',
      'add',
      this.out,
      'netns',
      this.near,
      'type',
      'veth',
      'peer',
      'name',
      this.interface,
      'netns',
      this.far,
    ]);
    must('ip', ['-n', this.near, 'link', 'set', this.out, 'up']);
    must('ip', ['-n', this.far, 'link', 'set', this.interface, 'up']);
    must('ip', ['-n', this.far, 'link', 'set', 'lo', 'up']);
  }

  /** Lets frames through that are as long as a capture's may be after segments were joined. @param bytes the MTU */
  widen(bytes: number): void {
    must('ip', ['-n', this.near, 'link', 'set', this.out, 'mtu', String(bytes)]);
    must('ip', ['-n', this.far, 'link', 'set', this.interface, 'mtu', String(bytes)]);
  }

  get within(): readonly string[] {
    return ['ip', 'netns', 'exec', this.far];
  }

  /** Frames at a rate, out of a process pinned to the last processor. */
  send(bytes: number, rate: number, seconds: number, conversation = 50, scan = false): Promise<Sent> {
    return this.sending([bytes, rate, seconds, conversation, 1, ...(scan ? ['scan'] : [])]).sent;
  }

  /** Numbered frames at a rate at which nothing is measured, until it is told to end. */
  sendGently(bytes: number, rate: number, conversation: number): { readonly sent: Promise<Sent>; end(): void } {
    return this.sending([bytes, rate, DAY, conversation, 1, 'gentle']);
  }

  private sending(args: readonly (number | string)[]): { readonly sent: Promise<Sent>; end(): void } {
    const child = spawn('ip', ['netns', 'exec', this.near, this.generator, this.out, ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
    const sent = new Promise<Sent>((resolve, reject) => {
      child.once('close', (_code, signal) => {
        if (said !== '') resolve(JSON.parse(said) as Sent);
        // It was told to end before it had begun.
        else if (signal === 'SIGTERM') resolve({ sent: 0, seconds: 0, offered: 0 });
        else reject(new Error('nothing was sent'));
      });
    });
    return { sent, end: () => child.kill('SIGTERM') };
  }

  run(command: readonly string[]): ChildProcess {
    const [program, ...args] = [...this.within, ...command];
    return spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  }

  close(): void {
    for (const name of [this.near, this.far]) spawnSync('ip', ['netns', 'delete', name]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Seconds of processor that a process used so far, all threads. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / HZ;
}

/** The child of a process with this name, or null. */
export function childOf(pid: number, name: string): number | null {
  for (const p of readdirSync('/proc')) {
    if (!/^\d+$/.test(p)) continue;
    try {
      const stat = readFileSync(`/proc/${p}/stat`, 'utf8');
      if (
        Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid &&
        stat.includes(`(${name.slice(0, 15)})`)
      )
        return Number(p);
    } catch {
      /* it ended meanwhile */
    }
  }
  return null;
}

/** JSON lines of a process as they come. */
export function hearLines<T>(child: ChildProcess, hear: (line: T) => void): void {
  createInterface({ input: child.stdout! }).on('line', (text) => {
    if (text.startsWith('{')) hear(JSON.parse(text) as T);
  });
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const upper = sorted[sorted.length >> 1]!;
  return sorted.length % 2 === 1 ? upper : (sorted[sorted.length / 2 - 1]! + upper) / 2;
}
