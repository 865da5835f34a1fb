// HTTP/2 (RFC 9113) as rules see it: a stream is a transaction, and so is every frame of the connection itself.
import { ApplicationReader, ascii, Gathered } from '../application.ts';
import { DONE, HEADED, STARTED, type Transaction } from '../transaction.ts';
import { Cursor } from './cursor.ts';
import { tellDns } from './dns.ts';
import { FileDigest, tellHashes } from './files.ts';
import { MAX_BODY, uncoded, worthAnother } from './http-body.ts';
import { HpackDecoder, type HeaderField } from './hpack.ts';
import { hostOf, NAMED } from './http1.ts';
import { normalUri } from './http-uri.ts';

const PREFACE = 24;
const [DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH, GOAWAY, WINDOW, CONTINUATION] = [
  0, 1, 2, 3, 4, 5, 7, 8, 9,
] as const;
const [END_STREAM, END_HEADERS, PADDED, HAS_PRIORITY] = [1, 4, 8, 0x20] as const;
const MAX_STREAMS = 512;
const MAX_BLOCK = 262_144;
/** Bytes of frames that stay; of a longer one the rest is passed over. */
const MAX_FRAME = 1_048_576;
const MAX_SETTINGS = 128;

interface Half {
  fields: Map<string, string>;
  readonly body: Gathered;
  size: number;
  /** Bytes that were there at the last look. */
  looked: number;
  /** Of a body without codings, where hashes of files of any size are wanted. */
  digest: FileDigest | null;
}
interface Stream {
  readonly t: Transaction;
  readonly halves: readonly [Half, Half];
}
interface Block {
  readonly stream: number;
  readonly parts: Gathered;
  readonly ends: boolean;
}

