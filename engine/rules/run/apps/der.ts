// Values of BER and DER (X.690): tag, length, what is in them. Lengths that run over their parent end the walk.

export interface DerNode {
  /** 0 universal, 1 application, 2 context, 3 private. */
  readonly tagClass: number;
  readonly constructed: boolean;
  readonly tag: number;
  /** Of what is in it. */
  readonly from: number;
  readonly to: number;
  /** Place after it. */
  readonly next: number;
}

/** Children of one value that are looked at. */
const MAX_CHILDREN = 4_096;

/** @returns the value that begins at a place; null where there is none, or not all of it */
export function derAt(b: Uint8Array, at: number, end: number): DerNode | null {
  if (at + 2 > end) return null;
  const first = b[at]!;
  let tag = first & 31;
  let p = at + 1;
  if (tag === 31) {
    tag = 0;
    for (let i = 0; ; i++) {
      if (p >= end || i === 4) return null;
      const octet = b[p++]!;
      tag = tag * 128 + (octet & 127);
      if (octet < 128) break;
    }
  }
  const length = derLength(b, p, end);
  if (length === null || length.next + length.value > end) return null;
  const to = length.next + length.value;
  return { tagClass: first >> 6, constructed: (first & 32) !== 0, tag, from: length.next, to, next: to };
}

/** @returns a length and the place after it (X.690, 8.1.3); the indefinite form is not read */
export function derLength(
  b: Uint8Array,
  at: number,
  end: number,
): { readonly value: number; readonly next: number } | null {
  if (at >= end) return null;
  const first = b[at]!;
  if (first < 128) return { value: first, next: at + 1 };
  const size = first & 127;
  if (size === 0 || size > 4 || at + 1 + size > end) return null;
  let value = 0;
  for (let i = 1; i <= size; i++) value = value * 256 + b[at + i]!;
  return { value, next: at + 1 + size };
}

export function derChildren(b: Uint8Array, node: DerNode): readonly DerNode[] {
  const all: DerNode[] = [];
  let at = node.from;
  while (at < node.to && all.length < MAX_CHILDREN) {
    const child = derAt(b, at, node.to);
    if (child === null) break;
    all.push(child);
    at = child.next;
  }
  return all;
}

export function derBytes(b: Uint8Array, node: DerNode): Uint8Array {
  return b.slice(node.from, node.to);
}

/** A whole number of up to six octets; null where it is longer or none. */
export function derInteger(b: Uint8Array, node: DerNode | undefined): number | null {
  if (node === undefined || node.to === node.from || node.to - node.from > 6) return null;
  let n = b[node.from]! > 127 ? -1 : 0;
  for (let at = node.from; at < node.to; at++) n = n * 256 + b[at]!;
  return n;
}

/** An object identifier as people write it. */
export function derOid(b: Uint8Array, node: DerNode): string {
  const parts: number[] = [];
  let n = 0;
  for (let at = node.from; at < node.to && parts.length < 128; at++) {
    n = n * 128 + (b[at]! & 127);
    if (b[at]! > 127) continue;
    if (parts.length === 0) {
      const head = Math.min(2, Math.floor(n / 40));
      parts.push(head, n - head * 40);
    } else parts.push(n);
    n = 0;
  }
  return parts.join('.');
}

/** The child of a context tag. */
export function contextChild(b: Uint8Array, node: DerNode, tag: number): DerNode | undefined {
  return derChildren(b, node).find((c) => c.tagClass === 2 && c.tag === tag);
}

/** What stands in the child of an explicit context tag. */
export function explicitChild(b: Uint8Array, node: DerNode, tag: number): DerNode | undefined {
  const outer = contextChild(b, node, tag);
  return outer === undefined ? undefined : (derAt(b, outer.from, outer.to) ?? undefined);
}
