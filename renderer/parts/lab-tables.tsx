// Tables of an evaluation and the curve of what is raised by points.
import type { ReactNode } from 'react';
import type {
  LabReport,
  Message,
  NamedCell,
  ReportCell,
  ReportTable,
  ShareCell,
  SumFigures,
} from '../../contract/index.ts';
import { count, visible } from '../words/format.ts';
import { groupName, meaningOf, useSentence, useWord } from '../words/words.ts';

/** Rows of a table that are shown; the exported report has them all. */
const SHOWN = 200;
/** Tables that a reader wants first. */
const OPEN = new Set(['goals', 'groups']);

export function LabTables({ report: r }: { readonly report: LabReport }): ReactNode {
  const word = useWord();
  const curve = (
    <section className="lab-part" key="curve">
      <h3>{word('lab.curve')}</h3>
      <Curve sums={r.sums} compared={r.comparedSums} />
    </section>
  );
  return r.tables.flatMap((t) => [<Table table={t} key={t.id} />, ...(t.id === 'groups' ? [curve] : [])]);
}

function Table({ table: t }: { readonly table: ReportTable }): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  return (
    <details className="lab-part" open={OPEN.has(t.id)}>
      <summary>
        {sentence(t.title)} <span className="lab-count">{count(t.rows.length)}</span>
      </summary>
      {t.note === null ? null : <p className="dim">{sentence(t.note)}</p>}
      {t.rows.length === 0 ? null : (
        <div className="lab-scroll">
          <table className="lab-table">
            <thead>
              <tr>
                {t.columns.map((c, i) => (
                  <th key={i} scope="col" className={c.numbers ? 'number' : ''}>
                    {c.title === null ? '' : sentence(c.title)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {t.rows.slice(0, SHOWN).map((row, i) => (
                <tr key={i}>
                  {row.map((cell, k) => (
                    <td key={k} className={t.columns[k]!.numbers ? 'number' : ''}>
                      <Cell cell={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {t.rows.length > SHOWN ? <p className="dim">{word('lab.more', { n: t.rows.length - SHOWN })}</p> : null}
    </details>
  );
}

function Cell({ cell }: { readonly cell: ReportCell }): ReactNode {
  const sentence = useSentence();
  const text = (said: string | Message): string => visible(typeof said === 'string' ? said : sentence(said));
  if (typeof cell === 'number') return cell === 0 ? <span className="dim">0</span> : count(cell);
  if (typeof cell === 'string') return visible(cell);
  if ('say' in cell) return text(cell);
  if ('tone' in cell) return <span className={cell.tone}>{text(cell.text)}</span>;
  if ('names' in cell) return <Names names={cell.names} />;
  if ('feature' in cell) return <Feature name={cell.feature} />;
  if ('featureGroup' in cell) return groupName(cell.featureGroup);
  if ('sentences' in cell) return cell.sentences.map((said, i) => <p key={i}>{text(said)}</p>);
  return <Share cell={cell} />;
}

/** What names of ours mean; one alone has its name beside it, as records have it. */
function Names({ names }: { readonly names: readonly NamedCell[] }): ReactNode {
  const sentence = useSentence();
  return names.map((n) => (
    <span className="lab-name" key={n.name} title={n.name}>
      {visible(sentence(n.means))}
      {n.points === null ? null : <b>{n.points}</b>}
    </span>
  ));
}

function Feature({ name }: { readonly name: string }): ReactNode {
  // The words follow the language.
  useWord();
  return (
    <>
      {meaningOf(name)} <code className="dim">{name}</code>
    </>
  );
}

function Share({ cell: { n, of, goal } }: { readonly cell: ShareCell }): ReactNode {
  if (of === 0) return <span className="dim">–</span>;
  const share = (100 * n) / of;
  return (
    <span className="lab-share">
      <span className="dim">
        {count(n)} / {count(of)}
      </span>
      <b>{share.toFixed(1)} %</b>
      {goal === null ? null : (
        <span className={goal.met ? 'good' : 'bad'}>
          {goal.met ? '✓' : '✗'} {goal.atLeast ? '≥' : '≤'} {Math.round(goal.share * 100)} %
        </span>
      )}
    </span>
  );
}

const WIDTH = 520;
const HEIGHT = 170;
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
    <>
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
      <p className="dim">
        <i className="lab-key lab-malicious" /> {word('lab.malicious')} <i className="lab-key lab-benign" />{' '}
        {word('lab.benign')}
        {compared === null ? null : ` ${word('lab.dashed')}`}
      </p>
    </>
  );
}
