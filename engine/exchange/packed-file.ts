// A file of the user's that may be compressed on its way: gzip or zstd, as Wireshark reads them. What is written is
// bounded in memory where the caller waits for `relax`.
import { createGzip, createZstdCompress, type Gzip, type ZstdCompress } from 'node:zlib';
import type { Compression } from '../../contract/index.ts';
import { WholeFile } from './whole-file.ts';

/** Bytes that may wait for the compressor. */
const WAITING = 4 * 1024 * 1024;

export class PackedFile {
  /** Bytes given to it. */
  bytes = 0;
  private readonly file: WholeFile;
  private readonly packer: Gzip | ZstdCompress | null;
  private failed: unknown = null;

  /** @throws WriteError when nothing can be written there */
  constructor(path: string, compression: Compression) {
    this.file = new WholeFile(path);
    this.packer = packerOf(compression);
    this.packer?.on('data', (piece: Uint8Array) => {
      // An error in a listener would end the process: it is told to who writes next.
      try {
        if (this.failed === null) this.file.write(piece);
      } catch (error) {
        this.failed = error;
      }
    });
  }

  /** @throws WriteError */
  write(data: string | Uint8Array): void {
    if (this.failed !== null) throw this.failed;
    this.bytes += data.length;
    if (this.packer === null) this.file.write(data);
    // The caller may use its bytes again, and the compressor has not read them yet.
    else this.packer.write(typeof data === 'string' ? data : Buffer.from(data));
  }

  /** Waits while the compressor is behind. @throws WriteError */
  async relax(): Promise<void> {
    const { packer } = this;
    if (packer !== null && packer.writableLength > WAITING)
      await new Promise((resolve) => {
        packer.once('drain', resolve);
      });
    if (this.failed !== null) throw this.failed;
  }

  /** @throws WriteError */
  async commit(): Promise<void> {
    const { packer } = this;
    if (packer !== null)
      await new Promise((resolve, reject) => {
        packer.once('end', resolve);
        packer.once('error', reject);
        packer.end();
      });
    if (this.failed !== null) throw this.failed;
    await this.file.commit();
  }

  /** Leaves nothing behind; does nothing after `commit`. */
  discard(): void {
    this.packer?.destroy();
    this.file.discard();
  }
}

function packerOf(compression: Compression): Gzip | ZstdCompress | null {
  if (compression === 'none') return null;
  return compression === 'gzip' ? createGzip() : createZstdCompress();
}
