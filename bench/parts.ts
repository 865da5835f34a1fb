// Documents of measurements have parts: one is written without the others, and what people wrote stays.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** A document as its first part, with its title, and the sections below it by their headings, in their order. */
export interface Parts {
  lead: string;
  readonly sections: Map<string, string>;
}

export function partsOf(path: string): Parts {
  const known = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const sections = new Map<string, string>();
  const [lead = '', ...rest] = known.split(/^(?=## )/m);
  for (const section of rest) {
    const end = section.indexOf('\n');
    sections.set(section.slice(3, end), section.slice(end + 1).trim());
  }
  return { lead: lead.trim(), sections };
}

export function writeParts(path: string, { lead, sections }: Parts): void {
  const below = [...sections].flatMap(([title, section]) => [`## ${title}`, section]);
  writeFileSync(path, `${[lead, ...below].join('\n\n')}\n`);
}

const BEGIN = '<!-- measured -->';
const END = '<!-- /measured -->';

/** A section with what was measured in place of what was before; what stands around it stays. */
export function withMeasured(section: string | undefined, measured: string): string {
  const put = `${BEGIN}\n\n${measured.trim()}\n\n${END}`;
  if (section === undefined) return put;
  const [from, to] = [section.indexOf(BEGIN), section.indexOf(END)];
  if (from < 0 || to < from) return `${section}\n\n${put}`;
  return section.slice(0, from) + put + section.slice(to + END.length);
}
