// Tables of an evaluation, the figures above them, and the curve of what is raised by points.
import { useState, type ReactNode } from 'react';
import type { LabReport, ReportCell, ReportFigure, ReportTable, SumFigures } from '../../contract/index.ts';
import { count } from '../words/format.ts';
import { useSentence, useWord } from '../words/words.ts';
import { Cell, Share, sortKey } from './lab-cells.tsx';

/** Rows of a table that are shown; the exported report has them all. */
const SHOWN = 200;
/** Tables that a reader wants first. */
const OPEN = new Set(['goals', 'groups', 'sums', 'compared']);

/** The figures that are wanted first, large. */
export function Headline({ figures }: { readonly figures: readonly ReportFigure[] }): ReactNode {
  const sentence = useSentence();
  return (
    <dl className="lab-headline">
      {figures.map((f) => (
        <div key={f.title.say}>
          <dt>{sentence(f.title)}</dt>
          <dd>
            {typeof f.value === 'object' && 'of' in f.value ? <Share cell={f.value} /> : <b>{String(f.value)}</b>}
            {f.note === null ? null : <span className="dim">{sentence(f.note)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function LabTables({ report: r }: { readonly report: LabReport }): ReactNode {
  const curve = <Curve sums={r.sums} compared={r.comparedSums} />;
  return r.tables.map((t) => <Table table={t} key={t.id} beside={t.id === 'sums' ? curve : null} />);
}

interface Sorted {
  readonly column: number;
  readonly up: boolean;
}

/** @param p `beside` is a picture of the same figures */
function Table(p: { readonly table: ReportTable; readonly beside: ReactNode }): ReactNode {
  const { table: t } = p;
  const word = useWord();
  const sentence = useSentence();
  const [sorted, setSorted] = useState<Sorted | null>(null);
  const rows = sorted === null ? t.rows : arranged(t.rows, sorted);
  // Numbers are wanted from the largest on, words from A on; the third time they stand as they came.
  const sort = (column: number, numbers: boolean): void => {
    if (sorted?.column !== column) setSorted({ column, up: !numbers });
    else setSorted(sorted.up === numbers ? null : { column, up: !sorted.up });
  };
  return (
    <details className="lab-part" open={OPEN.has(t.id)}>
      <summary>
        {sentence(t.title)} <span className="lab-count">{count(t.rows.length)}</span>
      </summary>
      {t.note === null ? null : <p className="dim">{sentence(t.note)}</p>}
      <div className="lab-beside-picture">
        {p.beside}
        {t.rows.length === 0 ? null : (
          <div className="lab-scroll" tabIndex={0} role="region" aria-label={sentence(t.title)}>
            <table className="lab-table">
              <thead>
                <tr>
                  {t.columns.map((c, i) =>
                    c.title === null ? (
                      <td key={i} />
                    ) : (
                      <th
                        key={i}
                        scope="col"
                        className={c.numbers ? 'number' : ''}
                        aria-sort={sorted?.column === i ? direction(sorted) : 'none'}
                      >
                        <button type="button" title={word('lab.sort')} onClick={() => sort(i, c.numbers)}>
                          <span className={c.title.say === 'foreign' ? '' : 'lab-word'}>{sentence(c.title)}</span>
                          {sorted?.column === i ? <i aria-hidden="true">{sorted.up ? '▲' : '▼'}</i> : null}
                        </button>
                      </th>
                    ),
                  )}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, SHOWN).map((row, i) => (
                  <tr key={i}>
                    {row.map((cell, k) => (
                      <td key={k} className={t.columns[k]!.numbers ? 'number' : kindOf(cell)}>
                        <Cell cell={cell} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
      {t.rows.length > SHOWN ? <p className="dim">{word('lab.more', { n: t.rows.length - SHOWN })}</p> : null}
    </details>
  );
}

function direction({ up }: Sorted): 'ascending' | 'descending' {
  return up ? 'ascending' : 'descending';
}

function arranged(rows: ReportTable['rows'], { column, up }: Sorted): ReportTable['rows'] {
  const keyed = rows.map((row) => ({ row, key: sortKey(row[column]!) }));
  keyed.sort((a, b) => (up ? compare(a.key, b.key) : compare(b.key, a.key)));
  return keyed.map((k) => k.row);
}

/** Numbers before texts. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return a.localeCompare(b);
}

/** Lists of evidence and sentences need room. */
function kindOf(cell: ReportCell): string {
  return typeof cell === 'object' && ('sentences' in cell || ('names' in cell && cell.names[0]?.points !== null))
    ? 'long'
    : '';
}

const WIDTH = 480;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 10;

/** Shares of captures that are raised, by the points that raise. */
function Curve({
  sums,
  compared,
}: {
  readonly sums: readonly SumFigures[];
  /** Of the model that it is compared with: drawn with dashes. */
  readonly compared: readonly SumFigures[] | null;
}): ReactNode {
  const word = useWord();
  const last = Math.max(1, sums.length - 1);
  const x = (i: number): number => LEFT + ((WIDTH - LEFT - 10) * i) / last;
  const y = (share: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - share);
  const share = (n: number, all: number): number => (all === 0 ? 0 : n / all);
  const line = (of: readonly SumFigures[], pick: (s: SumFigures) => number): string =>
    of.map((s, i) => `${x(i)},${y(pick(s))}`).join(' ');
  const malicious = (s: SumFigures): number => share(s.raised, s.malicious);
  const benign = (s: SumFigures): number => share(s.falseCaptures, s.benign);
  return (
    <div className="lab-picture">
      <svg className="lab-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={word('lab.curveSpoken')}>
        {[0, 0.5, 1].map((v) => (
          <g key={v}>
            <line x1={LEFT} x2={WIDTH - 10} y1={y(v)} y2={y(v)} className="lab-grid" />
            <text x={LEFT - 6} y={y(v) + 4} textAnchor="end">
              {v * 100} %
            </text>
          </g>
        ))}
        {sums.map((s, i) => (
          <text key={s.points} x={x(i)} y={HEIGHT - 6} textAnchor="middle">
            ≥ {s.points}
          </text>
        ))}
        {compared === null ? null : (
          <g className="lab-compared">
            <polyline points={line(compared, malicious)} className="lab-malicious" />
            <polyline points={line(compared, benign)} className="lab-benign" />
          </g>
        )}
        <polyline points={line(sums, malicious)} className="lab-malicious" />
        <polyline points={line(sums, benign)} className="lab-benign" />
      </svg>
      <p className="dim lab-keys">
        <span>
          <i className="lab-key lab-malicious" /> {word('lab.malicious')}
        </span>
        <span>
          <i className="lab-key lab-benign" /> {word('lab.benign')}
        </span>
        {compared === null ? null : <span>{word('lab.dashed')}</span>}
      </p>
    </div>
  );
}
