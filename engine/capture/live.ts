// A live capture as the engine sees it: segments grow, and lines say how much was dropped and what happened to the
// interface.
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { Segments } from '../read/index.ts';
import { startWorker } from '../workers/index.ts';
import type { FromCapture, ToCapture, Word } from './capture-thread.ts';
import { nameLookedUp } from './bpf.ts';
import { helperThere, type HelperLine } from './helper.ts';
import { type CapturePlan, sourceProblem } from './plan.ts';

export type LiveStart =
  | { readonly ok: true; readonly live: LiveCapture }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The niceness that the pipeline takes, so that capturing goes before it. */
const PIPELINE_NICENESS = 5;

/** Ends that were asked for, or came by themselves in order. */
const WELL = new Set(['stopped', 'over', 'packets', 'seconds', 'bytes']);

type Hear = (m: FromCapture) => void;

/** The one thread of this process that carries captures out. */
class CaptureThread {
  private worker: Worker | null = null;
  private readonly hearers = new Map<number, Hear>();
  private next = 0;

  start(plan: CapturePlan, hear: Hear): number {
    const id = this.next++;
    this.hearers.set(id, hear);
    const worker = this.thread();
    worker.ref();
    worker.postMessage({ kind: 'start', id, plan } satisfies ToCapture);
    return id;
  }

  tell(id: number, word: Word): void {
    this.worker?.postMessage({ kind: 'word', id, word } satisfies ToCapture);
  }

  private thread(): Worker {
    if (this.worker !== null) return this.worker;
    // A pipe's descriptor is closed by its socket, which the count of open files would not see.
    const worker = startWorker(import.meta.url, 'capture-thread', { trackUnmanagedFds: false });
    worker.on('message', (m: FromCapture) => {
      const hear = this.hearers.get(m.id);
      if ('ended' in m) {
        this.hearers.delete(m.id);
        if (this.hearers.size === 0) worker.unref();
      }
      hear?.(m);
    });
    const gone = (message: string): void => {
      if (this.worker !== worker) return;
      this.worker = null;
      for (const [id, hear] of this.hearers) {
        hear({ id, line: { type: 'error', code: 'failed', message } });
        hear({ id, ended: true });
      }
      this.hearers.clear();
    };
    worker.on('error', (e: Error) => gone(e.message));
    worker.on('exit', () => gone('the capture thread ended'));
    this.worker = worker;
    // On Linux a priority is a thread's: this one, and those that it starts from now on.
    if (process.platform === 'linux')
      worker.once('online', () => {
        try {
          setPriority(0, Math.min(constants.priority.PRIORITY_LOW, PIPELINE_NICENESS));
        } catch {
          /* as it was */
        }
      });
    return worker;
  }
}

const thread = new CaptureThread();

