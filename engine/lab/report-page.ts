// An evaluation as JSON, as Markdown, and as a page of its own that needs nothing from elsewhere.
import { english, type EvaluationReport, type Message } from '../../contract/index.ts';
import { reportLines } from './report-text.ts';

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
  for (const t of reportLines(r, before)) {
    out.push(`## ${t.title}`, '');
    if (t.note !== '') out.push(t.note, '');
    if (t.rows.length === 0) continue;
    const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
    out.push(line(t.heads), line(t.heads.map(() => '---')), ...t.rows.map(line), '');
  }
  return `${out.join('\n').trimEnd()}\n`;
}

function headOf(r: EvaluationReport): string {
  return `${r.made}, ${r.folder}, ${r.model === null ? "the model's point" : `model ${r.model}`}: ${english(r.witness)}.`;
}

const STYLE = `:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}
body{max-width:1100px;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:.5rem 0 1.5rem}
td,th{border-bottom:1px solid #8884;padding:.2rem .6rem;text-align:left;vertical-align:top}
h2{margin-top:2rem}svg{max-width:560px;width:100%}path{fill:none;stroke-width:2}text{font-size:11px;fill:currentColor}`;

/** @param before of the same captures, where changes are told */
export function reportHtml(r: EvaluationReport, before: EvaluationReport | null = null): string {
  const tables = reportLines(r, before)
    .map((t) => {
      const cells = (row: readonly string[], tag: string): string =>
        `<tr>${row.map((c) => `<${tag}>${safe(c)}</${tag}>`).join('')}</tr>`;
      const rows = t.rows.map((row) => cells(row, 'td')).join('\n');
      const note = t.note === '' ? '' : `<p>${safe(t.note)}</p>`;
      return `<h2>${safe(t.title)}</h2>${note}<table>${cells(t.heads, 'th')}\n${rows}</table>`;
    })
    .join('\n');
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Evaluation</title><style>${STYLE}</style>`;
  const told = `<h1>Evaluation</h1><p>${safe(headOf(r))}</p>`;
  return `${head}<body>${told}${curve(r)}\n${tables}</body></html>\n`;
}

const WIDTH = 520;
const HEIGHT = 220;
const LEFT = 40;

/** Shares of malicious and benign captures that are raised, by points. */
function curve(r: EvaluationReport): string {
  const x = (i: number): number => LEFT + (i * (WIDTH - LEFT - 20)) / Math.max(1, r.sums.length - 1);
  const y = (share: number): number => HEIGHT - 30 - share * (HEIGHT - 50);
  const path = (shares: readonly number[]): string =>
    shares.map((s, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(s).toFixed(1)}`).join('');
  const malicious = path(r.sums.map((s) => (s.malicious === 0 ? 0 : s.raised / s.malicious)));
  const benign = path(r.sums.map((s) => (s.benign === 0 ? 0 : s.falseCaptures / s.benign)));
  const ticks = r.sums.map((s, i) => `<text x="${x(i)}" y="${HEIGHT - 10}" text-anchor="middle">≥ ${s.points}</text>`);
  const levels = [0, 0.5, 1].map((s) => `<text x="4" y="${y(s) + 4}">${s * 100} %</text>`);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Captures raised by points">
<path d="${malicious}" stroke="#d33"/><path d="${benign}" stroke="#393"/>${ticks.join('')}${levels.join('')}
<text x="${WIDTH - 150}" y="16" fill="#d33">malicious</text><text x="${WIDTH - 70}" y="16" fill="#393">benign</text></svg>`;
}

function safe(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
