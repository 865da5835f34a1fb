// The truth flow by flow, where a data folder has it: `flow-labels.csv`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaidError, say } from '../../contract/index.ts';

/** What a flow is known to be: taught and counted, or neither ('unknown'). */
export type FlowTruth = 'malicious' | 'ordinary' | 'unknown';

export interface FlowLabel {
  /** Number of the flow's first packet. */
  readonly flow: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** c2, download, attack, dns-malicious, background, unclear. */
  readonly label: string;
  readonly confidence: string;
  readonly truth: FlowTruth;
}

/** A flow that is asked about. */
export interface AskedFlow {
  readonly number: number;
  readonly initiator: string;
  readonly initiatorPort: number;
  readonly responder: string;
  readonly responderPort: number;
}

const MALICIOUS = new Set(['c2', 'download', 'attack', 'dns-malicious']);
const SURE = new Set(['high', 'medium']);
const COLUMNS = ['capture', 'flow', 'src', 'sport', 'dst', 'dport', 'label', 'confidence'] as const;

/** Labels of one capture's flows, by the number of the first packet and by the two ends. */
export class CaptureLabels {
  private readonly byNumber = new Map<number, FlowLabel[]>();
  private readonly byEnds = new Map<string, FlowLabel[]>();

  add(label: FlowLabel): void {
    push(this.byNumber, label.flow, label);
    push(this.byEnds, endsKey(label.source, label.sourcePort, label.destination, label.destinationPort), label);
  }

  /** Whether the capture has a flow that is surely malicious. */
  get visible(): boolean {
    return [...this.byNumber.values()].some((list) => list.some((l) => l.truth === 'malicious'));
  }

  /** The label of a flow: by its first packet, else of the nearest flow between the same ends; null without. */
  of(flow: AskedFlow): FlowLabel | null {
    const key = endsKey(flow.initiator, flow.initiatorPort, flow.responder, flow.responderPort);
    const same = this.byNumber.get(flow.number);
    const exact = same?.find((l) => endsKey(l.source, l.sourcePort, l.destination, l.destinationPort) === key);
    if (exact !== undefined) return exact;
    let best: FlowLabel | null = null;
    for (const l of this.byEnds.get(key) ?? [])
      if (best === null || Math.abs(l.flow - flow.number) < Math.abs(best.flow - flow.number)) best = l;
    return best;
  }
}

/** @returns labels by capture as the file names it, null where the folder has none; throws with a sentence on a damaged file */
export function readFlowLabels(folder: string): Map<string, CaptureLabels> | null {
  const file = join(folder, 'flow-labels.csv');
  if (!existsSync(file)) return null;
  const [head, ...lines] = readFileSync(file, 'utf8').split('\n');
  const names = head!.trim().split(',');
  const at = COLUMNS.map((name) => names.indexOf(name));
  const missing = COLUMNS.filter((_, i) => at[i]! < 0);
  if (missing.length > 0) throw new SaidError(say('lab-no-column', { file, columns: missing }));
  const captures = new Map<string, CaptureLabels>();
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    // Only the last column, evidence, may hold commas.
    const fields = line.split(',');
    const [capture, flow, source, sport, destination, dport, label, confidence] = at.map((n) => fields[n] ?? '');
    const number = Number(flow);
    if (!Number.isInteger(number) || number < 1 || !label)
      throw new SaidError(say('lab-no-flow-label', { line: i + 2, file, text: line.slice(0, 80) }));
    let labels = captures.get(capture!);
    if (labels === undefined) captures.set(capture!, (labels = new CaptureLabels()));
    labels.add({
      flow: number,
      source: source!,
      sourcePort: Number(sport) || 0,
      destination: destination!,
      destinationPort: Number(dport) || 0,
      label,
      confidence: confidence!,
      truth: truthOf(label, confidence!),
    });
  }
  return captures;
}

function truthOf(label: string, confidence: string): FlowTruth {
  if (!SURE.has(confidence)) return 'unknown';
  if (MALICIOUS.has(label)) return 'malicious';
  return label === 'background' ? 'ordinary' : 'unknown';
}

/** The same for both directions. */
function endsKey(a: string, aPort: number, b: string, bPort: number): string {
  const [x, y] = [`${a} ${aPort}`, `${b} ${bPort}`];
  return x < y ? `${x} ${y}` : `${y} ${x}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
