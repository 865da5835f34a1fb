// What came of an account's captures: verdicts by day, kinds of evidence, families, protocols.
import { type ReactNode, useState } from 'react';
import { CAPTURE_VERDICTS, type Charts, type Counted } from '../../platform/contract.ts';
import { query } from '../api.ts';
import { Choice, type Column, shown, Table, useLoaded } from '../parts/basics.tsx';
import { usePages, useWord } from '../state.ts';
import { ProtocolTable } from './results.tsx';

const DAYS = [7, 30, 90, 365] as const;
const DAY = 86_400_000;
/** Of a year the bars show its last days. */
const MOST_BARS = 90;
const [WIDTH, HEIGHT, FOOT] = [720, 200, 22] as const;

export function ChartsPage(): ReactNode {
  const word = useWord();
  const change = usePages((s) => s.change);
  const [days, setDays] = useState('30');
  const { value } = useLoaded<Charts>(`/charts${query({ days })}`, change);
  return (
    <div className="page">
      <div className="row between">
        <h1>{word('charts')}</h1>
        <Choice
          label={word('time')}
          value={days}
          among={DAYS.map((n) => [String(n), word('lastDays', { n })] as const)}
          change={setDays}
        />
      </div>
      {value === null ? <p className="dim">{word('loading')}</p> : null}
      {value?.verdicts.length === 0 ? <p className="empty">{word('nothingYet')}</p> : null}
      {value === null || value.verdicts.length === 0 ? null : (
        <>
          <h2>{word('verdictsByDay')}</h2>
          <ByDay rows={everyDay(value.verdicts, Math.min(Number(days), MOST_BARS))} />
          <div className="halves">
            <CountedTable title={word('kinds')} rows={value.kinds} />
            <CountedTable title={word('families')} rows={value.families} />
          </div>
          <h2>{word('protocols')}</h2>
          <ProtocolTable rows={value.protocols} />
        </>
      )}
    </div>
  );
}

/** Days without a verdict stand between the others, so that time is time. */
function everyDay(rows: Charts['verdicts'], days: number): Charts['verdicts'] {
  const known = new Map(rows.map((row) => [row.day, row]));
  const today = Date.now();
  return Array.from({ length: days }, (_, i) => {
    const day = new Date(today - (days - 1 - i) * DAY).toISOString().slice(0, 10);
    return known.get(day) ?? { day, safe: 0, suspicious: 0, dangerous: 0, nothing: 0 };
  });
}

/** Bars one over the other, the gravest at the foot; the table says the same in numbers. */
/** Half of what the name of a day takes: the first is not cut off by the edge. */
const HALF_DAY = 25;

function ByDay({ rows }: { readonly rows: Charts['verdicts'] }): ReactNode {
  const word = useWord();
  const order = [...CAPTURE_VERDICTS].reverse();
  const totals = rows.map((row) => order.reduce((sum, v) => sum + row[v], 0));
  const most = Math.max(1, ...totals);
  const step = WIDTH / rows.length;
  const width = Math.min(40, step * 0.7);
  const columns: readonly Column<Charts['verdicts'][number]>[] = [
    { head: word('when'), cell: (r) => r.day },
    ...CAPTURE_VERDICTS.map((v) => ({
      head: word(`v.${v}`),
      cell: (r: Charts['verdicts'][number]) => r[v],
      numeric: true,
    })),
  ];
  return (
    <>
      <svg className="bars" viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} role="img" aria-label={word('verdictsByDay')}>
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
        {rows.map((row, i) => {
          let y = HEIGHT;
          const x = i * step + (step - width) / 2;
          return (
            <g key={row.day}>
              {order.map((verdict) => {
                const height = (row[verdict] / most) * (HEIGHT - 16);
                y -= height;
                return height === 0 ? null : (
                  <rect key={verdict} className={verdict} x={x} y={y} width={width} height={height}>
                    <title>{`${row.day}: ${word(`v.${verdict}`)} ${row[verdict]}`}</title>
                  </rect>
                );
              })}
              {totals[i] === 0 ? null : (
                <text x={x + width / 2} y={y - 4} className="total">
                  {totals[i]}
                </text>
              )}
              {isNamed(i, rows.length) ? (
                <text x={Math.max(x + width / 2, HALF_DAY)} y={HEIGHT + 15} className="day">
                  {row.day.slice(5)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <ul className="legend">
        {CAPTURE_VERDICTS.map((v) => (
          <li key={v}>
            <span className={`key ${v}`} /> {word(`v.${v}`)}
          </li>
        ))}
      </ul>
      <details>
        <summary>{word('verdictsByDay')}</summary>
        <Table
          columns={columns}
          rows={rows.filter((_, i) => totals[i]! > 0)}
          keyOf={(r) => r.day}
          label={word('verdictsByDay')}
        />
      </details>
    </>
  );
}

/** Days have room for so many names. */
function isNamed(i: number, of: number): boolean {
  return i % Math.ceil(of / 12) === 0;
}

function CountedTable({ title, rows }: { readonly title: string; readonly rows: readonly Counted[] }): ReactNode {
  const word = useWord();
  if (rows.length === 0) return null;
  const most = Math.max(1, ...rows.map((r) => r.captures));
  const columns: readonly Column<Counted>[] = [
    { head: title, cell: (r) => shown(r.name) },
    { head: word('captures'), cell: (r) => r.captures, numeric: true },
    { head: '', cell: (r) => <meter value={r.captures} max={most} aria-hidden="true" />, wide: true },
  ];
  return (
    <section>
      <h2>{title}</h2>
      <Table columns={columns} rows={rows} keyOf={(r) => r.name} label={title} />
    </section>
  );
}
