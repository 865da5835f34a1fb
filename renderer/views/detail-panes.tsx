// The three lower panes of Packets. They can be dragged, hidden and come back as they were.
import { useEffect, useState, type ReactNode } from 'react';
import { textAt, type TreePage } from '../../contract/index.ts';
import { useByteRange } from '../state/byte-range.ts';
import { offerBytes } from '../state/file-export.ts';
import { useStore } from '../state/store.ts';
import { BytesPane } from '../parts/bytes-pane.tsx';
import { FlowCard } from '../parts/flow-card.tsx';
import { CommentsHead } from '../parts/packet-comments.tsx';
import { ThreatHead } from '../parts/threat-list.tsx';
import { Divider } from '../parts/divider.tsx';
import { TreePane } from '../parts/tree-pane.tsx';
import { count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { deepest, usePacketDetail } from './packet-detail.ts';

/** Below this width of the window, px, the panes stand one behind the other. */
const NARROW = '(width < 900px)';

type Pane = 'tree' | 'bytes' | 'flow';

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const query = window.matchMedia(NARROW);
    const look = (): void => setNarrow(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return narrow;
}

/** Chooses the pane that is shown where there is room for one. */
function PaneTabs({
  panes,
  front,
  onFront,
}: {
  readonly panes: readonly Pane[];
  readonly front: Pane;
  readonly onFront: (pane: Pane) => void;
}): ReactNode {
  const word = useWord();
  return (
    <div className="pane-tabs" role="group" aria-label={word('panesShown')}>
      {panes.map((pane) => (
        <button key={pane} type="button" className="tab" aria-pressed={pane === front} onClick={() => onFront(pane)}>
          {word(PANE_NAMES[pane])}
        </button>
      ))}
    </div>
  );
}

const PANE_NAMES = { tree: 'tree', bytes: 'bytes', flow: 'flow' } as const;

export function DetailPanes(): ReactNode {
  const word = useWord();
  const packet = useStore((s) => s.packet);
  const session = useStore((s) => s.session)!;
  const panes = useStore((s) => s.panes);
  const set = useStore((s) => s.set);
  const detail = usePacketDetail(packet);
  const { tree, node, lit, source } = detail;
  // The head names the packet whose tree is shown.
  const named = tree === null ? packet : detail.treeRow;

  const narrow = useNarrow();
  const [chosen, setChosen] = useState<Pane>('tree');
  const range = useByteRange((s) => s.range);
  // Whoever asks to see bytes sees them, also where there is room for one pane.
  useEffect(() => {
    if (range !== null) setChosen('bytes');
  }, [range]);

  const row = detail.current ? packet : null;
  useEffect(() => offerBytes(() => (row === null || lit === null ? null : { row, ...lit })));

  if (panes.detail === 0) return null;
  const visiblePanes = (['tree', 'bytes', 'flow'] as const).filter((pane) => !panes.hidden.includes(pane));
  const front = visiblePanes.includes(chosen) ? chosen : visiblePanes[0];
  const shown = (pane: Pane): boolean => (narrow ? pane === front : visiblePanes.includes(pane));
  const resize = (change: Partial<typeof panes>): void => set({ panes: { ...panes, ...change } });
  const title = named === null ? word('packet') : word('packetN', { n: count(named + 1) });
  const waiting = session.dissect === 'restarting' || (session.dissect === 'starting' && tree === null);
  const note = (): string => {
    if (packet === null) return word('selectPacket');
    if (detail.problem !== null) return detail.problem;
    if (!waiting) return word('dissecting');
    return word(session.dissect === 'restarting' ? 'dissectRestarting' : 'dissectStarting');
  };
  const litText = lit === null ? '' : ` · ${word('bytesRange', { from: lit.from, to: lit.to - 1 })}`;
  const field = fieldOf(tree, node);
  return (
    <>
      <Divider
        label={word('resizeDetail')}
        orientation="horizontal"
        value={panes.detail}
        onMove={(by) => resize({ detail: clamp(panes.detail - by, 90, 700) })}
      />
      {narrow && front !== undefined ? <PaneTabs panes={visiblePanes} front={front} onFront={setChosen} /> : null}
      <div className={`panes${narrow ? ' one' : ''}`} style={{ height: panes.detail }}>
        {shown('tree') ? (
          <section className="pane" style={{ flexBasis: `${panes.tree * 100}%` }} aria-label={title}>
            <header className="pane-head">
              <h2>{title}</h2>
              {tree?.partial ? (
                <span className="hint" title={word('partialTreeHint')}>
                  {word('partialTree')}
                </span>
              ) : null}
              <span className="pane-note">{field === '' ? '' : field + litText}</span>
            </header>
            <CommentsHead packet={named} />
            <ThreatHead key={`threats ${named}`} packet={named} />
            <TreePane
              tree={tree}
              row={detail.treeRow}
              selected={node}
              onSelect={detail.setNode}
              note={note()}
              problem={detail.problem !== null}
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
              tree={detail.current ? tree : null}
              plain={detail.bytes}
              row={packet}
              lit={lit}
              spans={detail.spans}
              source={source}
              onSource={detail.setSource}
              onByte={(at) => detail.setNode(tree === null ? null : deepest(tree, source, at))}
            />
          </section>
        ) : null}
        {shown('flow') ? (
          <>
            {narrow ? null : (
              <Divider
                label={word('resizeBytes')}
                orientation="vertical"
                value={panes.bytes * 100}
                onMove={(by) => resize({ bytes: clamp(panes.bytes + by / window.innerWidth, 0.12, 0.7) })}
              />
            )}
            <FlowCard />
          </>
        ) : null}
      </div>
    </>
  );
}

/** The field of a node, as the filter calls it. */
function fieldOf(tree: TreePage | null, node: number | null): string {
  if (tree === null || node === null || node >= tree.depth.length) return '';
  return visible(textAt(tree.filter, node)).replace(/ ==.*$/, '');
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
