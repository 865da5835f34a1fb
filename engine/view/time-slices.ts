// Long work is done in slices, so that the thread answers requests between them and the work can be given up.

const SLICE = 8;

export class Cancelled extends Error {}

/** One long job. Call `turn` often; it returns at once until the slice is used up. */
export class TimeSlices {
  cancelled = false;
  /** Share done, 0 to 1. */
  done = 0;
  /** Called when the job is given up, for work that has turns of its own. */
  onCancel: (() => void) | null = null;
  private since = performance.now();

  /** Whether a slice is used up; then `await rest()`. */
  get due(): boolean {
    return performance.now() - this.since > SLICE;
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (this.cancelled) throw new Cancelled('given up');
    this.since = performance.now();
  }

  /** Waits so many milliseconds. */
  async pause(ms: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
    await this.rest();
  }

  cancel(): void {
    this.cancelled = true;
    this.onCancel?.();
  }
}
