// Draws rows on a canvas. It knows geometry and state of a pen, nothing of packets.
import {
  OWN_GROUND,
  OWN_TEXT,
  type BoxStyle,
  type CellStyle,
  type Picture,
  type RowStyle,
  type TextStyle,
} from './row-styles.ts';
import type { DrawnRow } from './drawn-row.ts';
import { cutTo } from './cut.ts';

type Colours = DrawnRow['colours'];

const ELLIPSIS = '…';
/** The part of a text that stands before the point it is aligned to. */
const BEFORE = { left: 0, center: 0.5, right: 1 } as const;
/** Widths of texts that are not plain letters, the fonts' plain ones beside them. */
const MAX_WIDTHS = 4_000;

export class Pen {
  readonly context: CanvasRenderingContext2D;
  private ratio = 1;
  private font = '';
  private fill = '';
  private align: CanvasTextAlign = 'left';
  private kerning: CanvasFontKerning = 'auto';
  private rendering: CanvasTextRendering = 'auto';
  private readonly widths = new Map<string, number>();
  private readonly letters = new Map<string, number>();

  constructor(canvas: HTMLCanvasElement) {
    // Opaque: what it covers need not be hidden.
    this.context = canvas.getContext('2d', { alpha: false })!;
  }

  /** The fonts may be others. */
  forget(): void {
    this.widths.clear();
    this.letters.clear();
  }

