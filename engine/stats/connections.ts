// Who speaks with whom: the weightiest hosts, or services and their clients, and the flows between them. One walk adds
// up the nodes, a second one the edges between those that are in the graph, so that what is held is bounded.
import {
  addressId,
  type ConnectionNodes,
  type ConnectionsPage,
  type ConnectionWeight,
  type FlowRow,
  packTexts,
  quoted,
  VERDICT_OPEN,
} from '../../contract/index.ts';
import { protocolName } from '../decode/index.ts';
import type { Subject } from '../filter/index.ts';
import { transportName } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { eachFlow, filterOf } from './flow-groups.ts';

export interface ConnectionsRequest {
  readonly nodes: ConnectionNodes;
  readonly weight: ConnectionWeight;
  readonly most: number;
  readonly displayed: Uint8Array | null;
  readonly among: string;
}

/** Services that are told apart; a capture with more of them has a service at every port of many hosts. */
const MOST_SERVICES = 2 ** 20;
const APPS = 2 ** 16;

interface Node {
  flows: number;
  bytes: number;
  verdict: number;
}

function add(node: Node, bytes: number, verdict: number): void {
  node.flows++;
  node.bytes += bytes;
  node.verdict = Math.min(node.verdict, verdict);
}

/** Hosts are keyed by their ids, services by server and protocol below zero. */
class Ends {
  private readonly s: Subject;
  private readonly services: boolean;

  constructor(s: Subject, nodes: ConnectionNodes) {
    this.s = s;
    this.services = nodes === 'services';
  }

  from(row: FlowRow): number {
    return this.s.analysis.flows.columns.initiator[row]!;
  }

  to(row: FlowRow): number {
    const c = this.s.analysis.flows.columns;
    return this.services ? -1 - (c.responder[row]! * APPS + this.protocol(row)) : c.responder[row]!;
  }

  /** The protocol by content, or where that is not known a number for the transport. */
  private protocol(row: FlowRow): number {
    const c = this.s.analysis.flows.columns;
    return c.app[row] === 0 ? APPS - 1 - c.ipProtocol[row]! : c.app[row]!;
  }

  host(key: number): number {
    return key >= 0 ? key : Math.floor((-1 - key) / APPS);
  }

  service(key: number): string {
    if (key >= 0) return '';
    const protocol = (-1 - key) % APPS;
    return protocol >= APPS - 256 ? transportName(APPS - 1 - protocol) : protocolName(protocol);
  }

  address(key: number): string {
    return this.s.analysis.addresses.text(addressId(this.host(key)));
  }

  filter(key: number): string {
    const address = this.address(key);
    if (this.services) {
      return key >= 0
        ? `flow.initiator == ${address}`
        : `flow.responder == ${address} and flow.app == ${quoted(this.service(key))}`;
    }
    return `flow.host == ${address}`;
  }
}

/** @param nameOf names of hosts by the ids of their addresses, '' where none is known */
export async function connectionsOf(
  s: Subject,
  o: ConnectionsRequest,
  nameOf: (ids: readonly number[]) => Promise<(id: number) => string>,
  turns: TimeSlices,
): Promise<ConnectionsPage> {
  const c = s.analysis.flows.columns;
  const ends = new Ends(s, o.nodes);
  const nodes = new Map<number, Node>();
  const bytesOf = (row: FlowRow): number => c.bytesForward[row]! + c.bytesReverse[row]!;
  const verdictOf = (row: FlowRow): number => s.verdict[row] ?? VERDICT_OPEN;
  const nodeOf = (key: number): Node | null => {
    let node = nodes.get(key);
    if (node === undefined) {
      if (nodes.size >= MOST_SERVICES) return null;
      nodes.set(key, (node = { flows: 0, bytes: 0, verdict: VERDICT_OPEN }));
    }
    return node;
  };
  const counted = await eachFlow(s, o.displayed, turns, { from: 0, share: 0.5 }, (row) => {
    const [a, b] = [ends.from(row), ends.to(row)];
    for (const key of a === b ? [a] : [a, b]) {
      const node = nodeOf(key);
      if (node !== null) add(node, bytesOf(row), verdictOf(row));
    }
  });
  const chosen = [...nodes]
    .sort((x, y) => y[1][o.weight] - x[1][o.weight] || y[1].flows - x[1].flows || x[0] - y[0])
    .slice(0, o.most);
  const place = new Map(chosen.map(([key], at) => [key, at]));
  const edges = new Map<number, Node>();
  let drawn = 0;
  await eachFlow(s, o.displayed, turns, { from: 0.5, share: 0.4 }, (row) => {
    const [a, b] = [place.get(ends.from(row)), place.get(ends.to(row))];
    if (a === undefined || b === undefined) return;
    drawn++;
    if (a === b) return;
    const key = Math.min(a, b) * o.most + Math.max(a, b);
    let edge = edges.get(key);
    if (edge === undefined) edges.set(key, (edge = { flows: 0, bytes: 0, verdict: VERDICT_OPEN }));
    add(edge, bytesOf(row), verdictOf(row));
  });
  const keys = chosen.map(([key]) => key);
  const name = await nameOf(keys.map((key) => ends.host(key)));
  const pairs = [...edges.keys()].map((key) => [Math.floor(key / o.most), key % o.most] as const);
  const sums = [...edges.values()];
  return {
    address: packTexts(keys.map((key) => ends.address(key))),
    name: packTexts(keys.map((key) => name(ends.host(key)))),
    service: packTexts(keys.map((key) => ends.service(key))),
    nodeFlows: Float64Array.from(chosen, ([, node]) => node.flows),
    nodeBytes: Float64Array.from(chosen, ([, node]) => node.bytes),
    nodeVerdict: Uint8Array.from(chosen, ([, node]) => node.verdict),
    nodeFilter: packTexts(keys.map((key) => filterOf(o.among, [ends.filter(key)]))),
    from: Uint16Array.from(pairs, ([a]) => a),
    to: Uint16Array.from(pairs, ([, b]) => b),
    flows: Float64Array.from(sums, (edge) => edge.flows),
    bytes: Float64Array.from(sums, (edge) => edge.bytes),
    verdict: Uint8Array.from(sums, (edge) => edge.verdict),
    filter: packTexts(pairs.map(([a, b]) => filterOf(o.among, [ends.filter(keys[a]!), ends.filter(keys[b]!)]))),
    counted,
    leftFlows: counted - drawn,
    leftNodes: nodes.size - chosen.length,
  };
}
