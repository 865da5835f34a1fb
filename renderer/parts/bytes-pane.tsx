// The bytes, sixteen a line as hexadecimal and text, or four a line as bits. A choice in the tree highlights bytes, and a click on a byte its
// node.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { PacketRow, TreePage } from '../../contract/index.ts';
import { count, visible } from '../words/format.ts';
import { useWord, word as wordNow } from '../words/words.ts';
import type { Span } from '../state/byte-range.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { makeRuleOfBytes } from '../state/threat.ts';
import { act, isEcho, isMenuKey, openMenu, openMenuAt, type MenuItem } from '../state/menu.ts';
import { BYTE_FORMATS, bytesFilter, formatBytes, hex } from './byte-formats.ts';
import { BytesTools } from './bytes-tools.tsx';
import { byteAt, useByteRun } from './byte-run.ts';
import type { Lit } from '../views/packet-detail.ts';

const LINE = 20;
/** Bytes of a line by what they are shown as. */
const A_LINE = { hex: 16, bits: 4 } as const;
/** Bytes that a filter names one by one. */
const LONGEST_SLICE = 256;

export interface BytesPaneProps {
  readonly tree: TreePage | null;
  /** The packet's own bytes, there before the tree. */
  readonly plain: Uint8Array | null;
  /** The packet that they are of. */
  readonly row: PacketRow | null;
  readonly lit: Lit | null;
  /** All that is lit up, where that is more than `lit`. */
  readonly spans: readonly Span[];
  readonly source: number;
  readonly onSource: (source: number) => void;
  readonly onByte: (at: number) => void;
}

export function BytesPane({ tree, plain, row, lit, spans, source, onSource, onByte }: BytesPaneProps): ReactNode {
  const word = useWord();
  const scroll = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const [as, setAs] = useState<keyof typeof A_LINE>('hex');
  const aLine = A_LINE[as];
  const sources = tree?.sources ?? [];
  const bytes = sources[source]?.bytes ?? plain ?? new Uint8Array(0);
  const list = useVirtualizer({
    count: Math.ceil(bytes.length / aLine),
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    overscan: 4,
  });
  const [from, to] = lit !== null && lit.source === source ? [lit.from, lit.to] : [-1, -1];
  const isLit = (at: number): boolean =>
    (at >= from && at < to) || (from >= 0 && spans.some((span) => at >= span.from && at < span.to));
  const run = useByteRun(row, source);
  const showByte = useEffectEvent((at: number) => {
    setCursor(at);
    if (!run.begin(at, to)) return;
    list.scrollToIndex(Math.floor(at / aLine), { align: 'auto' });
  });
  useEffect(() => {
    if (from >= 0) showByte(from);
  }, [from, to, source]);

  const copy = (): void => {
    const part = from >= 0 ? bytes.subarray(from, to) : bytes;
    copyText(Array.from(part, hex).join(' '), word('bytesCopied', { n: count(part.length) }));
  };
  const menu = (): { readonly label: string; readonly items: readonly MenuItem[] } => {
    const [first, part] = from >= 0 ? [from, bytes.subarray(from, to)] : [0, bytes];
    // A slice is of the frame: bytes that were put together from several packets have no name there.
    const filter = source === 0 && part.length > 0 && part.length <= LONGEST_SLICE ? bytesFilter(part, first) : '';
    const make = source === 0 && from >= 0 && row !== null ? (): void => makeRuleOfBytes(row, from, to) : null;
    return { label: word('bytes'), items: byteItems(part, filter, make) };
  };
  const keys = (event: KeyboardEvent): void => {
    if (isMenuKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      openMenuAt(scroll.current!.querySelector('.lit') ?? scroll.current!, menu());
      return;
    }
    const by = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: aLine,
      ArrowUp: -aLine,
      PageDown: aLine * 10,
      PageUp: -aLine * 10,
    }[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || bytes.length === 0) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(bytes.length - 1, (event.shiftKey ? run.head() : cursor) + by));
    setCursor(at);
    if (event.shiftKey) run.extend(at);
    else {
      run.start(at);
      onByte(at);
    }
    list.scrollToIndex(Math.floor(at / aLine), { align: 'auto' });
  };

  const all = bytes.length === 0 ? '' : word('nBytes', { n: count(bytes.length) });
  const shownBytes = from >= 0 ? word('selectedBytes', { n: count(to - from) }) : all;
  return (
    <>
      <header className="pane-head">
        <h2>{word('bytes')}</h2>
        {sources.length > 1 ? (
          <div className="tabs" role="group" aria-label={word('byteSources')}>
            {sources.map((s, i) => (
              <button key={i} type="button" className="tab" aria-pressed={i === source} onClick={() => onSource(i)}>
                {visible(s.name).replace(/ \(\d+ bytes?\)$/, '')}
              </button>
            ))}
          </div>
        ) : null}
        <span className="pane-note">{shownBytes}</span>
        {bytes.length > 0 ? (
          <BytesTools
            as={as}
            setAs={setAs}
            source={source}
            from={Math.max(0, from)}
            to={from >= 0 ? to : bytes.length}
          />
        ) : null}
        {bytes.length > 0 ? (
          <button type="button" className="link-button" onClick={copy}>
            {word('copy')}
          </button>
        ) : null}
      </header>
      <div
        className="pane-body hex"
        ref={scroll}
        tabIndex={0}
        role="application"
        aria-label={word('bytesLabel')}
        onKeyDown={keys}
        onPointerDown={run.down}
        onPointerMove={run.move}
        onContextMenu={(e) => {
          e.preventDefault();
          if (!isEcho(e)) openMenu({ ...menu(), x: e.clientX, y: e.clientY });
        }}
      >
        <div style={{ height: list.getTotalSize(), position: 'relative' }}>
          {list.getVirtualItems().map((item) => {
            const start = item.index * aLine;
            const line = bytes.subarray(start, start + aLine);
            const whole = from <= start && to >= start + line.length;
            return (
              <div
                key={item.index}
                className={`hex-line${whole && from >= 0 ? ' lit' : ''}`}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={(e) => {
                  const at = byteAt(e);
                  if (at !== null && !e.shiftKey && !run.dragged()) onByte(at);
                }}
              >
                <span className="hex-offset">{start.toString(16).padStart(4, '0')}</span>
                <span className="hex-bytes">
                  {Array.from(line, (b, i) => (
                    <i key={i} data-at={start + i} className={isLit(start + i) ? 'lit' : undefined}>
                      {as === 'bits' ? b.toString(2).padStart(8, '0') : hex(b)}
                      {as === 'hex' && i === 7 ? '  ' : ' '}
                    </i>
                  ))}
                </span>
                <span className="hex-text">
                  {Array.from(line, (b, i) => (
                    <i key={i} data-at={start + i} className={isLit(start + i) ? 'lit' : undefined}>
                      {b >= 32 && b < 127 ? String.fromCharCode(b) : '.'}
                    </i>
                  ))}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

/** @param make makes a rule of the bytes, null where they have no place in a packet */
function byteItems(bytes: Uint8Array, filter: string, make: (() => void) | null): MenuItem[] {
  return [
    ...(make === null ? [] : [act('threat.make.bytes', make), { kind: 'line' as const }]),
    ...filterItems(filter),
    ...(filter === '' ? [] : [{ kind: 'line' as const }]),
    ...BYTE_FORMATS.map((format): MenuItem => ({
      kind: 'act',
      text: wordNow(`menu.bytes.${format}`),
      run: () => copyText(formatBytes(bytes, format)),
    })),
  ];
}
