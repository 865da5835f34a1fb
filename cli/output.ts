// Where records go: JSON lines to stdout or a file, with back-pressure. A reader that goes away (head) is no error.
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { OutputRecord } from '../contract/index.ts';

export class RecordWriter {
  private readonly out: NodeJS.WriteStream | WriteStream;
  private buffer: string[] = [];
  private size = 0;
  private waiting: Promise<unknown> | null = null;
  /** The reader of our output is gone. */
  closed = false;
  private readonly toFile: boolean;
  private wake: (value?: unknown) => void = () => undefined;

  constructor(path: string | null) {
    this.toFile = path !== null;
    this.out = path === null ? process.stdout : createWriteStream(path);
    // Whatever comes first, room again or a reader that went away, ends a wait.
    for (const event of ['drain', 'close', 'error'] as const) this.out.on(event, () => this.wake());
    this.out.on('error', (error: NodeJS.ErrnoException) => {
      this.closed = true;
      if (error.code !== 'EPIPE') {
        process.stderr.write(`sightline: ${error.message}\n`);
        process.exitCode = 2;
      }
    });
  }

  write(record: OutputRecord): void {
    this.line(JSON.stringify(record));
  }

  line(text: string): void {
    if (this.closed) return;
    this.buffer.push(text);
    this.size += text.length + 1;
    if (this.size > 65_536) this.push();
  }

  /** Waits while the reader is slower than we are. */
  async relax(): Promise<void> {
    this.push();
    if (this.waiting && !this.closed) await this.waiting;
    this.waiting = null;
  }

  async end(): Promise<void> {
    await this.relax();
    if (this.toFile && !this.closed) {
      this.out.end();
      await once(this.out, 'finish');
    }
  }

  private push(): void {
    if (this.buffer.length === 0 || this.closed) return;
    const text = `${this.buffer.join('\n')}\n`;
    this.buffer = [];
    this.size = 0;
    if (this.out.write(text)) return;
    this.waiting ??= new Promise((resolve) => { this.wake = resolve; });
  }
}
