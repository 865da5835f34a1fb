// The time by which flows end: it goes on as packets' stamps do, but no single wrong stamp moves it, and it never goes
// back.
//
// Stamps need not ascend: queues overtake each other, files are appended, a clock is set, one stamp is wrong. A stamp a
// little behind the latest is a packet that was overtaken. One far from all others is in doubt: nothing ends by it and
// no time passes, until the next packet agrees with it. Then, when it lies ahead, there was a long silence; when it
// lies behind, the clock was set back, and time goes on from there. Clocks that were left are remembered, so that
// captures of two machines whose clocks differ may take turns.

/** Nanoseconds by which a stamp may lie ahead and be believed at once: half an hour, six times the longest time-out. */
const FAR: f64 = 1800e9;
/** Nanoseconds by which packets may be overtaken. */
const BACK: f64 = 10e9;
/** How far ahead a stamp may lie of where a clock that was left would be now. */
const AGAIN: f64 = 60e9;
const CLOCKS: i32 = 4;

/** Nanoseconds of capture time, as far as stamps are believed. */
export let now: f64 = 0;
/** The same, and what passed without packets. */
export let passed: f64 = 0;
/** The last stamp lies so many nanoseconds ahead, and no other agrees with it yet; else 0. */
export let doubt: f64 = 0;
/** The last stamp agreed with the one in doubt before it. */
export let silence: bool = false;
let offset: f64 = 0;
let doubtful: f64 = NaN;
const left = memory.data(8 * CLOCKS, 16);
let leftCount: i32 = 0;

/** Takes a packet's stamp. @returns when the packet came, in the time of `now` */
export function see(stamp: f64): f64 {
  const at = stamp - offset;
  const ahead = at - now;
  doubt = 0;
  silence = false;
  if (ahead > FAR || ahead < -BACK) return far(stamp, ahead);
  doubtful = NaN;
  reach(at);
  return at;
}

/** Time passes without packets. */
export function pass(stamp: f64): void {
  const at = stamp - offset;
  if (at > passed && at - now <= FAR) passed = at;
}

function far(stamp: f64, ahead: f64): f64 {
  for (let i = 0; i < leftCount; i++) {
    const place = left + ((<usize>i) << 3);
    const other = load<f64>(place);
    if (stamp - other - now >= -BACK && stamp - other - now <= AGAIN) {
      store<f64>(place, offset);
      return change(other, stamp);
    }
  }
  const before = now;
  if (stamp - doubtful >= -BACK && stamp - doubtful <= FAR) {
    const was = doubtful;
    doubtful = NaN;
    silence = ahead > 0;
    if (silence) {
      reach(stamp - offset);
      return stamp - offset;
    }
    remember();
    return change(was - now, stamp);
  }
  doubtful = stamp;
  if (ahead > 0) doubt = ahead;
  return before;
}

/** The clock that counts is left: it is the first that is looked for. */
function remember(): void {
  if (leftCount < CLOCKS - 1) leftCount++;
  memory.copy(left + 8, left, (<usize>(leftCount - 1)) << 3);
  store<f64>(left, offset);
}

function change(to: f64, stamp: f64): f64 {
  offset = to;
  const at = stamp - to;
  reach(at);
  return at;
}

function reach(at: f64): void {
  if (at <= now) return;
  now = at;
  if (at > passed) passed = at;
}
