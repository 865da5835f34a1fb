// Requests about incidents and hosts: a part of the one map in requests.ts.
import type { AllowPreview, AllowRule, IncidentDetail, IncidentPage } from './incident-work.ts';
import { GROUPINGS, MAX_END, MAX_NOTE } from './incident-work.ts';
import type { HostDetail, HostPage } from './hosts.ts';
import type { ReportData } from './incident-report.ts';
import { list, object, oneOf, orNull, text, whole, filePath } from './schema.ts';
import type { SavedFile, ViewState } from './session.ts';

/** How incidents are written for other tools. */
export const INCIDENT_FORMATS = ['stix', 'misp'] as const;
export type IncidentFormat = (typeof INCIDENT_FORMATS)[number];

const LARGEST = 2 ** 32 - 2;
/** Incidents that one request may be about. */
export const MAX_INCIDENTS = 25_000;
const alert = whole(0, LARGEST);
const alerts = list(alert, MAX_INCIDENTS);
const page = { from: whole(0, LARGEST), count: whole(1, 512), generation: whole(0, LARGEST) };
const allow = object({
  initiator: text(MAX_END),
  peer: text(MAX_END),
  rule: text(80),
  gravity: oneOf('any', 'malicious', 'suspicious'),
  until: orNull(text(40)),
  why: text(MAX_NOTE),
});

export const incidentShapes = {
  incidents: page,
  incident: { alert },
  /** Numbers of alerts by their places, heads of groups left out. */
  incidentNumbers: { from: whole(0, LARGEST), count: whole(1, MAX_INCIDENTS) },
  /** Where an alert stands in the list. */
  incidentPlace: { alert },
  /** Groups that are not folded out are named. */
  groupIncidents: { by: oneOf(...GROUPINGS), folded: list(text(1000), 1000) },
  incidentAct: { alerts, act: oneOf('state', 'note', 'tag', 'untag'), value: text(MAX_NOTE) },
  allowRules: {},
  allowPreview: { rule: allow },
  allowRule: { rule: allow },
  endRule: { id: text(400) },
  /** What a report of these incidents needs; empty for all of the list. */
  incidentReport: { alerts },
  /** Writes a page that the window made. */
  savePage: { name: text(200), page: text(16_000_000), path: orNull(filePath('save')) },
  /** Writes incidents as other tools read them; empty for all of the list. */
  incidentExport: { alerts, as: oneOf(...INCIDENT_FORMATS), path: orNull(filePath('save')) },
  hosts: page,
  host: { host: whole(0, LARGEST) },
  hostPlace: { address: text(100) },
  /** Where a host stands in the list. */
  hostAt: { host: whole(0, LARGEST) },
} as const;

export interface IncidentReplies {
  incidents: IncidentPage;
  incident: IncidentDetail;
  incidentNumbers: { readonly numbers: Uint32Array };
  incidentPlace: { readonly place: number };
  groupIncidents: { readonly view: ViewState };
  incidentAct: { readonly changed: number };
  allowRules: { readonly rules: readonly AllowRule[] };
  allowPreview: AllowPreview;
  allowRule: { readonly rules: readonly AllowRule[] };
  endRule: { readonly rules: readonly AllowRule[] };
  incidentReport: ReportData;
  savePage: { readonly file: SavedFile };
  incidentExport: { readonly file: SavedFile; readonly incidents: number; readonly left: number };
  hosts: HostPage;
  host: HostDetail;
  hostPlace: { readonly place: number; readonly host: number };
  hostAt: { readonly place: number };
}
