// Tables of an evaluation and the curve of what is raised by points; what changed since the report before.
import type { ReactNode } from 'react';
import type { EvaluationReport, GroupFigures, RuleFigures, RulePart } from '../../contract/index.ts';
import { count, visible } from '../words/format.ts';
import { type WordKey, useWord } from '../words/words.ts';

/** Rows of a table that are shown; the exported report has them all. */
const SHOWN = 200;

type Cell = string | { readonly text: string; readonly tone: 'good' | 'bad' | 'dim' };

export function LabTables({
  report: r,
  before,
}: {
  readonly report: EvaluationReport;
  readonly before: EvaluationReport | null;
}): ReactNode {
  const word = useWord();
  const found = r.tls.own + r.tls.inherited;
  return (
    <>
      <Table
        title="lab.groups"
        open
        heads={[
          'lab.name',
          'lab.malicious',
          'lab.change',
          'lab.benign',
          'lab.change',
          'lab.wanted',
          'lab.falseIncidents',
          'lab.benignFlows',
        ]}
        rows={r.groups.map((g) =>
          groupRow(
            g,
            before?.groups.find((b) => b.name === g.name),
          ),
        )}
      />
      <section className="lab-part">
        <h3>{word('lab.curve')}</h3>
        <Curve report={r} />
      </section>
      <Table
        title="lab.sums"
        heads={['lab.points', 'lab.malicious', 'lab.benign', 'lab.falseIncidents', 'lab.background']}
        rows={r.sums.map((s) => [
          `≥ ${s.points}`,
          of(s.raised, s.malicious),
          of(s.falseCaptures, s.benign),
          count(s.falseIncidents),
          count(s.backgroundOnly),
        ])}
      />
      <Table
        title="lab.rules"
        heads={[
          'lab.rule',
          'lab.kind',
          'lab.points',
          'lab.carriedMalicious',
          'lab.carriedBenign',
          'lab.needed',
          'lab.sources',
        ]}
        rows={carried(r.rules).map((f) => [
          f.rule,
          f.kind,
          count(f.points),
          count(f.maliciousOld + f.maliciousNew),
          tone(f.benignOld + f.benignNew),
          `${count(f.neededMalicious)} / ${count(f.neededBenign)}`,
          count(f.sources),
        ])}
      />
      <Table
        title="lab.falses"
        heads={['lab.capture', 'lab.ends', 'lab.points', 'lab.evidence']}
        rows={[...r.falseIncidents, ...r.backgroundOnly].map((i) => [
          visible(i.capture),
          visible(`${i.initiator} → ${i.peer}`),
          count(i.points),
          ruleTexts(i.rules),
        ])}
      />
      <Table
        title="lab.missed"
        heads={['lab.capture', 'lab.family', 'lab.points', 'lab.evidence']}
        rows={r.missed.map((m) => [visible(m.capture), visible(m.family), count(m.points), ruleTexts(m.rules)])}
      />
      <Table
        title="lab.families"
        heads={['lab.family', 'lab.captures', 'lab.raised']}
        rows={r.families.map((f) => [visible(f.family), count(f.captures), of(f.raised, f.captures)])}
      />
      <Table
        title="lab.tls"
        note={word('lab.tlsNote', {
          found,
          channels: r.tls.channels,
          inherited: r.tls.inherited,
          benign: r.tls.benignRaised,
          benignPeers: r.tls.benignPeers,
        })}
        heads={['lab.family', 'lab.peers', 'lab.own', 'lab.inherited']}
        rows={r.tls.families.map((f) => [visible(f.family), count(f.peers), count(f.own), count(f.inherited)])}
      />
    </>
  );
}

function ruleTexts(rules: readonly RulePart[]): string {
  return rules.map((r) => `${r.rule} ${r.points}`).join(', ');
}

/** Rules that any capture carries, those of most malicious captures first. */
function carried(rules: EvaluationReport['rules']): EvaluationReport['rules'] {
  const malicious = (f: RuleFigures): number => f.maliciousOld + f.maliciousNew;
  const benign = (f: RuleFigures): number => f.benignOld + f.benignNew;
  return rules
    .filter((f) => malicious(f) + benign(f) > 0)
    .toSorted((a, b) => malicious(b) - malicious(a) || benign(b) - benign(a));
}

