// docs/bench-rules.md has a part of each measurement: one is written without the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PARTS = { speed: 'What rules cost a score', pcre: 'Patterns of `pcre`', hostile: 'Hostile rule files' } as const;
export type Part = keyof typeof PARTS;

/** Puts a text under the heading of its part; the other parts stay. */
export function putPart(path: string, part: Part, text: string): void {
  const known = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const sections = new Map<string, string>();
  for (const section of known.split(/^(?=## )/m).slice(1)) {
    const end = section.indexOf('\n');
    sections.set(section.slice(3, end), section.slice(end + 1).trim());
  }
  sections.set(PARTS[part], text.trim());
  const out = ['# Threat rules: speed and bounds'];
  for (const title of Object.values(PARTS)) {
    const section = sections.get(title);
    if (section !== undefined) out.push(`## ${title}`, section);
  }
  writeFileSync(path, `${out.join('\n\n')}\n`);
}
