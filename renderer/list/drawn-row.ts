// What a row shows, as plain data: the same for the row's element and for its picture on the canvas while a list moves.

export interface DrawnCell {
  text: string;
  /** Class of the cell's element. */
  className: string;
  /** Class of the dot or chip before the text, '' where there is none. */
  mark: string;
  /** What stands in that chip. */
  markText: string;
}

export interface DrawnRow {
  /** Bit i: the row has the class `kinds[i]` of its painter. */
  kinds: number;
  /** For the custom properties --row-ground and --row-text. */
  colours: { readonly background: string; readonly text: string } | null;
  /** One for each cell that the painter builds; filled in place, so that a frame makes none. */
  readonly cells: DrawnCell[];
}

export interface RowPainter<P> {
  /** Makes the parts of a row once. */
  build(row: HTMLElement): void;
  /** Fills a row. `page` is null while its page is under way. */
  paint(row: HTMLElement, place: number, page: P | null, index: number, selected: boolean): void;
  /** Absent where rows are elements while the list moves, too. */
  readonly drawing?: RowDrawing<P>;
}

export interface RowDrawing<P> {
  /** Classes of rows; a drawn row has them as bits. */
  readonly kinds: readonly string[];
  /** Cells of a row that are drawn. */
  readonly cells: number;
  /** Whether `draw` tells the row; another is read from its element. */
  draws(page: P, index: number): boolean;
  /** Says what `paint` writes. */
  draw(to: DrawnRow, place: number, page: P | null, index: number, selected: boolean): void;
}

export function drawnRow(cells: number): DrawnRow {
  return {
    kinds: 0,
    colours: null,
    cells: Array.from({ length: cells }, () => ({ text: '', className: '', mark: '', markText: '' })),
  };
}

/** The classes of a row's kinds. */
export function kindNames(kinds: number, names: readonly string[]): string {
  return names.filter((_, i) => ((kinds >> i) & 1) === 1).join(' ');
}
