// Follow a flow: TCP and UDP as the desk puts them together, everything above as the dissector reads it.
import { type FlowRow, type FollowKind, type FollowPage, say } from '../../contract/index.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from '../decode/index.ts';
import { type DeepWork, followDeep, type Piece } from '../dissect/index.ts';
import { flowId } from '../session/index.ts';
import { endText, type TimeSlices } from '../view/index.ts';
import { Refused } from './refused.ts';
import { followStream } from './stream.ts';
import type { FollowSource } from './tree-source.ts';

const KINDS_OF_TCP: readonly FollowKind[] = ['tcp', 'tls', 'http', 'http2', 'websocket', 'sip'];
const KINDS_OF_UDP: readonly FollowKind[] = ['udp', 'dtls', 'quic', 'sip'];

/** What a flow can be followed as; its payload in the order of its packets is offered for every transport. */
export function kindsOf(s: Pick<FollowSource, 'analysis'>, flow: FlowRow): readonly FollowKind[] {
  const protocol = s.analysis.flows.columns.ipProtocol[flow]!;
  if (protocol === IPPROTO_TCP) return KINDS_OF_TCP;
  return protocol === IPPROTO_UDP ? KINDS_OF_UDP : ['udp'];
}

export async function followFlow(
  s: FollowSource,
  deep: DeepWork,
  flow: FlowRow,
  kind: FollowKind,
  substream: number | null,
  turns: TimeSlices,
): Promise<FollowPage> {
  const offered = kindsOf(s, flow);
  if (!offered.includes(kind)) throw new Refused('refused', say('not-this-transport', { kind }));
  const filter = `flow.id == ${flowId(s.analysis, flow)}`;
  const nothing = { substreams: new Float64Array(0), substream: null, coded: 0, partial: false };
  if (kind === 'tcp' || kind === 'udp') {
    const page = await followStream(s.analysis, s.packetBytes, flow, turns);
    return { ...page, ...nothing, kind, offered, filter };
  }
  const found = await followDeep(deep, s.tree, flow, kind, substream, turns);
  const { columns: c } = s.analysis.flows;
  const { addresses } = s.analysis;
  const ports = c.hasPorts[flow] === 1;
  return {
    flow,
    kind,
    offered,
    filter,
    client: endText(addresses.text(c.initiatorOf(flow)), c.initiatorPort[flow]!, ports),
    server: endText(addresses.text(c.responderOf(flow)), c.responderPort[flow]!, ports),
    ...columnsOf(found.pieces),
    substreams: Float64Array.from(found.substreams),
    substream: found.substream,
    missing: 0,
    cut: found.cut,
    coded: found.coded,
    partial: found.partial,
  };
}

function columnsOf(
  pieces: readonly Piece[],
): Pick<FollowPage, 'direction' | 'ends' | 'rows' | 'gaps' | 'bytes' | 'clientBytes' | 'serverBytes'> {
  let at = 0;
  const sent = [0, 0];
  for (const p of pieces) sent[p.direction]! += p.data.length;
  return {
    direction: Uint8Array.from(pieces, (p) => p.direction),
    ends: Uint32Array.from(pieces, (p) => (at += p.data.length)),
    rows: Uint32Array.from(pieces, (p) => p.row),
    gaps: new Uint32Array(pieces.length),
    bytes: new Uint8Array(Buffer.concat(pieces.map((p) => p.data))),
    clientBytes: sent[0]!,
    serverBytes: sent[1]!,
  };
}
