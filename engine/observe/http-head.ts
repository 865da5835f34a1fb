// Heads of HTTP/1 (RFC 9112): the first line and fields as the observer needs them.
import { type HttpRequest } from './types.ts';

const MAX_TARGET = 2_048;
const MAX_FIELDS = 64;
const REQUEST = /^([A-Za-z][A-Za-z_-]{1,19}) (\S.*?) ?(HTTP\/1\.\d)$/;
const STATUS = /^HTTP\/1\.\d (\d{3})(?: |$)/;

/** Fields of a head: the first of each name, in lower case. */
export class HttpHead {
  readonly line: string;
  readonly names: string[] = [];
  private readonly fields = new Map<string, string>();

  /** @param text a head without its last empty line */
  constructor(text: string) {
    const lines = text.split('\n', 512);
    this.line = (lines[0] ?? '').replace(/\r$/, '');
    for (let i = 1; i < lines.length; i++) {
      const line = lines[i]!;
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const name = line.slice(0, colon).trim().toLowerCase();
      if (this.names.length < MAX_FIELDS) this.names.push(name);
      if (!this.fields.has(name)) this.fields.set(name, line.slice(colon + 1).trim());
    }
  }

  field(name: string): string | null {
    return this.fields.get(name) ?? null;
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
      body: new Uint8Array(0),
    };
  }
}
