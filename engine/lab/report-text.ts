// An evaluation as tables of text: titles, heads and rows, which the command line, Markdown and HTML lay out.
import { english, type EvaluationReport, type GroupFigures, type RulePart } from '../../contract/index.ts';
import { FALSE_PER_THOUSAND } from './groups.ts';

/** One table: its title, a sentence under it, heads, rows. */
export interface ReportTable {
  readonly title: string;
  readonly note: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Rules, incidents and captures of a table that are listed at most. */
const LISTED = 400;

export function reportLines(r: EvaluationReport): ReportTable[] {
  return [
    ...goals(r),
    groups(r),
    sums(r),
    rules(r),
    tls(r),
    falses(r),
    missed(r),
    families(r),
    sources(r),
    fingerprints(r),
    leaks(r),
  ];
}

/** What is asked over all groups of this project's own data, as shares or counts. */
const BUSY_SHARE = 0.04;
const BACKGROUND_INCIDENTS = 3;
const CHANNELS_FOUND = 53 / 76;
const TLS_FALSE = 0.01;

/** Nothing is asked of data that this project does not know. */
function goals(r: EvaluationReport): ReportTable[] {
  // The first two groups hold every capture once: sources of before, among which unknown ones are, and new ones.
  const both = r.groups.slice(0, 2);
  if (both.some((g) => g.malicious === 0)) return [];
  const rows: string[][] = [];
  const ask = (what: string, wanted: string, measured: string, met: boolean): void => {
    rows.push([what, wanted, measured, met ? '✓' : '✗']);
  };
  for (const g of r.groups) {
    if (g.wantRaised !== null && g.malicious > 0) {
      const wanted = `at least ${Math.round(g.wantRaised * 100)} %`;
      const measured = `${g.raised} of ${g.malicious} (${share(g.raised, g.malicious)})`;
      ask(`${g.name}: malicious captures raised`, wanted, measured, g.raised / g.malicious >= g.wantRaised);
    }
    if (g.wantBenign !== null && g.benign > 0) {
      const wanted = `at most ${Math.round(g.wantBenign * 100)} %`;
      const measured = `${g.falseCaptures} of ${g.benign} (${share(g.falseCaptures, g.benign)})`;
      ask(`${g.name}: benign captures raised`, wanted, measured, g.falseCaptures / g.benign <= g.wantBenign);
    }
    if (g.wantRaised === null && g.benignFlows > 0) {
      const rate = (1000 * g.falseIncidents) / g.benignFlows;
      const what = `${g.name}: false incidents in 1,000 benign flows`;
      ask(what, `at most ${FALSE_PER_THOUSAND}`, rate.toFixed(2), rate <= FALSE_PER_THOUSAND);
    }
  }
  const busy = both.reduce((n, g) => n + g.busy, 0);
  const busyRaised = both.reduce((n, g) => n + g.busyRaised, 0);
  const told = `${busyRaised} of ${busy} (${share(busyRaised, busy)})`;
  ask('benign captures of 20 flows and more raised', 'at most 4 %', told, busyRaised <= BUSY_SHARE * busy);
  const background = r.backgroundOnly.length;
  const most = `at most ${BACKGROUND_INCIDENTS}`;
  ask('incidents on background only', most, String(background), background <= BACKGROUND_INCIDENTS);
  const { tls } = r;
  const found = tls.own + tls.inherited;
  const channels = `${found} of ${tls.channels} (${share(found, tls.channels)})`;
  ask(
    'TLS peers with command channels raised',
    'at least 69.7 % (53 of 76)',
    channels,
    found >= CHANNELS_FOUND * tls.channels,
  );
  const falsely = `${tls.benignRaised} of ${tls.benignPeers} (${share(tls.benignRaised, tls.benignPeers)})`;
  ask('benign TLS peers raised', 'at most 1 %', falsely, tls.benignRaised <= TLS_FALSE * tls.benignPeers);
  return [{ title: 'Goals', note: '', heads: ['what', 'wanted', 'measured', ''], rows }];
}

function share(n: number, of: number): string {
  return of === 0 ? '–' : `${((100 * n) / of).toFixed(1)} %`;
}

function against(n: number, of: number, goal: number | null, atLeast: boolean): string {
  const said = `${n} of ${of} (${share(n, of)})`;
  if (goal === null || of === 0) return said;
  const met = atLeast ? n / of >= goal : n / of <= goal;
  return `${said} ${met ? '✓' : '✗'} ${atLeast ? '≥' : '≤'} ${(goal * 100).toFixed(0)} %`;
}

function groupRow(g: GroupFigures): string[] {
  const perThousand = g.benignFlows === 0 ? NaN : (1000 * g.falseIncidents) / g.benignFlows;
  const told = Number.isNaN(perThousand)
    ? '–'
    : `${perThousand.toFixed(2)}${perThousand <= FALSE_PER_THOUSAND ? '' : ' ✗'}`;
  return [
    g.name,
    against(g.raised, g.malicious, g.wantRaised, true),
    against(g.falseCaptures, g.benign, g.wantBenign, false),
    `${g.busyRaised} of ${g.busy}`,
    String(g.falseIncidents),
    String(g.benignFlows),
    told,
    g.hours < 0.05 ? '–' : `${(g.falseIncidents / g.hours).toFixed(2)} (${g.hours.toFixed(1)} h)`,
  ];
}

const GROUP_HEADS = [
  'group',
  'malicious captures raised',
  'benign captures raised',
  'of 20 flows and more',
  'false incidents',
  'benign flows',
  'per 1,000 flows',
  'per hour',
];

function groups(r: EvaluationReport): ReportTable {
  return {
    title: 'Groups',
    note:
      `${r.captures} captures, ${r.flows} flows; the model's point: ${r.witness}. Raised: an incident of 3 points that ` +
      `holds a flow labelled malicious. With labels dealt out at random ${share(r.chance, 1)} of malicious captures ` +
      'would be raised.',
    heads: GROUP_HEADS,
    rows: r.groups.map(groupRow),
  };
}

function sums(r: EvaluationReport): ReportTable {
  return {
    title: 'Sums',
    note: '',
    heads: ['points', 'malicious raised', 'benign raised', 'false incidents', 'background only'],
    rows: r.sums.map((s) => [
      `≥ ${s.points}`,
      against(s.raised, s.malicious, null, true),
      against(s.falseCaptures, s.benign, null, false),
      String(s.falseIncidents),
      String(s.backgroundOnly),
    ]),
  };
}

function rules(r: EvaluationReport): ReportTable {
  return {
    title: 'Rules',
    note:
      'Captures whose malicious flows carry the rule, and benign captures in which any flow does. ' +
      'Needed: captures that fall under 3 points without it.',
    heads: [
      'rule',
      'kind',
      'points',
      'malicious before, new',
      'benign before, new',
      'needed malicious, benign',
      'sources',
      '',
    ],
    rows: r.rules.map((f) => [
      f.rule,
      f.kind,
      String(f.points),
      `${f.maliciousOld}, ${f.maliciousNew}`,
      `${f.benignOld}, ${f.benignNew}`,
      `${f.neededMalicious}, ${f.neededBenign}`,
      String(f.sources),
      f.thin ?? '',
    ]),
  };
}

function tls(r: EvaluationReport): ReportTable {
  const t = r.tls;
  return {
    title: 'Encrypted command channels',
    note:
      `${t.own + t.inherited} of ${t.channels} TLS peers with channels raised (${t.own} by evidence of their own, ` +
      `${t.inherited} inherited); ${t.benignRaised} of ${t.benignPeers} benign TLS peers ` +
      `(${share(t.benignRaised, t.benignPeers)}). The model's point: ${t.c2Over} of ${t.c2Flows} channel flows ` +
      `(${share(t.c2Over, t.c2Flows)}), ${t.ordinaryOver} of ${t.ordinaryFlows} ordinary ones ` +
      `(${share(t.ordinaryOver, t.ordinaryFlows)}).`,
    heads: ['family', 'peers', 'own evidence', 'inherited', 'flows', 'over the model’s 1 %'],
    rows: t.families.map((f) => [f.family, f.peers, f.own, f.inherited, f.flows, f.over].map(String)),
  };
}

/** Incidents of one host for the same reasons are one row. */
function falses(r: EvaluationReport): ReportTable {
  const alike = new Map<string, { readonly row: string[]; readonly said: readonly string[]; peers: number }>();
  const list = (kind: string, incidents: EvaluationReport['falseIncidents']): void => {
    for (const i of incidents) {
      const why = [...(i.inherited ? ['inherited'] : []), ...i.rules.map(ruleText)].join(', ');
      const row = [kind, short(i.capture), i.initiator, i.peer, String(i.points), why];
      const key = [kind, i.capture, i.initiator, i.points, why].join('\n');
      const known = alike.get(key);
      if (known === undefined) alike.set(key, { row, said: saidOf(i.rules), peers: 1 });
      else known.peers++;
    }
  };
  list('benign', r.falseIncidents);
  list('background', r.backgroundOnly);
  return {
    title: 'False incidents',
    note: `${r.falseIncidents.length} in benign captures, ${r.backgroundOnly.length} on background only in malicious ones.`,
    heads: ['', 'capture', 'initiator', 'peer', 'points', 'evidence', 'in words'],
    rows: [...alike.values()].slice(0, LISTED).map(({ row, said, peers }) => {
      const others = peers === 1 ? '' : ` and ${peers - 1} more`;
      return [...row.slice(0, 3), `${row[3]}${others}`, ...row.slice(4), said.join(' ')];
    }),
  };
}

function ruleText(r: RulePart): string {
  return `${r.rule} ${r.points}`;
}

/** The sentences of rules that have points. */
function saidOf(rules: readonly RulePart[]): string[] {
  return rules.filter((r) => r.points > 0).map((r) => english(r.said));
}

function missed(r: EvaluationReport): ReportTable {
  return {
    title: 'Malicious captures missed',
    note: '',
    heads: ['capture', 'family', 'points', 'evidence'],
    rows: r.missed
      .slice(0, LISTED)
      .map((m) => [short(m.capture), m.family, String(m.points), m.rules.map(ruleText).join(', ')]),
  };
}

function families(r: EvaluationReport): ReportTable {
  return {
    title: 'Families',
    note: '',
    heads: ['family', 'captures', 'raised'],
    rows: r.families.map((f) => [f.family, String(f.captures), String(f.raised)]),
  };
}

function sources(r: EvaluationReport): ReportTable {
  return { title: 'Sources', note: '', heads: GROUP_HEADS, rows: r.sources.map(groupRow) };
}

function fingerprints(r: EvaluationReport): ReportTable {
  return {
    title: 'JA3 and JA4 seen in malware only',
    note:
      'Of the first flow of each peer with a command channel. A fact, and no rule: few carry over. Carried over: ' +
      'malicious captures of new sources that have it, where a source of before had it.',
    heads: ['', 'fingerprint', 'captures', 'carried over', 'sources'],
    rows: r.fingerprints.map((f) => [f.kind, f.value, String(f.captures), String(f.carriedOver), f.sources.join(', ')]),
  };
}

function leaks(r: EvaluationReport): ReportTable {
  return {
    title: 'The same flow in two sources',
    note: r.leaks.length === 0 ? 'None.' : '',
    heads: ['source', 'source', 'flows'],
    rows: r.leaks.map((l) => [l.a, l.b, String(l.flows)]),
  };
}

function short(path: string): string {
  return path.split('/').slice(-2).join('/');
}
