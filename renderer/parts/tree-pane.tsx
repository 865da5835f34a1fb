// The packet's tree from flat columns. Nodes stay unfolded as the user left them; only rows in sight are drawn.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { packetRow, type PacketRow, textAt, type TreePage } from '../../contract/index.ts';
import { moveBy } from '../list/move.ts';
import { applyFilter, goToPacket } from '../state/actions.ts';
import { dragFilter } from '../state/filter-drag.ts';
import { taken } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { isEcho, isMenuKey, openMenu, openMenuAt, type MenuItem } from '../state/menu.ts';
import { treeItems } from './tree-menu.ts';
import { fold, hasChildren, unfoldTo, useFolds } from './tree-folds.ts';

const ROW = 21;

export interface TreePaneProps {
  readonly tree: TreePage | null;
  /** The packet that the tree is of. */
  readonly row: PacketRow | null;
  readonly selected: number | null;
  readonly onSelect: (node: number) => void;
  readonly note: string;
  readonly problem: boolean;
}

export function TreePane({ tree, row, selected, onSelect, note, problem }: TreePaneProps): ReactNode {
  const word = useWord();
  const scroll = useRef<HTMLDivElement>(null);
  const { shown, open } = useFolds(tree);
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });

  const focus = useStore((s) => s.requests.treeFocus);
  useEffect(() => {
    if (tree === null || focus === null) return;
    taken('treeFocus', focus);
    scroll.current?.focus();
  }, [tree, focus]);

  // A byte was clicked: the way to its node is unfolded.
  const showNode = useEffectEvent((at: number) => list.scrollToIndex(at, { align: 'auto' }));
  useEffect(() => {
    if (tree === null || selected === null) return;
    const at = shown.indexOf(selected);
    if (at >= 0) showNode(at);
    else unfoldTo(tree, selected);
  }, [selected, tree, shown]);

  const keys = (event: KeyboardEvent): void => {
    if (tree === null || shown.length === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isMenuKey(event)) {
      const line = selected === null ? null : scroll.current?.querySelector(`#node-${selected}`);
      if (selected !== null && line) openMenuAt(line, menuOf(tree, selected, row));
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const to = moveBy(event.key, selected === null ? -1 : shown.indexOf(selected), shown.length, PAGE);
    if (to !== null) onSelect(shown[to]!);
    else if (!actOn(event.key)) return;
    event.preventDefault();
  };
  /** Keys that mean the node selected. @returns whether the key is one of them */
  const actOn = (key: string): boolean => {
    const node = selected !== null && shown.includes(selected) ? selected : null;
    if (!NODE_KEYS.has(key)) return false;
    // Enter is left alone where nothing is selected; the others do nothing then.
    if (node === null) return key !== 'Enter';
    const children = hasChildren(tree!, node);
    if (key === 'ArrowRight' && children) {
      if (open(node)) onSelect(node + 1);
      else fold(tree!, node, true);
    } else if (key === 'ArrowLeft') {
      if (children && open(node)) fold(tree!, node, false);
      else onSelect(parentOf(tree!, node) ?? node);
    } else if (key === 'Enter') openNode(tree!, node, !open(node));
    else if (key === 'f' || key === 'F') filterBy(tree!, node);
    return true;
  };

  if (tree === null)
    return (
      <div className={`pane-body note${problem ? ' bad' : ''}`} role="status">
        {note}
      </div>
    );
  return (
    <div
      className="pane-body tree"
      ref={scroll}
      role="tree"
      tabIndex={0}
      aria-label={word('tree')}
      aria-activedescendant={selected !== null && shown.includes(selected) ? `node-${selected}` : undefined}
      onKeyDown={keys}
    >
      <div role="presentation" style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const node = shown[item.index]!;
          return (
            <Node
              key={node}
              tree={tree}
              row={row}
              node={node}
              top={item.start}
              selected={node === selected}
              open={hasChildren(tree, node) ? open(node) : null}
              onSelect={onSelect}
            />
          );
        })}
      </div>
      {tree.left > 0 ? (
        <p className="note" role="note">
          {word('treeCut', { n: count(tree.left) })}
        </p>
      ) : null}
    </div>
  );
}

function Node({
  tree,
  row,
  node,
  top,
  selected,
  open,
  onSelect,
}: {
  readonly tree: TreePage;
  readonly row: PacketRow | null;
  readonly node: number;
  /** px */
  readonly top: number;
  readonly selected: boolean;
  /** Null where there is nothing to unfold. */
  readonly open: boolean | null;
  readonly onSelect: (node: number) => void;
}): ReactNode {
  const depth = tree.depth[node]!;
  const filter = textAt(tree.filter, node);
  return (
    <div
      id={`node-${node}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={selected}
      {...(open === null ? {} : { 'aria-expanded': open })}
      className={`node${selected ? ' selected' : ''}${tree.frame[node]! > 0 ? ' link' : ''}`}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 10 + depth * 16 }}
      // The text of other lines can be marked with the mouse.
      draggable={selected && filter !== ''}
      onDragStart={(e) => dragFilter(e, filter)}
      onClick={() => onSelect(node)}
      onDoubleClick={() => openNode(tree, node, open !== true)}
      onContextMenu={(e) => {
        e.preventDefault();
        if (isEcho(e)) return;
        onSelect(node);
        openMenu({ ...menuOf(tree, node, row), x: e.clientX, y: e.clientY });
      }}
    >
      <span
        className="node-mark"
        aria-hidden="true"
        onClick={(e) => {
          if (open === null) return;
          e.stopPropagation();
          fold(tree, node, !open);
        }}
      >
        {markOf(open)}
      </span>
      <span className="node-text">{visible(textAt(tree.label, node))}</span>
    </div>
  );
}

function menuOf(
  tree: TreePage,
  node: number,
  row: PacketRow | null,
): { readonly label: string; readonly items: readonly MenuItem[] } {
  const follow = useStore.getState().flow !== null;
  return { label: visible(textAt(tree.label, node)), items: treeItems(tree, node, { row, follow }) };
}

function markOf(open: boolean | null): string {
  if (open === null) return '';
  return open ? '▾' : '▸';
}

const NODE_KEYS: ReadonlySet<string> = new Set(['ArrowRight', 'ArrowLeft', 'Enter', 'f', 'F']);
const PAGE = 12;

function parentOf(tree: TreePage, node: number): number | null {
  for (let i = node - 1; i >= 0; i--) if (tree.depth[i]! < tree.depth[node]!) return i;
  return null;
}

/** Goes to the packet that a node names; else folds or unfolds it. */
function openNode(tree: TreePage, node: number, to: boolean): void {
  const frame = tree.frame[node]!;
  if (frame > 0) goToPacket(packetRow(frame - 1));
  else if (hasChildren(tree, node)) fold(tree, node, to);
}

/** Puts the node's expression into the filter bar; it is applied when the filter knows the field. */
function filterBy(tree: TreePage, i: number): void {
  const expression = textAt(tree.filter, i);
  if (expression === '') return;
  const { drafts, set } = useStore.getState();
  set({ drafts: { ...drafts, packets: expression } });
  void applyFilter(expression);
}
