// A measurement as tables: titles, heads and rows as messages, numbers and shares, which the command line, documents and
// the Lab lay out in their languages.
import {
  type Comparison,
  type EvaluationReport,
  type FalseIncident,
  foreign,
  type GroupFigures,
  type Message,
  type NamedCell,
  peerShown,
  type PlainKey,
  type ReportCell,
  type ReportColumn,
  type ReportTable,
  type RuleFigures,
  type RulePart,
  say,
  type ShareCell,
} from '../../contract/index.ts';
import { ruleOf } from '../evidence/index.ts';
import { shareText } from './goals.ts';
import { FALSE_PER_THOUSAND, falsePerThousand } from './groups.ts';

/** Rows of a table that are listed at most. */
const LISTED = 400;
/** Benign hours below which no rate an hour is told. */
const FEWEST_HOURS = 0.05;
/** A change that is shown, percentage points. */
const CHANGED = 0.05;

/** @param before of the same captures: what changed since then stands beside each group */
export function reportTables(r: EvaluationReport, before: EvaluationReport | null = null): ReportTable[] {
  return [
    ...goals(r),
    groups(r, before),
    ...compared(r),
    ...addedTable(r),
    sums(r),
    rules(r),
    tls(r),
    falses(r),
    missed(r),
    families(r),
    sources(r, before),
    fingerprints(r),
    leaks(r),
    ...audit(r),
  ];
}

function words(...keys: readonly (PlainKey | null)[]): ReportColumn[] {
  return keys.map((key) => ({ title: key === null ? null : say(key), numbers: false }));
}

function numbers(...keys: readonly PlainKey[]): ReportColumn[] {
  return keys.map((key) => ({ title: say(key), numbers: true }));
}

function shareOf(n: number, of: number): ShareCell {
  return { n, of, goal: null };
}

function against(n: number, of: number, goal: number | null, atLeast: boolean): ShareCell {
  if (goal === null || of === 0) return shareOf(n, of);
  return { n, of, goal: { atLeast, share: goal, met: atLeast ? n / of >= goal : n / of <= goal } };
}

function goals(r: EvaluationReport): ReportTable[] {
  if (r.goals.length === 0) return [];
  return [
    {
      id: 'goals',
      title: say('lab-goals'),
      note: null,
      columns: words('lab-what', 'lab-wanted', 'lab-measured', null),
      rows: r.goals.map((g) => [
        g.what,
        g.wanted,
        g.measured,
        { text: g.met ? '✓' : '✗', tone: g.met ? 'good' : 'bad' },
      ]),
    },
  ];
}

function groupColumns(before: EvaluationReport | null): ReportColumn[] {
  const change: readonly PlainKey[] = before === null ? [] : ['lab-change'];
  return [
    ...words('lab-group'),
    ...numbers('lab-malicious-raised', ...change),
    ...numbers('lab-benign-raised', ...change),
    ...numbers('lab-busy-raised', 'lab-false-incidents', 'lab-benign-flows', 'lab-per-thousand', 'lab-per-hour'),
  ];
}

function groupRow(g: GroupFigures, before: readonly GroupFigures[] | null): ReportCell[] {
  const was = before?.find((b) => sameName(b.name, g.name));
  const since = (change: ReportCell): ReportCell[] => (before === null ? [] : [change]);
  return [
    g.name,
    against(g.raised, g.malicious, g.wantRaised, true),
    ...since(change(g.raised, g.malicious, was && [was.raised, was.malicious], true)),
    against(g.falseCaptures, g.benign, g.wantBenign, false),
    ...since(change(g.falseCaptures, g.benign, was && [was.falseCaptures, was.benign], false)),
    say('lab-count-of', { n: g.busyRaised, all: g.busy }),
    g.falseIncidents,
    g.benignFlows,
    rate(falsePerThousand(g)),
    g.hours < FEWEST_HOURS ? '–' : `${(g.falseIncidents / g.hours).toFixed(2)} (${g.hours.toFixed(1)} h)`,
  ];
}

function sameName(a: Message, b: Message): boolean {
  return a.say === b.say && a.values?.['text'] === b.values?.['text'];
}

function rate(perThousand: number): ReportCell {
  if (Number.isNaN(perThousand)) return '–';
  const text = perThousand.toFixed(2);
  return perThousand <= FALSE_PER_THOUSAND ? text : { text: `${text} ✗`, tone: 'bad' };
}

