// Sections of a document that several campaigns write: each its own, by its heading.

/** The document with a section in the place of the one of the same heading, or at its end. */
export function withSection(document: string, section: string): string {
  const heading = section.slice(0, section.indexOf('\n'));
  const parts = document.trimEnd().split(/\n(?=## )/);
  const at = parts.findIndex((part) => part.startsWith(`${heading}\n`));
  if (at >= 0) parts[at] = section.trimEnd();
  else parts.push(section.trimEnd());
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}
