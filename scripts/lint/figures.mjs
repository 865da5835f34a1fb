// The figures of density by area, the limits that they are held to, and the exceptions to rules.
import { areaOf } from './sources.mjs';

const MAX_LINES = 600;
const WIDTH = 120;
const MAX_WIDTH = 160;
/** Share of an area's lines that may be wider than WIDTH. */
const MAX_WIDE = 0.005;
const MAX_EXCEPTIONS = 9;
/**
 * Counts by area and compares with the limits.
 * @param sources as `readSources` gives them
 * @param {{ path: string, rule: string, text: string }[]} findings of oxlint
 * @returns {{ table: string[], problems: string[] }}
 */
export function figures(sources, findings) {
  const areas = new Map();
  for (const source of sources) {
    const area = areas.get(source.area) ?? { lines: 0, wide: 0, over: 0, ternaries: 0, long: 0, problems: [] };
    areas.set(source.area, area);
    count(area, source);
  }
  const problems = [];
  for (const { path, rule, text } of findings) {
    const area = areas.get(areaOf(path));
    if (rule.includes('no-nested-ternary')) area.ternaries++;
    problems.push(text);
  }
  const table = [
    row('area', 'lines', `over ${WIDTH}`, 'share', `over ${MAX_WIDTH}`, 'nested ?:', `files > ${MAX_LINES}`),
  ];
  for (const [name, a] of [...areas].sort(([x], [y]) => (x < y ? -1 : 1))) {
    const share = a.wide / a.lines;
    if (share > MAX_WIDE)
      a.problems.push(`${name}: ${percent(share)} of lines over ${WIDTH}; ${percent(MAX_WIDE)} is the limit`);
    problems.push(...a.problems);
    table.push(row(name, a.lines, a.wide, percent(share), a.over, a.ternaries, a.long));
  }
  return { table, problems };
}

function count(area, { path, lines }) {
  area.lines += lines.length;
  if (lines.length > MAX_LINES) {
    area.long++;
    area.problems.push(`${path}: ${lines.length} lines; ${MAX_LINES} is the limit`);
  }
  lines.forEach((line, i) => {
    if (line.length > WIDTH) area.wide++;
    if (line.length <= MAX_WIDTH) return;
    area.over++;
    area.problems.push(`${path}:${i + 1}: ${line.length} columns; ${MAX_WIDTH} is the limit`);
  });
}

/**
 * Every place where a rule of a tool is set aside.
 * @returns {{ list: string[], problems: string[] }} the list, and what is wrong with it
 */
export function exceptions(sources) {
  const list = [];
  const problems = [];
  for (const { path, lines } of sources) {
    lines.forEach((line, i) => {
      const found =
        /(?:(?:ox|es)lint-disable(?:-next-line|-line)?|@ts-(?:ignore|expect-error|nocheck)|NOLINT)(.*)/.exec(line);
      if (found === null) return;
      const [rules, reason] = found[1].replace('*/', '').split(' -- ');
      if ((reason ?? '').trim() === '') problems.push(`${path}:${i + 1}: an exception without ' -- reason'`);
      list.push(`${path}:${i + 1}: ${rules.trim()}: ${(reason ?? '').trim()}`);
    });
  }
  if (list.length > MAX_EXCEPTIONS) problems.push(`${list.length} exceptions; ${MAX_EXCEPTIONS} is the limit`);
  return { list, problems };
}

function percent(share) {
  return `${(share * 100).toFixed(2)} %`;
}

function row(name, ...cells) {
  return name.padEnd(18) + cells.map((c) => String(c).padStart(11)).join('');
}
