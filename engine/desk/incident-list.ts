// The list of incidents of one window: its filter, its sort, its groups. The filter is that of flows: an incident is
// shown when one of its flows passes, seen as a flow of this incident alone.
import {
  addressId,
  flowRow,
  type Grouping,
  INCIDENT_STATES,
  type IncidentPage,
  type Message,
  NO_LABEL,
  packTexts,
  PLACE_GROUP,
  PLACE_INCIDENT,
  say,
  type SortOrder,
} from '../../contract/index.ts';
import { gravityOf, type Incident } from '../evidence/index.ts';
import type { Asker, Subject } from '../filter/index.ts';
import { peerText } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { type FlowPlan, flowTest } from './flow-filter.ts';
import { judgedIncident } from './judged-incident.ts';
import { type Made, MadeList } from './made-list.ts';
import type { Alert, CaptureSession } from './session.ts';

/** A list that follows a growing capture is made again after this long at least, ms. */
const AGAIN = 500;

/** The capture as one incident sees it: its flows are of no other. */
class Within {
  readonly subject: Subject;
  incident: Incident | null = null;

  constructor(s: CaptureSession) {
    const only =
      <T>(of: (incident: Incident) => T) =>
      (): T[] =>
        this.incident === null ? [] : [of(this.incident)];
    this.subject = Object.create(s, {
      judged: { value: only((i) => judgedIncident(s, i)) },
      incidents: { value: only((i) => s.incidentNumber(i)) },
      points: { value: () => this.incident?.points ?? 0 },
      rules: { value: () => this.incident?.evidence.keys() ?? [] },
    }) as Subject;
  }
}

interface Group {
  readonly key: string;
  readonly alerts: readonly Alert[];
}

/** What stands at a place. */
type Placed = { readonly kind: 'incident'; readonly alert: Alert } | { readonly kind: 'group'; readonly group: Group };

export class IncidentList extends MadeList {
  private by: Grouping = 'none';
  private folded: ReadonlySet<string> = new Set();
  private shown: readonly Alert[] = [];
  private placed: readonly Placed[] = [];
  private readonly allowed: (alert: Alert) => boolean;

  /** @param asker Wireshark's engine @param allowed whether the user allowed an alert */
  constructor(s: CaptureSession, asker: Asker, allowed: (alert: Alert) => boolean) {
    super(s, asker, AGAIN);
    this.allowed = allowed;
  }

  /** How incidents are grouped, and which groups are folded in. */
  group(by: Grouping, folded: readonly string[]): void {
    this.by = by;
    this.folded = new Set(folded);
    this.arrange();
    this.generation++;
  }

  /** Numbers of the alerts at places; heads of groups are left out. */
  numbers(from: number, count: number): Uint32Array {
    const rows = this.placed.slice(from, from + count);
    return Uint32Array.from(rows.flatMap((p) => (p.kind === 'incident' ? [p.alert.number] : [])));
  }

  /** All alerts that the filter lets through. */
  get alerts(): readonly Alert[] {
    return this.shown;
  }

  /** @returns -1 where it is not shown */
  placeOf(alert: number): number {
    return this.placed.findIndex((p) => p.kind === 'incident' && p.alert.number === alert);
  }

  page(from: number, count: number): IncidentPage {
    const { s, placed } = this;
    const rows = placed.slice(from, from + count);
    const n = rows.length;
    const page = {
      generation: this.generation,
      from,
      places: placed.length,
      kind: new Uint8Array(n),
      row: new Uint32Array(n),
      flow: new Uint32Array(n),
      points: new Uint8Array(n),
      state: new Uint8Array(n),
      allowed: new Uint8Array(n),
      folded: new Uint8Array(n),
      flows: new Float64Array(n),
      first: new Float64Array(n),
      last: new Float64Array(n),
      notes: new Uint32Array(n),
    };
    const texts: string[][] = [[], [], [], [], []];
    rows.forEach((p, i) => {
      const alert = p.kind === 'incident' ? p.alert : p.group.alerts[0]!;
      const { of } = alert;
      const key = this.by === 'none' ? '' : groupKey(s, this.by, of);
      page.kind[i] = p.kind === 'incident' ? PLACE_INCIDENT : PLACE_GROUP;
      page.row[i] = alert.number;
      page.flow[i] = alert.flow;
      page.points[i] = of.points;
      if (p.kind === 'group') {
        page.flows[i] = p.group.alerts.length;
        page.folded[i] = Number(this.folded.has(p.group.key));
        page.points[i] = p.group.alerts.reduce((most, a) => Math.max(most, a.of.points), 0);
        page.first[i] = p.group.alerts.reduce((least, a) => Math.min(least, a.of.first), Infinity);
        page.last[i] = p.group.alerts.reduce((most, a) => Math.max(most, a.of.last), -Infinity);
        pushTexts(texts, [
          this.by === 'host' ? hostText(s, of) : '',
          '',
          this.by === 'evidence' ? titles(of) : '',
          '',
          key,
        ]);
        return;
      }
      const work = s.work.of(of);
      const { span } = s.flowsOf(of, 0);
      page.state[i] = INCIDENT_STATES.indexOf(work.state);
      page.allowed[i] = Number(this.allowed(alert));
      page.flows[i] = span.flows;
      page.first[i] = span.first;
      page.last[i] = span.last;
      page.notes[i] = work.notes.length;
      pushTexts(texts, [hostText(s, of), peerText(s.analysis, of), titles(of), work.tags.join('\n'), key]);
    });
    const [host, peer, evidence, tags, group] = texts.map((t) => packTexts(t));
    return { ...page, host: host!, peer: peer!, evidence: evidence!, tags: tags!, group: group! };
  }

