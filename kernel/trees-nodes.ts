// Trees of any size are walked. Children of a node come in preorder, so that the left one is the next: a step touches
// one cache line.
import { trees, write } from './trees-sums';

/**
 * Bytes of a node: place in the vector, threshold, offset of the right child, whether NaN goes left. Of a leaf: -1,
 * -ln(share), value.
 */
const NODE: usize = 16;

let roots: usize = 0;
let nodes: usize = 0;

export function useNodes(rootsAt: usize, nodesAt: usize): void {
  roots = rootsAt;
  nodes = nodesAt;
}

/** Tree by tree: a tree's nodes stay near while all vectors pass through it. */
export function scoreWalked(x: usize, count: i32, stride: usize, raw: usize, novelty: usize): void {
  const bytes = (<usize>count) << 3;
  memory.fill(raw, 0, bytes);
  memory.fill(novelty, 0, bytes);
  for (let t: usize = 0; t < trees; t++) {
    const root = nodes + load<u32>(roots + (t << 2));
    for (let i: usize = 0, at = x; i < bytes; i += 8, at += stride) {
      const leaf = leafOf(root, at);
      store<f64>(raw + i, load<f64>(raw + i) + load<f64>(leaf, 8));
      store<f64>(novelty + i, load<f64>(novelty + i) + <f64>load<f32>(leaf, 4));
    }
  }
  for (let i: usize = 0; i < bytes; i += 8) write(load<f64>(raw + i), load<f64>(novelty + i), raw + i, novelty + i);
}

function leafOf(root: usize, at: usize): usize {
  let node = root;
  for (let place = load<i32>(node); place >= 0; place = load<i32>(node)) {
    const v = load<f32>(at + place);
    if (v <= load<f32>(node, 4) || (v !== v && load<u32>(node, 12) !== 0)) node += NODE;
    else node = nodes + load<u32>(node, 8);
  }
  return node;
}
