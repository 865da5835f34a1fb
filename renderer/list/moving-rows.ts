// The picture of a list's rows that is drawn while it moves: one canvas over the rows' elements, which stay as they are
// until the list stands still.
import { drawnRow, type DrawnRow, type RowDrawing, type RowPainter } from './drawn-row.ts';
import { Pen } from './pen.ts';
import { RowStyles, type RowStyle } from './row-styles.ts';

/** Classes that rows have from their list. */
const STATES = ['odd', 'picked', 'pointed'];
/** Pictures of rows that only their elements tell, read in one frame; a frame with more of them is not drawn. */
const MAX_READ = 12;

export interface RowsInSight<P> {
  readonly first: number;
  readonly end: number;
  /** Of the first row's top edge, from the layer's. */
  readonly offset: number;
  readonly rowHeight: number;
  readonly at: (place: number) => { readonly page: P; readonly index: number } | null;
  readonly selected: number;
  readonly picked: (place: number) => boolean;
  /** The pointer's height over the layer, or -1. */
  readonly pointer: number;
}

export class MovingRows<P extends object> {
  private readonly layer: HTMLElement;
  private readonly drawing: RowDrawing<P>;
  private readonly canvas: HTMLCanvasElement;
  private readonly pen: Pen;
  private readonly styles: RowStyles<P>;
  private readonly row: DrawnRow;
  private width = 0;
  private height = 0;
  private ground = '';
  private look = '';
  private doubted = false;

  constructor(layer: HTMLElement, painter: RowPainter<P>, drawing: RowDrawing<P>) {
    this.layer = layer;
    this.drawing = drawing;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'grid-moving';
    this.canvas.hidden = true;
    this.canvas.setAttribute('aria-hidden', 'true');
    layer.append(this.canvas);
    this.pen = new Pen(this.canvas);
    this.styles = new RowStyles(layer, painter, drawing.kinds, this.pen.context);
    this.row = drawnRow(drawing.cells);
    document.fonts.addEventListener('loadingdone', this.again);
  }

  get shown(): boolean {
    return !this.canvas.hidden;
  }

  close(): void {
    document.fonts.removeEventListener('loadingdone', this.again);
    this.styles.done();
    this.canvas.remove();
  }

  hide(): void {
    if (this.shown) this.canvas.hidden = true;
  }

  private readonly again = (): void => {
    this.look = '';
    this.doubted = true;
  };

  /** The list was made anew around its rows: widths or colours may be others. */
  doubt(): void {
    this.doubted = true;
  }

  /** @returns false where this frame is for the elements; then the picture is as before */
  draw(rows: RowsInSight<P>): boolean {
    // The layout is that of the frame before, so reading it here costs nothing.
    if (!this.shown || this.doubted) this.refresh();
    if (!this.readable(rows)) return false;
    const { pen, row, drawing, styles, width } = this;
    const { first, end, offset, rowHeight } = rows;
    pen.begin(width, this.height, devicePixelRatio, this.ground);
    for (let place = first; place < end; place++) {
      const top = offset + (place - first) * rowHeight;
      const found = rows.at(place);
      const isSelected = place === rows.selected;
      const state = this.state(rows, place);
      const page = found?.page ?? null;
      if (found === null || drawing.draws(found.page, found.index)) {
        drawing.draw(row, place, page, found?.index ?? 0, isSelected);
        this.cells(styles.rowStyle(row.kinds, state, STATES), top, rowHeight);
        continue;
      }
      const plain = styles.rowStyle(0, state, STATES);
      const key = pictureKey(found.index, state, isSelected);
      const read = styles.picture(plain, key, [place, found.page, found.index, isSelected]);
      pen.ground(read.style, top, width, rowHeight, null);
      pen.edges(read.style, top, width, rowHeight);
      pen.picture(read.picture, top);
    }
    styles.done();
    if (!this.shown) this.canvas.hidden = false;
    return true;
  }

  private state({ offset, rowHeight, first, pointer, selected, picked }: RowsInSight<P>, place: number): number {
    const top = offset + (place - first) * rowHeight;
    const pointed = pointer >= 0 && pointer >= top && pointer < top + rowHeight;
    const isPicked = place !== selected && picked(place);
    return (place % 2) | (isPicked ? 2 : 0) | (pointed ? 4 : 0);
  }

  private cells(style: RowStyle, top: number, height: number): void {
    const { pen, row, styles } = this;
    const { cells, colours } = row;
    pen.ground(style, top, this.width, height, colours);
    for (let i = 0; i < cells.length; i++)
      pen.cellGround(styles.cellStyle(style, i, cells[i]!.className), top, height, colours);
    pen.edges(style, top, this.width, height);
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      const of = styles.cellStyle(style, i, cell.className);
      if (cell.mark !== '') pen.picture(styles.mark(style, i, cell), top);
      if (cell.text !== '' || of.before !== null) pen.cell(of, top, cell.text, colours);
    }
  }

  /** Whether the rows in sight have not too many pictures that are yet to be read. */
  private readable(rows: RowsInSight<P>): boolean {
    let unread = 0;
    for (let place = rows.first; place < rows.end; place++) {
      const found = rows.at(place);
      const isSelected = place === rows.selected;
      if (found === null || this.drawing.draws(found.page, found.index)) continue;
      const key = pictureKey(found.index, this.state(rows, place), isSelected);
      if (!this.styles.hasPicture(found.page, key) && ++unread > MAX_READ) return false;
    }
    return true;
  }

  /** A movement begins: what was read of the styles holds while nothing has changed that they depend on. */
  private refresh(): void {
    const { layer } = this;
    this.doubted = false;
    this.width = layer.clientWidth;
    this.height = layer.clientHeight;
    const widths = layer.closest('.list')?.getAttribute('style') ?? '';
    const theme = document.documentElement.dataset['theme'] ?? '';
    const look = [theme, devicePixelRatio, this.width, widths, getComputedStyle(layer).font].join('|');
    if (look === this.look) return;
    this.look = look;
    this.ground = groundOf(layer);
    this.styles.clear();
    this.pen.forget();
  }
}

function pictureKey(index: number, state: number, selected: boolean): number {
  return index * 16 + state * 2 + Number(selected);
}

/** The colour that is seen behind an element without one. */
function groundOf(element: Element): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (!/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor)) return backgroundColor;
  }
  return '#fff';
}
