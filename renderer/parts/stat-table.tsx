// A table of statistics: virtual rows that come in pages, every head sorts, every row leads to packets. By keys alone:
// arrows choose a row, Enter applies it as a filter, Shift+Enter goes to its packet, Ctrl+C copies the table.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { packetRow, type StatPage, textAt } from '../../contract/index.ts';
import { moveBy } from '../list/move.ts';
import { goToPacket, showFlows, showPackets } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { useCounting } from '../state/counting.ts';
import { saveBlob } from '../state/download.ts';
import { isMenuKey, openMenuFor, type Point } from '../state/menu.ts';
import type { StatOrder, StatSource } from '../state/stat-source.ts';
import { openTcpGraphs } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { count } from '../words/format.ts';
import { useSentence, useWord, type WordKey } from '../words/words.ts';
import { CountingNote } from './counting-note.tsx';
import { useNames } from '../state/names.ts';
import { characterWidth, PADDING } from '../views/packet-cells.ts';
import type { ListColumn } from '../views/list-columns.ts';
import { type CellName, isOfCapture, nameTitle } from '../views/named-cells.ts';
import { StatHeads, useStatColumns } from './stat-columns.tsx';
import { namedIn, shownText } from './stat-cells.ts';
import { statItems } from './stat-menu.ts';
import { StatRow, type StatRowPlace } from './stat-row.tsx';

/** Of a table that is not there yet. */
const NO_COLUMNS: StatPage['columns'] = [];
const PAGE = 256;
const ROW = 24;

