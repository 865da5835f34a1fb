// FTP (RFC 959) as rules see it: a transaction is a command and what answers it.
import { ApplicationReader, Gathered, textOf } from '../application.ts';
import type { DataTransfer } from '../expected.ts';
import type { ReaderPlace } from '../reader-place.ts';
import { DONE, STARTED, type Transaction } from '../transaction.ts';
import { TRANSFERS } from './ftp-data.ts';

/** Bytes of a command or an answer that are read (Suricata: ftp.max-line-length). */
const MAX_COMMAND = 4_096;
const MAX_WAITING = 512;
/** Who opens the connection of a transfer: the server, or the client. */
const ACTIVE = 0;
const PASSIVE = 1;
const NOWHERE = { client: 0n, server: 0n, expected: null };

export class FtpReader extends ApplicationReader {
  readonly name = 'ftp';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly asked: Transaction[] = [];
  private tls = false;
  private readonly place: Pick<ReaderPlace, 'client' | 'server' | 'expected'>;
  /** The transfer that is spoken of. */
  private transfer: DataTransfer = { command: '', file: '' };
  /** Sides whose line goes on beyond what is read of it. */
  private readonly skips: [boolean, boolean] = [false, false];
  /** The line at hand is longer than is read. */
  private isTooLong = false;
  private isArranged = false;

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

  constructor(place: Pick<ReaderPlace, 'client' | 'server' | 'expected'> = NOWHERE) {
    super();
    this.place = place;
  }

  private command(line: string): void {
    const t = this.open();
    const side = t.sides[0];
    const space = line.indexOf(' ');
    const command = space < 0 ? line : line.slice(0, space);
    const said = space < 0 ? '' : line.slice(space + 1).trim();
    side.setText('ftp.command', command);
    if (space >= 0) side.setText('ftp.command_data', said);
    this.transferOf(t, command.toLowerCase(), said);
    if (this.isTooLong) side.event('ftp.request_command_too_long');
    this.isTooLong = false;
    side.reach(DONE);
    this.asked.push(t);
    if (this.asked.length > MAX_WAITING) this.asked.shift()!.finish();
  }

  /** What a command says of the transfer to come. */
  private transferOf(t: Transaction, command: string, said: string): void {
    if (command === 'port' || command === 'eprt') {
      const port = command === 'port' ? portOf(said) : Number(/^\|\d\|[^|]*\|(\d{1,5})\|$/.exec(said)?.[1] ?? NaN);
      if (port > 0 && port < 65_536) this.expect(t, this.place.client, port, ACTIVE, addressOf(said));
      const announced = addressOf(said);
      if (announced !== null && announced !== this.place.client) t.sides[0].setNumber('ftp.bounce', 1);
    } else if (Object.hasOwn(TRANSFERS, command)) {
      // A transfer needs a connection that was spoken of (RFC 959, 3.2).
      if (!this.isArranged) t.sides[0].event('ftp.file_before_port');
      this.isArranged = false;
      if (said === '' && (command === 'retr' || command === 'stor')) t.sides[0].event('ftp.file_without_name');
      const listing = command === 'nlst' || command === 'list' || command === 'mlsd';
      this.transfer.command = command;
      this.transfer.file = listing ? '' : (said.split('/').at(-1) ?? '');
    }
  }

  private expect(t: Transaction, address: bigint, port: number, mode: number, announced: bigint | null): void {
    this.isArranged = true;
    this.transfer = { command: '', file: '' };
    this.place.expected?.add(address, port, this.transfer);
    // Behind a translator the side says another address than it is seen with.
    if (announced !== null && announced !== address) this.place.expected?.add(announced, port, this.transfer);
    for (const side of t.sides) {
      side.setNumber('ftp.mode', mode);
      side.setNumber('ftp.dynamic_port', port);
      side.reach(STARTED);
    }
  }

  private reply(line: string): void {
    const form = /^(\d{3})([ -]?)(.*)$/s.exec(line);
    const t = this.asked[0] ?? this.open();
    const side = t.sides[1];
    if (this.isTooLong) side.event('ftp.response_command_too_long');
    this.isTooLong = false;
    if (form === null) {
      side.addText('ftp.reply', line.trim());
      return;
    }
    side.addText('ftp.completion_code', form[1]!);
    side.addText('ftp.reply', form[3]!);
    if (this.asked.length > 0) side.setNumber('ftp.reply_received', 1);
    side.reach(STARTED);
    const passive = form[1] === '227' ? portOf(form[3]!) : Number(/\(\|\|\|(\d{1,5})\|\)/.exec(form[3]!)?.[1] ?? NaN);
    if ((form[1] === '227' || form[1] === '229') && passive > 0 && passive < 65_536)
      this.expect(t, this.place.server, passive, PASSIVE, addressOf(form[3]!));
    const command = textOf(t.sides[0].values('ftp.command')?.[0] ?? new Uint8Array(0)).toUpperCase();
    if (form[2] === '-' || form[1]!.startsWith('1')) return;
    this.asked.shift();
    t.finish();
    if (command !== 'AUTH' || form[1] !== '234') return;
    this.tls = true;
    this.successor = 'tls';
  }
}

/** Port of `h1,h2,h3,h4,p1,p2`, not a number where there is none. */
function portOf(said: string): number {
  const form = /(?:\d{1,3},){4}(\d{1,3}),(\d{1,3})/.exec(said);
  return form === null ? NaN : Number(form[1]) * 256 + Number(form[2]);
}

/** Address of `h1,h2,h3,h4,p1,p2` in 16 bytes; another one than the client's is a bounce (RFC 2577, 3). */
function addressOf(said: string): bigint | null {
  const form = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),\d/.exec(said);
  return form === null ? null : form.slice(1).reduce((a, part) => a * 256n + (BigInt(part) & 255n), 0xffffn);
}
