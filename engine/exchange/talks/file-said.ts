// Files that an application carried: name, size, kind and hashes.
import { type TransactionSide, textOf } from '../../rules/index.ts';
import { fileKind } from './file-kind.ts';

export interface FileSaid {
  /** As the application calls it, '' where it does not. */
  readonly name: string;
  /** By its first bytes; null where nobody can say. */
  readonly mime: string | null;
  /** Bytes that came. */
  readonly size: number;
  /** Hexadecimal; '' where the file is not whole, or too large to be kept while its coding is undone. */
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

const NO_BYTES = new Uint8Array(0);

/** @returns the files of one side of a transaction */
export function filesSaid(side: TransactionSide): readonly FileSaid[] {
  const sizes = side.numbers('filesize') ?? [];
  const data = side.values('file.data') ?? [];
  const heads = side.values('file.head') ?? [];
  const names = side.values('file.name') ?? [];
  const hash = (kind: string): readonly Uint8Array[] => side.values(`file.hash-${kind}`) ?? [];
  const [md5, sha1, sha256] = [hash('md5'), hash('sha1'), hash('sha256')];
  const count = Math.max(data.length, sizes.length, sha256.length);
  return Array.from({ length: count }, (_, i) => {
    // What was kept has its coding undone; its size is the file's where it is one.
    const kept = data[i];
    const whole = sha256.length === count;
    const text = (values: readonly Uint8Array[]): string => (whole ? textOf(values[i] ?? NO_BYTES) : '');
    return {
      name: textOf(names[i] ?? NO_BYTES),
      mime: fileKind(kept ?? heads[i] ?? NO_BYTES),
      size: kept?.length ?? sizes[i] ?? 0,
      md5: text(md5),
      sha1: text(sha1),
      sha256: text(sha256),
    };
  });
}
