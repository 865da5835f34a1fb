// Commands of SMTP (RFC 5321) and FTP (RFC 959) that the initiator sends, until a body or encryption begins.
import { latin1 } from '../decode/index.ts';
import type { Notes } from './facts.ts';
import { added } from './short-list.ts';
import { MAX_COMMANDS } from './types.ts';

const MAX_LINE = 600;
const MAX_ARGUMENT = 255;
const COMMAND = /^([A-Za-z]{3,8})(?: (.*))?$/;
const ENDS = new Set(['STARTTLS', 'AUTH TLS', 'AUTH SSL']);
/** What may follow the lines of a login; they themselves are secrets and are not kept. */
const AFTER_LOGIN = /^(?:MAIL|RCPT|DATA|QUIT|RSET|NOOP|EHLO|HELO|VRFY|HELP|STARTTLS)$/;
const SECRET = new Set(['PASS', 'ACCT']);

export class CommandLines {
  private readonly notes: Notes;
  private line = '';
  private over = false;
  /** Lines of a mail's text come, until one with nothing but a dot. */
  private mail = false;
  private login = false;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  bytes(b: Uint8Array, at: number, end: number, _seconds: number, packet: number): void {
    if (this.over) return;
    const lines = (this.line + latin1(b, at, end)).split('\n');
    this.line = lines.pop()!.slice(0, MAX_LINE);
    for (const line of lines) {
      if (this.over) return;
      this.take(line.slice(0, MAX_LINE).trimEnd(), packet);
    }
  }

  gap(): void {
    this.line = '';
  }

  private take(line: string, packet: number): void {
    if (this.mail) {
      if (line === '.') this.mail = false;
      return;
    }
    const parts = COMMAND.exec(line);
    if (parts === null) return;
    const verb = parts[1]!.toUpperCase();
    if (this.login && !AFTER_LOGIN.test(verb)) return;
    const said = (parts[2] ?? '').slice(0, MAX_ARGUMENT);
    this.login = verb === 'AUTH';
    this.mail = verb === 'DATA';
    // Of a login its method is kept, of a password nothing.
    const method = verb === 'AUTH' ? said.split(' ', 1)[0]! : said;
    const argument = SECRET.has(verb) ? '' : method;
    const { observed } = this.notes;
    observed.commands = added(observed.commands, { packet, verb, argument });
    if (
      observed.commands.length >= MAX_COMMANDS ||
      verb === 'BDAT' ||
      ENDS.has(verb) ||
      ENDS.has(`${verb} ${argument.toUpperCase()}`)
    )
      this.over = true;
  }
}
