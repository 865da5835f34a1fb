// The cells of a row that is painted by hand.

/** @param first elements in the first cell, before its text */
export function buildCells(
  row: HTMLElement,
  prefix: string,
  cells: readonly string[],
  first: readonly ('i' | 'span')[],
): void {
  for (const cell of cells) {
    const span = document.createElement('span');
    span.className = `${prefix}-${cell}`;
    span.setAttribute('role', 'gridcell');
    if (cell === cells[0]) span.append(...first.map((tag) => document.createElement(tag)));
    span.append('');
    row.append(span);
  }
}

/** Writes a cell's text, the last node in it, where it is another than before. */
export function text(cell: Element, value: string): void {
  const node = cell.lastChild!;
  if (node.nodeValue !== value) node.nodeValue = value;
}