  /** @param ratio pixels of the screen to one of the page */
  begin(width: number, height: number, ratio: number, ground: string): void {
    const { context } = this;
    const { canvas } = context;
    const across = Math.round(width * ratio);
    const down = Math.round(height * ratio);
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
      canvas.style.width = `${across / ratio}px`;
      canvas.style.height = `${down / ratio}px`;
    }
    this.ratio = ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.kerning = context.fontKerning = 'auto';
    this.rendering = context.textRendering = 'auto';
    context.textBaseline = 'alphabetic';
    context.textAlign = this.align = 'left';
    this.font = '';
    context.fillStyle = this.fill = ground;
    context.fillRect(0, 0, width, height);
  }

  ground(row: RowStyle, top: number, width: number, height: number, colours: Colours): void {
    if (row.ground === null) return;
    this.colour(own(row.ground, colours));
    this.rect(0, top, width, height);
  }

  /** Lines along the edges of a row, beneath what stands in it. */
  edges(row: RowStyle, top: number, width: number, height: number): void {
    for (const { x, y, spread, colour } of row.edges) {
      this.colour(colour);
      const left = Math.max(0, x + spread);
      const right = Math.max(0, spread - x);
      const above = Math.max(0, y + spread);
      const below = Math.max(0, spread - y);
      if (left > 0) this.rect(0, top, left, height);
      if (right > 0) this.rect(width - right, top, right, height);
      if (above > 0) this.rect(0, top, width, above);
      if (below > 0) this.rect(0, top + height - below, width, below);
    }
  }

  outline(row: RowStyle, top: number, width: number, height: number): void {
    if (row.outline === null) return;
    const w = row.outline.width;
    this.colour(row.outline.colour);
    this.rect(0, top, width, w);
    this.rect(0, top + height - w, width, w);
    this.rect(0, top, w, height);
    this.rect(width - w, top, w, height);
  }

  cellGround(cell: CellStyle, top: number, height: number, colours: Colours): void {
    if (cell.ground === null) return;
    this.colour(own(cell.ground, colours));
    this.rect(cell.x, top, cell.width, height);
  }

  cell(cell: CellStyle, top: number, text: string, colours: Colours): void {
    let left = cell.left;
    this.type(cell.font);
    this.shape(cell);
    if (cell.before !== null) {
      this.colour(own(cell.before.colour, colours));
      this.aligned('left');
      this.context.fillText(cell.before.text, left, top + cell.baseline);
      left += this.widthOf(cell.before.text, cell.font);
    }
    if (text === '') return;
    const room = cell.right - left;
    let shown = text;
    // As in the style sheet: text that is cut at the end of its box keeps the padding's room for its letters.
    if (cell.cut === 'ellipsis') shown = this.fitted(text, cell.font, room);
    else if (cell.cut === 'edge' && this.widthOf(text, cell.font) > room) shown = this.cut(text, cell.font, room, '');
    this.colour(own(cell.colour, colours));
    // What is wider than its cell begins at the cell's beginning.
    const align = cell.align === 'left' || this.widthOf(shown, cell.font) > room ? 'left' : cell.align;
    this.aligned(align);
    const x = { left, right: cell.right, center: (left + cell.right) / 2 }[align];
    this.context.fillText(shown, x, top + cell.baseline);
    if (cell.underline !== null) this.wave(x, top + cell.baseline + 2, shown, cell, align);
  }

  picture({ boxes, texts }: Picture, top: number): void {
    for (const box of boxes) this.box(box, top);
    this.aligned('left');
    for (const written of texts) {
      const { text, x, room, font, colour, baseline } = written;
      this.type(font);
      this.shape(written);
      this.colour(colour);
      this.context.fillText(room === Infinity ? text : this.fitted(text, font, room), x, top + baseline);
    }
  }

  private box(
    { x, y, width, height, ground, border, borderWidth, radius, opacity, turned }: BoxStyle,
    top: number,
  ): void {
    const { context } = this;
    context.save();
    context.globalAlpha = opacity;
    context.translate(x + width / 2, this.snapped(top) + y + height / 2);
    if (turned) context.rotate(Math.PI / 4);
    if (ground !== null) {
      context.beginPath();
      context.roundRect(-width / 2, -height / 2, width, height, radius);
      context.fillStyle = ground;
      context.fill();
    }
    if (border !== null) {
      const inset = borderWidth / 2;
      context.beginPath();
      context.roundRect(
        inset - width / 2,
        inset - height / 2,
        width - borderWidth,
        height - borderWidth,
        Math.max(0, radius - inset),
      );
      context.lineWidth = borderWidth;
      context.strokeStyle = border;
      context.stroke();
    }
    context.restore();
  }

  /** The wave beneath a text that is damaged. */
  private wave(x: number, y: number, text: string, cell: CellStyle, align: CellStyle['align']): void {
    const { context } = this;
    const width = this.widthOf(text, cell.font);
    const from = x - width * BEFORE[align];
    context.beginPath();
    context.moveTo(from, y);
    for (let at = 0; at < width; at += 4) {
      context.quadraticCurveTo(from + at + 1, y - 2, from + at + 2, y);
      context.quadraticCurveTo(from + at + 3, y + 2, from + at + 4, y);
    }
    context.strokeStyle = cell.underline!;
    context.lineWidth = 1;
    context.stroke();
  }

  private fitted(text: string, font: string, room: number): string {
    // Half a pixel, as widths are rounded on their way from the layout.
    return this.widthOf(text, font) <= room + 0.5 ? text : this.cut(text, font, room, ELLIPSIS);
  }

  private cut(text: string, font: string, room: number, end: string): string {
    return cutTo(text, room, end, (part) => this.widthOf(part, font));
  }

  private widthOf(text: string, font: string): number {
    const letter = this.letterOf(font);
    if (letter > 0 && PLAIN.test(text)) return text.length * letter;
    const key = `${font}\n${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    if (this.widths.size >= MAX_WIDTHS) this.widths.clear();
    this.type(font);
    const { width } = this.context.measureText(text);
    this.widths.set(key, width);
    return width;
  }

  /** Width of each plain letter of a monospaced font, 0 where they differ. */
  private letterOf(font: string): number {
    const known = this.letters.get(font);
    if (known !== undefined) return known;
    this.type(font);
    const wide = this.context.measureText('M').width;
    const letter = wide === this.context.measureText('i').width ? wide : 0;
    this.letters.set(font, letter);
    return letter;
  }

  private rect(x: number, y: number, width: number, height: number): void {
    const left = this.snapped(x);
    const top = this.snapped(y);
    this.context.fillRect(left, top, this.snapped(x + width) - left, this.snapped(y + height) - top);
  }

  /** Edges lie between pixels of the screen, as those of elements do. */
  private snapped(at: number): number {
    return Math.round(at * this.ratio) / this.ratio;
  }

  private colour(to: string): void {
    if (this.fill !== to) this.context.fillStyle = this.fill = to;
  }

  private type(font: string): void {
    if (this.font !== font) this.context.font = this.font = font;
  }

  private shape({ kerning, rendering }: TextStyle): void {
    if (this.kerning !== kerning) this.context.fontKerning = this.kerning = kerning;
    if (this.rendering !== rendering) this.context.textRendering = this.rendering = rendering;
  }

  private aligned(to: CanvasTextAlign): void {
    if (this.align !== to) this.context.textAlign = this.align = to;
  }
}

const PLAIN = /^[\u0020-\u007e\u00a0-\u02ff…–→←]*$/;

function own(colour: string, colours: Colours): string {
  if (colour === OWN_GROUND) return colours?.background ?? colour;
  return colour === OWN_TEXT ? (colours?.text ?? colour) : colour;
}
