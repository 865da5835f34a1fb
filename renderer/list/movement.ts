// When a list counts as moving: then its rows are drawn on a canvas instead of written into elements.

/** A list that has not moved for so long stands still, ms. */
export const STILL_AFTER = 120;
/** The first frame of a movement is written into elements: one step of a key or a wheel is often all there is. */
const FIRST_DRAWN = 1;

export class Movement {
  private frames = 0;
  private until = -Infinity;

  /** The user moved the list at a time. */
  moved(now: number): void {
    if (now >= this.until) this.frames = 0;
    this.until = now + STILL_AFTER;
  }

  /** Whether it moves at a time. */
  goesOn(now: number): boolean {
    return now < this.until;
  }

  /** A frame is made at a time. @returns whether it is one to draw */
  frame(now: number): boolean {
    return this.goesOn(now) && this.frames++ >= FIRST_DRAWN;
  }

  end(): void {
    this.until = -Infinity;
  }
}
