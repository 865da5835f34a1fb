// What is known of the packet selected: its bytes, its tree, the node chosen in it and the bytes that are lit up.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { saidBy, type FeatureEvidence, type PacketRow, type TreePage } from '../../contract/index.ts';
import { type Span, unlightBytes, useByteRange } from '../state/byte-range.ts';
import { useStore } from '../state/store.ts';
import { client, RequestError } from '../wire/client.ts';
import { sentence } from '../words/words.ts';

/** Bytes of one source that are lit up. */
export interface Lit {
  readonly source: number;
  readonly from: number;
  readonly to: number;
}

/** What has come of a packet. */
interface Loaded {
  readonly row: PacketRow | null;
  readonly tree: TreePage | null;
  /** The packet that the tree is of. */
  readonly treeRow: PacketRow | null;
  readonly bytes: Uint8Array | null;
  readonly problem: string | null;
}

/** The tree of the packet before stands this long while the next one is on its way, ms: longer it would mislead. */
const STALE = 200;

const NOTHING: Loaded = { row: null, tree: null, treeRow: null, bytes: null, problem: null };

export interface PacketDetail {
  readonly tree: TreePage | null;
  /** The packet that the tree is of: for a moment still the one selected before. */
  readonly treeRow: PacketRow | null;
  /** Null while those of the packet selected are under way. */
  readonly bytes: Uint8Array | null;
  /** The tree is of the packet selected, and not still that of the one before. */
  readonly current: boolean;
  readonly problem: string | null;
  readonly node: number | null;
  readonly setNode: (node: number | null) => void;
  /** Which of the packet's byte sources is shown. */
  readonly source: number;
  readonly setSource: (source: number) => void;
  readonly lit: Lit | null;
  /** All bytes of that source that are lit up, where they do not lie together. */
  readonly spans: readonly Span[];
}

const NO_SPANS: readonly Span[] = [];

export function usePacketDetail(packet: PacketRow | null): PacketDetail {
  const session = useStore((s) => s.session?.session);
  const told = useStore((s) => s.told);
  const evidence = useStore((s) => s.evidence);
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  const range = useByteRange((s) => (s.range !== null && s.range.row === packet ? s.range : null));
  const [node, setChosen] = useState<number | null>(null);
  // A line that is chosen takes the place of bytes that were.
  const setNode = useCallback((to: number | null): void => {
    unlightBytes();
    setChosen(to);
  }, []);
  const [source, setSource] = useState(0);
  useEffect(() => {
    setChosen(null);
    setSource(0);
    if (useByteRange.getState().range?.row !== packet) unlightBytes();
    if (packet === null) {
      setLoaded(NOTHING);
      return undefined;
    }
    let current = true;
    const take = (change: Partial<Loaded>): void => {
      if (current)
        setLoaded((before) => ({
          ...(before.row === packet ? before : { ...NOTHING, tree: before.tree, treeRow: before.treeRow }),
          ...change,
          row: packet,
        }));
    };
    // Bytes are there at once; the tree follows when the dissector has it.
    client.ask('bytes', { row: packet }).then(
      ({ bytes }) => take({ bytes }),
      () => undefined,
    );
    const ask = (again: boolean): void => {
      client.ask('tree', { row: packet }).then(
        (tree) => {
          take({ tree, treeRow: packet, problem: null });
          // A node chosen in the tree of the packet before, while this one was on its way, may lie beyond its end.
          if (current) setChosen((chosen) => (chosen === null ? null : Math.min(chosen, tree.depth.length - 1)));
        },
        (error: unknown) => {
          if (again && error instanceof RequestError && error.said.say === 'dissect-missing')
            setTimeout(() => {
              if (current) ask(false);
            }, 1500);
          else take({ tree: null, problem: sentence(saidBy(error)) });
        },
      );
    };
    ask(true);
    const stale = setTimeout(() => {
      setLoaded((before) => (before.treeRow === packet ? before : { ...before, tree: null, treeRow: null }));
    }, STALE);
    return () => {
      current = false;
      clearTimeout(stale);
    };
  }, [packet, session, told]);

  const { tree, treeRow } = loaded;
  const lit = useMemo(
    () => (range === null ? litBytes(tree, node, packet, evidence) : { source: range.source, ...range.spans[0]! }),
    [range, tree, node, packet, evidence],
  );
  useEffect(() => {
    if (lit !== null) setSource(lit.source);
  }, [lit]);

  const current = loaded.treeRow === packet;
  const { problem } = loaded;
  return {
    tree,
    treeRow,
    bytes: loaded.row === packet ? loaded.bytes : null,
    current,
    problem,
    node,
    setNode,
    source,
    setSource,
    lit,
    spans: range?.spans ?? NO_SPANS,
  };
}

/** The bytes of the node chosen; while none is chosen, those of the evidence shown. */
function litBytes(
  tree: TreePage | null,
  node: number | null,
  packet: number | null,
  evidence: FeatureEvidence | null,
): Lit | null {
  if (node === null && evidence !== null && packet !== null) {
    const at = evidence.rangeRows.indexOf(packet);
    if (at >= 0) return { source: 0, from: evidence.rangeFrom[at]!, to: evidence.rangeTo[at]! };
  }
  if (tree === null || node === null || node >= tree.depth.length || tree.length[node] === 0) return null;
  return { source: tree.source[node]!, from: tree.start[node]!, to: tree.start[node]! + tree.length[node]! };
}

/** The smallest node that contains a byte: a click on the byte selects it. */
export function deepest(tree: TreePage, source: number, at: number): number | null {
  let best: number | null = null;
  let size = Infinity;
  for (let i = 0; i < tree.depth.length; i++) {
    const from = tree.start[i]!;
    const length = tree.length[i]!;
    if (tree.source[i] !== source || length === 0 || at < from || at >= from + length) continue;
    if (length <= size) {
      best = i;
      size = length;
    }
  }
  return best;
}
