// Vectors of completed and open flows of an analysis.
import type { FlowRow } from '../../contract/index.ts';
import { IPPROTO_TCP, IPPROTO_UDP, protocolId } from '../decode/index.ts';
import { fillIngestPart, fillStatePart, type IngestView } from '../features/index.ts';
import type { Analysis } from './analysis.ts';

/** Protocol groups that baselines, thresholds and percentiles are kept by. */
export const PROTOCOL_GROUPS = ['tls', 'http', 'dns', 'tcp', 'udp', 'other'] as const;
export type ProtocolGroup = (typeof PROTOCOL_GROUPS)[number];

const TLS = protocolId('TLS');
const HTTP = protocolId('HTTP');
const DNS_NAMES = new Set(['DNS', 'MDNS', 'LLMNR', 'NBNS'].map(protocolId));

/** @returns index into PROTOCOL_GROUPS */
export function protocolGroup(app: number, ipProtocol: number): number {
  if (app === TLS) return 0;
  if (app === HTTP) return 1;
  if (DNS_NAMES.has(app)) return 2;
  return ipProtocol === IPPROTO_TCP ? 3 : ipProtocol === IPPROTO_UDP ? 4 : 5;
}

export class VectorMaker {
  private readonly view: IngestView;
  private readonly analysis: Analysis;

  constructor(a: Analysis) {
    this.analysis = a;
    this.view = { state: a.flows.state, samples: a.flows.bytes.samples, columns: a.flows.columns, addresses: a.addresses, slot: 0, row: 0, facts: null, service: 0, startSeconds: 0 };
  }

  /** Writes the whole vector of a slot to `out[at..]`; call `settle` of the flow table first for a flow that goes on. */
  fill(slot: number, row: FlowRow, out: Float32Array, at: number): void {
    this.fillIngest(slot, row, out, at);
    this.view.samples = this.analysis.flows.bytes.samples;
    fillStatePart(this.view, out, at);
  }

  /** Writes the part that needs facts and addresses; the rest can be made from a copy of the state. */
  fillIngest(slot: number, row: FlowRow, out: Float32Array, at: number): void {
    const { view, analysis } = this;
    const c = analysis.flows.columns;
    view.slot = slot;
    view.row = row;
    view.facts = analysis.inspector.peekFacts(slot);
    view.service = analysis.inspector.service(slot);
    view.startSeconds = c.startSeconds[row]!;
    fillIngestPart(view, out, at);
  }

  group(slot: number, row: FlowRow): number {
    return protocolGroup(this.analysis.inspector.app(slot), this.analysis.flows.columns.ipProtocol[row]!);
  }
}

