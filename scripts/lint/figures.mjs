// The figures of density by area, the limits that they are held to, and the exceptions to rules.
import { areaOf } from './sources.mjs';

const MAX_LINES = 600;
const WIDTH = 120;
const MAX_WIDTH = 160;
/** Share of an area's lines that may be wider than WIDTH. */
const MAX_WIDE = 0.005;
const MAX_EXCEPTIONS = 9;
/** Rules of oxlint that hold from the day on which an area is clean; its other rules hold everywhere. */
const BY_AREA = /no-nested-ternary|max-params|complexity|exhaustive-deps|rules-of-hooks|no-cycle|unused-directive/;

/**
 * Counts by area and compares with the limits.
 * @param sources as `readSources` gives them
 * @param {{ path: string, rule: string, text: string }[]} findings of oxlint
 * @param {{ notYetClean: readonly string[], stillLong: readonly string[] }} waiting not held yet
 * @returns {{ table: string[], problems: string[], clean: string[] }} `clean`: areas that wait and need not
 */
export function figures(sources, findings, waiting) {
  const areas = new Map();
  for (const source of sources) {
    const area = areas.get(source.area) ?? { lines: 0, wide: 0, over: 0, ternaries: 0, long: 0, problems: [] };
    areas.set(source.area, area);
    count(area, source, waiting.stillLong);
  }
  const problems = [];
  for (const { path, rule, text } of findings) {
    const area = areas.get(areaOf(path));
    if (rule.includes('no-nested-ternary')) area.ternaries++;
    if (BY_AREA.test(rule)) area.problems.push(text);
    else problems.push(text);
  }
  const table = [
    row('area', 'lines', `over ${WIDTH}`, 'share', `over ${MAX_WIDTH}`, 'nested ?:', `files > ${MAX_LINES}`),
  ];
  const clean = [];
  for (const [name, a] of [...areas].sort(([x], [y]) => (x < y ? -1 : 1))) {
    const share = a.wide / a.lines;
    if (share > MAX_WIDE)
      a.problems.push(`${name}: ${percent(share)} of lines over ${WIDTH}; ${percent(MAX_WIDE)} is the limit`);
    const waits = waiting.notYetClean.includes(name);
    if (!waits) problems.push(...a.problems);
    else if (a.problems.length === 0) clean.push(name);
    const note = waits ? `  not yet held: ${a.problems.length}` : '';
    table.push(row(name, a.lines, a.wide, percent(share), a.over, a.ternaries, a.long) + note);
  }
  return { table, problems, clean };
}

function count(area, { path, lines }, stillLong) {
  area.lines += lines.length;
  if (lines.length > MAX_LINES) {
    area.long++;
    if (!stillLong.includes(path)) area.problems.push(`${path}: ${lines.length} lines; ${MAX_LINES} is the limit`);
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
 * @param {readonly string[]} notYetClean areas that need no reasons yet
 * @returns {{ list: string[], problems: string[] }} the list, and what is wrong with it
 */
export function exceptions(sources, notYetClean) {
  const list = [];
  const problems = [];
  for (const { path, area, lines } of sources) {
    lines.forEach((line, i) => {
      const found =
        /(?:(?:ox|es)lint-disable(?:-next-line|-line)?|@ts-(?:ignore|expect-error|nocheck)|NOLINT)(.*)/.exec(line);
      if (found === null) return;
      const [rules, reason] = found[1].replace('*/', '').split(' -- ');
      if (!notYetClean.includes(area) && (reason ?? '').trim() === '')
        problems.push(`${path}:${i + 1}: an exception without ' -- reason'`);
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
