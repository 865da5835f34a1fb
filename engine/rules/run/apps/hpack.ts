// HPACK (RFC 7541): fields of HTTP/2 out of their compressed form, bounded.

/** Lengths of the codes of all octets, and of the end (RFC 7541, appendix B); the codes follow from them in order. */
const LENGTHS: readonly number[] = [
  ...'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f565',
  ...'65666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmp',
  ...'qqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu',
].map((c) => Number.parseInt(c, 36));

/** Nodes of the tree: two children each; a leaf is -1 - its octet. */
const TREE = treeOf(LENGTHS);
const END = 256;

function treeOf(lengths: readonly number[]): Int32Array {
  const order = lengths.map((length, octet) => ({ length, octet }));
  order.sort((a, b) => a.length - b.length || a.octet - b.octet);
  const tree = new Int32Array(2_048);
  let [nodes, code, size] = [1, 0, 0];
  for (const { length, octet } of order) {
    code *= 2 ** (length - size);
    size = length;
    let node = 0;
    for (let bit = length - 1; bit >= 0; bit--) {
      const place = node * 2 + (Math.floor(code / 2 ** bit) & 1);
      if (bit === 0) tree[place] = -1 - octet;
      else node = tree[place] || (tree[place] = nodes++);
    }
    code++;
  }
  return tree;
}

/** @returns null where the code is none */
export function unhuffed(b: Uint8Array): Uint8Array | null {
  const out: number[] = [];
  let node = 0;
  for (const octet of b) {
    for (let bit = 7; bit >= 0; bit--) {
      const next = TREE[node * 2 + ((octet >> bit) & 1)]!;
      if (next >= 0) {
        if (next === 0) return null;
        node = next;
        continue;
      }
      const said = -1 - next;
      if (said === END) return null;
      out.push(said);
      node = 0;
    }
  }
  return Uint8Array.from(out);
}

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

const STATIC: readonly HeaderField[] = (
  ':authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|' +
  ':status=206|:status=304|:status=400|:status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|' +
  'accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|' +
  'content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type|' +
  'cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|' +
  'last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|' +
  'server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate'
)
  .split('|')
  .map((row) => ({ name: row.split('=')[0]!, value: row.split('=')[1] ?? '' }));

const MAX_FIELDS = 1_024;
const MAX_TEXT = 65_536;
/** Of all fields of one block: a short block may name one long field of the table again and again. */
const MAX_TOTAL = 262_144;
/** A peer may make its table larger than this; what stands beyond is forgotten. */
const MAX_TABLE = 65_536;

/** One direction's decoder. */
export class HpackDecoder {
  private readonly table: HeaderField[] = [];
  private size = 0;
  private max = 4_096;
  /** Sizes that the table was set to in the last block. */
  resized: number[] = [];
  private b: Uint8Array = new Uint8Array(0);
  private at = 0;

  /** @returns fields of a block as far as it can be read; `ok` is false where it ends in something else */
  block(b: Uint8Array): { readonly fields: readonly HeaderField[]; readonly ok: boolean } {
    this.b = b;
    this.at = 0;
    this.resized = [];
    const fields: HeaderField[] = [];
    let total = 0;
    while (this.at < b.length) {
      const first = b[this.at]!;
      if ((first & 0xe0) === 0x20) {
        const size = this.integer(5);
        if (size < 0) return { fields, ok: false };
        this.resized.push(size);
        this.max = Math.min(size, MAX_TABLE);
        this.evict();
        continue;
      }
      const field = this.field(first);
      total += field === null ? 0 : cost(field);
      if (field === null || fields.length >= MAX_FIELDS || total > MAX_TOTAL) return { fields, ok: false };
      fields.push(field);
    }
    return { fields, ok: true };
  }

  private field(first: number): HeaderField | null {
    if ((first & 0x80) !== 0) return this.indexed(this.integer(7));
    const keeps = (first & 0x40) !== 0;
    const index = this.integer(keeps ? 6 : 4);
    if (index < 0) return null;
    const name = index === 0 ? this.text() : (this.indexed(index)?.name ?? null);
    if (name === null) return null;
    const value = this.text();
    if (value === null) return null;
    const field = { name, value };
    if (keeps) {
      this.table.unshift(field);
      this.size += cost(field);
      this.evict();
    }
    return field;
  }

  private indexed(index: number): HeaderField | null {
    if (index <= 0) return null;
    return STATIC[index - 1] ?? this.table[index - 1 - STATIC.length] ?? null;
  }

  private evict(): void {
    while (this.size > this.max) {
      const last = this.table.pop();
      if (last === undefined) return;
      this.size -= cost(last);
    }
  }

  /** RFC 7541, 5.1. @returns -1 where it is too long or cut */
  private integer(bits: number): number {
    const most = 2 ** bits - 1;
    if (this.at >= this.b.length) return -1;
    let n = this.b[this.at++]! & most;
    if (n < most) return n;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.at >= this.b.length) return -1;
      const octet = this.b[this.at++]!;
      n += (octet & 127) * 2 ** shift;
      if (octet < 128) return n;
    }
    return -1;
  }

  private text(): string | null {
    const huffed = ((this.b[this.at] ?? 0) & 0x80) !== 0;
    const length = this.integer(7);
    if (length < 0 || length > MAX_TEXT || this.at + length > this.b.length) return null;
    const raw = this.b.subarray(this.at, this.at + length);
    this.at += length;
    const plain = huffed ? unhuffed(raw) : raw;
    return plain === null ? null : Buffer.from(plain).toString('latin1');
  }
}

function cost(f: HeaderField): number {
  return f.name.length + f.value.length + 32;
}
