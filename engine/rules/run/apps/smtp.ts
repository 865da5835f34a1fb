// SMTP (RFC 5321) as rules see it: a transaction is a mail, with the commands that lead to it.
import { ApplicationReader, ascii, Gathered, textOf } from '../application.ts';
import { HEADED, STARTED, type Transaction } from '../transaction.ts';
import { MAX_FILE } from './files.ts';
import { tellMail } from './mime.ts';

const MAX_LINE = 65_536;
/** RFC 5321, 4.5.3.1: longer ones are told as events. */
const LONG_LINE = 4_096;
const LONG_REPLY = 2_048;
const MAX_WAITING = 512;

type Stage =
  | { readonly is: 'commands' }
  | { readonly is: 'data' }
  | { readonly is: 'chunk'; left: number; readonly last: boolean };

export class SmtpReader extends ApplicationReader {
  readonly name = 'smtp';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private stage: Stage = { is: 'commands' };
  private readonly mail = new Gathered();
  private t: Transaction | null = null;
  private helo: Uint8Array | null = null;
  /** Commands without a reply yet. */
  private readonly asked: string[] = [];
  private welcomed = false;
  private tls = false;

  private get now(): Transaction {
    if (this.t !== null) return this.t;
    this.t = this.open();
    this.t.sides[1].reach(STARTED);
    if (this.helo !== null) this.t.sides[0].set('smtp.helo', this.helo);
    return this.t;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.tls) return;
    const waiting = this.waiting[side];
    waiting.add(data);
    while (this.step(side, waiting));
    const most = side === 0 ? LONG_LINE : LONG_REPLY;
    if (this.stage.is === 'commands' && waiting.length > most)
      this.now.event(side === 0 ? 'smtp.max_command_line_len_exceeded' : 'smtp.max_reply_line_len_exceeded', side);
    if (waiting.length > MAX_LINE) waiting.clear();
  }

  override gap(side: 0 | 1): void {
    this.waiting[side].clear();
  }

  override end(side: 0 | 1): void {
    if (side === 1) return;
    if (this.stage.is !== 'commands') this.mailEnds();
    this.t?.finish();
  }

  private step(side: 0 | 1, waiting: Gathered): boolean {
    const { stage } = this;
    if (side === 0 && stage.is === 'chunk') return this.chunk(stage, waiting);
    const all = waiting.all();
    const end = all.indexOf(10);
    if (end < 0) return false;
    if (side === 0 && stage.is === 'data') return this.data(all, waiting);
    const line = textOf(all.subarray(0, Math.min(end, MAX_LINE))).replace(/\r$/, '');
    waiting.drop(end + 1);
    if (side === 0) this.command(line);
    else this.reply(line);
    return !this.tls;
  }

  private command(line: string): void {
    const verb = /^[A-Za-z]+/.exec(line)?.[0].toUpperCase() ?? '';
    const rest = line.slice(verb.length).trim();
    const { now } = this;
    const side = now.sides[0];
    side.reach(STARTED);
    if (this.asked.length < MAX_WAITING) this.asked.push(verb);
    switch (verb) {
      case 'HELO':
      case 'EHLO':
        this.helo = ascii(rest);
        side.set('smtp.helo', this.helo);
        break;
      case 'MAIL':
        side.setText('smtp.mail_from', pathOf(rest));
        break;
      case 'RCPT':
        side.addText('smtp.rcpt_to', pathOf(rest));
        break;
      case 'DATA':
        side.reach(HEADED);
        this.stage = { is: 'data' };
        break;
      case 'BDAT': {
        const form = /^(\d{1,9})(\s+LAST)?$/i.exec(rest);
        if (form !== null) this.stage = { is: 'chunk', left: Number(form[1]), last: form[2] !== undefined };
        break;
      }
      case 'RSET':
        now.finish();
        this.t = null;
        break;
      default:
    }
  }

  private data(all: Uint8Array, waiting: Gathered): boolean {
    // Whole lines, as many as there are; a dot alone ends the mail.
    let at = 0;
    let ends = false;
    for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, at)) {
      const line = all.subarray(at, end + 1);
      at = end + 1;
      const dot = line[0] === 0x2e;
      if (dot && (line.length === 2 || (line.length === 3 && line[1] === 13))) {
        ends = true;
        break;
      }
      this.keep(dot ? line.slice(1) : line.slice());
    }
    waiting.drop(at);
    if (ends) this.mailEnds();
    return ends;
  }

  private keep(bytes: Uint8Array): void {
    if (this.mail.length + bytes.length <= MAX_FILE) this.mail.add(bytes);
  }

  private chunk(stage: Extract<Stage, { is: 'chunk' }>, waiting: Gathered): boolean {
    const n = Math.min(stage.left, waiting.length);
    this.keep(waiting.all().slice(0, n));
    waiting.drop(n);
    stage.left -= n;
    if (stage.left > 0) return false;
    this.stage = { is: 'commands' };
    if (stage.last) this.mailEnds();
    return waiting.length > 0;
  }

  private mailEnds(): void {
    const t = this.now;
    tellMail(t.sides[0], this.mail.all());
    this.mail.clear();
    this.stage = { is: 'commands' };
    t.finish();
    this.t = null;
  }

  private reply(line: string): void {
    const form = /^(\d{3})([ -]|$)/.exec(line);
    if (form === null) {
      this.now.event('smtp.invalid_reply', 1);
      return;
    }
    if (form[2] === '-') return;
    const code = form[1]!;
    if (!this.welcomed) {
      this.welcomed = true;
      if (code !== '220' && this.asked.length === 0) this.now.event('smtp.no_server_welcome_message', 1);
      if (code === '220') return;
    }
    const verb = this.asked.shift();
    if (verb === undefined) return;
    if (verb === 'DATA' && !code.startsWith('3')) {
      this.now.event('smtp.data_command_rejected', 1);
      if (this.mail.length === 0) this.stage = { is: 'commands' };
    }
    if (verb === 'STARTTLS') {
      if (code === '220') {
        this.tls = true;
        this.successor = 'tls';
        this.t?.finish();
      } else this.now.event('smtp.tls_rejected', 1);
    }
  }
}

/** `FROM:<a@b> SIZE=1` names `<a@b>`. */
function pathOf(rest: string): string {
  return /^[A-Za-z]+\s*:\s*(<[^>]*>|\S*)/.exec(rest)?.[1] ?? '';
}
