// Columns of a long live capture in a file without a name, which the system removes with the process.
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BYTES_PER_PACKET, CHUNK_ROWS, type ChunkSpill } from '../decode/index.ts';

/** Full chunks in memory: 8.4 million packets, 277 MB. */
const KEEP = 128;
const CHUNK_BYTES = CHUNK_ROWS * BYTES_PER_PACKET;

export class ColumnFile implements ChunkSpill {
  readonly keep: number;
  private readonly folder: string;
  private fd: number | null = null;

  constructor(folder: string, keep = KEEP) {
    this.folder = folder;
    this.keep = keep;
  }

  write(index: number, bytes: Uint8Array): void {
    this.fd ??= this.open();
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.fd, bytes, done, bytes.length - done, index * CHUNK_BYTES + done);
  }

  read(index: number, into: Uint8Array): void {
    readSync(this.fd!, into, 0, into.length, index * CHUNK_BYTES);
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private open(): number {
    mkdirSync(this.folder, { recursive: true });
    const path = join(this.folder, `columns-${process.pid}-${Date.now()}`);
    const fd = openSync(path, 'wx+', 0o600);
    // Windows does not let an open file go; there it stays until the cache is emptied.
    if (process.platform !== 'win32') unlinkSync(path);
    return fd;
  }
}
