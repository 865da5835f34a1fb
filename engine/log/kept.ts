// The application log of a window: every line of every area in a small file, so that what went before a fault can be
// attached to a report of it. The command line keeps none.
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** A file grows to this, then it is the previous one and another begins: two of them at most. */
const MAX_BYTES = 1_000_000;
const NEW = 'sightline.log';
const PREVIOUS = 'sightline.previous.log';

export class KeptLog {
  private readonly folder: string;
  private fd: number | null = null;
  private bytes = 0;

  /** @param folder made when it is missing, private to the user. Where nothing can be written, nothing is kept. */
  constructor(folder: string) {
    this.folder = folder;
    this.open();
  }

  /** One whole line, written at once: the last one before a crash is there. */
  add(line: string): void {
    if (this.fd === null) return;
    if (this.bytes > MAX_BYTES) this.turn();
    try {
      this.bytes += writeSync(this.fd, line);
    } catch {
      this.close();
    }
  }

  /** All that is kept, oldest first. */
  text(): string {
    return [PREVIOUS, NEW].map((name) => this.read(name)).join('');
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private read(name: string): string {
    const path = join(this.folder, name);
    try {
      return statSync(path).size > 2 * MAX_BYTES ? '' : readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  }

  private turn(): void {
    this.close();
    try {
      renameSync(join(this.folder, NEW), join(this.folder, PREVIOUS));
    } catch {
      return;
    }
    this.open();
  }

  private open(): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      // A link or a pipe in its place is not written into, nor waited for.
      const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
      const fd = openSync(join(this.folder, NEW), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
      const stat = fstatSync(fd);
      if (!stat.isFile()) {
        closeSync(fd);
        return;
      }
      this.fd = fd;
      this.bytes = stat.size;
    } catch {
      /* nothing is kept */
    }
  }
}
