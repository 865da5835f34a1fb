// Lines of a packet's tree by what they are: what the window unfolds, and what an export of it writes.

/** What a line is, whatever its value: its field, or its label up to the first value in it. */
export function lineKind(filter: string, label: string): string {
  if (filter !== '') return filter.replace(/ [^]*$/, '');
  return label.replace(/[\d.:,"'][^]*$/, '').trim();
}
