// The three lower panes of Packets. They can be dragged, hidden and come back as they were.
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { type PacketRow, saidBy, textAt, type TreePage } from '../../contract/index.ts';
import { useStore } from '../state/store.ts';
import { BytesPane } from '../parts/bytes-pane.tsx';
import { FlowCard } from '../parts/flow-card.tsx';
import { Divider } from '../parts/divider.tsx';
import { TreePane } from '../parts/tree-pane.tsx';
import { client, RequestError } from '../wire/client.ts';
import { count, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';

/** Bytes of one source that are lit up. */
export interface Lit {
  readonly source: number;
  readonly from: number;
  readonly to: number;
}

interface Loaded {
  readonly row: PacketRow | null;
  readonly tree: TreePage | null;
  readonly bytes: Uint8Array | null;
  readonly problem: string | null;
}

const NOTHING: Loaded = { row: null, tree: null, bytes: null, problem: null };

export function DetailPanes(): ReactNode {
  const word = useWord();
  const packet = useStore((s) => s.packet);
  const session = useStore((s) => s.session)!;
  const panes = useStore((s) => s.panes);
  const set = useStore((s) => s.set);
  const evidence = useStore((s) => s.evidence);
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  const [node, setNode] = useState<number | null>(null);
  const [source, setSource] = useState(0);

  useEffect(() => {
    setNode(null);
    setSource(0);
    if (packet === null) {
      setLoaded(NOTHING);
      return undefined;
    }
    let current = true;
    const take = (change: Partial<Loaded>): void => {
      if (current)
        setLoaded((before) => ({
          ...(before.row === packet ? before : { ...NOTHING, tree: before.tree }),
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
          take({ tree, problem: null });
          // What was chosen in the tree of the packet before, while this one was on its way, may lie beyond this one's
          // end.
          if (current) setNode((chosen) => (chosen === null ? null : Math.min(chosen, tree.depth.length - 1)));
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
    return () => {
      current = false;
    };
  }, [packet, session.session]);

  const lit = useMemo((): Lit | null => {
    const { tree } = loaded;
    // Nothing chosen in the tree: a feature's bytes are lit up.
    const at = node === null && evidence !== null && packet !== null ? evidence.rangeRows.indexOf(packet) : -1;
    if (at >= 0) return { source: 0, from: evidence!.rangeFrom[at]!, to: evidence!.rangeTo[at]! };
    if (tree === null || node === null || node >= tree.depth.length || tree.length[node] === 0) return null;
    return { source: tree.source[node]!, from: tree.start[node]!, to: tree.start[node]! + tree.length[node]! };
  }, [loaded, node, evidence, packet]);
  useEffect(() => {
    if (lit !== null) setSource(lit.source);
  }, [lit]);

  if (panes.detail === 0) return null;
  const shown = (pane: 'tree' | 'bytes' | 'flow'): boolean => !panes.hidden.includes(pane);
  const resize = (change: Partial<typeof panes>): void => set({ panes: { ...panes, ...change } });
  const title = packet === null ? word('packet') : word('packetN', { n: count(packet + 1) });
  const nodeText =
    loaded.tree === null || node === null || node >= loaded.tree.depth.length
      ? ''
      : visible(textAt(loaded.tree.filter, node)).replace(/ ==.*$/, '');
  const restarting = session.dissect === 'restarting' || (session.dissect === 'starting' && loaded.tree === null);
  return (
    <>
      <Divider
        label={word('resizeDetail')}
        orientation="horizontal"
        value={panes.detail}
        onMove={(by) => resize({ detail: clamp(panes.detail - by, 90, 700) })}
      />
      <div className="panes" style={{ height: panes.detail }}>
        {shown('tree') ? (
          <section className="pane" style={{ flexBasis: `${panes.tree * 100}%` }} aria-label={title}>
            <header className="pane-head">
              <h2>{title}</h2>
              {loaded.tree?.partial ? (
                <span className="hint" title={word('partialTreeHint')}>
                  {word('partialTree')}
                </span>
              ) : null}
              <span className="pane-note">
                {nodeText === ''
                  ? ''
                  : `${nodeText}${lit === null ? '' : ` · ${word('bytesRange', { from: lit.from, to: lit.to - 1 })}`}`}
              </span>
            </header>
            <TreePane
              tree={loaded.tree}
              selected={node}
              onSelect={setNode}
              note={
                packet === null
                  ? word('selectPacket')
                  : (loaded.problem ??
                    (restarting
                      ? word(session.dissect === 'restarting' ? 'dissectRestarting' : 'dissectStarting')
                      : word('dissecting')))
              }
              problem={loaded.problem !== null}
            />
          </section>
        ) : null}
        {shown('tree') && shown('bytes') ? (
          <Divider
            label={word('resizeTree')}
            orientation="vertical"
            value={panes.tree * 100}
            onMove={(by) => resize({ tree: clamp(panes.tree + by / window.innerWidth, 0.12, 0.7) })}
          />
        ) : null}
        {shown('bytes') ? (
          <section className="pane" style={{ flexBasis: `${panes.bytes * 100}%` }} aria-label={word('bytes')}>
            <BytesPane
              tree={loaded.row === packet ? loaded.tree : null}
              plain={loaded.row === packet ? loaded.bytes : null}
              lit={lit}
              source={source}
              onSource={setSource}
              onByte={(at) => setNode(loaded.tree === null ? null : deepest(loaded.tree, source, at))}
            />
          </section>
        ) : null}
        {shown('flow') ? (
          <>
            <Divider
              label={word('resizeBytes')}
              orientation="vertical"
              value={panes.bytes * 100}
              onMove={(by) => resize({ bytes: clamp(panes.bytes + by / window.innerWidth, 0.12, 0.7) })}
            />
            <FlowCard />
          </>
        ) : null}
      </div>
    </>
  );
}

/** The smallest node that contains a byte: a click on the byte selects it. */
function deepest(tree: TreePage, source: number, at: number): number | null {
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

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
