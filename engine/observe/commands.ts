// Commands of SMTP (RFC 5321) and FTP (RFC 959) that the initiator sends, until a body or encryption begins.
import { latin1, type Notes } from './facts.ts';
import { MAX_COMMANDS } from './types.ts';

const MAX_LINE = 600;
const MAX_ARGUMENT = 255;
const COMMAND = /^([A-Za-z]{3,8})(?: (.*))?$/;
const ENDS = new Set(['DATA', 'BDAT', 'STARTTLS', 'AUTH TLS']);

export class CommandLines {
  private readonly notes: Notes;
  private line = '';
  private over = false;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  bytes(b: Uint8Array, at: number, end: number, _seconds: number, packet: number): void {
    if (this.over) return;
    const lines = (this.line + latin1(b, at, Math.min(end, at + 16_384))).split('\n');
    this.line = lines.pop()!.slice(0, MAX_LINE);
    for (const line of lines) {
      if (this.over) return;
      this.take(line.slice(0, MAX_LINE).trimEnd(), packet);
    }
  }

  gap(): void {
    this.over = true;
  }

  private take(line: string, packet: number): void {
    const parts = COMMAND.exec(line);
    if (parts === null) return;
    const verb = parts[1]!.toUpperCase();
    const argument = (parts[2] ?? '').slice(0, MAX_ARGUMENT);
    const { commands } = this.notes.observed;
    commands.push({ packet, verb, argument });
    if (commands.length >= MAX_COMMANDS || ENDS.has(verb) || ENDS.has(`${verb} ${argument.toUpperCase()}`))
      this.over = true;
  }
}
