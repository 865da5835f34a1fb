// An evaluation as JSON, as Markdown, and as a page of its own that needs nothing from elsewhere.
import { english, type EvaluationReport, type Message } from '../../contract/index.ts';
import { headlineOf } from './headline.ts';
import { addedLines, cellText, reportLines, type TextTable } from './report-text.ts';

/** Sentences are English texts, as in all records. */
export function reportJson(r: EvaluationReport): string {
  return JSON.stringify(r, (_, value: unknown) => (isMessage(value) ? english(value) : value));
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'say' in value && typeof value.say === 'string';
}

/** @param before of the same captures, where changes are told */
export function reportMarkdown(r: EvaluationReport, before: EvaluationReport | null = null): string {
  const out = [`# Evaluation`, '', headOf(r), ''];
  for (const t of reportLines(r, before)) out.push(...markdownOf(t));
  return `${out.join('\n').trimEnd()}\n`;
}

function markdownOf(t: TextTable): string[] {
  const out = [`## ${t.title}`, ''];
  if (t.note !== '') out.push(t.note, '');
  if (t.rows.length === 0) return out;
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
  out.push(line(t.heads), line(t.heads.map(() => '---')), ...t.rows.map(line), '');
  return out;
}

const NEXT_HEADING = /\n## /;
const LIMITS = /^## Limits$/m;

/**
 * A model's card (engine/learn/card.ts) with what threat rules add: in place of what it said of them before, or before
 * its limits.
 */
export function cardWithRules(card: string, r: EvaluationReport): string {
  const table = addedLines(r);
  if (table === null) return card;
  const part = markdownOf(table).join('\n');
  const heading = `## ${table.title}`;
  const at = card.indexOf(heading);
  if (at < 0) {
    const limits = card.search(LIMITS);
    const before = limits < 0 ? card.length : limits;
    return `${card.slice(0, before)}${part}\n${card.slice(before)}`;
  }
  const rest = card.slice(at + heading.length);
  const next = NEXT_HEADING.exec(rest);
  return card.slice(0, at) + part + (next === null ? '' : rest.slice(next.index));
}

function headOf(r: EvaluationReport): string {
  return `${r.made}, ${r.folder}, ${r.model === null ? "the model's point" : `model ${r.model}`}: ${english(r.witness)}.`;
}

const STYLE = `:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif;--line:#8884;--dim:#777}
body{max-width:1180px;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:.5rem 0 1.5rem}
td,th{border-bottom:1px solid var(--line);padding:.25rem 1.2rem .25rem 0;text-align:left;vertical-align:top}
th{color:var(--dim);font-weight:550}td{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap}th.n{white-space:normal}.wide{overflow-x:auto}
h2{margin-top:2rem}h2::first-letter,th::first-letter,dt::first-letter{text-transform:uppercase}
dl{display:flex;flex-wrap:wrap;gap:1rem 2.5rem}dt,dd small{color:var(--dim);font-size:12px}dd{margin:0}
dd b{display:block;font-size:22px;font-weight:650}svg{max-width:560px;width:100%}path{fill:none;stroke-width:2}
.other path{stroke-dasharray:5 4}.grid{stroke:var(--line);stroke-width:1}text{font-size:11px;fill:currentColor}`;

/** @param before of the same captures, where changes are told */
export function reportHtml(r: EvaluationReport, before: EvaluationReport | null = null): string {
  const tables = reportLines(r, before).map(tableHtml).join('\n');
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Evaluation</title><style>${STYLE}</style>`;
  const told = `<h1>Evaluation</h1><p>${safe(headOf(r))}</p>`;
  return `${head}<body>${told}${headline(r)}${curve(r)}\n${tables}</body></html>\n`;
}

function headline(r: EvaluationReport): string {
  const figures = headlineOf(r).map((f) => {
    const note = f.note === null ? '' : `<small>${safe(english(f.note))}</small>`;
    return `<div><dt>${safe(english(f.title))}</dt><dd><b>${safe(cellText(f.value))}</b>${note}</dd></div>`;
  });
  return `<dl>${figures.join('')}</dl>`;
}

function tableHtml(t: TextTable): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((c, i) => `<${tag}${t.numbers[i]! ? ' class="n"' : ''}>${safe(c)}</${tag}>`).join('')}</tr>`;
  const rows = t.rows.map((row) => cells(row, 'td')).join('\n');
  const note = t.note === '' ? '' : `<p>${safe(t.note)}</p>`;
  return `<h2>${safe(t.title)}</h2>${note}<div class="wide"><table>${cells(t.heads, 'th')}\n${rows}</table></div>`;
}

const WIDTH = 520;
const HEIGHT = 220;
const LEFT = 40;

/** Shares of malicious and benign captures that are raised, by points; with dashes those of the model compared with. */
function curve(r: EvaluationReport): string {
  const x = (i: number): number => LEFT + (i * (WIDTH - LEFT - 20)) / Math.max(1, r.sums.length - 1);
  const y = (share: number): number => HEIGHT - 30 - share * (HEIGHT - 50);
  const path = (shares: readonly number[]): string =>
    shares.map((s, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(s).toFixed(1)}`).join('');
  const paths = (sums: EvaluationReport['sums']): string => {
    const malicious = path(sums.map((s) => (s.malicious === 0 ? 0 : s.raised / s.malicious)));
    const benign = path(sums.map((s) => (s.benign === 0 ? 0 : s.falseCaptures / s.benign)));
    return `<path d="${malicious}" stroke="#d33"/><path d="${benign}" stroke="#393"/>`;
  };
  const other = r.compared === null ? '' : `<g class="other">${paths(r.compared.sums)}</g>`;
  const ticks = r.sums.map((s, i) => `<text x="${x(i)}" y="${HEIGHT - 10}" text-anchor="middle">≥ ${s.points}</text>`);
  const levels = [0, 0.5, 1].map(
    (s) => `<path d="M${LEFT} ${y(s)}H${WIDTH - 20}" class="grid"/><text x="4" y="${y(s) + 4}">${s * 100} %</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Captures raised by points">
${levels.join('')}${ticks.join('')}${other}${paths(r.sums)}
<text x="${WIDTH - 150}" y="16" style="fill:#d33">malicious</text><text x="${WIDTH - 70}" y="16" style="fill:#393">benign</text></svg>`;
}

function safe(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
