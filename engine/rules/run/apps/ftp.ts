// FTP (RFC 959) as rules see it: a transaction is a command and what answers it.
import { ApplicationReader, ascii, Gathered, textOf } from '../application.ts';
import { DONE, type Transaction } from '../transaction.ts';

/** Bytes of a command or an answer that are read (Suricata: ftp.max-line-length). */
const MAX_COMMAND = 4_096;
const MAX_WAITING = 512;

export class FtpReader extends ApplicationReader {
  readonly name = 'ftp';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly asked: Transaction[] = [];
  private tls = false;
  /** Sides whose line goes on beyond what is read of it. */
  private readonly skips: [boolean, boolean] = [false, false];
  /** The line at hand is longer than is read. */
  private isTooLong = false;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.tls) return;
    const waiting = this.waiting[side];
    waiting.add(data);
    for (;;) {
      const all = waiting.all();
      const end = all.indexOf(10);
      // The rest of a line that was too long.
      if (this.skips[side]) {
        waiting.drop(end < 0 ? all.length : end + 1);
        this.skips[side] = end < 0;
        if (end < 0) break;
        continue;
      }
      if (end < 0 && all.length < MAX_COMMAND) break;
      if (end < 0 || end >= MAX_COMMAND) this.isTooLong = true;
      this.skips[side] = end < 0;
      const line = textOf(all.subarray(0, Math.min(end < 0 ? all.length : end, MAX_COMMAND))).replace(/\r$/, '');
      waiting.drop(end < 0 ? all.length : end + 1);
      if (side === 0) this.command(line);
      else this.reply(line);
    }
  }

  override gap(side: 0 | 1): void {
    this.waiting[side].clear();
  }

  override end(side: 0 | 1): void {
    if (side === 1) for (const t of this.asked) t.finish();
  }

  private command(line: string): void {
    const t = this.open();
    const side = t.sides[0];
    const space = line.indexOf(' ');
    side.set('ftp.command', ascii(space < 0 ? line : line.slice(0, space)));
    if (space >= 0) side.set('ftp.command_data', ascii(line.slice(space + 1).trim()));
    if (this.isTooLong) side.event('ftp.request_command_too_long');
    this.isTooLong = false;
    side.reach(DONE);
    this.asked.push(t);
    if (this.asked.length > MAX_WAITING) this.asked.shift()!.finish();
  }

  private reply(line: string): void {
    const form = /^(\d{3})([ -]?)(.*)$/s.exec(line);
    const t = this.asked[0] ?? this.open();
    const side = t.sides[1];
    if (this.isTooLong) side.event('ftp.response_command_too_long');
    this.isTooLong = false;
    if (form === null) {
      side.add('ftp.reply', ascii(line.trim()));
      return;
    }
    side.add('ftp.completion_code', ascii(form[1]!));
    side.add('ftp.reply', ascii(form[3]!));
    side.reach(1);
    const command = textOf(t.sides[0].values('ftp.command')?.[0] ?? new Uint8Array(0)).toUpperCase();
    if (form[2] === '-' || form[1]!.startsWith('1')) return;
    this.asked.shift();
    t.finish();
    if (command !== 'AUTH' || form[1] !== '234') return;
    this.tls = true;
    this.successor = 'tls';
  }
}