export function StatTable(p: {
  readonly source: StatSource;
  readonly title: string;
  readonly note?: string;
  /** Said of a table without rows. */
  readonly none: WordKey;
  /** Says how many rows there are, of how many that were counted. */
  readonly counted?: WordKey;
  /** What Enter shows of a row. */
  readonly opens?: 'packets' | 'flows';
  /** Rows are conversations of TCP. */
  readonly tcp?: boolean;
}): ReactNode {
  const { source } = p;
  const { key, name: table } = source;
  const word = useWord();
  const sentence = useSentence();
  const packets = useStore((s) => s.session?.packets ?? 0);
  const done = useStore((s) => s.session?.phase === 'done');
  const counting = useCounting();
  const { ask } = counting;
  const [order, setOrder] = useState<StatOrder | null>(null);
  const [pages, setPages] = useState<ReadonlyMap<number, StatPage>>(new Map());
  const [at, setAt] = useState(0);
  const [turn, setTurn] = useState(0);
  const [asOf, setAsOf] = useState(0);
  const asked = useRef(new Set<number>());
  const box = useRef<HTMLDivElement>(null);
  const from = useRef(source);
  from.current = source;

  useEffect(() => {
    asked.current = new Set([0]);
    void from.current.page(ask, order, 0, PAGE).then((page) => {
      if (page === null) return;
      asked.current = new Set([0]);
      setPages(new Map([[0, page]]));
      setAt(0);
      setAsOf(useStore.getState().session?.packets ?? 0);
      box.current?.scrollTo({ top: 0 });
    });
  }, [ask, key, order, turn, done]);
  const head = pages.get(0) ?? null;
  // Names come later than rows, which are drawn again then.
  useNames((s) => s.version);
  const columns = useStatColumns(table, head?.columns ?? NO_COLUMNS, order, setOrder);
  const total = head?.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const need = useCallback(
    (index: number): void => {
      const page = Math.floor(index / PAGE);
      if (asked.current.has(page)) return;
      asked.current.add(page);
      const mine = asked.current;
      void from.current.page(client.ask, order, page * PAGE, PAGE).then(
        (got) => {
          if (got !== null && asked.current === mine) setPages((known) => new Map(known).set(page, got));
        },
        () => mine.delete(page),
      );
    },
    [order],
  );
  const items = rows.getVirtualItems();
  useEffect(() => {
    for (const item of items) need(item.index);
  }, [items, need]);

  const rowAt = (index: number): { readonly page: StatPage; readonly i: number } | null => {
    const page = pages.get(Math.floor(index / PAGE));
    const i = index % PAGE;
    return page === undefined || i >= page.packet.length ? null : { page, i };
  };
  const apply = (index: number): void => {
    const row = rowAt(index);
    if (row === null) return;
    const filter = textAt(row.page.filter, row.i);
    void (p.opens === 'flows' ? showFlows(filter) : showPackets(filter));
  };
  const packetsOf = (index: number): void => {
    const row = rowAt(index);
    if (row !== null) void showPackets(textAt(row.page.filter, row.i));
  };
  const goTo = (index: number): void => {
    const row = rowAt(index);
    if (row !== null && row.page.packet[row.i]! > 0) goToPacket(packetRow(row.page.packet[row.i]! - 1));
  };
  const csv = async (copy: boolean): Promise<void> => {
    const made = await source.csv(ask, order);
    if (made === null) return;
    if (!copy) {
      saveBlob(new Blob([made.bytes as Uint8Array<ArrayBuffer>], { type: 'text/csv' }), `${source.name}.csv`);
      return;
    }
    const said = made.rows < made.total ? 'stats.copiedPart' : 'stats.copied';
    copyText(new TextDecoder().decode(made.bytes), word(said, { n: made.rows, total: made.total }));
  };
  /** @param column the cell's @param point where it was pressed, null for a key */
  const menu = (index: number, column: string | null, point: Point | null): void => {
    const row = rowAt(index);
    if (row === null) return;
    setAt(index);
    const element = document.getElementById(`stat-row-${index}`);
    if (element === null) return;
    openMenuFor(element, point, {
      label: word('menu.stats'),
      items: statItems(table, row.page, row.i, column ?? columns.shown[0]!.id, {
        opens: p.opens ?? 'packets',
        copyTable: () => void csv(true),
      }),
    });
  };
  const move = (to: number): void => {
    setAt(to);
    rows.scrollToIndex(to);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || total === 0) return;
    const many = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW) - 2);
    const to = moveBy(event.key, at, total, many);
    if (isMenuKey(event)) {
      // The row that the key is about may have been scrolled away.
      rows.scrollToIndex(at);
      requestAnimationFrame(() => menu(at, null, null));
    } else if (to !== null) move(to);
    else if (event.key === 'Enter' && event.shiftKey) goTo(at);
    else if (event.key === 'Enter') apply(at);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') void csv(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const fit = (c: ListColumn): void => {
    const lengths = items.map(({ index }) => {
      const row = rowAt(index);
      return row === null ? 0 : shownText(table, row.page, c.id, row.i).length;
    });
    columns.resize(c.id, Math.max(c.title.length + 2, ...lengths) * characterWidth() + PADDING + 2, true);
  };
  const again = (): void => setTurn(turn + 1);
  const chosen = rowAt(at);
  const canApply = chosen !== null && textAt(chosen.page.filter, chosen.i) !== '';
  return (
    <div className="stat-table">
      {head === null || head.note === null ? null : <p className="stat-note">{sentence(head.note)}</p>}
      {p.note === undefined ? null : <p className="stat-note">{p.note}</p>}
      <CountingNote counting={counting} again={again} />
      {head !== null && total === 0 && counting.done === null ? <p className="stat-none">{word(p.none)}</p> : null}
      {total === 0 ? null : (
        <div
          className="stat-grid"
          role="grid"
          tabIndex={0}
          aria-label={p.title}
          aria-rowcount={total + 1}
          aria-activedescendant={`stat-row-${at}`}
          ref={box}
          onKeyDown={keys}
        >
          <div className="stat-sheet" style={{ height: (total + 1) * ROW + 2 }} role="rowgroup">
            <StatHeads columns={columns} fit={fit} />
            {items.map((item) => (
              <Row
                key={item.index}
                table={table}
                row={rowAt(item.index)}
                columns={columns.shown}
                place={{
                  id: `stat-row-${item.index}`,
                  index: item.index,
                  top: item.start + ROW + 2,
                  template: columns.template,
                  chosen: item.index === at,
                  choose: () => setAt(item.index),
                  open: () => apply(item.index),
                  menu: (point, column) => menu(item.index, column, point),
                }}
              />
            ))}
          </div>
        </div>
      )}
      <footer className="stat-foot">
        <button type="button" className="button" disabled={!canApply} onClick={() => apply(at)} title="Enter">
          {word(p.opens === 'flows' ? 'host.flows' : 'stats.apply')}
        </button>
        {p.opens === 'flows' ? (
          <button type="button" className="button" disabled={!canApply} onClick={() => packetsOf(at)}>
            {word('host.packets')}
          </button>
        ) : null}
        <button
          type="button"
          className="button"
          disabled={chosen === null || chosen.page.packet[chosen.i] === 0}
          onClick={() => goTo(at)}
          title="Shift+Enter"
        >
          {word('stats.goTo')}
        </button>
        {p.tcp === true ? (
          <button
            type="button"
            className="button"
            disabled={chosen === null}
            onClick={() => void openTcpGraphs(chosen!.page.packet[chosen!.i]! - 1)}
          >
            {word('stats.tcp')}
          </button>
        ) : null}
        <span className="dim stat-count">
          {head === null ? '' : word(p.counted ?? 'stats.rows', { n: total, packets: head.counted })}
        </span>
        {head !== null && packets > asOf ? (
          <span className="stat-grown">
            {word('stats.grown', { n: count(packets) })}{' '}
            <button type="button" className="link-button" onClick={again}>
              {word('stats.again')}
            </button>
          </span>
        ) : null}
        <span className="stat-space" />
        <button type="button" className="button" disabled={total === 0} onClick={() => void csv(true)} title="Ctrl+C">
          {word('stats.copyCsv')}
        </button>
        <button type="button" className="button" disabled={total === 0} onClick={() => void csv(false)}>
          {word('stats.saveCsv')}
        </button>
      </footer>
    </div>
  );
}