  protected get matched(): number {
    return this.shown.length;
  }
  protected get places(): number {
    return this.placed.length;
  }
  protected get stamp(): string {
    const { s } = this;
    return `${s.alerts.length} ${s.revision} ${s.work.version}`;
  }
  protected get wanted(): boolean {
    return true;
  }
  protected hasColumn(column: string): boolean {
    return Object.hasOwn(COMPARES, column);
  }

  protected async arrangement(plan: FlowPlan, sort: SortOrder | null, turns: TimeSlices): Promise<Made> {
    const { found, partial } =
      plan === null ? { found: [...this.s.alerts], partial: null } : await this.passing(plan, turns);
    const order = orderOf(this.s, this.allowed, sort);
    const keys = new Map<Alert, Key>();
    for (const alert of found) {
      keys.set(alert, order.key(alert));
      if (turns.due) await turns.rest();
    }
    const sorted = found.sort((a, b) => order.compare(keys.get(a)!, keys.get(b)!) || b.number - a.number);
    const take = (): void => {
      this.shown = sorted;
      this.arrange();
    };
    return { partial, take };
  }

  private async passing(
    plan: NonNullable<FlowPlan>,
    turns: TimeSlices,
  ): Promise<{ readonly found: Alert[]; readonly partial: Message | null }> {
    const within = new Within(this.s);
    const { passes, partial } = await flowTest(plan, this.s, this.asker, turns, within.subject);
    const all = [...this.s.alerts];
    const found: Alert[] = [];
    for (const [i, alert] of all.entries()) {
      within.incident = alert.of;
      if (this.s.flowsOf(alert.of, Infinity).rows.some((row) => passes(flowRow(row)))) found.push(alert);
      if (!turns.due) continue;
      turns.done = i / all.length;
      await turns.rest();
    }
    return { found, partial };
  }

  private arrange(): void {
    if (this.by === 'none') {
      this.placed = this.shown.map((alert) => ({ kind: 'incident', alert }));
      return;
    }
    // Groups stand in the order of their first incidents, so that any sort is one of groups, too.
    const groups = new Map<string, Alert[]>();
    for (const alert of this.shown) {
      const key = groupKey(this.s, this.by, alert.of);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [alert]);
      else group.push(alert);
    }
    const placed: Placed[] = [];
    for (const [key, alerts] of groups) {
      placed.push({ kind: 'group', group: { key, alerts } });
      if (!this.folded.has(key)) for (const alert of alerts) placed.push({ kind: 'incident', alert });
    }
    this.placed = placed;
  }
}

function pushTexts(columns: readonly string[][], texts: readonly string[]): void {
  texts.forEach((text, i) => columns[i]!.push(text));
}

function hostText(s: CaptureSession, { initiator }: Incident): string {
  return s.analysis.addresses.text(addressId(initiator));
}

/** What counts, the weightiest first; of an inherited incident that has nothing that counts, all of it. */
function counting(incident: Incident): string[] {
  const all = incident.evidence.values();
  const counted = all.filter((e) => incident.counting.includes(e.rule.name));
  const shown = counted.length > 0 ? counted : all;
  return shown.toSorted((a, b) => b.rule.points - a.rule.points).map((e) => e.rule.name);
}

function titles(incident: Incident): string {
  return JSON.stringify(counting(incident).map((name) => say(incident.evidence.get(name)!.rule.title)));
}

function groupKey(s: CaptureSession, by: Exclude<Grouping, 'none'>, incident: Incident): string {
  return by === 'host' ? hostText(s, incident) : counting(incident).toSorted().join(' ').slice(0, 1000);
}

type Key = readonly (number | string)[];

/** The columns of the list, as keys that are compared one after the other. */
const COMPARES: Readonly<Record<string, (s: CaptureSession, alert: Alert) => Key>> = {
  gravity: (_s, { of }) => [of.points],
  time: (_s, { of }) => [of.first],
  last: (_s, { of }) => [of.last],
  host: (s, { of }) => [addressKey(s, of.initiator)],
  peer: (s, { of }) => [of.name === null ? addressKey(s, of.responder) : `~${of.name}`],
  flows: (s, { of }) => [s.flowsOf(of, 0).span.flows],
  state: (s, { of }) => [INCIDENT_STATES.indexOf(s.work.of(of).state)],
  evidence: (_s, { of }) => [counting(of).join(' ')],
  label: (s, { flow }) => [s.label[flow] ?? NO_LABEL],
};

function addressKey(s: CaptureSession, id: number): string {
  const bytes = s.analysis.addresses.bytes(addressId(id));
  return bytes.length.toString(16).padStart(2, '0') + Buffer.from(bytes).toString('hex');
}

/** Without a sort the gravest is first: what is open before what is closed, what is allowed at the end. */
function orderOf(
  s: CaptureSession,
  allowed: (alert: Alert) => boolean,
  sort: SortOrder | null,
): { readonly key: (alert: Alert) => Key; readonly compare: (a: Key, b: Key) => number } {
  if (sort === null)
    return {
      key: (alert) => [
        Number(allowed(alert)),
        Number(s.work.of(alert.of).state.startsWith('closed')),
        -Number(gravityOf(alert.of.points) === 'malicious'),
        -alert.of.points,
      ],
      compare: compareKeys,
    };
  const of = COMPARES[sort.column]!;
  return { key: (alert) => of(s, alert), compare: sort.descending ? (a, b) => compareKeys(b, a) : compareKeys };
}

function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < a.length; i++) {
    if (a[i]! < b[i]!) return -1;
    if (a[i]! > b[i]!) return 1;
  }
  return 0;
}