function groupRow(g: GroupFigures, before: GroupFigures | undefined): Cell[] {
  const wanted = [
    ...(g.wantRaised === null || g.malicious === 0 ? [] : [`≥ ${Math.round(g.wantRaised * 100)} %`]),
    ...(g.wantBenign === null || g.benign === 0 ? [] : [`≤ ${Math.round(g.wantBenign * 100)} %`]),
  ];
  const met =
    (g.wantRaised === null || g.malicious === 0 || g.raised / g.malicious >= g.wantRaised) &&
    (g.wantBenign === null || g.benign === 0 || g.falseCaptures / g.benign <= g.wantBenign);
  return [
    g.name,
    of(g.raised, g.malicious),
    change(g.raised, g.malicious, before && [before.raised, before.malicious], true),
    of(g.falseCaptures, g.benign),
    change(g.falseCaptures, g.benign, before && [before.falseCaptures, before.benign], false),
    wanted.length === 0 ? '' : { text: `${wanted.join(', ')} ${met ? '✓' : '✗'}`, tone: met ? 'good' : 'bad' },
    count(g.falseIncidents),
    count(g.benignFlows),
  ];
}

function of(n: number, all: number): string {
  return all === 0 ? '–' : `${count(n)} / ${count(all)} (${((100 * n) / all).toFixed(1)} %)`;
}

function tone(n: number): Cell {
  return n === 0 ? { text: '0', tone: 'dim' } : count(n);
}

/** Percentage points since the report before. @param more more is better */
function change(n: number, all: number, before: readonly [number, number] | undefined, more: boolean): Cell {
  if (before === undefined || before[1] === 0 || all === 0) return { text: '–', tone: 'dim' };
  const points = 100 * (n / all - before[0] / before[1]);
  if (Math.abs(points) < 0.05) return { text: '0', tone: 'dim' };
  return {
    text: `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)}`,
    tone: points > 0 === more ? 'good' : 'bad',
  };
}

function Table({
  title,
  note,
  heads,
  rows,
  open = false,
}: {
  readonly title: WordKey;
  readonly note?: string;
  readonly heads: readonly WordKey[];
  readonly rows: readonly (readonly Cell[])[];
  readonly open?: boolean;
}): ReactNode {
  const word = useWord();
  return (
    <details className="lab-part" open={open}>
      <summary>
        {word(title)} <span className="dim">{count(rows.length)}</span>
      </summary>
      {note === undefined ? null : <p className="dim">{note}</p>}
      <div className="lab-scroll">
        <table className="lab-table">
          <thead>
            <tr>
              {heads.map((h, i) => (
                <th key={`${h} ${i}`} scope="col">
                  {word(h)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row, i) => (
              <tr key={i}>
                {row.map((cell, k) =>
                  typeof cell === 'string' ? (
                    <td key={k}>{cell}</td>
                  ) : (
                    <td key={k} className={cell.tone}>
                      {cell.text}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > SHOWN ? <p className="dim">{word('lab.more', { n: rows.length - SHOWN })}</p> : null}
    </details>
  );
}

const WIDTH = 520;
const HEIGHT = 170;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 10;

/** Shares of captures that are raised, by the points that raise. */
function Curve({ report: r }: { readonly report: EvaluationReport }): ReactNode {
  const word = useWord();
  const sums = r.sums.filter((s) => s.points > 0);
  const last = Math.max(1, sums.length - 1);
  const x = (i: number): number => LEFT + ((WIDTH - LEFT - 10) * i) / last;
  const y = (share: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - share);
  const share = (n: number, all: number): number => (all === 0 ? 0 : n / all);
  const malicious = sums.map((s) => share(s.raised, s.malicious));
  const benign = sums.map((s) => share(s.falseCaptures, s.benign));
  const line = (shares: readonly number[]): string => shares.map((v, i) => `${x(i)},${y(v)}`).join(' ');
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
            {s.points}
          </text>
        ))}
        <polyline points={line(malicious)} className="lab-malicious" />
        <polyline points={line(benign)} className="lab-benign" />
      </svg>
      <p className="dim">
        <i className="lab-key lab-malicious" /> {word('lab.malicious')} <i className="lab-key lab-benign" />{' '}
        {word('lab.benign')}
      </p>
    </>
  );
}
