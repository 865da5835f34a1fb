// What the packet list's painter reads: how many characters each cell holds, settings, evidence, colours.
import { useEffect, useEffectEvent, useMemo, useRef, type RefObject } from 'react';
import type { PacketPage } from '../../contract/index.ts';
import type { GridHandle, RowPainter } from '../list/grid-body.ts';
import type { SightTexts } from '../list/sight-texts.ts';
import { useThemeShown } from '../state/theme.ts';
import type { ColourMatches } from '../list/colour-matches.ts';
import { useNames } from '../state/names.ts';
import { useStore } from '../state/store.ts';
import type { ListColumn, ListColumns } from './list-columns.ts';
import { packetPainter, type PaintedColumn, type PainterState } from './packet-painter.ts';

const SCROLL_BAR = 12;
export const PADDING = 16;

/** Width of a character in the list's font, px. */
export function characterWidth(): number {
  const g = document.createElement('canvas').getContext('2d')!;
  g.font = "12.5px 'JetBrains Mono Variable', ui-monospace, monospace";
  return g.measureText('0'.repeat(100)).width / 100;
}

/** The cells of a row. @param width of the list, px */
function cellsOf(width: number, { shown, fields }: ListColumns): PaintedColumn[] {
  const character = characterWidth();
  const taken = shown.reduce((sum, c) => sum + (c.grow ? 0 : c.width), SCROLL_BAR);
  return shown.map((c: ListColumn) => {
    const room = c.grow ? Math.max(c.width, width - taken) : c.width;
    return {
      id: c.id,
      align: c.align,
      grow: c.grow,
      field: c.field === null ? null : fields.indexOf(c.field),
      characters: Math.max(1, Math.floor((room - PADDING) / character)),
    };
  });
}

export interface PacketPainter {
  readonly painter: RowPainter<PacketPage>;
  readonly state: PainterState;
}

/**
 * The painter of packet rows: it is another one where the cells are others; what it reads follows settings, evidence and
 * widths.
 * @param list the element that holds the list
 */
export function usePacketPainter(
  list: RefObject<HTMLElement | null>,
  grid: RefObject<GridHandle | null>,
  columns: ListColumns,
  texts: SightTexts,
  matches: ColourMatches,
): PacketPainter {
  const { firstTime } = useStore((s) => s.session)!;
  const time = useStore((s) => s.settings?.time ?? 'relative');
  const language = useStore((s) => s.settings?.language);
  const colours = useStore((s) => s.settings?.colours ?? true);
  const dark = useThemeShown() !== 'light';
  const evidence = useStore((s) => s.evidence);
  const names = useNames((s) => s.version);
  const view = useStore((s) => s.views?.packets ?? null);
  const alerts = view?.filter === '' && view.sort === null ? view.alertPlaces : null;
  const lit = useMemo(() => (evidence === null ? null : new Set(evidence.rows)), [evidence]);
  const read = { time, alerts, evidence: lit, texts, colours, dark, matches };
  const made = useRef<PainterState>(null);
  // Cells are measured once: while the list scrolls its owner is drawn often, and measuring a font is dear.
  const state = (made.current ??= { ...read, columns: cellsOf(0, columns) });
  Object.assign(state, read satisfies Partial<PainterState>);
  // Cells are made anew where another column, another order or another alignment is shown.
  const cells = columns.shown.map((c) => `${c.id} ${c.align}`).join('|');
  const measured = `${cells} ${columns.shown.map((c) => c.width).join(' ')}`;
  const measure = useEffectEvent(() => {
    state.columns = cellsOf(list.current?.clientWidth ?? 0, columns);
    grid.current?.repaint();
  });
  const built = useRef<{ readonly cells: string; readonly painter: RowPainter<PacketPage> } | null>(null);
  if (built.current?.cells !== cells) {
    state.columns = cellsOf(list.current?.clientWidth ?? 0, columns);
    built.current = { cells, painter: packetPainter(state) };
  }
  useEffect(() => {
    measure();
    const watch = new ResizeObserver(() => measure());
    watch.observe(list.current!);
    void document.fonts.ready.then(() => measure());
    return () => watch.disconnect();
  }, [list, measured]);
  useEffect(() => grid.current?.repaint(), [grid, lit, time, language, firstTime, colours, dark, names]);
  return { painter: built.current.painter, state };
}
