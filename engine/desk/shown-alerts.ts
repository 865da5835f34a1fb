// Alerts that stand among the packets: those not allowed, in the order of their packets.
import type { AnchoredAlert } from '../view/index.ts';
import { gravityOf } from '../evidence/index.ts';
import type { CaptureSession } from './session.ts';

/** Alerts that may be arranged anew for each millisecond that has passed. */
const ALERTS_A_MILLISECOND = 10;

export class ShownAlerts {
  private at = 0;
  private key = '';
  private version = 0;
  private alerts: readonly AnchoredAlert[] = [];

  /** @param rules grows when what is allowed changes */
  of(s: CaptureSession, rules: number): readonly AnchoredAlert[] {
    const key = `${s.options.number} ${s.alerts.length} ${rules} ${s.alerts.at(-1)?.packet ?? 0} ${s.standing.version} ${s.hits.version}`;
    // Very many alerts are arranged less often, so that reading goes on; none is lost.
    const many = s.alerts.length + s.hits.rowCount;
    const wait = s.phase === 'done' || s.phase === 'failed' ? 0 : many / ALERTS_A_MILLISECOND;
    // Other rules may have other numbers: those of before mean nothing any more.
    const isAnew = s.standing.version !== this.version;
    if (!isAnew && (this.key === key || performance.now() - this.at < wait)) return this.alerts;
    this.version = s.standing.version;
    this.at = performance.now();
    this.key = key;
    const incidents = s.alerts.filter((a) => !s.isAllowed(a.of) && gravityOf(a.of.points) !== null);
    this.alerts = [...incidents, ...s.hits.rows()].sort((a, b) => a.packet - b.packet || a.number - b.number);
    return this.alerts;
  }
}
