// pcapng time stamps: 64-bit counts of any unit, made seconds and nanoseconds without losing a bit.

/** How one interface counts time (`if_tsresol`, `if_tsoffset`). */
export interface Clock {
  readonly unitsPerSecond: number;
  readonly offsetSeconds: number;
}

export const MICROSECOND_CLOCK: Clock = { unitsPerSecond: 1e6, offsetSeconds: 0 };

/** The result of `splitStamp`: one object, reused, since this runs for every packet. `beyond`: no date can hold it. */
export const stamp = { sec: 0, nsec: 0, beyond: false };

/** Seconds since 1970 that a date can hold, either way (ECMAScript, 21.4.1.1): the years -271,821 to 275,760. */
const MAX_SECONDS = 8_640_000_000_000;

/** @param resolution the octet of `if_tsresol`: high bit set means a power of 2, else of 10 */
export function unitsPerSecond(resolution: number): number | null {
  const exponent = resolution & 0x7f;
  const units = resolution & 0x80 ? 2 ** exponent : 10 ** exponent;
  return units <= 2 ** 63 ? units : null;
}

/**
 * Writes whole seconds (before 1970 less than 0; saturated to what a date can hold) and nanoseconds of the 64-bit count
 * `high:low` into `stamp`.
 */
export function splitStamp(high: number, low: number, clock: Clock): void {
  const units = clock.unitsPerSecond;
  let sec: number;
  let rest: number;
  if (high < 0x200000 && units <= 2 ** 37) {
    const value = high * 4294967296 + low;
    sec = Math.floor(value / units);
    rest = value - sec * units;
  } else if (units <= 2 ** 37) {
    // Long division by 16-bit digits: remainder * 65536 stays below 2^53.
    let quotient = 0;
    rest = 0;
    for (const digit of [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff]) {
      const part = rest * 65536 + digit;
      const q = Math.floor(part / units);
      quotient = quotient * 65536 + q;
      rest = part - q * units;
    }
    sec = quotient;
  } else {
    const value = (BigInt(high) << 32n) | BigInt(low);
    const unit = BigInt(units);
    setSeconds(Number(value / unit) + clock.offsetSeconds);
    stamp.nsec = Number(((value % unit) * 1_000_000_000n) / unit);
    return;
  }
  let scaled = rest;
  if (units === 1e6) scaled = rest * 1000;
  else if (units !== 1e9) scaled = Math.floor((rest / units) * 1e9);
  stamp.nsec = Math.min(scaled, 999_999_999);
  setSeconds(sec + clock.offsetSeconds);
}

function setSeconds(sec: number): void {
  stamp.beyond = sec < -MAX_SECONDS || sec >= MAX_SECONDS;
  stamp.sec = sec < -MAX_SECONDS ? -MAX_SECONDS : Math.min(sec, MAX_SECONDS - 1);
}
