// What files for other tools tell of an incident: the sentences, packets and ends of a report, in English.
import { isIP } from 'node:net';
import { english, type ReportData, type ReportIncident, UNKNOWN_NAMES } from '../../contract/index.ts';

/** RFC 3339 in UTC with milliseconds. @param seconds since the epoch */
export function timestamp(seconds: number): string {
  const at = new Date(seconds * 1000);
  // What a damaged capture calls a time may be none.
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999 || at.getUTCFullYear() < 1
    ? new Date(0).toISOString()
    : at.toISOString();
}

export type End =
  | { readonly kind: 'ipv4-addr' | 'ipv6-addr' | 'domain-name'; readonly value: string }
  /** Names that nobody has registered: there is no end to name. */
  | { readonly kind: 'none' };

export function endOf(text: string): End {
  if (text === UNKNOWN_NAMES || text === '') return { kind: 'none' };
  const family = isIP(text);
  if (family === 0) return { kind: 'domain-name', value: text };
  return { kind: family === 4 ? 'ipv4-addr' : 'ipv6-addr', value: text };
}

/** By what an incident is told from others: its capture's bytes, and its two ends. */
export function incidentName(data: ReportData, { alert }: ReportIncident): string {
  const { name, files } = data.capture;
  const capture = files.map((f) => f.sha256 ?? f.name).join(' ');
  return `${capture === '' ? name : capture} | ${alert.incident.initiator} > ${alert.incident.peer}`;
}

/** Each piece of evidence as a text of its own: what it says, what it counts, and the packets that show it. */
export function evidenceNotes({ alert }: ReportIncident): { readonly title: string; readonly text: string }[] {
  return alert.incident.evidence.map((e) => ({
    title: english(e.title),
    text: [
      english(e.said),
      e.counts ? `${e.points} of the incident's points.` : 'Not added to the incident’s points.',
      `Rule ${e.rule}; flows ${e.ids.join(', ')}${e.flows > e.ids.length ? ` and ${e.flows - e.ids.length} more` : ''}.`,
      ...(e.packets.length === 0 ? [] : [`Packets ${e.packets.map((row) => row + 1).join(', ')}.`]),
    ].join('\n'),
  }));
}

/** The packets of an incident, a line each; '' without. */
export function packetLines({ packets }: ReportIncident): string {
  return packets
    .map((p) => `${p.no}  ${timestamp(p.time)}  ${p.source} > ${p.destination}  ${p.protocol} ${p.length}  ${p.info}`)
    .join('\n');
}

/** What the files of a capture are told by. */
export function captureLine({ capture, judged, product }: ReportData): string {
  const files = capture.files.map((f) => `${f.name}, ${f.bytes} bytes, SHA-256 ${f.sha256 ?? 'not known'}`);
  return [
    `Capture ${capture.name}: ${capture.packets} packets, ${capture.flows} flows.`,
    ...files,
    `Judged by ${product}, model ${judged.model} (${judged.sha256}).`,
  ].join('\n');
}