/** Percentage points since the report before. @param more more is better */
function change(n: number, all: number, before: readonly [number, number] | undefined, more: boolean): ReportCell {
  if (before === undefined || before[1] === 0 || all === 0) return { text: '–', tone: 'dim' };
  const points = 100 * (n / all - before[0] / before[1]);
  if (Math.abs(points) < CHANGED) return { text: '0', tone: 'dim' };
  return {
    text: `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)}`,
    tone: points > 0 === more ? 'good' : 'bad',
  };
}

function groups(r: EvaluationReport, before: EvaluationReport | null): ReportTable {
  return {
    id: 'groups',
    title: say('lab-groups'),
    note: say('lab-groups-note', {
      captures: r.captures,
      flows: r.flows,
      witness: r.witness,
      chance: shareText(r.chance, 1),
    }),
    columns: groupColumns(before),
    rows: r.groups.map((g) => groupRow(g, before?.groups ?? null)),
  };
}

/** Two models side by side, and the captures in which they differ. */
function compared(r: EvaluationReport): ReportTable[] {
  const { compared: c } = r;
  if (c === null) return [];
  const [first, second] = [nameOf(r), nameOf(c)];
  const heads: ReportColumn[] = [first, second].map((title) => ({ title, numbers: true }));
  return [
    {
      id: 'compared',
      title: say('lab-compared'),
      note: say('lab-compared-note', { first, firstPoint: r.witness, second, secondPoint: c.witness }),
      columns: [...words('lab-what'), ...heads, ...numbers('lab-difference')],
      rows: comparedRows(r, c),
    },
    {
      id: 'differing',
      title: say('lab-differing'),
      note: c.differing.length === 0 ? say('lab-none') : null,
      columns: [...words('lab-capture', 'lab-label', 'lab-family', 'lab-raised-by'), ...heads],
      rows: c.differing
        .slice(0, LISTED)
        .map((d) => [
          short(d.capture),
          say(`lab-label-${d.label}`),
          d.family,
          d.byOther ? second : first,
          d.points[0],
          d.points[1],
        ]),
    },
  ];
}

/** The same judge without threat rules and with them. */
export function addedTable({ added: a, made, witness }: EvaluationReport): ReportTable[] {
  if (a === null) return [];
  const { asked, files, refused } = a;
  const pair = ([without, withRules]: readonly [number, number], of: number | null): string =>
    of === null ? `${without} → ${withRules}` : `${without} → ${withRules} / ${of}`;
  return [
    {
      id: 'added',
      title: say('lab-added'),
      note: say('lab-added-note', { asked, files, refused, witness, day: made.slice(0, 10) }),
      columns: [
        ...words('lab-source'),
        ...numbers('lab-malicious-short', 'lab-benign-short', 'lab-false-incidents', 'lab-added-matched'),
      ],
      rows: a.sources.map((s) => [
        s.source === '' ? say('lab-added-all') : s.source,
        pair(s.raised, s.malicious),
        pair(s.falses, s.benign),
        pair(s.falseIncidents, null),
        `${s.matched[0]}, ${s.matched[1]}`,
      ]),
    },
  ];
}

/** What a judgement is called: its model, or where it has no single one, how its point was made. */
function nameOf(r: Pick<EvaluationReport, 'model' | 'witness'>): Message {
  if (r.model !== null) return foreign(r.model);
  return r.witness.say === 'lab-point-none' ? say('lab-by-rules') : r.witness;
}

function comparedRows(r: EvaluationReport, c: Comparison): ReportCell[][] {
  const row = (what: Message, a: ShareCell, b: ShareCell, more: boolean): ReportCell[] => [
    what,
    a,
    b,
    change(b.n, b.of, [a.n, a.of], more),
  ];
  const rows: ReportCell[][] = [];
  for (const [i, g] of r.groups.entries()) {
    const o = c.groups[i]!;
    const group = g.name;
    if (g.malicious > 0)
      rows.push(
        row(say('lab-goal-raised', { group }), shareOf(g.raised, g.malicious), shareOf(o.raised, o.malicious), true),
      );
    if (g.benign > 0)
      rows.push(
        row(
          say('lab-goal-benign', { group }),
          shareOf(g.falseCaptures, g.benign),
          shareOf(o.falseCaptures, o.benign),
          false,
        ),
        [say('lab-goal-false', { group }), g.falseIncidents, o.falseIncidents, counted(g, o)],
      );
  }
  const { tls: a } = r;
  const { tls: b } = c;
  rows.push(
    row(say('lab-channel-flows-over'), shareOf(a.c2Over, a.c2Flows), shareOf(b.c2Over, b.c2Flows), true),
    row(
      say('lab-ordinary-flows-over'),
      shareOf(a.ordinaryOver, a.ordinaryFlows),
      shareOf(b.ordinaryOver, b.ordinaryFlows),
      false,
    ),
  );
  return rows;
}

