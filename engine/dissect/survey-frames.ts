// What many frames consist of, in the dissect process: the protocols at the top of each tree, and expert information.
import { type FilteringSession, framesLetThrough } from './filtering.ts';
import type { Vector, WiregasmTree } from './flatten.ts';

export interface SurveyFrames extends FilteringSession {
  getFrame(number: number): { readonly tree: Vector<WiregasmTree> };
}

export interface ExpertItem {
  readonly frame: number;
  readonly severity: string;
  readonly group: string;
  readonly protocol: string;
  readonly summary: string;
}

/** Of frames `from` to `from + count`, as far as the capture goes: index into `paths` for each. */
export interface Survey {
  readonly paths: readonly string[];
  readonly pathOf: Uint16Array;
  readonly experts: readonly ExpertItem[];
}

const MAX_DEPTH = 100;
/** Nodes of one tree that are looked through. */
const MAX_NODES = 50_000;
const MAX_SUMMARY = 500;
const EXPERT = /^Expert Info \((\w+)\/([^)]+)\): ([^]*)$/;

/** Frames with expert information, found once a capture. */
const known = new WeakMap<SurveyFrames, Set<number>>();

function expertFrames(session: SurveyFrames): Set<number> {
  let found = known.get(session);
  if (found === undefined) {
    found = new Set(framesLetThrough(session, '_ws.expert', 0, 0).frames);
    known.set(session, found);
  }
  return found;
}

/** Expert information of many frames, a part of those that have some. */
export interface ExpertPart {
  readonly items: readonly ExpertItem[];
  /** Frames that have some, in all. */
  readonly frames: number;
}

/** @param skip frames with expert information to leave out @param limit how many are looked at then */
export function expertsOf(session: SurveyFrames, skip: number, limit: number): ExpertPart {
  const all = [...expertFrames(session)];
  const items: ExpertItem[] = [];
  for (const frame of all.slice(skip, skip + limit)) {
    const { tree } = session.getFrame(frame);
    const n = tree.size();
    for (let k = 0; k < n; k++) {
      const node = tree.get(k);
      collect(node, frame, items);
      node.tree.delete?.();
    }
    tree.delete?.();
  }
  return { items, frames: all.length };
}

export function surveyed(session: SurveyFrames, from: number, count: number): Survey {
  const withExpert = expertFrames(session);
  const paths = new Map<string, number>();
  const pathOf = new Uint16Array(count);
  const experts: ExpertItem[] = [];
  for (let i = 0; i < count; i++) {
    const { tree } = session.getFrame(from + i);
    const names: string[] = [];
    const n = tree.size();
    for (let k = 0; k < n; k++) {
      const node = tree.get(k);
      // The frame is the root of all; fields at the top, such as reassembled segments, are no protocols.
      if (node.type === 'proto' && node.filter !== 'frame') names.push(shortName(node));
      if (withExpert.has(from + i)) collect(node, from + i, experts);
      node.tree.delete?.();
    }
    tree.delete?.();
    const path = names.join(' ');
    let id = paths.get(path);
    if (id === undefined) paths.set(path, (id = paths.size));
    pathOf[i] = id;
  }
  return { paths: [...paths.keys()], pathOf, experts };
}

/** Whose expert information stands below a node of the top: of a packet cut short, the protocol that was cut. */
function protocolOf(root: WiregasmTree): string {
  return /^\[?(?:Malformed|Unreassembled) Packet[^:]*: ([^\]:]+)/.exec(root.label)?.[1] ?? shortName(root);
}

/** A node's name in filters; what has none is called as its text begins. */
function shortName(node: WiregasmTree): string {
  const filter = /^[\w.-]+/.exec(node.filter)?.[0] ?? '';
  return filter === '' ? 'data' : filter;
}

function collect(root: WiregasmTree, frame: number, into: ExpertItem[]): void {
  const protocol = protocolOf(root);
  let nodes = 0;
  const walk = (node: WiregasmTree, depth: number): void => {
    const m = EXPERT.exec(node.label.replace(/^\[([^]*)\]$/, '$1'));
    if (m !== null) {
      into.push({ frame, severity: m[1]!, group: m[2]!, protocol, summary: m[3]!.trimEnd().slice(0, MAX_SUMMARY) });
      return;
    }
    const n = node.tree.size();
    if (depth >= MAX_DEPTH) return;
    for (let i = 0; i < n && nodes < MAX_NODES; i++) {
      nodes++;
      const child = node.tree.get(i);
      walk(child, depth + 1);
      child.tree.delete?.();
    }
  };
  walk(root, 0);
}
