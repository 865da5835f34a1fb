// Keeps one dissect process: started early, asked one thing at a time, ended when it takes too long or too much,
// started again.
import { type Message, say } from '../../contract/index.ts';
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { log, stackOf } from '../log/index.ts';
import { nodeProgram } from '../store/index.ts';
import type { DissectOrders, DissectReply, DissectRequest } from './child.ts';
import { DissectSetup, WITH_TABLES } from './setup.ts';

export type DissectState = 'starting' | 'ready' | 'restarting' | 'missing';
export type Asked = { readonly ok: true; readonly reply: Extract<DissectReply, { ok: true }> } | NotAnswered;
export interface NotAnswered {
  readonly ok: false;
  readonly died: boolean;
  /** It died, and not because we ended it: by what it was asked, or by something that has nothing to do with it. */
  readonly lost: boolean;
  readonly message: Message;
}

/** The engine and a whole small capture take about 0.4 GB. */
const MEMORY_LIMIT = 1.5e9;
const START_LIMIT = 30_000;
/** Two for a packet that ends the engine. */
const MAX_STARTS_A_MINUTE = 20;

type WithoutId<R> = R extends DissectRequest ? Omit<R, 'id'> : never;
type Body = WithoutId<DissectRequest>;

export class DissectProcess {
  state: DissectState = 'starting';
  private child: ChildProcess | null = null;
  private ready: Promise<boolean> = Promise.resolve(false);
  private next = 1;
  private waiting: { readonly id: number; readonly done: (asked: Asked) => void } | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private turns: Promise<unknown> = Promise.resolve();
  private starts: number[] = [];
  private loaded: string | null = null;
  /** It shall start anew and has not yet. */
  private stale = false;
  /** The child that we ended, by the clock, its memory or what it is told. */
  private ended: ChildProcess | null = null;
  private readonly changed: () => void;
  private readonly setup: DissectSetup;
  private readonly quiet: () => void;

  constructor(changed: () => void, setup = new DissectSetup()) {
    this.changed = changed;
    this.setup = setup;
    this.quiet = setup.listen(() => this.renew());
    this.start();
  }

  /** What the running process has loaded, by the name that its load gave; lost with it. */
  get context(): string | null {
    return this.stale ? null : this.loaded;
  }

