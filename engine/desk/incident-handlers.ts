// What the desk answers about incidents: the list, what people do with them, rules that allow, reports.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AllowSaid, type IncidentReplies, say, SaidError } from '../../contract/index.ts';
import { incidentFile, writeWhole } from '../exchange/index.ts';
import { StoreProblem } from '../store/index.ts';
import { wrongParts } from './allowing.ts';
import { viewOf } from './asked.ts';
import { type Desk, Refused } from './desk.ts';
import { alertRow } from './detail.ts';
import type { Handlers } from './asker.ts';
import { reportData } from './report-data.ts';
import { plainName } from './save.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { Alert, CaptureSession } from './session.ts';

/** Incidents that a preview shows. */
const PREVIEWED = 50;

type Kinds = Exclude<keyof IncidentReplies, 'hosts' | 'host' | 'hostPlace' | 'hostAt'>;

export const incidentHandlers: Pick<Handlers, Kinds> = {
  incidents: (desk, asker, { from, count }) => viewOf(desk, asker, 'incidents').page(from, count),
  incident: (desk, _asker, b) => {
    const s = desk.open();
    const alert = alertOf(s, b.alert);
    return {
      alert: alertRow(s, alert, desk.isAllowed(s, alert)),
      work: s.work.of(alert.of),
      allowedBy: desk.allowing.rulesFor(s.analysis, incidentsOf(s), alert.of),
    };
  },
  incidentNumbers: (desk, asker, { from, count }) => ({
    numbers: viewOf(desk, asker, 'incidents').numbers(from, count),
  }),
  incidentPlace: (desk, asker, { alert }) => ({ place: viewOf(desk, asker, 'incidents').placeOf(alert) }),
  groupIncidents: (desk, asker, { by, folded }) => {
    const list = viewOf(desk, asker, 'incidents');
    list.group(by, folded);
    desk.changed();
    return { view: list.state() };
  },
  incidentAct: async (desk, _asker, { alerts, act, value }) => {
    const s = desk.open();
    const incidents = alerts.map((n) => alertOf(s, n).of);
    const capture = s.opened.identity;
    s.labelledAs = capture;
    const changed = await kept(() => s.work.act(desk.store, capture, incidents, act, value));
    s.touch();
    void desk.follow();
    return { changed };
  },
  allowRules: (desk) => rules(desk),
  allowPreview: (desk, _asker, { rule }) => {
    const s = desk.open();
    const found = desk.allowing.preview(s.analysis, incidentsOf(s), rule);
    const of = new Set(found.silenced);
    const first = s.alerts.filter((a) => of.has(a.of)).slice(0, PREVIEWED);
    return {
      wrong: found.wrong,
      silenced: found.silenced.length,
      more: found.more,
      incidents: s.alerts.length,
      first: first.map((a) => alertRow(s, a, desk.isAllowed(s, a))),
    };
  },
  allowRule: async (desk, _asker, { rule }) => {
    const wrong = wrongParts(rule);
    if (wrong.length > 0) throw new Refused('refused', say('allow-rule-odd', { parts: wrong }));
    await kept(() => desk.allowing.add(ruleOnly(rule)));
    desk.allowedAnew();
    return rules(desk);
  },
  endRule: async (desk, _asker, { id }) => {
    if (!rules(desk).rules.some((r) => r.id === id)) throw new Refused('not-found', say('no-such-rule'));
    await kept(() => desk.allowing.end(id));
    desk.allowedAnew();
    return rules(desk);
  },
  incidentReport: (desk, asker, { alerts }, turns) => {
    const s = desk.open();
    const all = alerts.length === 0 ? viewOf(desk, asker, 'incidents').alerts : alerts.map((n) => alertOf(s, n));
    return reportData(desk, s, all, turns);
  },
  incidentExport: async (desk, asker, { alerts, as, path: asked }, turns) => {
    const s = desk.open();
    const all = alerts.length === 0 ? viewOf(desk, asker, 'incidents').alerts : alerts.map((n) => alertOf(s, n));
    if (all.length === 0) throw new Refused('not-found', say('no-incident-to-write'));
    const data = await reportData(desk, s, all, turns);
    const name = `${plainName(s.options.name)} incidents.${as}`;
    const path = chosenPath(desk, asked) ?? join(downloads(), `${name} ${stampNow()}.json`);
    mkdirSync(dirname(path), { recursive: true });
    await writeWhole(path, incidentFile(data, as));
    return { file: fetchable(asker, path), incidents: data.incidents.length, left: data.left };
  },
  savePage: async (desk, asker, b) => {
    const name = plainName(b.name);
    const path = chosenPath(desk, b.path) ?? join(downloads(), `${name} ${stampNow()}.html`);
    mkdirSync(dirname(path), { recursive: true });
    await writeWhole(path, b.page);
    return { file: fetchable(asker, path) };
  },
};

function alertOf(s: CaptureSession, number: number): Alert {
  const alert = s.alerts[number];
  if (alert === undefined) throw new Refused('not-found', say('no-such-alert'));
  return alert;
}

function incidentsOf(s: CaptureSession): Alert['of'][] {
  return s.alerts.map((a) => a.of);
}

function rules(desk: Desk): IncidentReplies['allowRules'] {
  const { session: s, allowing } = desk;
  return { rules: s === null ? allowing.rulesFor(null, []) : allowing.rulesFor(s.analysis, incidentsOf(s)) };
}

/** A rule without what else came with it. */
function ruleOnly({ initiator, peer, rule, gravity, until, why }: AllowSaid): AllowSaid {
  return { initiator, peer, rule, gravity, until, why };
}

async function kept<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreProblem) throw new Refused('failed', say('incidents-not-noted', { why: error.said }));
    throw error instanceof SaidError ? new Refused('failed', error.said) : error;
  }
}
