// A result as a file: made by a worker process in a folder of its own, and gone from there before its first byte is
// read. So many at once, the others wait.
import { closeSync, createReadStream, fstatSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Label, say } from '../../contract/index.ts';
import { log } from '../../engine/host-options.ts';
import { type Inflating, Worker, type WorkerLimits } from '../analysis/index.ts';
import type { Download, Outcome } from '../captures.ts';
import type { DownloadForm } from '../contract.ts';
import type { Places } from '../uploads/index.ts';

const TYPES: Readonly<Record<DownloadForm, string>> = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/x-ndjson',
  pcapng: 'application/x-pcapng',
};
const ENDINGS: Readonly<Record<DownloadForm, string>> = {
  csv: 'csv',
  parquet: 'parquet',
  json: 'jsonl',
  pcapng: 'pcapng',
};
const AT_ONCE = 2;
/** Of one capture, made and waiting: whoever has a link of it keeps nobody else's captures waiting. */
const MOST_OF_ONE = 4;
const MOST_WAITING = 64;
const LOST: Outcome<Download> = { ok: false, code: 'fault', why: say('export-lost') };
const MOST_NAME = 80;

export interface Wanted {
  readonly capture: string;
  /** As it was uploaded. */
  readonly name: string;
  /** Null where there is no result. */
  readonly lease: string | null;
  readonly as: DownloadForm;
  readonly labels: readonly (readonly [flow: number, label: Label])[];
}

export class Downloads {
  private readonly places: Places;
  private readonly limits: WorkerLimits;
  private readonly inflating: Inflating;
  private readonly running = new Set<Worker>();
  private waiting: (() => void)[] = [];
  private busy = 0;
  /** How many of each capture are made or wait. */
  private readonly under = new Map<string, number>();

  constructor(places: Places, limits: WorkerLimits, inflating: Inflating) {
    this.places = places;
    this.limits = limits;
    this.inflating = inflating;
  }

  /** @param given up by who asked: one that waits is not made, one that is made is ended */
  async make(o: Wanted, given?: AbortSignal): Promise<Outcome<Download>> {
    const same = this.under.get(o.capture) ?? 0;
    if (same >= MOST_OF_ONE)
      return { ok: false, code: 'too-many', why: say('downloads-of-one', { most: MOST_OF_ONE }) };
    if (this.waiting.length >= MOST_WAITING) return { ok: false, code: 'busy', why: say('server-busy') };
    this.under.set(o.capture, same + 1);
    try {
      if (!(await this.turn(given))) return LOST;
      try {
        return await this.made(o, given);
      } finally {
        this.busy--;
        this.waiting.shift()?.();
      }
    } finally {
      const left = this.under.get(o.capture)! - 1;
      if (left > 0) this.under.set(o.capture, left);
      else this.under.delete(o.capture);
    }
  }

  close(): void {
    for (const worker of this.running) worker.end();
  }

  private async made(o: Wanted, given?: AbortSignal): Promise<Outcome<Download>> {
    if (given?.aborted === true) return LOST;
    const scratch = this.places.fresh('work');
    const to = join(scratch, 'made');
    try {
      const worker = new Worker(this.limits, this.places.code);
      const end = (): void => worker.end();
      this.running.add(worker);
      given?.addEventListener('abort', end);
      const answer = await worker
        .ask({
          kind: 'export',
          form: o.as,
          path: this.places.capture(o.capture),
          name: o.name,
          result: o.lease === null ? null : this.places.result(o.capture, o.lease),
          labels: o.labels,
          to,
          scratch,
          inflating: this.inflating,
        })
        .finally(() => {
          worker.end();
          this.running.delete(worker);
          given?.removeEventListener('abort', end);
        });
      if (answer.kind === 'refused')
        return { ok: false, code: 'fault', why: say('export-not-made', { why: answer.message }) };
      if (answer.kind === 'fault') {
        log('platform', () => `${o.capture}, ${o.as}: ${answer.fault} (${answer.how})`);
        const tooMuch = answer.fault === 'time' || answer.fault === 'memory';
        return tooMuch ? { ok: false, code: 'fault', why: say('export-ended') } : LOST;
      }
      return { ok: true, value: opened(to, o) };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /** @returns whether its turn came, which it does not once who asked has gone */
  private async turn(given?: AbortSignal): Promise<boolean> {
    if (this.busy >= AT_ONCE && given?.aborted !== true)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        given?.addEventListener('abort', () => {
          const before = this.waiting.length;
          this.waiting = this.waiting.filter((one) => one !== resolve);
          if (this.waiting.length < before) resolve();
        });
      });
    if (given?.aborted === true) return false;
    this.busy++;
    return true;
  }
}

/** The open file is read on although its folder goes. */
function opened(path: string, { as, name }: Wanted): Download {
  const fd = openSync(path, 'r');
  try {
    const length = fstatSync(fd).size;
    const bytes = createReadStream(path, { fd, autoClose: true });
    return { bytes, length, type: TYPES[as], name: `${plainName(name)}.${ENDINGS[as]}` };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A file name of letters, digits and a few signs, without the ending of a capture. */
export function plainName(name: string): string {
  const plain = name
    .replace(/(?:\.(?:pcap|pcapng|cap|snoop|erf|gz|zst|lz4|xz|bz2))+$/i, '')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+/, '');
  return [...plain].slice(0, MOST_NAME).join('') || 'capture';
}
