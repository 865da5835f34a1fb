// Scrolling lists longer than a browser lets an element be. Position maps to row by ratio; near moves stay exact to the
// pixel.

/** Browsers cap an element near 33 million pixels; well below it, they also keep their precision. */
export const MAX_HEIGHT = 15_000_000;
/** A move of the scroll bar up to this many view heights is a wheel, a key or a touch, not a drag of the thumb. */
const NEAR = 3;

export class ScrollMap {
  /** Pixels from the top of the first row to the top of the view, in full length. */
  top = 0;
  private rows = 0;
  private view = 1;
  private bar = 0;
  readonly rowHeight: number;

  constructor(rowHeight: number) {
    this.rowHeight = rowHeight;
  }

  get full(): number {
    return this.rows * this.rowHeight;
  }

  /** Height of the element that the browser scrolls. */
  get element(): number {
    return Math.min(this.full, MAX_HEIGHT);
  }

  private get maxTop(): number {
    return Math.max(0, this.full - this.view);
  }

  private get maxBar(): number {
    return Math.max(0, this.element - this.view);
  }

  get atEnd(): boolean {
    return this.top >= this.maxTop - this.rowHeight / 2;
  }

  get first(): number {
    return Math.floor(this.top / this.rowHeight);
  }

  /** Rows that may be seen at once, the half ones at both ends too. */
  get visible(): number {
    return Math.min(this.rows, Math.ceil(this.view / this.rowHeight) + 1);
  }

  resize(rows: number, view: number): void {
    this.rows = rows;
    this.view = view;
    this.top = Math.min(this.top, this.maxTop);
  }

  /**
   * The browser moved the bar.
   * @param wheel by a wheel or a key, however far
   * @returns where the bar shall stand, when that is elsewhere
   */
  scrolled(bar: number, wheel = false): number | null {
    if (this.full <= MAX_HEIGHT) {
      this.top = Math.min(bar, this.maxTop);
      this.bar = bar;
      return null;
    }
    const moved = bar - this.bar;
    this.bar = bar;
    const near = wheel || Math.abs(moved) <= this.view * NEAR;
    if (!near || bar <= 0 || bar >= this.maxBar - 1) {
      // At the very ends a near move may be cut off by the end of the bar while rows are left.
      if (near && moved !== 0 && this.room(moved)) {
        this.top = clamp(this.top + moved, this.maxTop);
        return this.settle();
      }
      this.top = this.maxBar === 0 ? 0 : Math.min(this.maxTop, (bar / this.maxBar) * this.maxTop);
      return null;
    }
    this.top = clamp(this.top + moved, this.maxTop);
    return null;
  }

  /** Moves to a position of our choosing. @returns where the bar shall stand */
  moveTo(top: number): number {
    this.top = clamp(top, this.maxTop);
    return this.settle() ?? this.bar;
  }

  /** After near moves the bar has drifted from its ratio. @returns where it shall stand, or null when it does */
  settle(): number | null {
    const bar =
      this.full <= MAX_HEIGHT
        ? this.top
        : Math.max(
            this.top > 0 ? 1 : 0,
            Math.min(
              this.top < this.maxTop ? this.maxBar - 1 : this.maxBar,
              Math.round((this.top / Math.max(1, this.maxTop)) * this.maxBar),
            ),
          );
    if (bar === this.bar) return null;
    this.bar = bar;
    return bar;
  }

  /**
   * Brings a row into sight with as little movement as possible.
   * @returns the bar's place, or null when it is in sight
   */
  reveal(row: number): number | null {
    const from = row * this.rowHeight;
    if (from < this.top) return this.moveTo(from);
    if (from + this.rowHeight > this.top + this.view) return this.moveTo(from + this.rowHeight - this.view);
    return null;
  }

  /** A row in the middle, for jumps from elsewhere. */
  centre(row: number): number {
    return this.moveTo(row * this.rowHeight - (this.view - this.rowHeight) / 2);
  }

  private room(moved: number): boolean {
    return moved < 0 ? this.top + moved > 0 : this.top + moved < this.maxTop;
  }
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(max, value));
}
