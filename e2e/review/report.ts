// The tables as a page: what works, what works in part and what is missing, how each was tried and what lacks.
import type { Outcome, Trial, Verdict } from './trial.ts';

const TITLES: Readonly<Record<Trial['table'], string>> = {
  wireshark: 'What Wireshark users do',
  peers: 'What users of Zui, Arkime, Sniffnet, EveBox expect',
};
const ROWS: Readonly<Record<Trial['table'], number>> = { wireshark: 72, peers: 18 };
const VERDICTS: readonly Verdict[] = ['works', 'partly', 'missing'];
const TABLES = ['wireshark', 'peers'] as const;

/** @param whole every row was tried, so that each table must have as many as the review's */
export function report(outcomes: readonly Outcome[], whole: boolean): string {
  return [
    '# The window, tried again',
    '',
    'Written by `npm run review:window` (e2e/review-tables.ts): each row of the two tables of the review of issue 26, tried',
    'in the window (Chromium) or on the command line, on the bundled sample and on a capture that the script makes',
    '(bench/review/capture.ts), beside tshark. Each row has a window and a data folder that nobody used before.',
    'A row works when all of its parts were seen to work; *partly* and *missing* both count as not working.',
    '',
    ...TABLES.map((table) => `- ${TITLES[table]}: ${countsOf(outcomes.filter((o) => o.table === table))}.`),
    `- ${when(outcomes)}`,
    '',
    ...TABLES.flatMap((table) => tableOf(table, outcomes, whole)),
  ].join('\n');
}

export function countsOf(rows: readonly Outcome[]): string {
  const counts = VERDICTS.map((v) => `${rows.filter((o) => o.verdict === v).length} ${v}`).join(', ');
  return `${rows.length} rows, ${counts}`;
}

/** Rows of several runs are of several commits, which a reader has to know. */
function when(outcomes: readonly Outcome[]): string {
  const times = outcomes.map((o) => o.at).toSorted();
  const commits = [...new Set(outcomes.map((o) => o.commit))];
  const each = commits.map((c) => `${c} (${outcomes.filter((o) => o.commit === c).length} rows)`);
  return `Tried from ${times[0] ?? '-'} to ${times.at(-1) ?? '-'}, commit ${each.join(', ')}.`;
}

function tableOf(table: Trial['table'], outcomes: readonly Outcome[], whole: boolean): string[] {
  const rows = outcomes.filter((o) => o.table === table);
  if (whole && rows.length !== ROWS[table])
    throw new Error(`${TITLES[table]} has ${ROWS[table]} rows, not ${rows.length}`);
  if (rows.length === 0) return [];
  return [
    `## ${TITLES[table]}`,
    '',
    '| area | what | verdict | how tried, with the figure | what lacks |',
    '|---|---|---|---|---|',
    ...rows.map(
      (o) => `| ${[o.area, o.what, o.verdict, o.worked.join('; '), o.reasons.join('. ')].map(cell).join(' | ')} |`,
    ),
    '',
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}