  /** The process that runs now, for tests that end it. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  ask(body: Body, limit: number): Promise<Asked> {
    const turn = this.queue.then(() => this.askNow(body, limit));
    this.queue = turn;
    return turn;
  }

  /** Loading and asking go together: nothing else is loaded between them. */
  inTurn<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.turns.then(job);
    this.turns = turn.catch(() => undefined);
    return turn;
  }

  /** The same, and once more where the process was lost: most of what ends one has nothing against what it was asked. */
  inTurnAgain<T extends { readonly ok: true }>(job: () => Promise<T | NotAnswered>): Promise<T | NotAnswered> {
    return this.inTurn(async () => {
      const got = await job();
      return !got.ok && got.lost ? job() : got;
    });
  }

  /** Starts anew, once what is asked now is answered. */
  private renew(): void {
    this.stale = true;
    this.queue = this.queue.then(async () => {
      await this.ready;
      if (this.child === null) return;
      // One that is asked to start anew has not failed.
      this.starts = [];
      const { child } = this;
      const over = new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
      });
      this.kill(child, 'what it is told has changed');
      await over;
    });
  }

  close(): void {
    this.state = 'missing';
    this.quiet();
    this.child?.kill('SIGKILL');
  }

  private start(): void {
    // Not the wall clock: one that was set back would count every start ever.
    const now = performance.now();
    this.starts = [...this.starts.filter((t) => now - t < 60_000), now];
    if (this.starts.length > MAX_STARTS_A_MINUTE) {
      this.become('missing');
      return;
    }
    this.loaded = null;
    this.stale = false;
    const here = import.meta.url;
    // Tables of keys and rules of colours are read when the engine begins, so that it waits for them.
    const told = this.setup.tables.length > 0 || this.setup.colours !== null ? [WITH_TABLES] : [];
    const child = fork(fileURLToPath(new URL(`./child.${here.endsWith('.ts') ? 'ts' : 'js'}`, here)), told, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execPath: nodeProgram(),
      execArgv: ['--max-old-space-size=512'],
      env: {
        PATH: process.env['PATH'] ?? '',
        // Moments in trees are those of this time zone.
        ...(process.env['TZ'] ? { TZ: process.env['TZ'] } : {}),
      },
    });
    this.child = child;
    log('dissect', () => `process ${child.pid} started`);
    this.ready = new Promise((resolve) => {
      const late = setTimeout(() => this.kill(child, 'it does not start'), START_LIMIT);
      child.once('message', () => {
        clearTimeout(late);
        if (!this.setup.plain)
          child.send({
            kind: 'setup',
            preferences: this.setup.told,
            decoded: this.setup.ports,
            keys: this.setup.keys,
            tables: told.length > 0 ? this.setup.tables : [],
            colours: told.length > 0 ? this.setup.colours : null,
          } satisfies DissectOrders);
        this.become('ready');
        resolve(true);
      });
      child.once('exit', () => {
        clearTimeout(late);
        resolve(false);
      });
    });
    child.on('message', (message: DissectReply) => {
      if ('id' in message && this.waiting?.id === message.id)
        this.finish(
          message.ok ? { ok: true, reply: message } : { ok: false, died: false, lost: false, message: message.message },
        );
    });
    child.on('error', (error) => log('dissect', () => `process ${child.pid}: ${stackOf(error)}`));
    child.on('exit', (code, signal) => {
      log('dissect', () => `process ${child.pid} ended with ${code ?? signal}`);
      if (this.child !== child) return;
      this.child = null;
      const lost = this.ended !== child && this.state !== 'missing';
      this.finish({ ok: false, died: true, lost, message: say('dissect-ended') });
      if (this.state === 'missing') return;
      this.become('restarting');
      this.start();
    });
  }

  private async askNow(body: Body, limit: number): Promise<Asked> {
    if (!(await this.ready) || this.child === null) {
      // One more chance: it may just have been started again.
      if (!(await this.ready) || this.child === null)
        return { ok: false, died: true, lost: false, message: say('dissect-missing') };
    }
    const child: ChildProcess = this.child;
    const id = this.next++;
    // A load that fails leaves nothing loaded.
    if (body.kind === 'load') this.loaded = null;
    return new Promise((resolve) => {
      const late = setTimeout(() => this.kill(child, `one question takes longer than ${limit} ms`), limit);
      const memory = setInterval(() => {
        if (residentBytes(child.pid) > MEMORY_LIMIT) this.kill(child, 'it has too much memory');
      }, 200);
      this.waiting = {
        id,
        done: (asked) => {
          clearTimeout(late);
          clearInterval(memory);
          if (body.kind === 'load' && asked.ok) this.loaded = body.context;
          resolve(asked);
        },
      };
      child.send({ id, ...body } as DissectRequest, (error) => {
        // Its exit answers, and is heard after this: who asks again before it would ask the same one.
        if (error) child.kill('SIGKILL');
      });
    });
  }

  private finish(asked: Asked): void {
    const { waiting } = this;
    this.waiting = null;
    if (asked.ok && asked.reply.memory > MEMORY_LIMIT && this.child !== null)
      this.kill(this.child, 'it has too much memory');
    waiting?.done(asked);
  }

  private kill(child: ChildProcess, why: string): void {
    log('dissect', () => `process ${child.pid} is killed: ${why}`);
    this.ended = child;
    child.kill('SIGKILL');
  }

  private become(state: DissectState): void {
    if (this.state === 'missing') return;
    this.state = state;
    this.changed();
  }
}

/** Resident bytes of a process, 0 where the system has no /proc; the process then reports its own after each answer. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
