// A live capture as the engine sees it: segments grow, and lines say how much was dropped and what happened to the
// interface.
import { type Message, say, english, foreign } from '../../contract/index.ts';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { Segments } from '../read/index.ts';
import { startWorker } from '../workers/index.ts';
import type { FromCapture, ToCapture } from './capture-thread.ts';
import { nameLookedUp } from './bpf.ts';
import { helperThere, type HelperLine, saidOf } from './helper.ts';
import { type CapturePlan, sourceProblem, type Word } from './plan.ts';

export type LiveStart =
  | { readonly ok: true; readonly live: LiveCapture }
  | { readonly ok: false; readonly code: string; readonly message: Message };

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
    const gone = (said: Message): void => {
      if (this.worker !== worker) return;
      this.worker = null;
      for (const [id, hear] of this.hearers) {
        hear({ id, line: { type: 'error', code: 'failed', said } });
        hear({ id, ended: true });
      }
      this.hearers.clear();
    };
    worker.on('error', (e: Error) => gone(foreign(e.message)));
    worker.on('exit', () => gone(say('thread-ended')));
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
  trouble: Message | null = null;
  /** Set when the capture has ended: why in words, null when it was told to; `gone` the interface that disappeared. */
  ended: { readonly message: Message | null; readonly gone: string | null; readonly failed: boolean } | null = null;
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
              message: said === null ? say('helper-silent') : saidOf(said),
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
    this.trouble = say('helper-unconfined');
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
        this.ended = this.endOf(String(line['code']), line, Number(line['kept']));
    }
  }

  private link(name: string, state: string): void {
    if (state === 'lost' || state === 'gone') this.lost.add(name);
    this.trouble = this.linkTrouble(name, state);
    this.onSaid();
  }

  private linkTrouble(name: string, state: string): Message | null {
    if (state === 'down') return say('link-down', { name });
    if (state === 'gone' || state === 'lost') return say('link-gone', { name });
    return this.lost.has(name) ? say('link-there-again', { name }) : null;
  }

  private endOf(code: string, line: HelperLine, kept: number): LiveCapture['ended'] {
    const message = saidOf(line);
    const text = english(message);
    const { source, stop } = this.plan;
    const gone = source.kind === 'pipe' ? say('the-source') : source.interfaces;
    const words: Readonly<Record<string, Message | null>> = {
      stopped: null,
      over: text === '' ? null : say('source-ended', { why: message }),
      packets: say('ended-packets', { n: stop.packets }),
      seconds: say('ended-seconds', { n: stop.seconds }),
      bytes: say('ended-bytes', { n: stop.bytes }),
      disk: say('stopped-disk', { why: line.said ?? text.replace(/^E[A-Z]+: /, ''), kept }),
      gone: say('stopped-gone', { what: gone }),
    };
    const said = code in words ? words[code]! : say('stopped-failed', { why: message });
    return {
      message: this.deleted() ?? said,
      gone: code === 'gone' && source.kind !== 'pipe' ? (source.interfaces[0] ?? null) : null,
      failed: !WELL.has(code),
    };
  }

  /** Files that somebody removed are not kept, whatever the source says. */
  private deleted(): Message | null {
    const { paths } = this.segments.there;
    if (paths.length === 0 || paths.some((path) => existsSync(path))) return null;
    return say('stopped-deleted');
  }

  private gone(said: HelperLine | null): void {
    const why = said === null ? foreign('') : saidOf(said);
    const ended = english(why) === '' ? say('helper-ended') : say('helper-ended-why', { why });
    this.ended ??= { message: this.deleted() ?? ended, gone: null, failed: true };
    this.finish();
    this.onSaid();
  }
}
