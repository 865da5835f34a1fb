// One message as bytes: JSON with its typed arrays set apart, so that pages of rows travel as memory and not as text.

export type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

const KINDS = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array } as const;
type KindName = keyof typeof KINDS;
const MARK = '\u0000column';
const ALIGN = 8;

export function isColumn(value: unknown): value is Column {
  return ArrayBuffer.isView(value) && Object.hasOwn(KINDS, value.constructor.name);
}

/**
 * Layout: u32 length of the JSON, the JSON, then each array at a multiple of 8 bytes. Little-endian, as every machine
 * of ours is.
 */
export function encode(message: unknown): Uint8Array<ArrayBuffer> {
  const columns: Column[] = [];
  const json = new TextEncoder().encode(
    JSON.stringify(message, (_key, value: unknown) => {
      if (!isColumn(value)) return value;
      columns.push(value);
      return { [MARK]: value.constructor.name, length: value.length };
    }),
  );
  let size = align(4 + json.length);
  for (const c of columns) size = align(size + c.byteLength);
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 4);
  let at = align(4 + json.length);
  for (const c of columns) {
    out.set(new Uint8Array(c.buffer, c.byteOffset, c.byteLength), at);
    at = align(at + c.byteLength);
  }
  return out;
}

/** @returns the message, or null when these bytes are none */
export function decode(bytes: Uint8Array): unknown {
  if (bytes.length < 4) return null;
  const jsonLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + jsonLength > bytes.length) return null;
  let at = align(4 + jsonLength);
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + jsonLength)), (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !(MARK in value)) return value;
      const { [MARK]: name, length } = value as { [MARK]: unknown; length?: unknown };
      if (
        typeof name !== 'string' ||
        !Object.hasOwn(KINDS, name) ||
        typeof length !== 'number' ||
        !Number.isInteger(length) ||
        length < 0
      )
        throw new RangeError('not a column');
      const Kind = KINDS[name as KindName];
      const end = at + length * Kind.BYTES_PER_ELEMENT;
      if (end > bytes.length) throw new RangeError('column past the end');
      // A copy: columns must not keep the whole message alive, nor depend on where it lies in memory.
      const column = new Kind(bytes.slice(at, end).buffer);
      at = align(end);
      return column;
    });
  } catch {
    return null;
  }
}

/** Buffers of a message that may be handed over instead of copied; shared memory is never among them. */
export function transferable(message: unknown, found: ArrayBuffer[] = []): ArrayBuffer[] {
  if (isColumn(message)) {
    if (message.buffer instanceof ArrayBuffer && !found.includes(message.buffer)) found.push(message.buffer);
  } else if (Array.isArray(message)) {
    for (const part of message) transferable(part, found);
  } else if (typeof message === 'object' && message !== null) {
    for (const part of Object.values(message)) transferable(part, found);
  }
  return found;
}

function align(n: number): number {
  return Math.ceil(n / ALIGN) * ALIGN;
}
