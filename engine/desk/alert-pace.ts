// How often alerts are told: a file that is read may bring thousands of incidents a second, for which neither a person
// nor a wire has use. What is captured is told at once, and all of them are in the list either way.

/** Alerts of a file that are told each; of more, one in so many ms. */
const TOLD_EACH = 20;
const GAP = 250;

export class AlertPace {
  private told = -Infinity;

  /** @param reading a file is read @param number of the alert, from 1 @returns whether it is told */
  tells(reading: boolean, number: number): boolean {
    const now = performance.now();
    if (reading && number > TOLD_EACH && now - this.told < GAP) return false;
    this.told = now;
    return true;
  }
}