export class Http2Reader extends ApplicationReader {
  readonly name = 'http2';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly decoders = [new HpackDecoder(), new HpackDecoder()] as const;
  private readonly streams = new Map<number, Stream>();
  private readonly block: [Block | null, Block | null] = [null, null];
  private readonly over: [boolean, boolean] = [false, false];
  private prefaced = false;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.over[side]) return;
    const waiting = this.waiting[side];
    waiting.add(data);
    if (side === 0 && !this.prefaced) {
      if (waiting.length < PREFACE) return;
      this.prefaced = true;
      if (waiting.all()[0] === 0x50) waiting.drop(PREFACE);
    }
    while (waiting.length >= 9) {
      const head = waiting.all();
      const size = (head[0]! << 16) | (head[1]! << 8) | head[2]!;
      if (size > MAX_FRAME) {
        this.lose(side);
        return;
      }
      if (waiting.length < 9 + size) return;
      const frame = waiting.all().slice(0, 9 + size);
      waiting.drop(9 + size);
      this.frame(side, frame);
    }
  }

  override gap(side: 0 | 1): void {
    this.lose(side);
  }

  override end(side: 0 | 1): void {
    for (const s of this.streams.values()) this.ended(s, side);
  }

  private lose(side: 0 | 1): void {
    this.over[side] = true;
    this.waiting[side].clear();
  }

  private streamOf(id: number): Stream {
    const known = this.streams.get(id);
    if (known !== undefined) return known;
    const half = (): Half => ({ fields: new Map(), body: new Gathered(), size: 0, looked: 0, digest: null });
    const stream: Stream = { t: this.open(), halves: [half(), half()] };
    this.streams.set(id, stream);
    const [oldest] = this.streams.entries();
    if (this.streams.size > MAX_STREAMS && oldest !== undefined) {
      oldest[1].t.finish();
      this.streams.delete(oldest[0]);
    }
    return stream;
  }

  private frame(dir: 0 | 1, b: Uint8Array): void {
    const [type, flags] = [b[3]!, b[4]!];
    const c = new Cursor(b, 5);
    const id = c.u32() % 2 ** 31;
    const stream = id === 0 ? null : this.streamOf(id);
    const t = stream?.t ?? this.open();
    const side = t.sides[dir];
    side.number('http2.frametype', type);
    side.reach(STARTED);
    switch (type) {
      case DATA:
        if (stream !== null) this.data(stream, dir, unpadded(c, flags), flags);
        break;
      case HEADERS: {
        const part = unpadded(c, flags);
        if ((flags & HAS_PRIORITY) !== 0) {
          part.skip(4);
          side.number('http2.priority', part.u8());
        }
        this.fields(dir, id, part.rest(), flags, (flags & END_STREAM) !== 0);
        break;
      }
      case PUSH: {
        const part = unpadded(c, flags);
        part.skip(4);
        this.fields(dir, id, part.rest(), flags, false);
        break;
      }
      case CONTINUATION: {
        const begun = this.block[dir];
        if (begun !== null && begun.stream === id) this.fields(dir, id, c.rest(), flags, begun.ends);
        break;
      }
      case PRIORITY:
        c.skip(4);
        side.number('http2.priority', c.u8());
        break;
      case RESET:
        side.number('http2.errorcode', c.u32());
        t.finish();
        this.streams.delete(id);
        break;
      case SETTINGS:
        for (let i = 0; c.left >= 6 && i < MAX_SETTINGS; i++) side.number(`http2.settings.${c.u16()}`, c.u32());
        break;
      case GOAWAY:
        c.skip(4);
        side.number('http2.errorcode', c.u32());
        break;
      case WINDOW:
        side.number('http2.window', c.u32() % 2 ** 31);
        break;
      default:
    }
    if (stream === null) t.finish();
  }

  private fields(dir: 0 | 1, id: number, part: Uint8Array, flags: number, ends: boolean): void {
    const begun = this.block[dir];
    const block = begun?.stream === id ? begun : { stream: id, parts: new Gathered(), ends };
    block.parts.add(part);
    this.block[dir] = block;
    if (block.parts.length > MAX_BLOCK) {
      this.lose(dir);
      return;
    }
    if ((flags & END_HEADERS) === 0) return;
    this.block[dir] = null;
    const { fields, ok } = this.decoders[dir].block(block.parts.all());
    const stream = this.streamOf(id);
    const side = stream.t.sides[dir];
    for (const size of this.decoders[dir].resized) side.number('http2.size_update', size);
    tellFields(stream, dir, fields);
    // What follows leans on a table that is not known any more.
    if (!ok) this.lose(dir);
    side.reach(HEADED);
    this.doh(stream, dir);
    if (block.ends) this.ended(stream, dir);
  }

  private data(stream: Stream, dir: 0 | 1, part: Cursor, flags: number): void {
    const half = stream.halves[dir];
    const bytes = part.rest();
    if (half.size === 0 && this.digests && !half.fields.has('content-encoding')) half.digest = new FileDigest();
    half.digest?.update(bytes);
    half.size += bytes.length;
    if (half.body.length + bytes.length <= MAX_BODY) half.body.add(bytes);
    if (worthAnother(half.looked, half.body.length)) this.show(stream, dir);
    if ((flags & END_STREAM) !== 0) this.ended(stream, dir);
  }

  private plain(half: Half): Uint8Array {
    return uncoded(half.body.all(), half.fields.get('content-encoding') ?? '');
  }

  private show(stream: Stream, dir: 0 | 1): void {
    const half = stream.halves[dir];
    half.looked = half.body.length;
    const side = stream.t.sides[dir];
    const plain = this.plain(half);
    side.set(dir === 0 ? 'http.request_body' : 'http.response_body', plain);
    side.set('file.data', plain);
    const path = stream.halves[0].fields.get(':path') ?? '';
    side.set(
      'file.name',
      ascii(
        path
          .replace(/[?#].*$/s, '')
          .split('/')
          .at(-1) ?? '',
      ),
    );
  }

  private ended(stream: Stream, dir: 0 | 1): void {
    const half = stream.halves[dir];
    const side = stream.t.sides[dir];
    if (side.progress === DONE) return;
    if (half.looked !== half.body.length) this.show(stream, dir);
    if (half.size > 0) {
      side.number('filesize', half.size);
      const plain = this.plain(half);
      if (half.digest !== null) half.digest.tell(side);
      else tellHashes(side, [{ bytes: plain, size: half.size > half.body.length ? -1 : plain.length }]);
      if (half.fields.get('content-type') === 'application/dns-message') this.tellDoh(stream, dir, plain);
    }
    side.reach(DONE);
  }

  /** DNS over HTTPS (RFC 8484): a question in the path. */
  private doh(stream: Stream, dir: 0 | 1): void {
    const fields = stream.halves[0].fields;
    const asked = dir === 0 ? /[?&]dns=([A-Za-z0-9_-]+)/.exec(fields.get(':path') ?? '') : null;
    if (asked === null || fields.get('accept')?.includes('application/dns-message') !== true) return;
    this.tellDoh(stream, dir, new Uint8Array(Buffer.from(asked[1]!, 'base64url')));
  }

  private tellDoh(stream: Stream, dir: 0 | 1, message: Uint8Array): void {
    if (message.length < 12) return;
    stream.t.application = 'doh2';
    tellDns(stream.t.sides[dir], message, 'dns');
  }
}

/** What stands between the padding. */
function unpadded(c: Cursor, flags: number): Cursor {
  const padding = (flags & PADDED) === 0 ? 0 : c.u8();
  return c.part(Math.max(0, c.left - padding));
}

function tellFields(stream: Stream, dir: 0 | 1, fields: readonly HeaderField[]): void {
  const { t, halves } = stream;
  const side = t.sides[dir];
  const known = halves[dir].fields;
  const lines: string[] = [];
  for (const { name, value } of fields) {
    known.set(name, known.has(name) ? `${known.get(name)!}, ${value}` : value);
    const line = `${name}: ${value}`;
    lines.push(line);
    side.addText(dir === 0 ? 'http.request_header' : 'http.response_header', line);
    side.addText('http2.header_name', name);
    const buffer = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (buffer !== undefined) side.setText(buffer, known.get(name)!);
    if (name === 'cookie' || name === 'set-cookie') side.setText('http.cookie', known.get(name)!);
  }
  if (lines.length === 0) return;
  side.setText('http.header', `${lines.join('\r\n')}\r\n`);
  side.setText('http.header.raw', `${lines.join('\r\n')}\r\n`);
  side.setText('http.header_names', `\r\n${fields.map((f) => f.name).join('\r\n')}\r\n\r\n`);
  if (dir === 1) {
    const status = known.get(':status');
    if (status !== undefined) side.setText('http.stat_code', status);
    return;
  }
  const [method, path, authority] = [':method', ':path', ':authority'].map((n) => known.get(n));
  if (method !== undefined) side.setText('http.method', method);
  if (path !== undefined) {
    side.set('http.uri', normalUri(ascii(path)));
    side.setText('http.uri.raw', path);
  }
  side.setText('http.protocol', 'HTTP/2');
  const host = known.get('host');
  hostOf(side, new Map([['host', authority ?? host ?? '']]), '');
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase())
    t.event('http2.authority_host_mismatch', 0);
}
