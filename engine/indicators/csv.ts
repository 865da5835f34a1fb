// One line of a table: cells between commas, semicolons or tabs, in quotes where they hold such a character.

/** Cells beyond these are left out. */
const MAX_CELLS = 64;

/** @returns null where a quote is not closed */
export function cellsOf(line: string, comma: string): string[] | null {
  if (!line.includes('"')) {
    const cells = line.split(comma, MAX_CELLS);
    for (let i = 0; i < cells.length; i++) cells[i] = cells[i]!.trim();
    return cells;
  }
  const cells: string[] = [];
  for (let at = 0; cells.length < MAX_CELLS;) {
    while (line.charCodeAt(at) === 32) at++;
    if (line.charCodeAt(at) !== 34) {
      const end = line.indexOf(comma, at);
      cells.push((end < 0 ? line.slice(at) : line.slice(at, end)).trim());
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    let end = line.indexOf('"', at + 1);
    let doubled = false;
    while (end >= 0 && line.charCodeAt(end + 1) === 34) {
      doubled = true;
      end = line.indexOf('"', end + 2);
    }
    if (end < 0) return null;
    const text = line.slice(at + 1, end);
    cells.push((doubled ? text.replaceAll('""', '"') : text).trim());
    at = line.indexOf(comma, end + 1);
    if (at < 0) return cells;
    at++;
  }
  return cells;
}
