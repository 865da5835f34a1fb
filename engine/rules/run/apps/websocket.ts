// WebSocket (RFC 6455) as rules see it: a transaction is a message, its fragments put together and unmasked.
import { inflateRawSync, constants } from 'node:zlib';
import { ApplicationReader, Gathered } from '../application.ts';

/** Bytes of one message that stay. */
const MAX_PAYLOAD = 65_535;
const CONTINUATION = 0;
/** The window of deflate. */
const MAX_HISTORY = 32_768;

interface Open {
  readonly opcode: number;
  readonly flags: number;
  readonly compressed: boolean;
  readonly parts: Gathered;
}

export class WebSocketReader extends ApplicationReader {
  readonly name = 'websocket';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly skip: [number, number] = [0, 0];
  /** What compressed messages said, for those that follow. */
  private readonly before: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  /** A message whose end has not come. */
  private readonly now: [Open | null, Open | null] = [null, null];

  bytes(side: 0 | 1, data: Uint8Array): void {
    let now = data;
    if (this.skip[side] > 0) {
      const n = Math.min(this.skip[side], now.length);
      this.skip[side] -= n;
      now = now.subarray(n);
    }
    const waiting = this.waiting[side];
    waiting.add(now);
    while (waiting.length >= 2) {
      const all = waiting.all();
      const size = headSize(all);
      if (size === null) return;
      const length = lengthOf(all);
      const kept = Math.min(length, MAX_PAYLOAD);
      if (all.length < size + kept) return;
      const there = Math.min(all.length, size + length);
      this.frame(side, all.slice(0, size + kept), size);
      waiting.drop(there);
      this.skip[side] = size + length - there;
    }
  }

  override gap(side: 0 | 1, count: number): void {
    this.skip[side] = Math.max(0, this.skip[side] - count);
    this.waiting[side].clear();
    this.now[side] = null;
  }

  private frame(dir: 0 | 1, pdu: Uint8Array, head: number): void {
    const flags = pdu[0]! & 0xf0;
    const opcode = pdu[0]! & 15;
    const masked = (pdu[1]! & 128) !== 0;
    const payload = pdu.slice(head);
    const t = this.open();
    const side = t.sides[dir];
    side.number('websocket.opcode', opcode);
    side.number('websocket.flags', flags);
    if (masked) {
      const mask = pdu.subarray(head - 4, head);
      side.number('websocket.mask', mask[0]! * 2 ** 24 + (mask[1]! << 16) + (mask[2]! << 8) + mask[3]!);
      for (let i = 0; i < payload.length; i++) payload[i]! ^= mask[i & 3]!;
    }
    side.set('frame.websocket.pdu', pdu);
    side.set('frame.websocket.header', pdu.subarray(0, head));
    if (payload.length > 0) side.set('frame.websocket.data', pdu.subarray(head));
    const whole = opcode >= 8 ? { bytes: payload, compressed: false } : this.gather(dir, opcode, flags, payload);
    if (whole !== null) side.set('websocket.payload', whole.compressed ? this.inflated(dir, whole.bytes) : whole.bytes);
    t.finish();
  }

  /**
   * RFC 7692, 7.2.2: four octets are left out at the end. A sender may lean on what it said before (7.1.1), and one that
   * does not is not harmed by a dictionary.
   */
  private inflated(dir: 0 | 1, bytes: Uint8Array): Uint8Array {
    const dictionary = this.before[dir];
    try {
      const whole = Buffer.concat([bytes, Buffer.from([0, 0, 255, 255])]);
      const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1_048_576 };
      const out = inflateRawSync(whole, dictionary.length === 0 ? options : { ...options, dictionary });
      this.before[dir] = new Uint8Array(Buffer.concat([dictionary, out]).subarray(-MAX_HISTORY));
      return new Uint8Array(out);
    } catch {
      return bytes;
    }
  }

  /** @returns the message once its last frame is there */
  private gather(
    dir: 0 | 1,
    opcode: number,
    flags: number,
    payload: Uint8Array,
  ): { readonly bytes: Uint8Array; readonly compressed: boolean } | null {
    if (opcode !== CONTINUATION || this.now[dir] === null)
      this.now[dir] = { opcode, flags, compressed: (flags & 0x40) !== 0, parts: new Gathered() };
    const message = this.now[dir];
    if (message.parts.length + payload.length <= MAX_PAYLOAD) message.parts.add(payload);
    if ((flags & 0x80) === 0) return null;
    this.now[dir] = null;
    return { bytes: message.parts.all(), compressed: message.compressed };
  }
}

/** @returns bytes before the payload; null where they are not all there */
function headSize(b: Uint8Array): number | null {
  const short = b[1]! & 127;
  const extended = [2, 8][short - 126] ?? 0;
  const size = 2 + extended + ((b[1]! & 128) !== 0 ? 4 : 0);
  return b.length < size ? null : size;
}

function lengthOf(b: Uint8Array): number {
  const short = b[1]! & 127;
  if (short < 126) return short;
  let n = 0;
  for (let i = 0; i < (short === 126 ? 2 : 8); i++) n = n * 256 + b[2 + i]!;
  return n;
}
