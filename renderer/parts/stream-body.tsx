// The lines of a stream, as far as in sight. A click shows the line's packet; Enter goes there.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { StreamLine } from '../../contract/index.ts';
import { moveBy } from '../list/move.ts';
import { visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import type { Finding } from './stream-find-field.tsx';
import type { Place } from './stream-find.ts';

const LINE = 19;
const A_PAGE = 20;

export function StreamBody({
  lines,
  find,
  note,
  onShow,
}: {
  readonly lines: readonly StreamLine[];
  readonly find: Finding;
  readonly note: string | null;
  /** @param leave the dialog is left for the packet */
  readonly onShow: (line: number, leave: boolean) => void;
}): ReactNode {
  const word = useWord();
  const scroll = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    overscan: 10,
  });
  const { now } = find;
  const bring = useEffectEvent((line: number) => {
    setAt(line);
    list.scrollToIndex(line, { align: 'center' });
  });
  useEffect(() => {
    if (now !== null) bring(now.line);
  }, [now]);
  useEffect(() => setAt(0), [lines]);
  const keys = (event: KeyboardEvent): void => {
    const to = moveBy(event.key, at, lines.length, A_PAGE);
    if (event.key === 'Enter') onShow(at, true);
    else if (to === null || lines.length === 0) return;
    else {
      setAt(to);
      list.scrollToIndex(to, { align: 'auto' });
    }
    event.preventDefault();
  };
  return (
    <div
      className="stream"
      ref={scroll}
      tabIndex={0}
      role="group"
      aria-label={word('followStream')}
      onKeyDown={keys}
      data-first
    >
      {note === null ? null : <p className="note">{note}</p>}
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const line = lines[item.index]!;
          return (
            <div
              key={item.index}
              className={`stream-line ${line.direction === 0 ? 'client' : 'server'}${item.index === at ? ' at' : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => {
                setAt(item.index);
                onShow(item.index, false);
              }}
              onDoubleClick={() => onShow(item.index, true)}
            >
              <Marked text={line.text} place={now?.line === item.index ? now : null} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Marked({ text, place }: { readonly text: string; readonly place: Place | null }): ReactNode {
  if (place === null) return visible(text);
  const to = place.from + place.length;
  return (
    <>
      {visible(text.slice(0, place.from))}
      <mark>{visible(text.slice(place.from, to))}</mark>
      {visible(text.slice(to))}
    </>
  );
}
