// Vectors of completed and open flows of an analysis.
import { flowRow, type FlowRow } from '../../contract/index.ts';
import { IPPROTO_TCP, IPPROTO_UDP, protocolId } from '../decode/index.ts';
import { fillFactsPart, type FactsView } from '../features/index.ts';
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
  if (ipProtocol === IPPROTO_TCP) return 3;
  return ipProtocol === IPPROTO_UDP ? 4 : 5;
}

export class VectorMaker {
  private readonly facts: FactsView;
  private readonly analysis: Analysis;

  constructor(a: Analysis) {
    this.analysis = a;
    this.facts = {
      columns: a.flows.columns,
      addresses: a.addresses,
      row: flowRow(0),
      facts: null,
      service: 0,
      startSeconds: 0,
      payloadForward: 0,
      payloadReverse: 0,
    };
  }

  /** Writes the whole vector of a slot to `out[at..]`. */
  fill(slot: number, row: FlowRow, out: Float32Array, at: number): void {
    this.analysis.flows.fillState(slot, out, at);
    this.fillFacts(slot, row, out, at);
  }

  /** Writes the part that facts tell, where the other part is there already. */
  fillFacts(slot: number, row: FlowRow, out: Float32Array, at: number): void {
    const {
      facts: view,
      analysis: {
        flows: { columns },
        inspector,
      },
    } = this;
    view.row = row;
    view.facts = inspector.peekFacts(slot);
    view.service = inspector.service(slot);
    view.startSeconds = columns.startSeconds[row]!;
    fillFactsPart(view, out, at);
  }

  group(slot: number, row: FlowRow): number {
    return protocolGroup(this.analysis.inspector.app(slot), this.analysis.flows.columns.ipProtocol[row]!);
  }
}
