// A connection that FTP (RFC 959) opened for a file: all that either side says is the file.
import { ApplicationReader } from '../application.ts';
import { HEADED, type Transaction } from '../transaction.ts';
import { FileDigest } from './files.ts';

export class FtpDataReader extends ApplicationReader {
  readonly name = 'ftp-data';
  private readonly carried: [FileDigest | null, FileDigest | null] = [null, null];
  private t: Transaction | null = null;
  private over = false;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.over) return;
    this.t ??= this.open();
    this.t.sides[side].reach(HEADED);
    (this.carried[side] ??= new FileDigest()).update(data);
  }

  /** Bytes that nobody saw: the file is not whole. */
  override gap(): void {
    this.over = true;
    this.t?.finish();
  }

  override end(side: 0 | 1): void {
    const digest = this.carried[side];
    if (this.over || this.t === null) return;
    if (digest !== null) digest.tell(this.t.sides[side]);
    if (side === 0) return;
    this.over = true;
    this.t.finish();
  }
}
