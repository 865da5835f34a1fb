// The table of flows that `score` and `flows` print for people, and the totals under it.
import { count, type FlowRecord, type Gravity, type IncidentRecord, type Verdict } from '../contract/index.ts';
import type { Baseline } from '../engine/host.ts';
import { printAll } from './context.ts';
import { bytes, table } from './table.ts';
import { paint, type Colour, type Line } from './terminal.ts';

const COLOURS: Record<Verdict, Colour> = {
  malicious: 'red',
  suspicious: 'amber',
  unfamiliar: 'violet',
  benign: 'green',
};
/** From the worst to the best. */
export const WORST_FIRST = ['malicious', 'suspicious', 'unfamiliar', 'benign'] as const satisfies readonly Verdict[];

const PLAIN_COLUMNS = [
  { title: 'Flow', right: true },
  { title: 'Initiator' },
  { title: 'Responder' },
  { title: 'App' },
  { title: 'Server name' },
  { title: 'Packets', right: true },
  { title: 'Bytes', right: true },
  { title: 'End' },
];
const COLUMNS = [
  { title: 'Verdict' },
  { title: 'Points', right: true },
  ...PLAIN_COLUMNS,
  { title: 'Strongest reason' },
];
const LEARNING =
  'This network is unfamiliar: thresholds come from other networks and travel badly. ' +
  'Teach it with `sightline learn FILE…` of ordinary traffic.';

interface Counted {
  readonly packets: number;
  readonly flows: number;
  readonly verdicts: Record<Verdict, number>;
  readonly incidents: Record<Gravity, number>;
}

/** @param baseline what verdicts stand on; null prints flows without verdicts */
export function printFlows(
  file: string,
  flows: readonly FlowRecord[],
  counted: Counted,
  baseline: Baseline | null,
  o: {
    readonly quiet: boolean;
    readonly top: number;
    readonly incidents?: readonly IncidentRecord[];
    /** Entries of lists that were met, and threat rules that matched, a line each. */
    readonly matches?: readonly string[];
    /** What judged, in words. */
    readonly model?: string;
  },
): void {
  const head = `${file}: ${count(counted.packets)} packets, ${count(counted.flows)} flows`;
  const out: Line[] = [paint(head, 'bold')];
  for (const incident of (o.incidents ?? []).toSorted(byPoints).slice(0, o.top)) out.push(...incidentLines(incident));
  out.push(...(o.matches ?? []));
  if (!o.quiet) out.push(...rows(flows, baseline === null, o.top));
  if (baseline !== null)
    out.push(
      `${incidentCounts(counted.incidents)}; flows: ${verdictCounts(counted.verdicts)}.`,
      ...(o.model === undefined ? [] : [`Model: ${o.model}.`]),
      standsOn(baseline),
    );
  printAll(out);
}

function byPoints(a: IncidentRecord, b: IncidentRecord): number {
  return b.points - a.points || a.id - b.id;
}

/** An incident with the evidence that counts, and what corrected its sum. */
function incidentLines(i: IncidentRecord): Line[] {
  const out: Line[] = [paint(`Incident ${i.id}, ${i.verdict}, ${i.points} points: ${i.title}`, COLOURS[i.verdict])];
  for (const e of i.evidence.toSorted((a, b) => b.points - a.points))
    if (e.counts) out.push(`  +${e.points} ${e.text}`);
  for (const c of i.corrections) out.push(`  ${c}`);
  if (i.inherited) out.push('  Its verdict is inherited: another incident of the same host is malicious by itself.');
  return out;
}

/** '2 incidents malicious, 1 suspicious'. */
export function incidentCounts(incidents: Record<Gravity, number>): string {
  const { malicious, suspicious } = incidents;
  return `${count(malicious)} ${malicious === 1 ? 'incident' : 'incidents'} malicious, ${count(suspicious)} suspicious`;
}

/** '1 malicious, 0 suspicious, …'. */
export function verdictCounts(verdicts: Record<Verdict, number>): string {
  return WORST_FIRST.map((v) => `${count(verdicts[v])} ${v}`).join(', ');
}

function standsOn(baseline: Baseline): string {
  return baseline.learned ? `Thresholds are this network's own (${baseline.name}).` : LEARNING;
}

function rows(flows: readonly FlowRecord[], plain: boolean, top: number): Line[] {
  const groups = plain ? flows.toSorted((a, b) => a.id - b.id).map((f) => [f]) : groupAlike(flows.toSorted(byVerdict));
  const cells = groups.slice(0, top).map((group) => cellsOf(group[0]!, group.length - 1, plain));
  const out: Line[] = [];
  if (cells.length > 0)
    for (const line of table(plain ? PLAIN_COLUMNS : COLUMNS, cells, (row) => COLOURS[row[0] as Verdict] ?? null))
      out.push(line);
  if (groups.length > top)
    out.push(paint(`… ${count(groups.length - top)} more rows; --top N or --json shows them`, 'grey'));
  return out;
}

function byVerdict(a: FlowRecord, b: FlowRecord): number {
  const rank = (f: FlowRecord): number => WORST_FIRST.indexOf(f.verdict!);
  return rank(a) - rank(b) || b.points! - a.points! || (b.score ?? 0) - (a.score ?? 0) || a.id - b.id;
}

/** Flows of one pair with the same app, name, verdict, points and reason: a port scan is one row and not a thousand. */
function groupAlike(flows: readonly FlowRecord[]): FlowRecord[][] {
  const groups = new Map<string, FlowRecord[]>();
  for (const f of flows) {
    const key = [f.verdict, f.points, f.src, f.dst, f.app, f.sni, f.reasons?.[0]?.text].join('\0');
    const group = groups.get(key);
    if (group) group.push(f);
    else groups.set(key, [f]);
  }
  return [...groups.values()];
}

/** An address with its port. */
function end(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function reasonOf(f: FlowRecord): string {
  return f.reasons?.[0]?.text ?? (f.verdict === 'unfamiliar' ? 'unlike what the model was trained on' : '');
}

/** @param more how many flows are like this one */
function cellsOf(f: FlowRecord, more: number, plain: boolean): string[] {
  const row = [
    more > 0 ? `${f.id} +${count(more)}` : String(f.id),
    end(f.src, f.sport),
    end(f.dst, f.dport),
    f.app,
    f.sni ?? '–',
    count(f.packets_fwd + f.packets_rev),
    bytes(f.bytes_fwd + f.bytes_rev),
    f.end_reason,
  ];
  return plain ? row : [f.verdict!, String(f.points!), ...row, reasonOf(f)];
}
