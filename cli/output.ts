// Where records go: JSON lines to stdout or a file, with back-pressure. A reader that goes away (head) is no error.
import type { OutputRecord } from '../contract/index.ts';
import { WholeFile } from '../engine/host.ts';
import {
  cleanLine,
  joinedLine,
  jsonLine,
  onResults,
  outputGone,
  writeResults,
  type CleanLine,
  type Line,
} from './terminal.ts';

/** Lines are handed over in pieces of this many characters. */
const PIECE = 65_536;

export class RecordWriter {
  private readonly file: WholeFile | null;
  private buffer: CleanLine[] = [];
  private size = 0;
  private waiting: Promise<unknown> | null = null;
  private wake: (value?: unknown) => void = () => undefined;

  /** @param path a file that is there when it is whole, or null for stdout @throws WriteError */
  constructor(path: string | null) {
    this.file = path === null ? null : new WholeFile(path);
    if (path !== null) return;
    // A wait ends when there is room again or when the reader has gone away.
    for (const event of ['drain', 'close', 'error'] as const) onResults(event, () => this.wake());
  }

  /** The reader of our output is gone. */
  get closed(): boolean {
    return this.file === null && outputGone();
  }

  write(record: OutputRecord): void {
    this.add(jsonLine(record));
  }

  /** One of a list that stands on several lines. */
  json(value: unknown, before: '[' | ','): void {
    this.add(jsonLine(value, before));
  }

  line(line: Line): void {
    this.add(cleanLine(line, false));
  }

  /** Cells with a separator between them, which may be a tab. */
  cells(cells: readonly string[], separator: string, before: '' | '\ufeff' = ''): void {
    this.add(joinedLine(cells, separator, before));
  }

  /** Waits while the reader is slower than we are. */
  async relax(): Promise<void> {
    this.push();
    if (this.waiting && !this.closed) await this.waiting;
    this.waiting = null;
  }

  async end(): Promise<void> {
    await this.relax();
    await this.file?.commit();
  }

  private add(line: CleanLine): void {
    if (this.closed) return;
    this.buffer.push(line);
    this.size += line.length + 1;
    if (this.size > PIECE) this.push();
  }

  private push(): void {
    if (this.buffer.length === 0 || this.closed) return;
    const lines = this.buffer;
    this.buffer = [];
    this.size = 0;
    if (this.file !== null) this.file.write(`${lines.join('\n')}\n`);
    else if (!writeResults(lines))
      this.waiting ??= new Promise((resolve) => {
        this.wake = resolve;
      });
  }
}
