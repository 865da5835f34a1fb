// A transfer of FTP (RFC 959, 3) as rules see it: one file, in the direction in which it goes.
import { keyed } from '../../../../contract/index.ts';
import { ApplicationReader, Gathered } from '../application.ts';
import type { DataTransfer } from '../expected.ts';
import { STARTED, type Transaction } from '../transaction.ts';
import { FileDigest, MAX_FILE, tellFiles } from './files.ts';

/** Commands that transfers are for, numbered for `ftpdata_command`. */
export const TRANSFERS: Readonly<Record<string, number>> = keyed({
  retr: 1,
  stor: 2,
  stou: 3,
  appe: 4,
  nlst: 5,
  list: 6,
  mlsd: 7,
});

export class FtpDataReader extends ApplicationReader {
  readonly name = 'ftp-data';
  private readonly transfer: DataTransfer;
  private readonly kept = new Gathered();
  private size = 0;
  private shownAt = 0;
  private missing = false;
  private at: Transaction | null = null;
  private side: 0 | 1 = 0;
  private over = false;
  /** Where hashes of files of any size are wanted. */
  private digest: FileDigest | null = null;

  constructor(transfer: DataTransfer | null) {
    super();
    this.transfer = transfer ?? { command: '', file: '' };
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    this.at ??= this.start(side);
    if (side !== this.side || this.over) return;
    this.size += data.length;
    if (this.digests) (this.digest ??= new FileDigest()).update(data);
    const room = MAX_FILE - this.kept.length;
    if (room > 0) this.kept.add(data.subarray(0, room));
    // A file is looked at as it doubles: each look begins at its first byte.
    if (this.kept.length < this.shownAt * 2) return;
    this.shownAt = this.kept.length;
    this.at.sides[side].set('file.data', this.kept.all());
  }

  override gap(): void {
    this.missing = true;
  }

  override end(side: 0 | 1): void {
    if (this.at === null || side !== this.side || this.over) return;
    this.over = true;
    const bytes = this.kept.all();
    // What was never seen counts as size, so that no hash is told of a part.
    const size = this.size + (this.missing ? 1 : 0);
    tellFiles(this.at.sides[side], [{ name: this.transfer.file, bytes, size }]);
    if (this.digest !== null && !this.missing) this.digest.tell(this.at.sides[side]);
    this.at.finish();
  }

  private start(side: 0 | 1): Transaction {
    const t = this.open();
    this.side = side;
    const command = TRANSFERS[this.transfer.command];
    for (const s of t.sides) {
      if (command !== undefined) s.number('ftpdata_command', command);
      s.reach(STARTED);
    }
    if (this.transfer.file !== '') t.sides[side].set('file.name', Buffer.from(this.transfer.file, 'latin1'));
    return t;
  }
}
