// Where the nodes of a graph of connections stand: forces of d3-force from places on a spiral, without chance, so that
// the same connections are drawn alike each time.
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';
import type { ConnectionsPage, ConnectionWeight } from '../../contract/index.ts';

/** The picture, in units of its own. */
export const WIDTH = 1000;
export const HEIGHT = 700;
const MARGIN = 46;
const MOST_TICKS = 300;
/** Work at once, and in all, ms. */
const SLICE = 12;
const MOST_TIME = 1_500;
const [SMALLEST, LARGEST] = [5, 20];

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

interface Node extends SimulationNodeDatum {
  readonly radius: number;
}

/** Radius by the root of a node's share, so that areas are as weights. */
export function radii(page: ConnectionsPage, weight: ConnectionWeight): number[] {
  const of = weight === 'bytes' ? page.nodeBytes : page.nodeFlows;
  const most = Math.max(1, ...of);
  return Array.from(of, (value) => SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(value / most));
}

/** Widths of edges: logarithmic, since bytes differ by powers of ten. */
export function edgeWidths(page: ConnectionsPage, weight: ConnectionWeight): number[] {
  const of = weight === 'bytes' ? page.bytes : page.flows;
  const most = Math.log1p(Math.max(1, ...of));
  return Array.from(of, (value) => 1 + 6 * (Math.log1p(value) / most));
}

/**
 * Works in slices, so that the window stays at hand.
 * @param wanted whether the picture is still waited for
 * @returns null where it is not
 */
export async function layout(
  page: ConnectionsPage,
  weight: ConnectionWeight,
  wanted: () => boolean,
): Promise<Place[] | null> {
  const sizes = radii(page, weight);
  const nodes: Node[] = sizes.map((radius) => ({ radius }));
  const links: SimulationLinkDatum<Node>[] = Array.from(page.from, (from, i) => ({
    source: from,
    target: page.to[i]!,
  }));
  const simulation = forceSimulation(nodes)
    .force('link', forceLink(links).distance(110))
    .force('charge', forceManyBody().strength(-260))
    // The picture is wider than it is high.
    .force('x', forceX(0).strength(0.05))
    .force('y', forceY(0).strength(0.08))
    .force(
      'collide',
      forceCollide<Node>((node) => node.radius + 8),
    )
    .stop();
  const end = performance.now() + MOST_TIME;
  let slice = performance.now();
  for (let tick = 0; tick < MOST_TICKS && slice < end; tick++) {
    simulation.tick();
    if (performance.now() - slice < SLICE) continue;
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    if (!wanted()) return null;
    slice = performance.now();
  }
  return fitted(nodes);
}

/** Into the picture, keeping its shape. */
function fitted(nodes: readonly Node[]): Place[] {
  const xs = nodes.map((n) => n.x ?? 0);
  const ys = nodes.map((n) => n.y ?? 0);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max(1, right - left),
    (HEIGHT - 2 * MARGIN) / Math.max(1, bottom - top),
    2.2,
  );
  return nodes.map((node, i) => ({
    x: WIDTH / 2 + (xs[i]! - (left + right) / 2) * scale,
    y: HEIGHT / 2 + (ys[i]! - (top + bottom) / 2) * scale,
    radius: node.radius,
  }));
}
