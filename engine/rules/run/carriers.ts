// Files that applications carry, told once they are whole, by their hashes.
import { textOf } from './application.ts';
import type { RuleFlow } from './rule-flow.ts';
import { DONE, type Transaction } from './transaction.ts';

const NO_BYTES = new Uint8Array(0);

/** A file, and the transaction that carried it. */
export interface CarriedFile {
  readonly t: Transaction;
  /** As the application calls it; ''. */
  readonly fileName: string;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

export class Carriers {
  /** Files of a flow that nobody was told of yet. */
  take(flow: RuleFlow): readonly CarriedFile[] {
    const files: CarriedFile[] = [];
    for (const t of flow.application?.transactions ?? []) {
      for (const dir of [0, 1] as const) {
        if (t.sides[dir].progress !== DONE || t.carried[dir]) continue;
        t.carried[dir] = true;
        files.push(...filesOf(t, dir));
      }
    }
    return files;
  }
}

function filesOf(t: Transaction, dir: 0 | 1): readonly CarriedFile[] {
  const side = t.sides[dir];
  return (side.values('file.hash-sha256') ?? []).map((sha256, i) => {
    const text = (buffer: string): string => textOf(side.values(buffer)?.[i] ?? NO_BYTES);
    const [fileName, md5, sha1] = [text('file.name'), text('file.hash-md5'), text('file.hash-sha1')];
    return { t, fileName, md5, sha1, sha256: textOf(sha256) };
  });
}
