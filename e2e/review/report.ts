// The tables as a page: what works, what works in part and what is missing, each with its reason.
import type { Outcome, Trial, Verdict } from './trial.ts';

const TITLES: Readonly<Record<Trial['table'], string>> = {
  wireshark: 'What Wireshark users do',
  peers: 'What users of Zui, Arkime, Sniffnet, EveBox expect',
};
const ROWS: Readonly<Record<Trial['table'], number>> = { wireshark: 72, peers: 18 };
const VERDICTS: readonly Verdict[] = ['works', 'partly', 'missing'];

/** @param whole every row was tried, so that each table must have as many as the review's */
export function report(outcomes: readonly Outcome[], whole: boolean): string {
  return [
    '# The window, tried again',
    '',
    'Written by `npm run review:window` (e2e/review-tables.ts): each row of the two tables of the review of issue 26, tried in',
    'the window (Chromium) or on the command line with the bundled sample and a capture that the script makes, beside',
    'tshark. A row works when all of its parts were seen to work, in part when some were, and is missing when none was.',
    '',
    ...(['wireshark', 'peers'] as const).flatMap((table) => tableOf(table, outcomes, whole)),
  ].join('\n');
}

function tableOf(table: Trial['table'], outcomes: readonly Outcome[], whole: boolean): string[] {
  const rows = outcomes.filter((o) => o.table === table);
  if (whole && rows.length !== ROWS[table])
    throw new Error(`${TITLES[table]} has ${ROWS[table]} rows, not ${rows.length}`);
  if (rows.length === 0) return [];
  const counts = VERDICTS.map((v) => `${rows.filter((o) => o.verdict === v).length} ${v}`).join(', ');
  return [
    `## ${TITLES[table]}`,
    '',
    `${rows.length} rows: ${counts}.`,
    '',
    '| area | what | verdict | seen to work | reason |',
    '|---|---|---|---|---|',
    ...rows.map((o) => `| ${[o.area, o.what, o.verdict, seen(o), o.reasons.join('. ')].map(cell).join(' | ')} |`),
    '',
  ];
}

/** Parts by name; many filters in one row are told by their number. */
function seen(o: Outcome): string {
  const filters = o.worked.filter((w) => w.startsWith('`'));
  const others = o.worked.filter((w) => !w.startsWith('`'));
  const counted = filters.length === 0 ? [] : [`${filters.length} filters, as tshark`];
  return [...counted, ...others].join('; ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}
