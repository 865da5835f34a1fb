// A worker process as its server sees it: one order at a time, bounded in memory and time. However it ends, the server
// hears why and goes on.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../contract/index.ts';
import { boundByKernel, heapMegabytes, residentBytes, type WorkerLimits } from './limits.ts';
import type { Order, Said } from './orders.ts';

/** Why a worker gave no answer. `ended`: by itself, or something else ended it. */
export type Fault = 'memory' | 'time' | 'ended' | 'stopped';

export type Answer<K extends Said['kind']> =
  | { readonly kind: 'answer'; readonly said: Extract<Said, { kind: K }> }
  /** It could not do it and says why. */
  | { readonly kind: 'refused'; readonly message: Message }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly how: string };

const ANSWERS = { look: 'looked', score: 'scored', export: 'exported' } as const;
type AnswerOf<O extends Order> = (typeof ANSWERS)[O['kind']];
type Progress = Extract<Said, { kind: 'progress' }>;

const WATCH_EVERY = 100;
/** A process that is started has so long to begin, ms: a machine may be busy. */
const START_TIME = 60_000;
/** What V8 says when its heap is full. */
const HEAP_FULL = /JavaScript heap out of memory|Array buffer allocation failed/;
const MOST_WORDS = 8_192;

export class Worker {
  private readonly child: ChildProcess;
  private readonly limits: WorkerLimits;
  private readonly over: Promise<string>;
  private readonly ready: Promise<boolean>;
  private fault: Fault | null = null;
  private words = '';
  private busy = false;
  private ended = false;

  /** @param code a folder in which compiled code is kept, or none */
  constructor(limits: WorkerLimits, code: string | null = null) {
    this.limits = limits;
    const here = import.meta.url;
    this.child = fork(fileURLToPath(new URL(`./child.${here.endsWith('.ts') ? 'ts' : 'js'}`, here)), [code ?? ''], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${heapMegabytes(limits)}`],
      // Nothing of the server's environment is a worker's business.
      env: { PATH: process.env['PATH'] ?? '' },
    });
    const { child } = this;
    child.stderr?.on('data', (piece: Buffer) => {
      if (this.words.length < MOST_WORDS) this.words += piece.toString('latin1');
    });
    this.over = new Promise((resolve) => {
      child.on('error', (error) => {
        this.ended = true;
        resolve(error.message);
      });
      child.on('exit', (exit, signal) => {
        this.ended = true;
        resolve(String(signal ?? exit));
      });
    });
    this.ready = new Promise((resolve) => {
      const late = setTimeout(() => this.end('time'), START_TIME);
      const settle = (is: boolean): void => {
        clearTimeout(late);
        resolve(is);
      };
      child.once('message', () => settle(true));
      void this.over.then(() => settle(false));
    });
    if (child.pid !== undefined) boundByKernel(child.pid, limits);
  }

  get pid(): number | null {
    return this.child.pid ?? null;
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** One order; a second one before the answer is a mistake of ours. */
  async ask<O extends Order>(
    order: O,
    hear: (progress: Progress) => void = () => undefined,
  ): Promise<Answer<AnswerOf<O>>> {
    if (this.busy) throw new Error('a worker has one order at a time');
    this.busy = true;
    try {
      if (!(await this.ready)) return this.faulted(await this.over);
      return await this.answer(order, hear);
    } finally {
      this.busy = false;
    }
  }

  /** Ends it, whatever it does. */
  end(why: Fault = 'stopped'): void {
    if (this.ended) return;
    this.fault ??= why;
    this.child.kill('SIGKILL');
  }

  private answer<O extends Order>(order: O, hear: (progress: Progress) => void): Promise<Answer<AnswerOf<O>>> {
    const { child, limits } = this;
    const wanted: Said['kind'] = ANSWERS[order.kind];
    return new Promise((resolve) => {
      const late = setTimeout(() => this.end('time'), limits.time);
      const watch = setInterval(() => {
        if (residentBytes(child.pid!) > limits.memory) this.end('memory');
      }, WATCH_EVERY);
      const settle = (answer: Answer<AnswerOf<O>>): void => {
        clearTimeout(late);
        clearInterval(watch);
        child.off('message', listen);
        resolve(answer);
      };
      const listen = (said: Said): void => {
        if (said.kind === 'progress') hear(said);
        else if (said.kind === wanted) settle({ kind: 'answer', said: said as Extract<Said, { kind: AnswerOf<O> }> });
        else if (said.kind === 'failed') settle({ kind: 'refused', message: said.message });
      };
      child.on('message', listen);
      void this.over.then((how) => settle(this.faulted(how)));
      child.send(order, (error) => {
        if (error !== null) this.end('ended');
      });
    });
  }

  private faulted(how: string): Extract<Answer<never>, { kind: 'fault' }> {
    const fault = this.fault ?? (HEAP_FULL.test(this.words) ? 'memory' : 'ended');
    // What it said before it ended is for the log.
    const words = this.words.trim();
    return { kind: 'fault', fault, how: words === '' ? how : `${how}: ${words}` };
  }
}