/** Fewer false incidents are better. */
function counted(a: GroupFigures, b: GroupFigures): ReportCell {
  const more = b.falseIncidents - a.falseIncidents;
  if (more === 0) return { text: '0', tone: 'dim' };
  return { text: more > 0 ? `+${more}` : `−${-more}`, tone: more > 0 ? 'bad' : 'good' };
}

function sums(r: EvaluationReport): ReportTable {
  return {
    id: 'sums',
    title: say('lab-sums'),
    note: null,
    columns: numbers(
      'lab-points',
      'lab-malicious-short',
      'lab-benign-short',
      'lab-false-incidents',
      'lab-background-only',
    ),
    rows: r.sums.map((s) => [
      `≥ ${s.points}`,
      shareOf(s.raised, s.malicious),
      shareOf(s.falseCaptures, s.benign),
      s.falseIncidents,
      s.backgroundOnly,
    ]),
  };
}

function rules(r: EvaluationReport): ReportTable {
  return {
    id: 'rules',
    title: say('lab-rules'),
    note: say('lab-rules-note'),
    columns: [
      ...words('lab-rule', 'lab-kind'),
      ...numbers('lab-points', 'lab-malicious-before-new', 'lab-benign-before-new', 'lab-needed', 'lab-sources-count'),
      ...words(null),
    ],
    rows: r.rules.map((f) => [
      { names: [ruleName(f.rule, null)] },
      { names: [kindName(f)] },
      f.points,
      `${f.maliciousOld}, ${f.maliciousNew}`,
      `${f.benignOld}, ${f.benignNew}`,
      `${f.neededMalicious}, ${f.neededBenign}`,
      f.sources,
      f.thin === null ? '' : say(f.thin === 'one capture' ? 'lab-one-capture' : 'lab-one-source'),
    ]),
  };
}

/** A rule of a report that another version kept may be gone: its name stands for it. */
function ruleName(name: string, points: number | null): NamedCell {
  const rule = ruleOf(name);
  return { name, means: rule === null ? foreign(name) : say(rule.title), points };
}

function kindName(f: RuleFigures): NamedCell {
  const rule = ruleOf(f.rule);
  return { name: f.kind, means: rule === null ? foreign(f.kind) : say(`kind-${rule.kind}`), points: null };
}

function ruleNames(parts: readonly RulePart[]): NamedCell[] {
  return parts.map((part) => ruleName(part.rule, part.points));
}

function tls(r: EvaluationReport): ReportTable {
  const t = r.tls;
  return {
    id: 'tls',
    title: say('lab-tls'),
    note: say('lab-tls-note', {
      found: t.own + t.inherited,
      channels: t.channels,
      own: t.own,
      inherited: t.inherited,
      benign: t.benignRaised,
      benignPeers: t.benignPeers,
      benignShare: shareText(t.benignRaised, t.benignPeers),
      c2Over: t.c2Over,
      c2Flows: t.c2Flows,
      c2Share: shareText(t.c2Over, t.c2Flows),
      ordinaryOver: t.ordinaryOver,
      ordinaryFlows: t.ordinaryFlows,
      ordinaryShare: shareText(t.ordinaryOver, t.ordinaryFlows),
    }),
    columns: [
      ...words('lab-family'),
      ...numbers('lab-peers', 'lab-own-evidence', 'lab-inherited', 'lab-flows', 'lab-over-model'),
    ],
    rows: t.families.map((f) => [f.family, f.peers, f.own, f.inherited, f.flows, f.over]),
  };
}

/** Incidents of one host for the same reasons are one row. */
function falses(r: EvaluationReport): ReportTable {
  const alike = new Map<string, { readonly first: FalseIncident; readonly where: PlainKey; peers: number }>();
  const list = (where: PlainKey, incidents: readonly FalseIncident[]): void => {
    for (const i of incidents) {
      const why = i.rules.map((part) => `${part.rule} ${part.points}`).join();
      const key = [where, i.capture, i.initiator, i.points, i.inherited, why].join('\n');
      const known = alike.get(key);
      if (known === undefined) alike.set(key, { first: i, where, peers: 1 });
      else known.peers++;
    }
  };
  list('lab-in-benign', r.falseIncidents);
  list('lab-on-background', r.backgroundOnly);
  return {
    id: 'falses',
    title: say('lab-falses'),
    note: say('lab-falses-note', { benign: r.falseIncidents.length, background: r.backgroundOnly.length }),
    columns: [
      ...words(null, 'lab-capture', 'lab-initiator', 'lab-peer'),
      ...numbers('lab-points'),
      ...words('lab-evidence', 'lab-in-words'),
    ],
    rows: [...alike.values()]
      .slice(0, LISTED)
      .map(({ first, where, peers }) => [
        say(where),
        short(first.capture),
        first.initiator,
        peers === 1 ? peerShown(first.peer) : say('lab-and-more', { peer: peerShown(first.peer), n: peers - 1 }),
        first.points,
        { names: [...(first.inherited ? [INHERITED] : []), ...ruleNames(first.rules)] },
        { sentences: first.rules.filter((part) => part.points > 0).map((part) => part.said) },
      ]),
  };
}

