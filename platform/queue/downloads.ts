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

  constructor(places: Places, limits: WorkerLimits, inflating: Inflating) {
    this.places = places;
    this.limits = limits;
    this.inflating = inflating;
  }

  async make(o: Wanted): Promise<Outcome<Download>> {
    await this.turn();
    const scratch = this.places.fresh('work');
    try {
      const to = join(scratch, 'made');
      const worker = new Worker(this.limits, this.places.code);
      this.running.add(worker);
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
        });
      if (answer.kind === 'refused')
        return { ok: false, code: 'fault', why: say('export-not-made', { why: answer.message }) };
      if (answer.kind === 'fault') {
        log('platform', () => `${o.capture}, ${o.as}: ${answer.fault} (${answer.how})`);
        const tooMuch = answer.fault === 'time' || answer.fault === 'memory';
        return { ok: false, code: 'fault', why: say(tooMuch ? 'export-ended' : 'export-lost') };
      }
      return { ok: true, value: opened(to, o) };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
      this.busy--;
      this.waiting.shift()?.();
    }
  }

  close(): void {
    for (const worker of this.running) worker.end();
  }

  private async turn(): Promise<void> {
    if (this.busy >= AT_ONCE)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    this.busy++;
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
