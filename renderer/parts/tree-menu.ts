// The menu of a line of the packet's tree.
import { packetRow, type PacketRow, textAt, type TreePage } from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { exportBytes } from '../state/file-export.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { useStore } from '../state/store.ts';
import { sourceOfField } from '../state/rule-sources.ts';
import { makeRuleOfBytes, makeRuleOfPacket } from '../state/threat.ts';
import { count, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { addColumn } from '../views/packet-columns.ts';
import { BYTE_FORMATS, formatBytes } from './byte-formats.ts';
import { foldAll, hasChildren } from './tree-folds.ts';

/** The name of a line's field, '' where it has none. */
function fieldName(tree: TreePage, node: number): string {
  return textAt(tree.filter, node).split(' ')[0]!;
}

/** What stands after the field's name: 'Time to Live: 64' has the value 64. */
function valueOfLabel(label: string): string {
  const at = label.indexOf(': ');
  return at < 0 ? label : label.slice(at + 2);
}

/** The title of a column of a line's field: what stands before its value. */
function titleOf(label: string, field: string): string {
  const at = label.indexOf(':');
  const before = (at < 0 ? label : label.slice(0, at)).replace(/^[.01 ]+ = /, '').trim();
  return before === '' || before.length > 40 ? field : before;
}

/** @param of the packet that the tree is of, and whether it has a flow that can be followed */
export function treeItems(
  tree: TreePage,
  node: number,
  { row, follow }: { readonly row: PacketRow | null; readonly follow: boolean },
): MenuItem[] {
  const label = visible(textAt(tree.label, node));
  const filter = textAt(tree.filter, node);
  const field = fieldName(tree, node);
  const frame = tree.frame[node]!;
  return [
    ...(frame > 0
      ? [
          {
            kind: 'act' as const,
            text: word('menu.linked', { n: count(frame) }),
            keys: 'Enter',
            run: () => goToPacket(packetRow(frame - 1)),
          },
          { kind: 'line' as const },
        ]
      : []),
    ...(hasChildren(tree, node)
      ? [
          act('menu.expandBelow', () => foldBetween(tree, node, endOf(tree, node), true)),
          act('menu.collapseBelow', () => foldBetween(tree, node, endOf(tree, node), false)),
        ]
      : []),
    act('menu.expandAll', () => foldBetween(tree, 0, tree.depth.length, true)),
    act('menu.collapseAll', () => foldBetween(tree, 0, tree.depth.length, false)),
    { kind: 'line' },
    act('exportBytes', exportBytes, 'Ctrl+Shift+X'),
    { kind: 'line' },
    ...(field === '' ? [] : [act('menu.asColumn', () => addColumn(field, titleOf(label, field)))]),
    ...filterItems(filter),
    ...(follow ? [act('key.follow', () => useStore.getState().set({ dialog: 'stream' }))] : []),
    ...(row === null ? [] : ruleItems(tree, node, field, row)),
    { kind: 'line' },
    { kind: 'more', text: word('menu.copy'), items: copyItems(tree, node, label, filter, field) },
  ];
}

/** A rule of what the line names, and one of the bytes that it stands for. */
function ruleItems(tree: TreePage, node: number, field: string, row: PacketRow): MenuItem[] {
  const of = sourceOfField(field);
  const from = tree.start[node]!;
  const length = tree.length[node]!;
  return [
    ...(of === null ? [] : [act('threat.make.from', () => makeRuleOfPacket(of, row))]),
    // Bytes that were put together from several packets have no place in this one.
    ...(tree.source[node] !== 0 || length === 0
      ? []
      : [act('threat.make.bytes', () => makeRuleOfBytes(row, from, from + length))]),
  ];
}

function copyItems(tree: TreePage, node: number, label: string, filter: string, field: string): MenuItem[] {
  const from = tree.start[node]!;
  const bytes = tree.sources[tree.source[node]!]?.bytes.subarray(from, from + tree.length[node]!);
  const said = (from0: number, to: number): string =>
    Array.from(
      { length: to - from0 },
      (_, i) => '    '.repeat(tree.depth[from0 + i]!) + visible(textAt(tree.label, from0 + i)),
    ).join('\n');
  return [
    act('menu.copy.value', () => copyText(valueOfLabel(label))),
    act('menu.copy.description', () => copyText(label)),
    ...(field === '' ? [] : [act('menu.copy.field', () => copyText(field))]),
    ...(filter === '' ? [] : [act('menu.copy.filter', () => copyText(filter))]),
    act('menu.copy.branch', () => copyText(said(node, endOf(tree, node)))),
    act('menu.copy.tree', () => copyText(said(0, tree.depth.length))),
    ...(bytes === undefined || bytes.length === 0
      ? []
      : [
          { kind: 'line' as const },
          ...BYTE_FORMATS.map((format) => act(`menu.bytes.${format}`, () => copyText(formatBytes(bytes, format)))),
        ]),
  ];
}

/** The node after all that stand below a node. */
function endOf(tree: TreePage, node: number): number {
  let end = node + 1;
  while (end < tree.depth.length && tree.depth[end]! > tree.depth[node]!) end++;
  return end;
}

function foldBetween(tree: TreePage, from: number, to: number, open: boolean): void {
  const nodes = Array.from({ length: to - from }, (_, i) => from + i);
  foldAll(
    tree,
    nodes.filter((i) => hasChildren(tree, i)),
    open,
  );
}
