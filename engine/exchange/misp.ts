// Incidents as events of MISP (core format, draft-dulaunoy-misp-core-format). No attribute is meant for detection
// (`to_ids`): which end is the attacker is for people to say.
import { english, type ReportData, type ReportIncident, TECHNIQUES } from '../../contract/index.ts';
import { captureLine, endOf, evidenceNotes, incidentName, packetLines, timestamp } from './incident-facts.ts';
import { OUR_NAMESPACE, uuid5 } from './uuid.ts';

export interface MispAttribute {
  readonly uuid: string;
  readonly type: string;
  readonly category: string;
  readonly value: string;
  readonly comment: string;
  readonly to_ids: false;
  /** As the event's. */
  readonly distribution: '5';
  readonly timestamp: string;
}

export interface MispEvent {
  readonly uuid: string;
  readonly info: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** 4: undefined; how grave it is stands in the tags. */
  readonly threat_level_id: '4';
  /** 0 initial, 1 ongoing, 2 complete. */
  readonly analysis: '0' | '1' | '2';
  /** 0: your organisation only. */
  readonly distribution: '0';
  readonly published: false;
  /** Seconds since 1970. */
  readonly timestamp: string;
  readonly Tag: readonly { readonly name: string }[];
  readonly Attribute: readonly MispAttribute[];
}

/** What MISP imports: an event, or several as an answer of its interface. */
export type MispFile = { readonly Event: MispEvent } | { readonly response: readonly { readonly Event: MispEvent }[] };

const ANALYSIS = { new: '0', acknowledged: '1', 'in-work': '1', 'closed-benign': '2', 'closed-true': '2' } as const;

export function mispFile(data: ReportData): MispFile {
  const events = data.incidents.map((incident) => ({ Event: eventOf(data, incident) }));
  return events.length === 1 ? events[0]! : { response: events };
}

function eventOf(data: ReportData, told: ReportIncident): MispEvent {
  const { alert, work } = told;
  const { incident } = alert;
  const name = incidentName(data, told);
  const at = String(Math.max(0, Math.floor(Date.parse(timestamp(incident.last)) / 1000)));
  const attributes: MispAttribute[] = [];
  const add = (type: string, category: string, value: string, comment: string): void => {
    if (value === '') return;
    const uuid = uuid5(OUR_NAMESPACE, `misp | ${name} | ${type} | ${value} | ${comment}`);
    attributes.push({ uuid, type, category, value, comment, to_ids: false, distribution: '5', timestamp: at });
  };
  const [from, to] = [endOf(incident.initiator), endOf(incident.peer)];
  if (from.kind !== 'none') add('ip-src', 'Network activity', from.value, 'began the flows of the incident');
  if (to.kind !== 'none')
    add(to.kind === 'domain-name' ? 'domain' : 'ip-dst', 'Network activity', to.value, 'the other end of the incident');
  for (const known of incident.names)
    if (known !== incident.peer) add('domain', 'Network activity', known, 'name by which the other end was known');
  for (const { title, text } of evidenceNotes(told)) add('text', 'External analysis', text, title);
  add('text', 'External analysis', packetLines(told), 'packets that show the evidence');
  add('text', 'External analysis', captureLine(data), 'capture');
  for (const { name: file, sha256 } of data.capture.files)
    if (sha256 !== null) add('filename|sha256', 'External analysis', `${file}|${sha256}`, 'capture');
  for (const said of work.notes) add('comment', 'Other', said.value, `note of ${said.who}, ${said.at}`);
  return {
    uuid: uuid5(OUR_NAMESPACE, `misp | ${name}`),
    info: english(incident.title),
    date: timestamp(incident.first).slice(0, 10),
    threat_level_id: '4',
    analysis: ANALYSIS[work.state],
    distribution: '0',
    published: false,
    timestamp: at,
    Tag: [
      `sightline:verdict="${incident.verdict ?? 'none'}"`,
      `sightline:points="${incident.points}"`,
      ...techniques(told),
      ...work.tags.map((tag) => `sightline:tag="${tag.replaceAll('"', "'")}"`),
    ].map((tag) => ({ name: tag })),
    Attribute: attributes,
  };
}

/** Techniques as MISP's galaxy of ATT&CK names them. */
function techniques({ alert }: ReportIncident): string[] {
  const found = alert.incident.evidence.flatMap((e) => (e.technique === null || !e.counts ? [] : [e.technique]));
  return [...new Set(found)].map((t) => `misp-galaxy:mitre-attack-pattern="${TECHNIQUES[t]} - ${t}"`);
}
