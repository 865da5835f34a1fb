// Packets over time, those of malicious flows in red. A brush selects a range; by keys too: arrows move, Shift extends,
// Enter filters.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { StripPage } from '../../contract/index.ts';
import { applyFilter } from '../state/actions.ts';
import { bringToTop } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { useThemeShown } from '../state/theme.ts';
import { BAR, drawStrip, GAP } from './strip-drawing.ts';
import { client } from '../wire/client.ts';
import { count, seconds } from '../words/format.ts';
import { useWord } from '../words/words.ts';

/** While a capture grows it is drawn again this often, ms. */
const AGAIN = 1000;

interface Brush {
  readonly from: number;
  readonly to: number;
}

export function TimeStrip(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [strip, setStrip] = useState<StripPage | null>(null);
  const [brush, setBrush] = useState<Brush | null>(null);
  /** The part of the time that is shown, seconds since 1970; null: all of it. */
  const [zoom, setZoom] = useState<Brush | null>(null);
  const [width, setWidth] = useState(0);
  const theme = useThemeShown();
  const asked = useRef(0);
  const pressed = useRef<number | null>(null);
  /** While the mouse is down nothing is offered; the selection is once the mouse is released. */
  const [pressing, setPressing] = useState(false);

  useEffect(() => {
    const watch = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 0));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const buckets = Math.min(4000, Math.floor((width - 20) / (BAR + GAP)));
    if (buckets < 1) return undefined;
    const wait = Math.max(0, asked.current + AGAIN - performance.now());
    const timer = setTimeout(() => {
      asked.current = performance.now();
      client.ask('strip', { buckets, range: zoom }).then(setStrip, () => undefined);
    }, wait);
    return () => clearTimeout(timer);
  }, [width, zoom, session.packets, session.revision, session.session]);
  useEffect(() => {
    setBrush(null);
    setZoom(null);
  }, [session.session]);
  useEffect(() => {
    if (strip !== null && canvas.current !== null)
      drawStrip(canvas.current, strip, {
        width,
        zero: session.firstTime ?? strip.from,
        most: (n, span) => word('strip.most', { n: count(n), s: seconds(span) }),
      });
  }, [strip, width, theme, session.firstTime, word]);

  const n = strip?.packets.length ?? 0;
  const bucketAt = (x: number): number => Math.max(0, Math.min(n - 1, Math.floor((x - 10) / (BAR + GAP))));
  const time = (bucket: number): number => (strip === null ? 0 : strip.from + (bucket * (strip.to - strip.from)) / n);
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || n === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pressed.current = bucketAt(event.nativeEvent.offsetX);
    setPressing(true);
    setBrush({ from: pressed.current, to: pressed.current });
  };
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (pressed.current === null) return;
    const at = bucketAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
    setBrush({ from: Math.min(pressed.current, at), to: Math.max(pressed.current, at) });
  };
  const up = (): void => {
    pressed.current = null;
    setPressing(false);
    if (brush !== null) scrollTo(brush);
  };
  const scrollTo = (b: Brush): void => {
    if (useStore.getState().view !== 'packets') return;
    void client.ask('range', { from: time(b.from), to: time(b.to + 1) }).then(
      ({ first }) => {
        if (useStore.getState().view === 'packets') bringToTop(first);
      },
      () => undefined,
    );
  };
  const filter = (): void => {
    if (brush === null) return;
    const { view, drafts } = useStore.getState();
    const flows = view === 'flows';
    const field = flows ? 'flow.start' : 'frame.time_epoch';
    const range = `${field} >= ${time(brush.from).toFixed(6)} and ${field} < ${time(brush.to + 1).toFixed(6)}`;
    setBrush(null);
    void applyFilter(withRange(drafts[flows ? 'flows' : 'packets'], range));
  };
  const zoomTo = (range: Brush | null): void => {
    asked.current = 0;
    setBrush(null);
    setZoom(range);
  };
  const zoomIn = (): void => {
    if (brush !== null && brush.to > brush.from) zoomTo({ from: time(brush.from), to: time(brush.to + 1) });
  };
  const zoomOut = (): void => zoomTo(null);
  const keys = (event: KeyboardEvent): void => {
    if (n === 0) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const next = movedBrush(brush, by, event.shiftKey, n);
      setBrush(next);
      scrollTo(next);
    } else if (event.key === 'Enter') filter();
    else if (event.key === '+' || event.key === '=') zoomIn();
    else if (event.key === '-') zoomOut();
    else if (event.key === 'Escape' && brush !== null) {
      event.stopPropagation();
      setBrush(null);
    }
  };
  const about =
    brush === null || strip === null
      ? word('noRange')
      : word('inRange', {
          n: count(sum(strip.packets, brush)),
          bad: count(sum(strip.malicious, brush)),
          s: seconds(time(brush.to + 1) - time(brush.from)),
        });
  return (
    <div
      className="strip"
      ref={box}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={keys}
      tabIndex={0}
      role="slider"
      data-part={zoom !== null && strip?.from === zoom.from ? 'shown' : undefined}
      aria-label={word('timeStrip')}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, n - 1)}
      aria-valuenow={Math.max(0, brush?.from ?? 0)}
      aria-valuetext={about}
    >
      <canvas ref={canvas} />
      {brush === null ? null : (
        <div
          className="brush"
          style={{ left: 10 + brush.from * (BAR + GAP), width: (brush.to - brush.from + 1) * (BAR + GAP) }}
        />
      )}
      {zoom === null || brush !== null ? null : (
        <div className="brush-note zoomed" onPointerDown={(e) => e.stopPropagation()}>
          <button type="button" className="link-button" onClick={zoomOut} title="-">
            {word('strip.whole')}
          </button>
        </div>
      )}
      {brush === null || pressing ? null : (
        <div
          className="brush-note"
          style={
            brush.from > n * 0.7
              ? { right: width - (10 + brush.from * (BAR + GAP)) + 8 }
              : { left: 10 + (brush.to + 1) * (BAR + GAP) + 8 }
          }
          onPointerDown={(e) => e.stopPropagation()}
        >
          <span>{about}</span>
          <button type="button" className="link-button" onClick={filter}>
            {word('filterRange')}
          </button>
          {brush.to === brush.from ? null : (
            <button type="button" className="link-button" onClick={zoomIn} title="+">
              {word('strip.zoom')}
            </button>
          )}
          <button type="button" className="icon-button" aria-label={word('clearRange')} onClick={() => setBrush(null)}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}

function sum(values: Uint32Array, { from, to }: Brush): number {
  return values.subarray(from, to + 1).reduce((s, v) => s + v, 0);
}

/** The brush moved by a key, or extended at its end. @param n how many bars there are */
function movedBrush(brush: Brush | null, by: number, extend: boolean, n: number): Brush {
  const outside = by > 0 ? -1 : n;
  const { from, to } = brush ?? { from: outside, to: outside };
  const inside = (bar: number): number => Math.max(0, Math.min(n - 1, bar));
  if (extend) return { from, to: Math.max(from, inside(to + by)) };
  return { from: inside(from + by), to: inside(from + by) };
}

const RANGE = String.raw`(frame\.time_epoch|flow\.start) >= [\d.]+ and (frame\.time_epoch|flow\.start) < [\d.]+`;
/** A range that the strip put into the filter before, with the 'and' in front of it. */
const RANGE_BEFORE = new RegExp(String.raw`\s*(and\s+)?\(?${RANGE}\)?`);

/** The filter narrowed to a range, in place of one that it has. */
function withRange(filter: string, range: string): string {
  const rest = filter.replace(RANGE_BEFORE, '').trim();
  return rest === '' ? range : `(${rest}) and ${range}`;
}
