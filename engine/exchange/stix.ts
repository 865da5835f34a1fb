// Incidents as a bundle of STIX 2.1 (OASIS standard of 10 June 2021). Nothing is said beyond what the incident says: an
// indicator is the traffic between its two ends and never an end alone, which may be a victim. Ids follow from what an
// object is about, so that the same capture gives the same bundle.
import { english, type ReportData, type ReportIncident, TECHNIQUES, type Technique } from '../../contract/index.ts';
import { captureLine, type End, endOf, evidenceNotes, incidentName, packetLines, timestamp } from './incident-facts.ts';
import { OUR_NAMESPACE, uuid5 } from './uuid.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly spec_version: '2.1';
  readonly [key: string]: Json;
}
export interface StixBundle {
  readonly type: 'bundle';
  readonly id: string;
  readonly objects: readonly StixObject[];
}

/** Of cyber observables (section 2.9). */
const OBSERVABLES = '00abedb4-aa42-466c-9c01-fed23315a9b7';
/** Our identity was made once. */
const SINCE = '2026-01-01T00:00:00.000Z';
const MOST_OBSERVED = 999_999_999;

/** Canonical JSON as far as our values need it (RFC 8785): keys in order, nothing between. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value as { readonly [key: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${canonical(of)}`).join(',')}}`;
}

/** A cyber observable, called by what it is (`contributing`). */
function observable(type: string, contributing: Readonly<Record<string, Json>>, more = {}): StixObject {
  const id = `${type}--${uuid5(OBSERVABLES, canonical(contributing))}`;
  return { type, spec_version: '2.1', id, ...contributing, ...more };
}

class Bundle {
  readonly objects = new Map<string, StixObject>();
  readonly identity: string;

  constructor(product: string) {
    this.identity = this.add('identity', 'Sightline', SINCE, SINCE, {
      name: 'Sightline',
      description: product,
      identity_class: 'system',
    }).id;
  }

  /** A domain object. @param name what its id follows from */
  add(type: string, name: string, created: string, modified: string, more: Readonly<Record<string, Json>>): StixObject {
    const id = `${type}--${uuid5(OUR_NAMESPACE, `${type} | ${name}`)}`;
    // Nobody has made our own identity.
    const by: Readonly<Record<string, Json>> = type === 'identity' ? {} : { created_by_ref: this.identity };
    return this.put({ type, spec_version: '2.1', id, ...by, created, modified, ...more });
  }

  put(object: StixObject): StixObject {
    this.objects.set(object.id, object);
    return object;
  }
}

export function stixBundle(data: ReportData): StixBundle {
  const bundle = new Bundle(data.product);
  const files = data.capture.files.map((file) =>
    bundle.put(
      observable('file', { name: file.name, ...(file.sha256 === null ? {} : { hashes: { 'SHA-256': file.sha256 } }) }),
    ),
  );
  for (const incident of data.incidents) addIncident(bundle, data, incident, files);
  const objects = [...bundle.objects.values()];
  return {
    type: 'bundle',
    id: `bundle--${uuid5(OUR_NAMESPACE, objects.map((o) => canonical(o as Json)).join('\n'))}`,
    objects,
  };
}

