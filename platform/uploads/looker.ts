// What was uploaded is looked at by one worker process after another upload: the server itself parses nothing. A capture
// that ends it is refused, and the next one finds a new process.
import { rmSync } from 'node:fs';
import { type Message, say } from '../../contract/index.ts';
import { type Inflating, LOOK_LIMITS, type Look, Worker, type WorkerLimits } from '../analysis/index.ts';
import type { Places } from './places.ts';

export type Looked = { readonly ok: true; readonly look: Look } | { readonly ok: false; readonly why: Message };

const ENDED: Looked = { ok: false, why: say('upload-look-ended') };
/** A process looks at so many captures, and then another does. */
const MOST_LOOKS = 200;

export class Looker {
  private readonly places: Places;
  private readonly inflating: Inflating;
  private readonly limits: WorkerLimits;
  private worker: Worker | null = null;
  private looks = 0;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(places: Places, inflating: Inflating, limits = LOOK_LIMITS) {
    this.places = places;
    this.inflating = inflating;
    this.limits = limits;
  }

  /** @param path of a file of ours */
  look(path: string): Promise<Looked> {
    // A process that was ended may have been ended by something else: the capture gets a second one.
    const turn = this.last.then(async () => (await this.now(path)) ?? (await this.now(path)) ?? ENDED);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  close(): void {
    this.closed = true;
    this.worker?.end();
  }

  /** @returns null where the process ended by itself */
  private async now(path: string): Promise<Looked | null> {
    const worker = this.ready();
    const scratch = this.places.fresh('work');
    try {
      const answer = await worker.ask({ kind: 'look', path, scratch, inflating: this.inflating });
      if (answer.kind === 'answer') return { ok: true, look: answer.said.look };
      if (answer.kind === 'refused') return { ok: false, why: answer.message };
      switch (answer.fault) {
        case 'time':
          return { ok: false, why: say('upload-look-time', { seconds: this.limits.time / 1000 }) };
        case 'memory':
          return { ok: false, why: say('upload-look-memory') };
        case 'ended':
        case 'stopped':
          return this.closed ? ENDED : null;
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  private ready(): Worker {
    if (this.closed) throw new Error('closed');
    if (this.worker?.alive === true && this.looks++ < MOST_LOOKS) return this.worker;
    this.worker?.end();
    this.looks = 0;
    this.worker = new Worker(this.limits, this.places.code);
    return this.worker;
  }
}
