// What the user does with incidents: which is looked at, which are chosen together, how they are grouped, and the acts.
import { create } from 'zustand';
import {
  INCIDENT_FORMATS,
  type IncidentFormat,
  type AllowSaid,
  type FlowRow,
  type Grouping,
  type IncidentDetail,
  incidentReportHtml,
  type IncidentState,
  MAX_INCIDENTS,
} from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { count } from '../words/format.ts';
import { reportLanguage, word } from '../words/words.ts';
import { applyView, ask, goToPacket, placeFor, runJob, say, show } from './actions.ts';
import type { Command } from './command.ts';
import { selectFlow } from './selection.ts';
import { useStore, type Dialog } from './store.ts';

interface Incidents {
  /** Number of the alert that is looked at. */
  readonly alert: number | null;
  /** The flow that label keys mean while it is looked at. */
  readonly flow: FlowRow | null;
  /** Those chosen together; empty where it is that one alone. */
  readonly chosen: ReadonlySet<number>;
  readonly by: Grouping;
  /** Groups that are folded in. */
  readonly folded: ReadonlySet<string>;
  /** What the dialog of rules begins with, and the evidence that it offers: names of rules. */
  readonly rule: AllowSaid;
  readonly evidence: readonly string[];
}

const NO_RULE: AllowSaid = { initiator: '', peer: '', rule: '', gravity: 'any', until: null, why: '' };
const NONE: ReadonlySet<number> = new Set();

export const useIncidents = create<Incidents>(() => ({
  alert: null,
  flow: null,
  chosen: NONE,
  by: 'none',
  folded: new Set(),
  rule: NO_RULE,
  evidence: [],
}));

const state = useIncidents.getState;

/** As it is now, for what does not follow it. */
export function incidentsNow(): Incidents {
  return state();
}

const set = useIncidents.setState;

useStore.subscribe((now, before) => {
  if (now.session?.session !== before.session?.session)
    set({ alert: null, flow: null, chosen: NONE, folded: new Set() });
  // The host groups the lists of another capture anew.
  if (now.session?.session !== before.session?.session && now.session !== null && state().by !== 'none') void regroup();
});

export function chooseIncident(alert: number | null, flow: FlowRow | null): void {
  set({ alert, flow });
  selectFlow(flow);
}

/** Takes an incident among those chosen, or out of them. */
export function toggleChosen(alert: number): void {
  const chosen = new Set(state().chosen);
  if (!chosen.delete(alert)) chosen.add(alert);
  set({ chosen });
}

export function chooseSet(alerts: Iterable<number>): void {
  set({ chosen: new Set(alerts) });
}

export async function chooseAll(): Promise<void> {
  const answer = await ask('incidentNumbers', { from: 0, count: MAX_INCIDENTS });
  if (answer !== null) chooseSet(answer.numbers);
}

/** The incidents that an act is about: those chosen together, else the one looked at. */
export function subjects(): readonly number[] {
  const { chosen, alert } = state();
  if (chosen.size > 0) return [...chosen].slice(0, MAX_INCIDENTS);
  return alert === null ? [] : [alert];
}

export async function act(
  what: 'state' | 'note' | 'tag' | 'untag',
  value: string,
  alerts = subjects(),
): Promise<boolean> {
  if (alerts.length === 0) return false;
  const done = await ask('incidentAct', { alerts, act: what, value });
  if (done === null) return false;
  if (alerts.length > 1) say(word('incident.done', { n: done.changed }));
  return true;
}

export function setIncidentState(value: IncidentState): Promise<boolean> {
  return act('state', value);
}

export async function group(by: Grouping): Promise<void> {
  set({ by, folded: new Set() });
  await regroup();
}

export async function fold(key: string, folded: boolean): Promise<void> {
  const now = new Set(state().folded);
  if (folded) now.add(key);
  else now.delete(key);
  set({ folded: now });
  await regroup();
}

