// The flow graph: packets as arrows between ends, time downwards. A row is a packet; Enter or a double click goes to it.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { MAX_ARROWS, packetRow, type SequencePage, textAt } from '../../contract/index.ts';
import { moveBy } from '../list/move.ts';
import { goToPacket } from '../state/actions.ts';
import { useCounting } from '../state/counting.ts';
import { useStatistics } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { CountingNote } from './counting-note.tsx';

const ROW = 34;
/** What stands left of the ends and right of them, the room for a name beside its line, the least between two: px. */
const TIMES = 110;
const EDGE = 20;
const BESIDE = 110;
const LANE = 170;
const FIRST = 500;

export function FlowSequence(): ReactNode {
  const word = useWord();
  const counting = useCounting();
  const { ask } = counting;
  const displayed = useStatistics((s) => s.displayed);
  const filter = useStore((s) => s.views?.packets.filter ?? '');
  const done = useStore((s) => s.session?.phase === 'done');
  const among = displayed ? filter : '';
  const [page, setPage] = useState<SequencePage | null>(null);
  const [most, setMost] = useState(FIRST);
  const [at, setAt] = useState(0);
  const [turn, setTurn] = useState(0);
  const [room, setRoom] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const shown = page !== null;
  useEffect(() => {
    if (!shown) return undefined;
    const watch = new ResizeObserver(() => setRoom(box.current?.clientWidth ?? 0));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, [shown]);
  useEffect(() => {
    void ask('statsSequence', { displayed, count: most }).then((made) => {
      if (made !== null) setPage(made);
    });
  }, [ask, displayed, most, done, turn, among]);
  const total = page?.packet.length ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  if (page === null) return <CountingNote counting={counting} again={() => setTurn(turn + 1)} />;
  const move = (to: number): void => {
    setAt(to);
    rows.scrollToIndex(to);
  };
  const open = (index: number): void => goToPacket(packetRow(page.packet[index]! - 1));
  const keys = (event: KeyboardEvent): void => {
    if (total === 0) return;
    const many = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW) - 2);
    const to = moveBy(event.key, at, total, many);
    if (to !== null) move(to);
    else if (event.key === 'Enter') open(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Few ends stand as far apart as there is room, so that what packets say fits between them.
  const gaps = Math.max(1, page.ends.length - 1);
  const lane = Math.max(LANE, Math.floor((room - TIMES - EDGE - 2 * BESIDE) / gaps));
  const beside = Math.min(BESIDE, lane / 2);
  const x = (end: number): number => TIMES + beside + end * lane;
  const width = TIMES + 2 * beside + gaps * lane + EDGE;
  return (
    <div className="stat-table">
      <CountingNote counting={counting} again={() => setTurn(turn + 1)} />
      {total === 0 ? <p className="stat-none">{word(displayed ? 'stats.noneDisplayed' : 'stats.none')}</p> : null}
      <div
        className="stat-grid seq"
        ref={box}
        tabIndex={0}
        role="listbox"
        aria-label={word('stats.sequence')}
        aria-activedescendant={total === 0 ? undefined : `arrow-${at}`}
        onKeyDown={keys}
      >
        <div className="seq-heads" style={{ width }} role="presentation">
          <span style={{ left: 8 }}>{word('stats.s.time')}</span>
          {page.ends.map((end, i) => (
            <b key={end} style={{ left: x(i) - beside + 4, width: 2 * beside - 8 }} title={visible(end)}>
              {visible(end)}
            </b>
          ))}
        </div>
        <div className="seq-sheet" style={{ height: total * ROW, width }} role="presentation">
          {page.ends.map((end, i) => (
            <i key={end} className="seq-lane" style={{ left: x(i) }} />
          ))}
          {rows.getVirtualItems().map(({ index, start }) => {
            const [from, to] = [page.from[index]!, page.to[index]!];
            const left = Math.min(x(from), x(to));
            const label = `${visible(textAt(page.protocol, index))}: ${visible(textAt(page.info, index))}`;
            return (
              <div
                key={index}
                id={`arrow-${index}`}
                role="option"
                aria-selected={index === at}
                className={`seq-row${index === at ? ' chosen' : ''}`}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => setAt(index)}
                onDoubleClick={() => open(index)}
                title={label}
              >
                <time>{page.time[index]!.toFixed(6)}</time>
                <span
                  className="seq-label"
                  style={{ left: left + 6, width: Math.max(lane, Math.abs(x(to) - x(from))) - 12 }}
                >
                  {label} <em>{textAt(page.ports, index)}</em>
                </span>
                <i
                  className={`seq-arrow ${turnOf(from, to)}`}
                  style={{ left, width: Math.max(14, Math.abs(x(to) - x(from))) }}
                />
              </div>
            );
          })}
        </div>
      </div>
      <footer className="stat-foot">
        <button type="button" className="button" disabled={total === 0} onClick={() => open(at)}>
          {word('stats.goTo')}
        </button>
        {page.left > 0 ? <span className="dim">{word('stats.s.left', { n: page.left })}</span> : null}
        {page.left > 0 && most < MAX_ARROWS ? (
          <button type="button" className="link-button" onClick={() => setMost(MAX_ARROWS)}>
            {word('stats.s.more')}
          </button>
        ) : null}
      </footer>
    </div>
  );
}

function turnOf(from: number, to: number): 'self' | 'right' | 'left' {
  if (from === to) return 'self';
  return from < to ? 'right' : 'left';
}