export class LiveCapture {
  readonly plan: CapturePlan;
  readonly segments = new Segments();
  packets = 0;
  /** Bytes of all segments that are written. */
  offset = 0;
  /** Bytes taken from the kernel that are not on the disk yet. */
  waiting = 0;
  dropped = 0;
  interfaceDropped = 0;
  /** Everything that came before is within `offset` bytes, seconds since the epoch; 0 when the source cannot say. */
  clock = 0;
  /** What is wrong with the interface, or null. */
  trouble: string | null = null;
  /** Set when the capture has ended: why in words, null when it was told to; `gone` the interface that disappeared. */
  ended: { readonly message: string | null; readonly gone: string | null; readonly failed: boolean } | null = null;
  /** Called when something changed that a person should see at once. */
  onSaid: () => void = () => undefined;
  private id = -1;
  private finish: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => {
    this.finish = resolve;
  });
  private readonly lost = new Set<string>();

  private constructor(plan: CapturePlan) {
    this.plan = plan;
  }

  /** Starts, and waits until it captures or says why not. */
  static async start(plan: CapturePlan): Promise<LiveStart> {
    const { source } = plan;
    const problem = sourceProblem(source);
    if (problem !== null) return { ok: false, code: 'refused', message: problem };
    // Programs other than the helper would ask the name server.
    const asks =
      (source.kind === 'dumpcap' || source.kind === 'cap') && source.filter.trim() !== '' && helperThere(plan.helper);
    const named = asks ? await nameLookedUp(plan.helper, source.filter) : null;
    if (named !== null) return { ok: false, code: 'filter', message: named };
    return new Promise((resolve) => {
      const live = new LiveCapture(plan);
      let started = false;
      let said: HelperLine | null = null;
      live.id = thread.start(plan, (m) => {
        if ('ended' in m) {
          if (!started)
            resolve({
              ok: false,
              code: String(said?.['code'] ?? 'failed'),
              message: String(said?.['message'] ?? 'the capture helper ended without a word'),
            });
          live.gone(said);
        } else {
          if (m.line.type === 'started') {
            started = true;
            live.begun(m.line);
            resolve({ ok: true, live });
          } else if (m.line.type === 'error') said = m.line;
          live.hear(m.line);
        }
      });
    });
  }

  pause(): void {
    thread.tell(this.id, 'pause');
  }
  resume(): void {
    thread.tell(this.id, 'resume');
  }

  /** Resolves when the last packet is written. */
  async stop(): Promise<void> {
    thread.tell(this.id, 'stop');
    await this.over;
  }

  /**
   * The helper says which rights it still has. Where it could not give up everything, it goes on only when it was told
   * to.
   */
  private begun(line: HelperLine): void {
    if (
      this.plan.source.kind !== 'helper' ||
      process.platform !== 'linux' ||
      String(line['confined']).includes('seccomp')
    )
      return;
    this.trouble = 'The capture helper keeps more system calls than it needs: seccomp cannot be set here.';
  }

  private hear(line: HelperLine): void {
    switch (line.type) {
      case 'status':
        this.packets = Number(line['packets']);
        this.offset = Number(line['offset']);
        this.waiting = Number(line['waiting']);
        this.dropped = Number(line['dropped']);
        this.interfaceDropped = Number(line['ifdropped']);
        this.clock = Number(line['clock']) / 1000;
        return;
      case 'segment':
        return this.segments.add(Number(line['number']), String(line['path']), Number(line['base']));
      case 'removed':
        return this.segments.remove(Number(line['number']));
      case 'link':
        return this.link(String(line['name']), String(line['state']));
      case 'stopped':
        this.ended = this.endOf(String(line['code']), String(line['message']), Number(line['kept']));
    }
  }

  private link(name: string, state: string): void {
    if (state === 'lost' || state === 'gone') this.lost.add(name);
    this.trouble =
      state === 'down'
        ? `${name} is down; capturing goes on when it is up again.`
        : state === 'gone' || state === 'lost'
          ? `${name} disappeared.`
          : this.lost.has(name)
            ? `${name} is there again; start again to capture it.`
            : null;
    this.onSaid();
  }

  private endOf(code: string, message: string, kept: number): LiveCapture['ended'] {
    const { source, stop } = this.plan;
    const n = (v: number): string => v.toLocaleString('en-US');
    const words: Readonly<Record<string, string | null>> = {
      stopped: null,
      over: message === '' ? null : `The source ended: ${message}. All that came is kept.`,
      packets: `Capturing ended by itself after ${n(stop.packets)} packets, as asked.`,
      seconds: `Capturing ended by itself after ${n(stop.seconds)} s, as asked.`,
      bytes: `Capturing ended by itself after ${n(stop.bytes)} bytes, as asked.`,
      disk: `Capturing stopped: ${message.replace(/^E[A-Z]+: /, '')}. The ${n(kept)} packets before it are kept.`,
      gone: `Capturing stopped: ${source.kind === 'pipe' ? 'the source' : source.interfaces.join(', ')} disappeared. What was captured is kept.`,
    };
    const said = code in words ? words[code]! : `Capturing stopped: ${message}. What was captured is kept.`;
    return {
      message: this.deleted() ?? said,
      gone: code === 'gone' && source.kind !== 'pipe' ? (source.interfaces[0] ?? null) : null,
      failed: !WELL.has(code),
    };
  }

  /** Files that somebody removed are not kept, whatever the source says. */
  private deleted(): string | null {
    const { paths } = this.segments.there;
    if (paths.length === 0 || paths.some((path) => existsSync(path))) return null;
    return 'Capturing stopped: its files were deleted while it ran. What was captured can be looked at until it is closed, and is gone then.';
  }

  private gone(said: HelperLine | null): void {
    const why = said === null || String(said['message']) === '' ? '' : ` (${String(said['message'])})`;
    this.ended ??= {
      message: this.deleted() ?? `The capture helper ended unexpectedly${why}; all that it wrote is kept.`,
      gone: null,
      failed: true,
    };
    this.finish();
    this.onSaid();
  }
}
