// Which nodes of a packet's tree are unfolded, and which are therefore shown.
import { useMemo } from 'react';
import { lineKind, textAt, type TreePage } from '../../contract/index.ts';
import { useStore, type Folds } from '../state/store.ts';

export interface TreeFolds {
  /** Nodes that no folded node hides, in their order. */
  readonly shown: readonly number[];
  readonly open: (node: number) => boolean;
}

export function useFolds(tree: TreePage | null): TreeFolds {
  const folds = useStore((s) => s.folds);
  return useMemo(() => {
    if (tree === null) return { shown: [], open: () => false };
    const innermost = tree.depth.lastIndexOf(0);
    const open = (node: number): boolean => isOpen(tree, node, folds, innermost);
    const shown: number[] = [];
    for (let i = 0, hideBelow = Infinity; i < tree.depth.length; i++) {
      const depth = tree.depth[i]!;
      if (depth > hideBelow) continue;
      shown.push(i);
      hideBelow = hasChildren(tree, i) && !open(i) ? depth : Infinity;
    }
    return { shown, open };
  }, [tree, folds]);
}

function isOpen(tree: TreePage, node: number, { unfolded, folded }: Folds, innermost: number): boolean {
  const kind = kindOf(tree, node);
  // The innermost protocol is unfolded until the user folds it, since it is what one usually looks for.
  return unfolded.has(kind) || (!folded.has(kind) && node === innermost);
}

/** Folds or unfolds a node, and all of its kind: a protocol opened once is open in the next packet. */
export function fold(tree: TreePage, node: number, open: boolean): void {
  foldAll(tree, [node], open);
}

/** The same for several nodes, of which the window hears once. */
export function foldAll(tree: TreePage, nodes: readonly number[], open: boolean): void {
  if (nodes.length === 0) return;
  const { folds, set } = useStore.getState();
  const unfolded = new Set(folds.unfolded);
  const folded = new Set(folds.folded);
  for (const node of nodes) {
    const kind = kindOf(tree, node);
    (open ? unfolded : folded).add(kind);
    (open ? folded : unfolded).delete(kind);
  }
  set({ folds: { unfolded, folded } });
}

/** Unfolds every node above one. */
export function unfoldTo(tree: TreePage, node: number): void {
  const above: number[] = [];
  let depth = tree.depth[node]!;
  for (let i = node - 1; i >= 0 && depth > 0; i--) {
    if (tree.depth[i]! >= depth) continue;
    depth = tree.depth[i]!;
    above.push(i);
  }
  foldAll(tree, above, true);
}

export function hasChildren(tree: TreePage, node: number): boolean {
  return node + 1 < tree.depth.length && tree.depth[node + 1]! > tree.depth[node]!;
}

function kindOf(tree: TreePage, node: number): string {
  return lineKind(textAt(tree.filter, node), textAt(tree.label, node));
}