function addIncident(b: Bundle, data: ReportData, told: ReportIncident, files: readonly StixObject[]): void {
  const { alert, work } = told;
  const { incident } = alert;
  const name = incidentName(data, told);
  const [first, last] = [timestamp(incident.first), timestamp(Math.max(incident.first, incident.last))];
  const labels = [
    `verdict:${incident.verdict ?? 'none'}`,
    `points:${incident.points}`,
    `state:${work.state}`,
    ...work.tags.map((tag) => `tag:${tag}`),
  ];
  const add = (type: string, what: string, more: Readonly<Record<string, Json>>): StixObject =>
    b.add(type, `${name}${what === '' ? '' : ` | ${what}`}`, first, last, more);
  const from = endObject(b, endOf(incident.initiator));
  const to = endObject(b, endOf(incident.peer));
  const traffic = from === null ? null : trafficObject(b, told, from, to);
  const seen = [...[from, to, traffic].flatMap((o) => (o === null ? [] : [o.id])), ...files.map((f) => f.id)];
  const observed = add('observed-data', '', {
    first_observed: first,
    last_observed: last,
    number_observed: Math.min(MOST_OBSERVED, Math.max(1, incident.flows)),
    object_refs: [...new Set(seen)],
  });
  const described = add('incident', '', {
    name: english(incident.title),
    description: `${incident.initiator} and ${incident.peer}: ${incident.points} points from ${incident.flows} flows.`,
    labels,
  });
  const relate = (source: StixObject, how: string, target: StixObject): void => {
    add('relationship', `${source.id} ${how} ${target.id}`, {
      relationship_type: how,
      source_ref: source.id,
      target_ref: target.id,
    });
  };
  relate(described, 'related-to', observed);
  const indicator = indicatorOf(add, told, first);
  if (indicator !== null) {
    relate(indicator, 'based-on', observed);
    relate(described, 'related-to', indicator);
  }
  for (const e of incident.evidence) {
    if (e.technique === null || !e.counts) continue;
    const pattern = techniqueObject(b, e.technique);
    relate(indicator ?? described, indicator === null ? 'related-to' : 'indicates', pattern);
  }
  const note = (what: string, abstract: string, content: string, more: Readonly<Record<string, Json>> = {}): void => {
    if (content !== '') add('note', what, { abstract, content, object_refs: [described.id, observed.id], ...more });
  };
  for (const [i, { title, text }] of evidenceNotes(told).entries()) note(`evidence ${i}`, title, text);
  note('packets', 'Packets that show the evidence', packetLines(told));
  note('capture', 'Capture', captureLine(data));
  for (const said of work.notes) note(`note ${said.id}`, 'Note', said.value, { authors: [said.who] });
}

function endObject(b: Bundle, end: End): StixObject | null {
  return end.kind === 'none' ? null : b.put(observable(end.kind, { value: end.value }));
}

/** The flow whose evidence made it an incident. */
function trafficObject(b: Bundle, { alert }: ReportIncident, from: StixObject, to: StixObject | null): StixObject {
  const port = (end: string): number | null => {
    const found = /(?:\]|^[^:]*):(\d+)$/.exec(end);
    return found === null ? null : Number(found[1]);
  };
  const [source, destination] = [port(alert.initiator), port(alert.responder)];
  const { first, last } = alert.incident;
  return b.put(
    observable('network-traffic', {
      start: timestamp(first),
      end: timestamp(Math.max(first, last)),
      src_ref: from.id,
      ...(to === null ? {} : { dst_ref: to.id }),
      ...(source === null ? {} : { src_port: source }),
      ...(destination === null ? {} : { dst_port: destination }),
      protocols: [from.type === 'ipv6-addr' ? 'ipv6' : 'ipv4', alert.app.toLowerCase()],
    }),
  );
}

type Add = (type: string, what: string, more: Readonly<Record<string, Json>>) => StixObject;

/** The traffic between the two ends; null where the verdict is none or an end has no name. */
function indicatorOf(add: Add, { alert }: ReportIncident, first: string): StixObject | null {
  const { incident } = alert;
  const [from, to] = [endOf(incident.initiator), endOf(incident.peer)];
  if (incident.verdict === null || from.kind === 'none' || to.kind === 'none') return null;
  const side = (which: string, value: string): string => `network-traffic:${which}.value = '${escaped(value)}'`;
  return add('indicator', '', {
    name: english(incident.title),
    description: 'Traffic between the two ends of the incident. Either end may be the victim.',
    indicator_types: [incident.verdict === 'malicious' ? 'malicious-activity' : 'anomalous-activity'],
    pattern: `[${side('src_ref', from.value)} AND ${side('dst_ref', to.value)}]`,
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: first,
  });
}

/** A text of a pattern (section 9.2). */
function escaped(text: string): string {
  return text.replace(/[\\']/g, (c) => `\\${c}`);
}

function techniqueObject(b: Bundle, technique: Technique): StixObject {
  return b.add('attack-pattern', technique, SINCE, SINCE, {
    name: TECHNIQUES[technique],
    external_references: [{ source_name: 'mitre-attack', external_id: technique }],
  });
}