async function regroup(): Promise<void> {
  const { by, folded } = state();
  const answer = await client.ask('groupIncidents', { by, folded: [...folded].slice(-1000) }).catch(() => null);
  const { views } = useStore.getState();
  if (answer !== null && views !== null) useStore.setState({ views: { ...views, incidents: answer.view } });
}

/** Opens the dialog that allows, with what the incident looked at says. */
export async function allowDialog(alert = state().alert): Promise<void> {
  if (alert === null) return;
  const detail = await ask('incident', { alert });
  if (detail === null) return;
  const { initiator, peer } = detail.alert.incident;
  const { evidence } = detail.alert.incident;
  set({ rule: { ...NO_RULE, initiator, peer }, evidence: evidence.map((e) => e.rule) });
  open('allow');
}

/** The packets of an incident; without evidence those of its flow. */
export function incidentFilter({ incident: i, flowId }: IncidentDetail['alert']): string {
  return i.evidence.length === 0 ? `flow.id == ${flowId}` : `flow.incident == ${i.id}`;
}

/** The packet that raised an incident. */
export async function goToIncident(alert: number): Promise<void> {
  const detail = await ask('incident', { alert });
  if (detail !== null) goToPacket(detail.alert.packet);
}

/** Incidents in which a flow passes a filter. */
export async function showIncidents(filter: string): Promise<void> {
  show('alerts');
  await applyView('incidents', filter, useStore.getState().views?.incidents.sort ?? null);
}

export async function endRule(id: string): Promise<void> {
  if ((await ask('endRule', { id })) !== null) say(word('allow.ended'));
}

/** Writes a report of the incidents chosen, or of all that the list shows, as a page. */
export async function saveIncidentReport(): Promise<void> {
  const { chosen } = state();
  const name = `${useStore.getState().session?.name ?? 'capture'} incidents`;
  const place = await placeFor('incidents.html');
  if (place === null) return;
  const alerts = [...chosen].slice(0, MAX_INCIDENTS);
  const data = await runJob('incidentReport', { alerts }, word('report.making'));
  if (data === null) return;
  if (data.incidents.length === 0) {
    say(word('report.nothing'), true);
    return;
  }
  const page = incidentReportHtml(data, reportLanguage());
  const saved = await ask('savePage', { name: name.slice(0, 200), page, ...place });
  if (saved !== null) say(word('report.saved', { n: count(data.incidents.length) }), false, [saved.file]);
}

/** Writes the incidents chosen, or all that the list shows, as another tool reads them. */
export async function exportIncidents(as: IncidentFormat): Promise<void> {
  const place = await placeFor(`incidents.${as}.json`);
  if (place === null) return;
  const alerts = [...state().chosen].slice(0, MAX_INCIDENTS);
  const saved = await runJob('incidentExport', { alerts, as, ...place }, word('report.making'));
  if (saved === null) return;
  say(word('report.exported', { n: count(saved.incidents), as: word(`report.${as}`) }), false, [saved.file]);
}

function open(dialog: Dialog): void {
  useStore.setState({ dialog });
}

/** Opens a dialog about the incidents chosen, or says that none is. */
export function withSubject(dialog: Dialog): () => void {
  return () => {
    if (subjects().length > 0) open(dialog);
    else say(word('incident.noneChosen'));
  };
}

/** What the palette and the keys of the list have. */
export const INCIDENT_COMMANDS: readonly Command[] = [
  { id: 'incident-state', title: 'incident.setState', open: true, run: withSubject('incident-state') },
  { id: 'incident-tag', title: 'incident.addTag', open: true, run: withSubject('incident-tag') },
  { id: 'incident-note', title: 'incident.addNote', open: true, run: withSubject('incident-note') },
  { id: 'incident-report', title: 'report.make', open: true, run: () => void saveIncidentReport() },
  ...INCIDENT_FORMATS.map((as): Command => ({
    id: `incident-${as}`,
    title: `report.as.${as}`,
    open: true,
    run: () => void exportIncidents(as),
  })),
  { id: 'allow-rules', title: 'allow.rules', run: () => open('allow-rules') },
];
