// What one window may send: size of a message, bytes under way, messages a second. A window that was taken over by what
// it shows keeps within them, or is let go.

/** Units of one message: characters of its texts, bytes of its arrays, 8 for each other value. */
export const MAX_MESSAGE_UNITS = 20_000_000;
/** Units of all messages of a window that are being answered. */
export const MAX_UNITS_UNDER_WAY = 64_000_000;
/** Requests that one window may have under way. */
export const MAX_PENDING = 256;
/** Messages a window may send at once, and a second after that. A window that scrolls and types sends less than 200. */
export const MESSAGES_AT_ONCE = 4_000;
export const MESSAGES_A_SECOND = 1_000;
/** Messages over the rate that are still answered; after them the window is let go. */
export const PATIENCE_WITH_FLOOD = 1_000;

const VALUE = 8;

/**
 * How large a message is, without reading more of it than it may have.
 *
 * @returns units, or Infinity where it has more than `most` or is no plain data
 */
export function unitsOf(message: unknown, most: number = MAX_MESSAGE_UNITS): number {
  let units = 0;
  const left: unknown[] = [message];
  while (left.length > 0) {
    const value = left.pop();
    units += VALUE;
    if (typeof value === 'string') units += value.length;
    else if (ArrayBuffer.isView(value)) units += value.buffer.byteLength;
    else if (Array.isArray(value)) {
      // Counted before they are taken: a list with nothing in it may be said to have four billion places.
      if (units + value.length * VALUE > most) return Infinity;
      for (const part of value) left.push(part);
    } else if (typeof value === 'object' && value !== null) {
      if (!isPlain(value)) return Infinity;
      for (const key in value) {
        units += key.length;
        left.push((value as Record<string, unknown>)[key]);
        if (units + left.length * VALUE > most) return Infinity;
      }
    }
    if (units > most) return Infinity;
  }
  return units;
}

/** Maps, sets, buffers and ports are no part of the contract, and would not be counted. */
function isPlain(value: object): boolean {
  const kind = Object.prototype.toString.call(value);
  return kind === '[object Object]' && Object.getPrototypeOf(Object.getPrototypeOf(value)) === null;
}

export type Pace = 'in-time' | 'too-fast' | 'flood';

/** Messages of one window by the clock. */
export class MessagePace {
  private left = MESSAGES_AT_ONCE;
  private at: number;
  private over = 0;

  /** @param now milliseconds of a clock that does not jump */
  constructor(now: number) {
    this.at = now;
  }

  /** One more message. */
  take(now: number): Pace {
    this.left = Math.min(MESSAGES_AT_ONCE, this.left + ((now - this.at) / 1_000) * MESSAGES_A_SECOND);
    this.at = now;
    if (this.left >= MESSAGES_AT_ONCE - 1) this.over = 0;
    if (this.left >= 1) {
      this.left--;
      return 'in-time';
    }
    return ++this.over > PATIENCE_WITH_FLOOD ? 'flood' : 'too-fast';
  }
}
