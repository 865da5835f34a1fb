// Which columns of a list a window of this width has room for, and the widths of the cells that stay.
import { useEffect, useState, type CSSProperties } from 'react';
import { type Column, type ColumnWidths, useColumnWidths } from './columns.tsx';

export interface ShownColumns {
  readonly columns: readonly Column[];
  readonly widths: ColumnWidths;
  readonly style: CSSProperties;
  /** Names of the columns left out, as classes of the list. */
  readonly without: string;
}

/**
 * @param all in the order of a row's cells
 * @param from columns that need a wider window: px
 * @param unused columns that have nothing to show now
 */
export function useShownColumns(
  which: 'incidents' | 'hosts',
  all: readonly Column[],
  from: Readonly<Record<string, number>>,
  unused: readonly string[] = [],
): ShownColumns {
  const [width, setWidth] = useState(window.innerWidth);
  useEffect(() => {
    const look = (): void => setWidth(window.innerWidth);
    window.addEventListener('resize', look);
    return () => window.removeEventListener('resize', look);
  }, []);
  const columns = all.filter((c) => width >= (from[c.id] ?? 0) && !unused.includes(c.id));
  const widths = useColumnWidths(which, columns);
  const cells = Object.fromEntries(
    all.map((c, i) => [`--w${i}`, c.grow || !columns.includes(c) ? '0px' : `${widths.width(c)}px`]),
  );
  return {
    columns,
    widths,
    style: { ...widths.style, ...cells } as CSSProperties,
    without: all.flatMap((c) => (columns.includes(c) ? [] : [`without-${c.id}`])).join(' '),
  };
}
