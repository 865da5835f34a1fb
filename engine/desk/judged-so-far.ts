// What one judgement of a capture has told so far: incidents that are alerts, matches of threat rules, entries of lists.
// Where other rules are asked of an open capture, another one is made beside it, and takes its place when it is complete.
import { flowRow, packetRow } from '../../contract/index.ts';
import { gravityOf, type Incident } from '../evidence/index.ts';
import {
  type Analysis,
  type FlowHit,
  type IndicatorHit,
  type JudgementListener,
  splitMoment,
} from '../session/index.ts';
import { MetIndicators } from './met-indicators.ts';
import { SessionHits } from './session-hits.ts';
import type { Alert } from './session-types.ts';

export class JudgedSoFar implements JudgementListener {
  readonly alerts: Alert[] = [];
  readonly hits = new SessionHits();
  readonly met = new MetIndicators();
  private readonly alertOf = new Map<Incident, Alert>();
  private readonly grew: (incident: Incident, alert: Alert | null) => void;
  private readonly matched: () => void;

  /** @param grew hears of incidents, with their alert where they became graver @param matched of rules */
  constructor(grew: (incident: Incident, alert: Alert | null) => void, matched: () => void) {
    this.grew = grew;
    this.matched = matched;
  }

  alert(incident: Incident): Alert | null {
    return this.alertOf.get(incident) ?? null;
  }

  /** An incident has more points. */
  incident(analysis: Analysis, incident: Incident, before: number): void {
    const isGraver = gravityOf(incident.points) !== gravityOf(before);
    this.grew(incident, isGraver ? this.alertFor(analysis, incident) : null);
  }

  ruleHit(_analysis: Analysis, hit: FlowHit): void {
    this.hits.add(hit);
    this.matched();
  }

  indicatorHit(_analysis: Analysis, hit: IndicatorHit): void {
    this.met.add(hit);
  }

  private alertFor(analysis: Analysis, incident: Incident): Alert {
    const known = this.alertOf.get(incident);
    if (known !== undefined) return known;
    const alert: Alert = {
      number: this.alerts.length,
      of: incident,
      flow: flowRow(incident.evidence.latest.rows.at(-1)!),
      packet: packetRow(Math.min(incident.packet, Math.max(0, analysis.packets.count - 1))),
      ...splitMoment(incident.last),
    };
    this.alerts.push(alert);
    this.alertOf.set(incident, alert);
    return alert;
  }
}
