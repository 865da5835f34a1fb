// Labelled captures to labelled vectors. A label belongs to the capture; what is known to be background inside of it is
// counted apart.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FlowRow, SaidError, say } from '../../contract/index.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../decode/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { FlowColumns } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';
import { openCapture } from '../read/index.ts';
import { Analysis } from './analysis.ts';
import { factsOfRow, flowId } from './flow-record.ts';
import { type CaptureLabels, readFlowLabels } from './flow-labels.ts';
import { VectorMaker } from './vectors.ts';

export interface LabelledCapture {
  readonly path: string;
  readonly source: string;
  readonly label: 'malicious' | 'benign';
  readonly family: string;
}

export const MALICIOUS = 1;
export const BENIGN = 0;
/** Flows of a malicious capture that are not the malware's: they are neither taught nor counted as malicious. */
export const BACKGROUND = 2;

export interface LabelledFlows {
  rows: number;
  /** rows x FEATURE_COUNT */
  vectors: Float32Array;
  readonly capture: number[];
  readonly label: number[];
  readonly group: number[];
  readonly tcp: boolean[];
  readonly captures: LabelledCapture[];
  readonly unreadable: string[];
}

/** Names and protocols that an idle host talks to by itself, and protocols of a Windows domain. */
const BACKGROUND_PORTS = new Set([67, 68, 123, 137, 138, 139, 546, 547, 1900, 3702, 5353, 5355]);
const DOMAIN_PORTS = new Set([53, 88, 135, 389, 445, 464, 636, 3268]);
const DNS_PORT = 53;
/** First port that systems give to clients, and Windows to its remote procedures (RFC 6335, 6). */
const DYNAMIC_PORTS = 49_152;
const LABELLED_PROTOCOLS = new Set<number>([IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6]);
const DNS_FAMILIES = /dns-tunnel|dns-exfil|tinba|foudre/i;

export interface CorpusRules {
  readonly backgroundNames: readonly string[];
  /** The truth flow by flow, by the path of a capture; where it is absent the capture's label and its names decide. */
  readonly flowLabels?: ReadonlyMap<string, CaptureLabels>;
}

/** Labels of all flows below folders with `flow-labels.csv`, by the path of the capture. */
export function flowLabelsOf(folders: readonly string[]): ReadonlyMap<string, CaptureLabels> {
  const all = new Map<string, CaptureLabels>();
  for (const folder of folders) {
    for (const [name, labels] of readFlowLabels(folder) ?? []) all.set(join(folder, name), labels);
  }
  return all;
}

/** Labels by rules, where others of the same training are by flow. */
const UNCHECKED_TRUST = 0.25;
/** Proofs of one exploit: many captures of a few packets, each of its own kind. */
const EXPLOIT_TRUST = 0.25;

/** How far a capture's labels are believed, 0 to 1: what it weighs in training. */
export function trustOf(capture: LabelledCapture, flowLabels: ReadonlyMap<string, CaptureLabels>): number {
  const unchecked = capture.label === 'malicious' && flowLabels.size > 0 && !flowLabels.has(capture.path);
  return (unchecked ? UNCHECKED_TRUST : 1) * (capture.family === 'exploit' ? EXPLOIT_TRUST : 1);
}

const COLUMNS = ['path', 'source', 'label', 'family'] as const;

/** Reads `labels.csv` (path, source, label, family, …) of a folder; unknown labels are left out. @throws SaidError where a column or a field lacks */
export function readLabels(folder: string): LabelledCapture[] {
  const file = join(folder, 'labels.csv');
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head!.trim().split(',');
  const at = (name: (typeof COLUMNS)[number]): number => names.indexOf(name);
  const missing = COLUMNS.filter((name) => at(name) < 0);
  if (missing.length > 0) throw new SaidError(say('lab-no-column', { file, columns: missing }));
  return lines.flatMap((line, i): readonly LabelledCapture[] => {
    const fields = csvFields(line);
    const [path, source, label, family] = COLUMNS.map((name) => fields[at(name)]);
    if (label !== 'malicious' && label !== 'benign') return [];
    if (path === undefined || source === undefined || family === undefined)
      throw new SaidError(say('lab-no-label', { line: i + 2, file, text: line.slice(0, 80) }));
    return [{ path: join(folder, path), source, label, family }];
  });
}

export function readBackgroundNames(folder: string): string[] {
  const file = join(folder, 'background-names.txt');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((l) => l !== '' && !l.startsWith('#'))
    : [];
}

/** Captures below a folder, all of one label; the folder of a file is its source. */
export function labelledFolder(folder: string, label: 'malicious' | 'benign'): LabelledCapture[] {
  const found: LabelledCapture[] = [];
  const walk = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
    else
      found.push({
        path,
        source: basename(dirname(path)),
        label,
        family: label === 'malicious' ? basename(path).split(/[-_.]/)[0]! : '',
      });
  };
  walk(folder);
  return found;
}

