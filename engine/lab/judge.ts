// Judges one labelled capture as `score` does, and compares the incidents with what is known of its flows.
import { hash } from 'node:crypto';
import { addressId, english, type FlowRow, flowRow } from '../../contract/index.ts';
import { protocolId } from '../decode/index.ts';
import type { Baseline, Model } from '../detect/index.ts';
import { isPublicAddress, type Incident } from '../evidence/index.ts';
import { DEFAULT_TIMEOUTS } from '../flow/index.ts';
import {
  type AskedFlow,
  type CaptureLabels,
  factsOfRow,
  type FlowLabel,
  type FlowTruth,
  type LabelledCapture,
  peerText,
  scoreFile,
  type Scorer,
} from '../session/index.ts';
import type { RuleFeed } from '../workers/index.ts';
import { EvenSample } from './even-sample.ts';
import type { CaptureResult, IncidentResult, TlsPeerResult } from './result.ts';

const TLS = protocolId('TLS');
/** Flows of a capture whose vectors are kept at most, to see what they tell of its source. */
const SAMPLED = 24;

export interface JudgeOptions {
  readonly model: Model;
  readonly baseline: Baseline;
  readonly cacheFolder: string;
  /** Whether the model adds its point. */
  readonly witness: boolean;
  /** Threat rules of this capture; null without. */
  readonly rules: RuleFeed | null;
}

/** What is said of a capture's flows: nothing (null), or where nobody labels flows at all, what is said of the capture. */
export type SaidOfFlows = CaptureLabels | 'whole' | null;

/** @param labels of its flows */
export async function judgeCapture(
  capture: LabelledCapture,
  labels: SaidOfFlows,
  o: JudgeOptions,
): Promise<CaptureResult> {
  const over = new Set<FlowRow>();
  const sample = new EvenSample(SAMPLED);
  const result = await scoreFile(
    capture.path,
    {
      model: o.model,
      baseline: o.witness ? o.baseline : withoutWitness(o.baseline),
      threads: 1,
      cacheFolder: o.cacheFolder,
      timeouts: DEFAULT_TIMEOUTS,
      keepPackets: true,
      readAhead: false,
      rules: o.rules,
    },
    {
      flow: (_a, flow) => {
        if (flow.witness > 0) over.add(flow.row);
        sample.take(flow.vector, flow.at);
      },
    },
  );
  const { ending } = result;
  return {
    ...compare(capture, labels, result.scorer, over),
    sample: sample.vectors,
    problem: ending.kind === 'unreadable' ? english(ending.message) : null,
  };
}

function withoutWitness(baseline: Baseline): Baseline {
  const never = { malicious: Infinity, suspicious: Infinity, flows: 0 };
  return { ...baseline, thresholds: () => never };
}

