// The threshold that a user chose, as false alarms in a million of ordinary flows.
import type { Baseline } from '../detect/index.ts';

const MALICIOUS_RATE = 1e-3;
const SUSPICIOUS_RATE = 1e-2;
export const DEFAULT_FALSE_ALARMS = MALICIOUS_RATE * 1e6;

/**
 * Baselines know two points of the score's upper tail, exceeded by one in a thousand and by one in a hundred ordinary
 * flows. Other rates lie on the line through both in log rate, which is how the tail of a score in log odds falls;
 * between them it is an interpolation, beyond them a guess that the window names so.
 */
export function atRate(baseline: Baseline, falseAlarms: number): Baseline {
  const rate = falseAlarms / 1e6;
  if (rate === MALICIOUS_RATE) return baseline;
  return {
    ...baseline,
    thresholds(group) {
      const t = baseline.thresholds(group);
      if (!Number.isFinite(t.malicious) || !Number.isFinite(t.suspicious)) return t;
      const slope = (t.malicious - t.suspicious) / (Math.log(MALICIOUS_RATE) - Math.log(SUSPICIOUS_RATE));
      const malicious = t.malicious + slope * (Math.log(rate) - Math.log(MALICIOUS_RATE));
      return { ...t, malicious, suspicious: Math.min(t.suspicious, malicious) };
    },
  };
}
