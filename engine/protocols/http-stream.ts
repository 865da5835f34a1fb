// One direction of an HTTP/1 connection: where heads and bodies end (RFC 9112, 6), across segments.
import { endsHead, looksLikeHttp, parseHttp, type HttpHead } from './http.ts';

type Phase = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'trailer' | 'until-close';
const MAX_HELD = 16_384;
const NOTHING = Buffer.alloc(0);

export class HttpStream {
  phase: Phase = 'head';
  private left = 0;
  private held: Buffer = NOTHING;
  /** Heads read so far. */
  heads = 0;
  /** Set when the message in flight answers HEAD, which has no body. */
  answersHead = false;
  /** Content type of the message in flight, when it has a body. */
  bodyType: string | null = null;

  /** A lost segment: the next head starts afresh; a counted body goes on without the missing bytes. */
  gap(bytes: number): void {
    if (this.phase === 'length' && bytes <= this.left) {
      this.left -= bytes;
      return;
    }
    if (this.phase !== 'until-close') this.phase = 'head';
    this.held = NOTHING;
  }

  /**
   * Takes a segment. @param wire bytes it carried, captured or not
   * @returns 'message' when a head or body ended in it, 'part' within one, 'other' when it is no HTTP
   */
  take(
    b: Uint8Array,
    at: number,
    end: number,
    wire: number,
    onHead: (head: HttpHead) => void,
  ): 'message' | 'part' | 'other' {
    let p = at;
    let ended = false;
    const missing = wire - (end - at);
    while (p < end) {
      switch (this.phase) {
        case 'head': {
          const head = this.readHead(b, p, end, ended);
          if (head === null) return ended ? 'message' : 'other';
          if (head === 'part') return ended ? 'message' : 'part';
          this.heads++;
          onHead(head.head);
          p = head.next;
          this.expectBody(head.head);
          if (this.phase === 'head' || this.phase === 'until-close') ended = ended || this.phase === 'head';
          break;
        }
        case 'length': {
          const part = Math.min(this.left, end - p + (p + this.left > end ? missing : 0));
          this.left -= part;
          p = Math.min(end, p + part);
          if (this.left === 0) {
            this.phase = 'head';
            ended = true;
          }
          break;
        }
        case 'until-close':
          return ended ? 'message' : 'part';
        default: {
          const next = this.chunks(b, p, end);
          if (next < 0) {
            this.phase = 'head';
            return ended ? 'message' : 'other';
          }
          p = next;
          if (this.finished()) ended = true;
        }
      }
    }
    return ended ? 'message' : 'part';
  }

  /** Bytes were taken that no message has ended yet. */
  get pending(): boolean {
    return this.phase !== 'head' || this.held.length > 0;
  }

  /** The message in flight has no length of its own, or its chunks never ended: the connection's end is its end. */
  get endsAtClose(): boolean {
    return this.phase === 'until-close';
  }

  private finished(): boolean {
    return this.phase === 'head';
  }

  private readHead(
    b: Uint8Array,
    at: number,
    end: number,
    again: boolean,
  ): { head: HttpHead; next: number } | 'part' | null {
    const had = this.held.length;
    const bytes = had > 0 ? Buffer.concat([this.held, b.subarray(at, end)]) : b;
    const from = had > 0 ? 0 : at;
    const to = had > 0 ? bytes.length : end;
    if (had === 0 && !looksLikeHttp(b, at, end - at)) return again && end - at < 8 ? 'part' : null;
    // A start line that has not ended tells nothing; a head that is known to be one is read when it is whole.
    if (to - from <= MAX_HELD && (had > 0 ? !endsHead(bytes, from, to) : bytes.subarray(from, to).indexOf(10) < 0)) {
      this.held = Buffer.from(bytes.subarray(from, to));
      return 'part';
    }
    const head = parseHttp(bytes, from, to);
    if (head === null) {
      this.held = NOTHING;
      return null;
    }
    if (head.bodyAt < 0) {
      this.held = Buffer.from(bytes.subarray(from, Math.min(to, from + MAX_HELD)));
      if (to - from > MAX_HELD) {
        this.held = NOTHING;
        return null;
      }
      return 'part';
    }
    this.held = NOTHING;
    return { head, next: had > 0 ? at + head.bodyAt - had : head.bodyAt };
  }

  private expectBody(head: HttpHead): void {
    this.bodyType = head.contentType;
    const bodyless = head.request
      ? head.contentLength <= 0 && !head.chunked
      : head.status < 200 || head.status === 204 || head.status === 304 || this.answersHead;
    if (bodyless) {
      this.phase = 'head';
      this.bodyType = null;
    } else if (head.chunked) this.phase = 'chunk-size';
    else if (head.contentLength >= 0) {
      this.phase = head.contentLength === 0 ? 'head' : 'length';
      this.left = head.contentLength;
    } else this.phase = 'until-close';
  }

  private chunks(b: Uint8Array, at: number, end: number): number {
    if (this.phase === 'chunk-data') {
      const part = Math.min(this.left, end - at);
      this.left -= part;
      if (this.left === 0) this.phase = 'chunk-size';
      return at + part;
    }
    const line = b.subarray(at, end).indexOf(10);
    if (line < 0) {
      if (this.held.length + end - at > 256) return -1;
      this.held = Buffer.concat([this.held, b.subarray(at, end)]);
      return end;
    }
    const text = this.held.toString('latin1') + Buffer.from(b.buffer, b.byteOffset + at, line).toString('latin1');
    this.held = NOTHING;
    const next = at + line + 1;
    if (this.phase === 'trailer') {
      if (text.trim() === '') this.phase = 'head';
      return next;
    }
    const size = /^\s*([0-9a-fA-F]{1,8})/.exec(text);
    if (!size) return -1;
    const bytes = parseInt(size[1]!, 16);
    this.left = bytes + 2;
    this.phase = bytes === 0 ? 'trailer' : 'chunk-data';
    return next;
  }
}
