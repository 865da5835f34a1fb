// Alerts that stand among the packets: those not allowed, in the order of their packets.
import type { AnchoredAlert } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

/** Alerts that may be arranged anew for each millisecond that has passed. */
const ALERTS_A_MILLISECOND = 10;

export class ShownAlerts {
  private at = 0;
  private key = '';
  private alerts: readonly AnchoredAlert[] = [];

  /** @param rules grows when what is allowed changes */
  of(s: CaptureSession, rules: number): readonly AnchoredAlert[] {
    const key = `${s.options.number} ${s.alerts.length} ${rules} ${s.alerts.at(-1)?.packet ?? 0}`;
    // Very many alerts are arranged less often, so that reading goes on; none is lost.
    const wait = s.phase === 'done' || s.phase === 'failed' ? 0 : s.alerts.length / ALERTS_A_MILLISECOND;
    if (this.key === key || performance.now() - this.at < wait) return this.alerts;
    this.at = performance.now();
    this.key = key;
    this.alerts = s.alerts.filter((a) => !s.isAllowed(a.of)).sort((a, b) => a.packet - b.packet);
    return this.alerts;
  }
}
