// The columns of the packet list, and how many characters each of its cells holds.
import { useEffect, useEffectEvent, useMemo, useRef, type RefObject } from 'react';
import { useStore } from '../state/store.ts';
import type { GridHandle, RowPainter } from '../list/grid-body.ts';
import type { PacketPage } from '../../contract/index.ts';
import type { Column, ColumnWidths } from './columns.tsx';
import { useThemeShown } from '../parts/theme.ts';
import type { SightTexts } from '../list/sight-texts.ts';
import { packetPainter, type PainterState } from './packet-painter.ts';

const SCROLL_BAR = 12;
const PADDING = 16;

export const COLUMNS: readonly Column[] = [
  { id: 'verdict', title: 'column.verdict', width: 26 },
  { id: 'no', title: 'column.no', width: 70, right: true },
  { id: 'time', title: 'column.time', width: 104, right: true },
  { id: 'source', title: 'column.source', width: 152 },
  { id: 'destination', title: 'column.destination', width: 152 },
  { id: 'protocol', title: 'column.protocol', width: 76 },
  { id: 'length', title: 'column.length', width: 66, right: true },
  { id: 'info', title: 'column.info', width: 120, grow: true },
];

/** Width of a character in the list's font, px. */
function characterWidth(): number {
  const g = document.createElement('canvas').getContext('2d')!;
  g.font = "12.5px 'JetBrains Mono Variable', ui-monospace, monospace";
  return g.measureText('0'.repeat(100)).width / 100;
}

/** Characters that each cell holds. @param width of the list, px */
function charactersOf(width: number, widths: ColumnWidths): number[] {
  const character = characterWidth();
  const taken = COLUMNS.reduce((sum, c) => sum + (c.grow ? 0 : widths.width(c)), SCROLL_BAR);
  return COLUMNS.map((c) => {
    const room = c.grow ? width - taken : widths.width(c);
    return Math.max(1, Math.floor((room - PADDING) / character));
  });
}

/**
 * The painter of packet rows: it is made once, and what it reads follows settings, evidence and widths.
 * @param list the element that holds the list
 */
export function usePacketPainter(
  list: RefObject<HTMLElement | null>,
  grid: RefObject<GridHandle | null>,
  widths: ColumnWidths,
  texts: SightTexts,
): RowPainter<PacketPage> {
  const { first, firstTime } = useStore((s) => s.session)!;
  const time = useStore((s) => s.settings?.time ?? 'relative');
  const language = useStore((s) => s.settings?.language);
  const colours = useStore((s) => s.settings?.colours ?? true);
  const dark = useThemeShown() !== 'light';
  const evidence = useStore((s) => s.evidence);
  const view = useStore((s) => s.views?.packets ?? null);
  const alerts = view?.filter === '' && view.sort === null ? view.alertPlaces : null;
  const lit = useMemo(() => (evidence === null ? null : new Set(evidence.rows)), [evidence]);
  const state = useRef<PainterState>({
    time,
    alerts,
    first,
    columns: COLUMNS.map(() => 40),
    evidence: null,
    texts,
    colours,
    dark,
  });
  Object.assign(state.current, { time, alerts, first, evidence: lit, colours, dark } satisfies Partial<PainterState>);
  const painter = useMemo(() => packetPainter(state.current), []);

  const measure = useEffectEvent(() => {
    state.current.columns = charactersOf(list.current?.clientWidth ?? 0, widths);
    grid.current?.repaint();
  });
  useEffect(() => {
    measure();
    const watch = new ResizeObserver(() => measure());
    watch.observe(list.current!);
    void document.fonts.ready.then(() => measure());
    return () => watch.disconnect();
  }, [list, widths.template]);
  useEffect(() => grid.current?.repaint(), [grid, lit, time, language, firstTime, colours, dark]);
  return painter;
}
