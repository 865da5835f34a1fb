// Sections of a document that several campaigns write: each its own, by its heading.

/** The document with a section in the place of the one of the same heading, or at its end. */
export function withSection(document: string, section: string): string {
  const heading = section.slice(0, section.indexOf('\n'));
  const parts = document.trimEnd().split(/\n(?=## )/);
  const isIts = (part: string): boolean => part.startsWith(`${heading}\n`);
  const at = parts.findIndex(isIts);
  if (at >= 0) parts[at] = section.trimEnd();
  else parts.push(section.trimEnd());
  // Two of one heading come about where branches meet.
  const kept = parts.filter((part, i) => i === at || at < 0 || !isIts(part));
  return `${kept.map((part) => part.trimEnd()).join('\n\n')}\n`;
}
