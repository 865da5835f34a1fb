// The time by which flows end: it goes on as packets' stamps do, but no single wrong stamp moves it, and it never goes
// back.
//
// Stamps need not ascend: queues overtake each other, files are appended, a clock is set, one stamp is wrong. A stamp a
// little behind the latest is a packet that was overtaken. One far from all others is in doubt: nothing ends by it and
// no time passes, until the next packet agrees with it. Then, when it lies ahead, there was a long silence; when it
// lies behind, the clock was set back, and time goes on from there. Clocks that were left are remembered, so that
// captures of two machines whose clocks differ may take turns.

/** Nanoseconds by which a stamp may lie ahead and be believed at once: half an hour, six times the longest time-out. */
const FAR = 1800e9;
/** Nanoseconds by which packets may be overtaken. */
const BACK = 10e9;
/** How far ahead a stamp may lie of where a clock that was left would be now. */
const AGAIN = 60e9;
const CLOCKS = 4;

export class FlowClock {
  /** Nanoseconds of capture time (`Ingest.baseSeconds`), as far as stamps are believed. Never goes back. */
  now = 0;
  /**
   * The same, and what passed without packets: what was touched at `now` may be over by it. Reading again, the next
   * packet says as much.
   */
  passed = 0;
  /** The last stamp lies far ahead and no other agrees with it yet: by so many nanoseconds, else 0. */
  doubt = 0;
  /** The last stamp agreed with the one in doubt before it: a long silence was real. */
  silence = false;
  /** Stamp of the clock that counts, less `now`. */
  private offset = 0;
  private readonly left: number[] = [];
  private doubtful = NaN;

  /**
   * Takes a packet's stamp.
   * @param stamp nanoseconds of capture time
   * @returns when the packet came, in the time of `now`
   */
  see(stamp: number): number {
    const at = stamp - this.offset;
    const ahead = at - this.now;
    this.doubt = 0;
    this.silence = false;
    if (ahead > FAR || ahead < -BACK) return this.far(stamp, ahead);
    this.doubtful = NaN;
    this.reach(at);
    return at;
  }

  /** Time passes without packets. One that is far from what packets said is not believed: packets decide. */
  pass(stamp: number): void {
    const at = stamp - this.offset;
    if (at > this.passed && at - this.now <= FAR) this.passed = at;
  }

  private far(stamp: number, ahead: number): number {
    const { now, doubtful } = this;
    const back = this.left.findIndex((offset) => stamp - offset - now >= -BACK && stamp - offset - now <= AGAIN);
    if (back >= 0) {
      const offset = this.left[back]!;
      this.left[back] = this.offset;
      return this.take(offset, stamp);
    }
    if (stamp - doubtful >= -BACK && stamp - doubtful <= FAR) {
      this.doubtful = NaN;
      this.silence = ahead > 0;
      if (this.silence) {
        this.reach(stamp - this.offset);
        return stamp - this.offset;
      }
      this.left.unshift(this.offset);
      if (this.left.length >= CLOCKS) this.left.pop();
      return this.take(doubtful - now, stamp);
    }
    this.doubtful = stamp;
    if (ahead > 0) this.doubt = ahead;
    return now;
  }

  private take(offset: number, stamp: number): number {
    this.offset = offset;
    const at = stamp - offset;
    this.reach(at);
    return at;
  }

  private reach(at: number): void {
    if (at <= this.now) return;
    this.now = at;
    if (at > this.passed) this.passed = at;
  }
}