function cellClass({ id, align }: ListColumn, text: string, named: CellName | null): string {
  const names = [
    { start: '', center: 'align-center', end: 'number' }[align],
    id === 'severity' ? `severity-${text}` : '',
    named !== null && isOfCapture(named) ? 'named' : '',
  ];
  return names.filter(Boolean).join(' ');
}

function Row(p: {
  readonly table: string;
  readonly row: { readonly page: StatPage; readonly i: number } | null;
  readonly columns: readonly ListColumn[];
  readonly place: StatRowPlace;
}): ReactNode {
  const { row } = p;
  const depth = row?.page.depth?.[row.i] ?? 0;
  return (
    <StatRow place={p.place}>
      {p.columns.map((c) => {
        const of = row?.page.columns.find((one) => one.id === c.id);
        const text = row === null ? '' : shownText(p.table, row.page, c.id, row.i);
        const percent = of?.kind === 'percent' ? of.numbers![row!.i]! : null;
        const named = row === null ? null : namedIn(p.table, row.page, c.id, row.i);
        const title = named === null ? text : nameTitle(named);
        const indented = depth > 0 && of === row?.page.columns[0];
        return (
          <span
            key={c.id}
            role="gridcell"
            data-column={c.id}
            className={cellClass(c, text, named)}
            style={indented ? { paddingInlineStart: 8 + depth * 16 } : undefined}
            title={of?.kind === 'text' || named !== null ? title : undefined}
          >
            {percent === null ? null : (
              <i className="stat-bar" style={{ width: `${Math.min(100, percent)}%` }} aria-hidden="true" />
            )}
            <b>{text}</b>
          </span>
        );
      })}
    </StatRow>
  );
}