const INHERITED: NamedCell = { name: 'inherited', means: say('lab-inherited'), points: null };

function missed(r: EvaluationReport): ReportTable {
  return {
    id: 'missed',
    title: say('lab-missed'),
    note: null,
    columns: [...words('lab-capture', 'lab-family'), ...numbers('lab-points'), ...words('lab-evidence')],
    rows: r.missed.slice(0, LISTED).map((m) => [short(m.capture), m.family, m.points, { names: ruleNames(m.rules) }]),
  };
}

function families(r: EvaluationReport): ReportTable {
  return {
    id: 'families',
    title: say('lab-families'),
    note: null,
    columns: [...words('lab-family'), ...numbers('lab-captures', 'lab-raised')],
    rows: r.families.map((f) => [f.family, f.captures, f.raised]),
  };
}

function sources(r: EvaluationReport, before: EvaluationReport | null): ReportTable {
  return {
    id: 'sources',
    title: say('lab-sources'),
    note: null,
    columns: groupColumns(before),
    rows: r.sources.map((g) => groupRow(g, before?.sources ?? null)),
  };
}

function fingerprints(r: EvaluationReport): ReportTable {
  return {
    id: 'fingerprints',
    title: say('lab-fingerprints'),
    note: say('lab-fingerprints-note'),
    columns: [
      ...words(null, 'lab-fingerprint'),
      ...numbers('lab-captures', 'lab-carried-over'),
      ...words('lab-sources-count'),
    ],
    rows: r.fingerprints.map((f) => [f.kind, f.value, f.captures, f.carriedOver, f.sources.join(', ')]),
  };
}

function leaks(r: EvaluationReport): ReportTable {
  return {
    id: 'leaks',
    title: say('lab-leaks'),
    note: r.leaks.length === 0 ? say('lab-none') : null,
    columns: [...words('lab-source', 'lab-source'), ...numbers('lab-flows')],
    rows: r.leaks.map((l) => [l.a, l.b, l.flows]),
  };
}

/** What the model's features tell of sources: by source, and by feature. */
function audit(r: EvaluationReport): ReportTable[] {
  const { audit: a } = r;
  if (a === null) return [];
  const { flows, captures, sources: all, left, perSource, features, everything } = a;
  const percent = (share: number): string => shareText(share, 1);
  return [
    {
      id: 'audit',
      title: say('lab-audit'),
      note: say('lab-audit-note', {
        flows,
        captures,
        sources: all,
        left,
        perSource,
        features,
        right: percent(a.right),
        largest: percent(a.largest),
        dealt: percent(a.dealt),
        all: everything.features,
        rightAll: percent(everything.right),
      }),
      columns: [...words('lab-source'), ...numbers('lab-told-right'), ...words('lab-taken-for')],
      rows: a.bySource.map((s) => [s.source, shareOf(s.right, s.flows), s.takenFor ?? '']),
    },
    {
      id: 'audit-groups',
      title: say('lab-audit-groups'),
      note: say('lab-audit-groups-note'),
      columns: [...words('lab-feature-group'), ...numbers('lab-features-count', 'lab-lost-without')],
      rows: a.byGroup.map((g) => [{ featureGroup: g.group }, g.features, points(g.lost)]),
    },
    {
      id: 'audit-features',
      title: say('lab-audit-features'),
      note: say('lab-audit-features-note'),
      columns: [...words('lab-feature'), ...numbers('lab-told-alone', 'lab-lost-without')],
      rows: a.byFeature.map((f) => [{ feature: f.feature }, percent(f.alone), points(f.lost)]),
    },
  ];
}

/** A share as percentage points; nothing is 0.0 and not -0.0. */
function points(share: number): string {
  const text = (100 * share).toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
}

function short(path: string): string {
  return path.split('/').slice(-2).join('/');
}
