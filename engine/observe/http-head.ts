// Heads of HTTP/1 (RFC 9112): the first line and fields as the observer needs them.
import { type HttpRequest, NO_BYTES } from './types.ts';

const MAX_TARGET = 2_048;
const MAX_FIELDS = 64;
const MAX_LINES = 512;
const REQUEST = /^([A-Za-z][A-Za-z_-]{1,19}) (\S.*?) ?(HTTP\/1\.\d)$/;
const STATUS = /^HTTP\/1\.\d (\d{3})(?: |$)/;

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** Fields of a head: the first of each name, in lower case. */
export class HttpHead {
  readonly line: string;
  /** Names of fields in their order, and where their values begin and end in the text: few are asked for. */
  private readonly all: string[] = [];
  private readonly bounds: number[] = [];
  private readonly text: string;

  /** @param text a head without its last empty line */
  constructor(text: string) {
    this.text = text;
    let end = lineEnd(text, 0);
    this.line = text.slice(0, text[end - 1] === '\r' ? end - 1 : end);
    let colon = text.indexOf(':', end);
    for (let n = 1; n < MAX_LINES && end < text.length && colon >= 0; n++) {
      const at = end + 1;
      end = lineEnd(text, at);
      // The next one may be lines away: it is not looked for again from each.
      if (colon < at) colon = text.indexOf(':', at);
      if (colon <= at || colon >= end) continue;
      this.all.push(text.slice(at, colon).trim().toLowerCase());
      this.bounds.push(colon + 1, end);
    }
  }

  /** At most 64. */
  get names(): readonly string[] {
    return this.all.length > MAX_FIELDS ? this.all.slice(0, MAX_FIELDS) : this.all;
  }

  field(name: string): string | null {
    const at = this.all.indexOf(name);
    return at < 0 ? null : this.text.slice(this.bounds[at * 2]!, this.bounds[at * 2 + 1]!).trim();
  }

  lower(name: string): string | null {
    return this.field(name)?.toLowerCase() ?? null;
  }

  get chunked(): boolean {
    return this.lower('transfer-encoding')?.includes('chunked') ?? false;
  }

  /** Content-Length, -1 where it is not said or is no number. */
  get length(): number {
    const said = this.field('content-length');
    return said !== null && /^\d{1,15}$/.test(said) ? Number(said) : -1;
  }

  get status(): number {
    return Number(STATUS.exec(this.line)?.[1] ?? -1);
  }

  request(seconds: number, packet: number): HttpRequest | null {
    const parts = REQUEST.exec(this.line);
    if (parts === null) return null;
    return {
      packet,
      seconds,
      method: parts[1]!,
      target: parts[2]!.slice(0, MAX_TARGET),
      host: this.field('host'),
      agent: this.field('user-agent'),
      referer: this.field('referer'),
      origin: this.field('origin'),
      range: this.field('range') !== null,
      contentType: this.lower('content-type'),
      fieldNames: this.names,
      body: NO_BYTES,
    };
  }
}
