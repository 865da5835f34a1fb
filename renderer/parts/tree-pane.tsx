// The packet's tree from flat columns. Nodes stay unfolded as the user left them; only rows in sight are drawn.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { packetRow, textAt, type TreePage } from '../../contract/index.ts';
import { applyFilter, goToPacket } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';

/** Gives the focus to the tree, at once or when it is there. */
export const treeFocus = {
  wanted: false,
  ask(): void {
    const tree = document.querySelector<HTMLElement>('[role="tree"]');
    this.wanted = tree === null;
    tree?.focus();
  },
};

const ROW = 21;
const OPEN_KEY = 'sightline.tree';

/**
 * Kinds of nodes that are unfolded, by what they are and not where: a protocol opened once is open in the next packet.
 */
const unfolded = new Set<string>(read());
const folded = new Set<string>();

function read(): string[] {
  try {
    return JSON.parse(localStorage.getItem(OPEN_KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

function kindOf(tree: TreePage, i: number): string {
  const filter = textAt(tree.filter, i);
  return filter === ''
    ? textAt(tree.label, i)
        .replace(/[\d.:,"'].*$/, '')
        .trim()
    : filter.replace(/ .*$/, '');
}

export interface TreePaneProps {
  readonly tree: TreePage | null;
  readonly selected: number | null;
  readonly onSelect: (node: number) => void;
  readonly note: string;
  readonly problem: boolean;
}

export function TreePane({ tree, selected, onSelect, note, problem }: TreePaneProps): ReactNode {
  const word = useWord();
  const scroll = useRef<HTMLDivElement>(null);
  const [changes, setChanges] = useState(0);
  const open = (i: number): boolean => {
    const kind = kindOf(tree!, i);
    // The innermost protocol is unfolded until the user folds it, since it is what one usually looks for.
    return unfolded.has(kind) || (!folded.has(kind) && tree!.depth[i] === 0 && i === lastTop);
  };
  const lastTop = useMemo(() => (tree === null ? -1 : tree.depth.lastIndexOf(0)), [tree]);
  const shown = useMemo(() => {
    const rows: number[] = [];
    if (tree === null) return rows;
    for (let i = 0, hideBelow = Infinity; i < tree.depth.length; i++) {
      const depth = tree.depth[i]!;
      if (depth > hideBelow) continue;
      rows.push(i);
      hideBelow = hasChildren(tree, i) && !open(i) ? depth : Infinity;
    }
    return rows;
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [tree, changes, lastTop]);
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });

  useEffect(() => {
    if (tree === null || !treeFocus.wanted) return;
    treeFocus.wanted = false;
    scroll.current?.focus();
  }, [tree]);

  // A byte was clicked: the way to its node is unfolded.
  useEffect(() => {
    if (tree === null || selected === null) return;
    let at = shown.indexOf(selected);
    if (at < 0) {
      let depth = tree.depth[selected]!;
      for (let i = selected - 1; i >= 0 && depth > 0; i--) {
        if (tree.depth[i]! >= depth) continue;
        depth = tree.depth[i]!;
        toggle(i, true);
      }
      at = shown.indexOf(selected);
    }
    if (at >= 0) list.scrollToIndex(at, { align: 'auto' });
  }, [selected, tree, shown]);

  const toggle = (i: number, to: boolean): void => {
    const kind = kindOf(tree!, i);
    if (to) {
      unfolded.add(kind);
      folded.delete(kind);
    } else {
      unfolded.delete(kind);
      folded.add(kind);
    }
    localStorage.setItem(OPEN_KEY, JSON.stringify([...unfolded].slice(-300)));
    setChanges((n) => n + 1);
  };

  const keys = (event: KeyboardEvent): void => {
    if (tree === null || shown.length === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = selected === null ? -1 : shown.indexOf(selected);
    const node = shown[at];
    const to = (index: number): void => onSelect(shown[Math.max(0, Math.min(shown.length - 1, index))]!);
    switch (event.key) {
      case 'ArrowDown':
        to(at + 1);
        break;
      case 'ArrowUp':
        to(at - 1);
        break;
      case 'Home':
        to(0);
        break;
      case 'End':
        to(shown.length - 1);
        break;
      case 'PageDown':
        to(at + 12);
        break;
      case 'PageUp':
        to(at - 12);
        break;
      case 'ArrowRight':
        if (node !== undefined && hasChildren(tree, node)) {
          if (open(node)) to(at + 1);
          else toggle(node, true);
        }
        break;
      case 'ArrowLeft':
        if (node !== undefined) {
          if (hasChildren(tree, node) && open(node)) toggle(node, false);
          else {
            const depth = tree.depth[node]!;
            for (let i = at; i >= 0; i--)
              if (tree.depth[shown[i]!]! < depth) {
                to(i);
                break;
              }
          }
        }
        break;
      case 'Enter': {
        if (node === undefined) return;
        if (tree.frame[node]! > 0) goToPacket(packetRow(tree.frame[node]! - 1));
        else if (hasChildren(tree, node)) toggle(node, !open(node));
        break;
      }
      case 'f':
      case 'F':
        if (node !== undefined) filterBy(tree, node);
        break;
      default:
        return;
    }
    event.preventDefault();
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
          const i = shown[item.index]!;
          const children = hasChildren(tree, i);
          const isOpen = children && open(i);
          return (
            <div
              key={i}
              id={`node-${i}`}
              role="treeitem"
              aria-level={tree.depth[i]! + 1}
              aria-selected={i === selected}
              {...(children ? { 'aria-expanded': isOpen } : {})}
              className={`node${i === selected ? ' selected' : ''}${tree.frame[i]! > 0 ? ' link' : ''}`}
              style={{ transform: `translateY(${item.start}px)`, paddingLeft: 10 + tree.depth[i]! * 16 }}
              onClick={() => onSelect(i)}
              onDoubleClick={() => {
                if (tree.frame[i]! > 0) goToPacket(packetRow(tree.frame[i]! - 1));
                else if (children) toggle(i, !isOpen);
              }}
            >
              <span
                className="node-mark"
                aria-hidden="true"
                onClick={(e) => {
                  if (children) {
                    e.stopPropagation();
                    toggle(i, !isOpen);
                  }
                }}
              >
                {children ? (isOpen ? '▾' : '▸') : ''}
              </span>
              <span className="node-text">{visible(textAt(tree.label, i))}</span>
            </div>
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

function hasChildren(tree: TreePage, i: number): boolean {
  return i + 1 < tree.depth.length && tree.depth[i + 1]! > tree.depth[i]!;
}

/** Puts the node's expression into the filter bar; it is applied when the filter knows the field. */
function filterBy(tree: TreePage, i: number): void {
  const expression = textAt(tree.filter, i);
  if (expression === '') return;
  const { drafts, set } = useStore.getState();
  set({ drafts: { ...drafts, packets: expression } });
  void applyFilter(expression);
}