function compare(
  capture: LabelledCapture,
  labels: SaidOfFlows,
  scorer: Scorer,
  over: ReadonlySet<FlowRow>,
): Omit<CaptureResult, 'problem' | 'sample'> {
  const { analysis } = scorer;
  const c = analysis.flows.columns;
  const counts = { malicious: 0, ordinary: 0, unknown: 0 };
  const of = new Map<Incident, { malicious: number; ordinary: number; unknown: number }>();
  const carried = new Set<string>();
  const tls = { c2Flows: 0, c2Over: 0, ordinaryFlows: 0, ordinaryOver: 0 };
  const peers = new Map<string, { -readonly [K in keyof TlsPeerResult]: TlsPeerResult[K] }>();
  const prints: string[] = [];
  let first = Infinity;
  let last = -Infinity;
  for (let row = flowRow(0); row < c.count; row++) {
    const asked = askedFlow(scorer, row);
    const label = labelIn(labels, asked);
    const truth = truthOf(capture, labels, label);
    counts[truth]++;
    first = Math.min(first, c.startSeconds[row]!);
    last = Math.max(last, c.endSeconds[row]!);
    prints.push(printOf(scorer, row, asked));
    const incidents = scorer.incidentsOf(row);
    for (const incident of incidents) {
      let n = of.get(incident);
      if (n === undefined) of.set(incident, (n = { malicious: 0, ordinary: 0, unknown: 0 }));
      n[truth]++;
      if (truth !== 'malicious') continue;
      for (const e of incident.evidence.values()) if (e.rows.includes(row)) carried.add(e.rule.name);
    }
    if (c.app[row] !== TLS || !isPublicAddress(analysis.addresses.bytes(c.responderOf(row)))) continue;
    const channel = label?.label === 'c2' && truth === 'malicious';
    if (!channel && truth !== 'ordinary') continue;
    const facts = factsOfRow(analysis, row);
    const key = `${c.initiator[row]} ${c.responder[row]}`;
    let peer = peers.get(key);
    if (peer === undefined) {
      const incident = incidents[0];
      peer = {
        initiator: asked.initiator,
        peer: asked.responder,
        ja3: facts?.ja3 ?? null,
        ja4: facts?.ja4 ?? null,
        c2: 0,
        ordinary: 0,
        points: incident?.points ?? 0,
        inherited: incident?.inherited ?? false,
      };
      peers.set(key, peer);
    }
    if (channel) {
      peer.c2++;
      tls.c2Flows++;
      if (over.has(row)) tls.c2Over++;
    } else {
      peer.ordinary++;
      tls.ordinaryFlows++;
      if (over.has(row)) tls.ordinaryOver++;
    }
  }
  const all = [...scorer.incidents.incidents.values()];
  return {
    path: capture.path,
    source: capture.source,
    family: capture.family,
    label: capture.label,
    flows: c.count,
    malicious: counts.malicious,
    ordinary: counts.ordinary,
    seconds: c.count === 0 ? 0 : Math.max(0, last - first),
    incidents: all.filter((i) => i.points > 0).map((i) => incidentResult(scorer, i, of.get(i))),
    carried: [...carried],
    seen: [...new Set(all.flatMap((i) => i.evidence.keys()))],
    tlsPeers: [...peers.values()],
    tls,
    prints,
  };
}

function labelIn(labels: SaidOfFlows, asked: AskedFlow): FlowLabel | null {
  return labels === null || labels === 'whole' ? null : labels.of(asked);
}

/** Flows of a benign capture are ordinary; of a malicious one without labels nothing is known. */
function truthOf(capture: LabelledCapture, labels: SaidOfFlows, label: FlowLabel | null): FlowTruth {
  if (capture.label === 'benign') return 'ordinary';
  return labels === 'whole' ? 'malicious' : (label?.truth ?? 'unknown');
}

function incidentResult(
  scorer: Scorer,
  i: Incident,
  n: { readonly malicious: number; readonly ordinary: number; readonly unknown: number } | undefined,
): IncidentResult {
  const a = scorer.analysis;
  return {
    initiator: a.addresses.text(addressId(i.initiator)),
    peer: peerText(a, i),
    points: i.points,
    inherited: i.inherited,
    rules: i.evidence
      .values()
      .map(({ rule, said }) => ({ rule: rule.name, kind: rule.kind, points: rule.points, said })),
    malicious: n?.malicious ?? 0,
    ordinary: n?.ordinary ?? 0,
    unknown: n?.unknown ?? 0,
  };
}

function askedFlow(scorer: Scorer, row: FlowRow): AskedFlow {
  const { addresses, flows } = scorer.analysis;
  const c = flows.columns;
  // Labels of flows without ports have none; columns keep there what tells such flows apart.
  const ports = c.hasPorts[row] === 1;
  return {
    number: c.firstPacket[row]! + 1,
    initiator: addresses.text(c.initiatorOf(row)),
    initiatorPort: ports ? c.initiatorPort[row]! : 0,
    responder: addresses.text(c.responderOf(row)),
    responderPort: ports ? c.responderPort[row]! : 0,
  };
}

function printOf(scorer: Scorer, row: FlowRow, f: AskedFlow): string {
  const c = scorer.analysis.flows.columns;
  const time = `${c.startSeconds[row]}.${c.startNanoseconds[row]}`;
  const ends = `${f.initiator} ${f.initiatorPort} ${f.responder} ${f.responderPort}`;
  return hash('sha1', `${ends} ${time} ${c.packetsForward[row]} ${c.bytesForward[row]}`, 'base64').slice(0, 12);
}
