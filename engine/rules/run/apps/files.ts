// A file that an application carried, as rules ask for it: bytes, name, size, hashes.
import { createHash, hash } from 'node:crypto';
import { ascii, Gathered } from '../application.ts';
import type { TransactionSide } from '../transaction.ts';

/** Bytes of one file that stay; the rest is counted. */
export const MAX_FILE = 4_194_304;

/** Bytes that stay of a file of any size. */
const MAX_HEAD = 4_096;

export interface CarriedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes that there were, also those that did not stay. */
  readonly size: number;
}

const KINDS = ['md5', 'sha1', 'sha256'] as const;

/** Hashes of a file of any size, made while its bytes come: they need not stay. */
export class FileDigest {
  private readonly hashes = KINDS.map((kind) => createHash(kind));
  private told: readonly string[] | null = null;
  private readonly start = new Gathered();

  /** The first bytes, by which its kind is told. */
  get head(): Uint8Array {
    return this.start.all();
  }

  update(bytes: Uint8Array): void {
    if (this.told !== null) return;
    for (const h of this.hashes) h.update(bytes);
    const room = MAX_HEAD - this.start.length;
    if (room > 0) this.start.add(bytes.slice(0, room));
  }

  /** The file is whole. */
  tell(side: TransactionSide): void {
    this.told ??= this.hashes.map((h) => h.digest('hex'));
    side.later('file.head', () => [this.head]);
    for (const [i, kind] of KINDS.entries()) {
      const text = this.told[i]!;
      side.later(`file.hash-${kind}`, () => [ascii(text)]);
    }
  }
}

/** Files that are there as a whole: what there was of them before is replaced. */
export function tellFiles(side: TransactionSide, files: readonly CarriedFile[]): void {
  for (const [i, file] of files.entries()) {
    const put = (buffer: string, bytes: Uint8Array): void =>
      i === 0 ? side.set(buffer, bytes) : side.add(buffer, bytes);
    put('file.data', file.bytes);
    if (file.name !== '') put('file.name', ascii(file.name));
    side.number('filesize', file.size);
  }
  tellHashes(side, files);
}

/** Hashes of files whose bytes are all there. */
export function tellHashes(side: TransactionSide, files: readonly Pick<CarriedFile, 'bytes' | 'size'>[]): void {
  const whole = files.filter((f) => f.size === f.bytes.length && f.size > 0);
  if (whole.length === 0) return;
  for (const kind of KINDS) side.later(`file.hash-${kind}`, () => whole.map((f) => ascii(hash(kind, f.bytes, 'hex'))));
}
