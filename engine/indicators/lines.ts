// Lines of a file that comes in pieces. A line that is too long is passed over without being held.

export const MAX_LINE = 65_536;

export class Lines {
  private readonly take: (line: string, n: number, wide: boolean) => void;
  private readonly tooLong: (n: number) => void;
  private rest = '';
  private n = 1;
  private skips = false;
  /** Whether the piece, or what is left of the one before, holds bytes that are no ASCII. */
  private wide = false;

  /**
   * @param take a line without its end, bytes as Latin-1; whether it may hold bytes that are no ASCII
   * @param tooLong its number, from 1
   */
  constructor(take: (line: string, n: number, wide: boolean) => void, tooLong: (n: number) => void) {
    this.take = take;
    this.tooLong = tooLong;
  }

  push(piece: string): void {
    let at = 0;
    const wide = /[\x80-\xff]/.test(piece);
    this.wide = wide || (this.wide && this.rest !== '');
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', at)) {
      this.line(at === 0 && this.rest !== '' ? this.rest + piece.slice(0, end) : piece.slice(at, end));
      this.rest = '';
      at = end + 1;
    }
    // What is left of a line began in the piece before where this one has no end of a line.
    if (at > 0) this.wide = wide;
    if (this.skips) return;
    this.rest += piece.slice(at);
    if (this.rest.length <= MAX_LINE) return;
    this.rest = '';
    this.skips = true;
  }

  end(): void {
    if (this.rest !== '' || this.skips) this.line(this.rest);
    this.rest = '';
  }

  private line(text: string): void {
    const n = this.n++;
    if (this.skips || text.length > MAX_LINE) this.tooLong(n);
    else this.take(text.charCodeAt(text.length - 1) === 13 ? text.slice(0, -1) : text, n, this.wide);
    this.skips = false;
  }
}
