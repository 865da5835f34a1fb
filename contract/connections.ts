// The graph of connections: hosts or services as nodes, flows between them as edges, in columns.
import { flag, oneOf, whole } from './schema.ts';
import type { Texts } from './texts.ts';

export const CONNECTION_NODES = ['hosts', 'services'] as const;
export type ConnectionNodes = (typeof CONNECTION_NODES)[number];
export const CONNECTION_WEIGHTS = ['bytes', 'flows'] as const;
export type ConnectionWeight = (typeof CONNECTION_WEIGHTS)[number];

/** Nodes that one graph may have. */
export const MAX_NODES = 200;

/** Nodes in the order of their weight; an edge is between two of them, whichever began it. */
export interface ConnectionsPage {
  readonly address: Texts;
  /** A name of the host, '' where none is known. */
  readonly name: Texts;
  /** The application protocol of a service, '' of a host. */
  readonly service: Texts;
  readonly nodeFlows: Float64Array;
  readonly nodeBytes: Float64Array;
  /** The gravest verdict of its flows, as in pages of flows. */
  readonly nodeVerdict: Uint8Array;
  readonly nodeFilter: Texts;
  /** Places of its two nodes. */
  readonly from: Uint16Array;
  readonly to: Uint16Array;
  readonly flows: Float64Array;
  readonly bytes: Float64Array;
  readonly verdict: Uint8Array;
  readonly filter: Texts;
  /** Flows that count, and those of them that no edge stands for; nodes that are not in the graph. */
  readonly counted: number;
  readonly leftFlows: number;
  readonly leftNodes: number;
}

export const CONNECTION_SHAPES = {
  connections: {
    nodes: oneOf(...CONNECTION_NODES),
    weight: oneOf(...CONNECTION_WEIGHTS),
    /** Only the flows that the list of flows shows. */
    displayed: flag,
    most: whole(2, MAX_NODES),
  },
} as const;

export interface ConnectionReplies {
  connections: ConnectionsPage;
}