function csvFields(line: string): string[] {
  const fields: string[] = [];
  for (const m of `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(m[1]?.replaceAll('""', '"') ?? m[2] ?? '');
  return fields;
}

/** What a flow of a malicious capture is taken for. */
export function flowLabel(a: Analysis, row: FlowRow, capture: LabelledCapture, rules: CorpusRules): number {
  if (capture.label === 'benign') return BENIGN;
  const c = a.flows.columns;
  const labels = rules.flowLabels?.get(capture.path);
  if (labels !== undefined) {
    const known = labels.of({
      number: flowId(a, row),
      initiator: a.addresses.text(c.initiatorOf(row)),
      initiatorPort: c.initiatorPort[row]!,
      responder: a.addresses.text(c.responderOf(row)),
      responderPort: c.responderPort[row]!,
    });
    if (known === null || known.truth === 'unknown') return BACKGROUND;
    return known.truth === 'malicious' ? MALICIOUS : BENIGN;
  }
  const facts = factsOfRow(a, row);
  if (isBackgroundName(facts, rules) || isBackgroundPort(c, row)) return BACKGROUND;
  const asksDns = c.responderPort[row] === DNS_PORT || (facts?.dnsQuery ?? null) !== null;
  if (asksDns) return DNS_FAMILIES.test(capture.family) || DNS_FAMILIES.test(capture.path) ? MALICIOUS : BACKGROUND;
  const protocol = c.ipProtocol[row]!;
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) return BACKGROUND;
  const port = c.responderPort[row]!;
  return capture.source === 'otrf' && (DOMAIN_PORTS.has(port) || port >= DYNAMIC_PORTS) ? BACKGROUND : MALICIOUS;
}

/** Whether the flow is with a name that an idle host asks for by itself. */
function isBackgroundName(facts: FlowFacts | null, rules: CorpusRules): boolean {
  const names = [
    facts?.serverName,
    facts?.tls?.client?.serverName,
    facts?.http?.host?.split(':')[0],
    facts?.dnsQuery,
    facts?.resolution?.name,
  ]
    .filter((n): n is string => typeof n === 'string')
    .map((n) => n.toLowerCase());
  return names.some((n) => rules.backgroundNames.some((b) => n === b || n.endsWith(`.${b}`)));
}

/** Whether the flow is of a transport or a service that an idle host speaks by itself. */
function isBackgroundPort(c: FlowColumns, row: FlowRow): boolean {
  const protocol = c.ipProtocol[row]!;
  if (!LABELLED_PROTOCOLS.has(protocol)) return true;
  if (c.hasPorts[row] !== 1) return false;
  if (BACKGROUND_PORTS.has(c.responderPort[row]!)) return true;
  return protocol === IPPROTO_UDP && BACKGROUND_PORTS.has(c.initiatorPort[row]!);
}

/** Reads all captures in turn. @param onCapture progress */
export async function collectFlows(
  captures: readonly LabelledCapture[],
  rules: CorpusRules,
  cacheFolder: string,
  onCapture?: (n: number) => void,
): Promise<LabelledFlows> {
  const all: LabelledFlows = {
    rows: 0,
    vectors: new Float32Array(1024 * FEATURE_COUNT),
    capture: [],
    label: [],
    group: [],
    tcp: [],
    captures: [...captures],
    unreadable: [],
  };
  for (const [index, capture] of captures.entries()) {
    let maker: VectorMaker | null = null;
    const analysis: Analysis = new Analysis(
      {
        completed: (a, slot, row) => {
          maker ??= new VectorMaker(a);
          if ((all.rows + 1) * FEATURE_COUNT > all.vectors.length) {
            const larger = new Float32Array(all.vectors.length * 2);
            larger.set(all.vectors);
            all.vectors = larger;
          }
          maker.fill(slot, row, all.vectors, all.rows * FEATURE_COUNT);
          all.capture.push(index);
          all.label.push(flowLabel(a, row, capture, rules));
          all.group.push(maker.group(slot, row));
          all.tcp.push(a.flows.columns.ipProtocol[row] === IPPROTO_TCP);
          all.rows++;
        },
      },
      { keepPackets: false },
    );
    const opened = openCapture(capture.path, analysis, { cacheFolder });
    if (!opened.ok) {
      all.unreadable.push(capture.path);
      continue;
    }
    while (await opened.reader.step()) {
      /* whole file */
    }
    if (opened.reader.ending().kind === 'unreadable') all.unreadable.push(capture.path);
    opened.reader.close();
    if (opened.temporary) opened.reader.discard();
    analysis.finish();
    onCapture?.(index + 1);
  }
  return all;
}
