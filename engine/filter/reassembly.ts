// Fragments of IP datagrams put together, as Wireshark does: what they carry belongs to the packet that completes them.

/** Datagrams that are open at once, and the bytes of one: beyond these the oldest are given up. */
const MAX_OPEN = 4_096;
const MAX_BYTES = 131_070;

interface Datagram {
  readonly parts: { readonly at: number; readonly bytes: Uint8Array }[];
  /** Length of the whole, -1 while its last fragment is missing. */
  total: number;
}

export class Reassembly {
  private readonly open = new Map<string, Datagram>();

  /**
   * Takes a fragment. @param key addresses, identification, protocol @param at place in the datagram, bytes
   * @returns the datagram when this fragment completes it
   */
  take(key: string, at: number, bytes: Uint8Array, more: boolean): Uint8Array | null {
    if (at + bytes.length > MAX_BYTES) return null;
    let datagram = this.open.get(key);
    if (datagram === undefined) {
      if (this.open.size >= MAX_OPEN) this.open.delete(this.open.keys().next().value!);
      datagram = { parts: [], total: -1 };
      this.open.set(key, datagram);
    }
    // The bytes lie in a buffer that the next packet may take.
    datagram.parts.push({ at, bytes: Uint8Array.from(bytes) });
    if (!more && datagram.total < 0) datagram.total = at + bytes.length;
    const whole = datagram.total < 0 ? null : joined(datagram);
    if (whole !== null) this.open.delete(key);
    return whole;
  }
}

function joined(datagram: Datagram): Uint8Array | null {
  const { total } = datagram;
  const parts = datagram.parts.toSorted((a, b) => a.at - b.at);
  let covered = 0;
  for (const part of parts) {
    if (part.at > covered) return null;
    covered = Math.max(covered, part.at + part.bytes.length);
  }
  if (covered < total) return null;
  const whole = new Uint8Array(total);
  // Where fragments overlap, the bytes that came first are kept.
  for (const part of datagram.parts.toReversed()) {
    if (part.at < total) whole.set(part.bytes.subarray(0, total - part.at), part.at);
  }
  return whole;
}
