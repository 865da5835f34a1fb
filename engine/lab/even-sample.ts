// Some vectors of many, evenly over them, without knowing beforehand how many there are.
import { FEATURE_COUNT } from '../features/index.ts';

export class EvenSample {
  private readonly most: number;
  private readonly kept: Float32Array;
  private count = 0;
  private seen = 0;
  /** Every so manieth is kept. */
  private step = 1;

  /** @param most vectors that are kept at most, an even number */
  constructor(most: number) {
    this.most = most;
    this.kept = new Float32Array(most * FEATURE_COUNT);
  }

  take(vector: Float32Array, at: number): void {
    const n = this.seen++;
    if (n % this.step !== 0) return;
    if (this.count === this.most) {
      this.step *= 2;
      this.count /= 2;
      for (let i = 0; i < this.count; i++)
        this.kept.copyWithin(i * FEATURE_COUNT, 2 * i * FEATURE_COUNT, (2 * i + 1) * FEATURE_COUNT);
      if (n % this.step !== 0) return;
    }
    this.kept.set(vector.subarray(at, at + FEATURE_COUNT), this.count++ * FEATURE_COUNT);
  }

  /** Vectors that are kept, one after the other. */
  get vectors(): Float32Array {
    return this.kept.slice(0, this.count * FEATURE_COUNT);
  }
}
