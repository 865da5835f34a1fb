// docs/bench-rules.md has a part of each measurement: one is written without the others.
import { partsOf, writeParts } from '../parts.ts';

const PARTS = { speed: 'What rules cost a score', pcre: 'Patterns of `pcre`', hostile: 'Hostile rule files' } as const;
export type Part = keyof typeof PARTS;

/** Puts a text under the heading of its part; the other parts stay. */
export function putPart(path: string, part: Part, text: string): void {
  const known = partsOf(path).sections;
  known.set(PARTS[part], text.trim());
  const titles = [...new Set<string>([...Object.values(PARTS), ...known.keys()])].filter((title) => known.has(title));
  const sections = new Map(titles.map((title) => [title, known.get(title)!]));
  writeParts(path, { lead: '# Threat rules: speed and bounds', sections });
}
