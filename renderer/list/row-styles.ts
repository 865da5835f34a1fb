// How rows look, read from the style sheets by way of a row that nobody sees: the canvas has no colours, fonts or
// widths of its own. Each kind of row is read once, when it is first drawn.
import { kindNames, type DrawnCell, type RowPainter } from './drawn-row.ts';

/** Stand for the colours that a row has of its own. */
export const OWN_GROUND = 'rgb(1, 2, 3)';
export const OWN_TEXT = 'rgb(4, 5, 6)';

export interface TextStyle {
  readonly font: string;
  readonly kerning: CanvasFontKerning;
  readonly rendering: CanvasTextRendering;
  readonly colour: string;
  /** From the row's top, px. */
  readonly baseline: number;
}

/** A filled or outlined box, px from the row's top left corner. */
export interface BoxStyle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly ground: string | null;
  readonly border: string | null;
  readonly borderWidth: number;
  readonly radius: number;
  readonly opacity: number;
  /** Stands on its corner. */
  readonly turned: boolean;
}

export interface Written extends TextStyle {
  readonly text: string;
  readonly x: number;
  /** Width to which it is cut, Infinity where it is not. */
  readonly room: number;
}

/** What a row or a mark shows that was read from its element as a whole. */
export interface Picture {
  readonly boxes: readonly BoxStyle[];
  readonly texts: readonly Written[];
}

export interface CellStyle extends TextStyle {
  readonly ground: string | null;
  readonly x: number;
  readonly width: number;
  /** Where the text begins, ends or is centred between. */
  readonly left: number;
  readonly right: number;
  readonly align: 'left' | 'right' | 'center';
  readonly underline: string | null;
  /** A sign before the text. */
  readonly before: { readonly text: string; readonly colour: string } | null;
  /** What does not fit is cut: with an ellipsis, at the edge, or not at all. */
  readonly cut: 'ellipsis' | 'edge' | 'none';
}

/** A line along an edge, drawn inside of it: a shadow without blur. */
export interface Edge {
  readonly x: number;
  readonly y: number;
  readonly spread: number;
  readonly colour: string;
}

export interface RowStyle {
  readonly className: string;
  readonly ground: string | null;
  readonly edges: readonly Edge[];
  readonly outline: { readonly colour: string; readonly width: number } | null;
  readonly cells: Map<string, CellStyle>[];
  readonly marks: Map<string, Picture>[];
}

export interface RowPicture {
  readonly style: RowStyle;
  readonly picture: Picture;
}

/** Computed values of box-shadow: `rgb(…) 3px 0px 0px 0px inset, …`. Shadows outside or blurred are left out. */
export function edgesOf(shadow: string): Edge[] {
  const found: Edge[] = [];
  for (const one of shadow.split(/,(?![^(]*\))/)) {
    const parts = /^\s*(.*?)\s+(-?[\d.]+)px (-?[\d.]+)px ([\d.]+)px (-?[\d.]+)px inset\s*$/.exec(one);
    if (parts === null || Number(parts[4]) !== 0) continue;
    found.push({ colour: parts[1]!, x: Number(parts[2]), y: Number(parts[3]), spread: Number(parts[5]) });
  }
  return found;
}

/** @returns null for a colour that is not seen */
export function seen(colour: string): string | null {
  return /^(transparent|.*[,/]\s*0\))$/.test(colour) && !colour.startsWith('rgb(') ? null : colour;
}

function px(value: string): number {
  return Number.parseFloat(value) || 0;
}

function fontOf(s: CSSStyleDeclaration): string {
  return `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
}

/** Letters that are not monospaced stand closer with kerning. */
function shapingOf(s: CSSStyleDeclaration): Pick<TextStyle, 'kerning' | 'rendering'> {
  // The names of the canvas are those of the style sheets in camel case.
  const rendering = s.textRendering.replace(
    /^(optimize|geometric)(\w)/,
    (_, how: string, what: string) => how + what.toUpperCase(),
  );
  return { kerning: s.fontKerning as CanvasFontKerning, rendering: rendering as CanvasTextRendering };
}

export class RowStyles<P> {
  private readonly layer: HTMLElement;
  private readonly painter: RowPainter<P>;
  private readonly kinds: readonly string[];
  private readonly pen: CanvasRenderingContext2D;
  private readonly place: HTMLElement;
  /** Its classes are set by hand. */
  private readonly pattern: HTMLElement;
  /** Painted as rows in sight are. */
  private readonly row: HTMLElement;
  private rows = new Map<number, RowStyle>();
  private pictures = new WeakMap<object, Map<number, RowPicture>>();
  private readonly ascents = new Map<string, number>();

  constructor(layer: HTMLElement, painter: RowPainter<P>, kinds: readonly string[], pen: CanvasRenderingContext2D) {
    this.layer = layer;
    this.painter = painter;
    this.kinds = kinds;
    this.pen = pen;
    this.place = document.createElement('div');
    this.place.className = 'grid-pattern';
    this.place.setAttribute('aria-hidden', 'true');
    const made = [0, 1].map(() => {
      const row = document.createElement('div');
      row.className = 'grid-row';
      painter.build(row);
      this.place.append(row);
      return row;
    });
    this.pattern = made[0]!;
    this.row = made[1]!;
    this.pattern.style.setProperty('--row-ground', OWN_GROUND);
    this.pattern.style.setProperty('--row-text', OWN_TEXT);
  }

  /** Widths, colours or fonts may be others. */
  clear(): void {
    this.rows = new Map();
    this.pictures = new WeakMap();
    this.ascents.clear();
  }

  /** After a frame: the pattern is not among the list's elements for longer than it is read. */
  done(): void {
    if (this.place.parentElement !== null) this.place.remove();
  }

  /** @param state bits of the list's own: odd, picked, pointed at */
  rowStyle(kinds: number, state: number, states: readonly string[]): RowStyle {
    const key = kinds * 8 + state;
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const className = `grid-row ${kindNames(kinds, this.kinds)} ${kindNames(state, states)}`;
    const style = this.read(className);
    const made: RowStyle = {
      className,
      ...frameOf(style),
      cells: Array.from(this.pattern.children, () => new Map<string, CellStyle>()),
      marks: Array.from(this.pattern.children, () => new Map<string, Picture>()),
    };
    this.rows.set(key, made);
    return made;
  }

  cellStyle(row: RowStyle, i: number, className: string): CellStyle {
    const known = row.cells[i]!.get(className);
    if (known !== undefined) return known;
    this.read(row.className);
    const cell = this.pattern.children[i] as HTMLElement;
    const had = cell.className;
    cell.className = className;
    const text = document.createTextNode('0');
    cell.append(text);
    const made = this.readCell(cell, text);
    text.remove();
    cell.className = had;
    row.cells[i]!.set(className, made);
    return made;
  }

  /** The dot or chip of a cell. */
  mark(row: RowStyle, i: number, { mark, markText }: DrawnCell): Picture {
    const key = markText === '' ? mark : `${mark} ${markText}`;
    const known = row.marks[i]!.get(key);
    if (known !== undefined) return known;
    this.read(row.className);
    const cell = this.pattern.children[i] as HTMLElement;
    let element = cell.firstElementChild as HTMLElement | null;
    if (element === null) cell.append((element = document.createElement('i')));
    element.className = mark;
    element.textContent = markText;
    const made = this.pictureOf([element], this.pattern);
    row.marks[i]!.set(key, made);
    return made;
  }

  /** A row that only its element tells, such as an alert. */
  picture(
    row: RowStyle,
    key: number,
    [place, page, index, selected]: readonly [number, P & object, number, boolean],
  ): RowPicture {
    let ofPage = this.pictures.get(page);
    if (ofPage === undefined) this.pictures.set(page, (ofPage = new Map()));
    const known = ofPage.get(key);
    if (known !== undefined) return known;
    this.attach();
    this.row.className = row.className;
    this.painter.paint(this.row, place, page, index, selected);
    const style = { ...row, ...frameOf(getComputedStyle(this.row)) };
    const picture = this.pictureOf([...this.row.querySelectorAll<HTMLElement>('*')], this.row);
    const made = { style, picture };
    ofPage.set(key, made);
    return made;
  }

  /** Whether a picture is known, so that it costs nothing. */
  hasPicture(page: object, key: number): boolean {
    return this.pictures.get(page)?.has(key) === true;
  }

  private attach(): void {
    if (this.place.parentElement === null) this.layer.append(this.place);
  }

  private read(className: string): CSSStyleDeclaration {
    this.attach();
    if (this.pattern.className !== className) this.pattern.className = className;
    return getComputedStyle(this.pattern);
  }

  private readCell(cell: HTMLElement, text: Text): CellStyle {
    const s = getComputedStyle(cell);
    const font = fontOf(s);
    const row = this.pattern.getBoundingClientRect();
    const box = cell.getBoundingClientRect();
    const x = box.left - row.left;
    const before = getComputedStyle(cell, '::before');
    const sign = /^"(.+)"$/.exec(before.content);
    return {
      x,
      width: box.width,
      left: x + px(s.paddingLeft),
      right: x + box.width - px(s.paddingRight),
      align: alignOf(s),
      font,
      ...shapingOf(s),
      colour: s.color,
      ground: seen(s.backgroundColor),
      baseline: this.baseline(text, font, row.top),
      underline: s.textDecorationLine === 'underline' ? s.textDecorationColor : null,
      before: sign === null ? null : { text: sign[1]!, colour: before.color },
      cut: cutOf(s),
    };
  }

  /** The rectangle of a text is as high as its font, whatever the line is. */
  private baseline(text: Text, font: string, top: number): number {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect().top - top + this.ascent(font);
  }

  private ascent(font: string): number {
    let known = this.ascents.get(font);
    if (known === undefined) {
      this.pen.font = font;
      // Browsers lay lines out with whole pixels of a font's ascent.
      known = Math.round(this.pen.measureText('0').fontBoundingBoxAscent);
      this.ascents.set(font, known);
    }
    return known;
  }

  private pictureOf(elements: readonly HTMLElement[], row: HTMLElement): Picture {
    const from = row.getBoundingClientRect();
    const boxes: BoxStyle[] = [];
    const texts: Written[] = [];
    for (const element of elements) {
      if (element.getClientRects().length === 0) continue;
      const s = getComputedStyle(element);
      if (s.visibility === 'hidden') continue;
      const box = boxOf(element, s, from);
      if (box.ground !== null || box.border !== null) boxes.push(box);
      for (const node of element.childNodes) {
        if (!(node instanceof Text) || node.data.trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const at = range.getBoundingClientRect();
        const font = fontOf(s);
        texts.push({
          text: node.data,
          x: at.left - from.left,
          room: s.overflowX === 'visible' ? Infinity : element.getBoundingClientRect().right - at.left,
          font,
          ...shapingOf(s),
          colour: s.color,
          baseline: at.top - from.top + this.ascent(font),
        });
      }
    }
    return { boxes, texts };
  }
}

/** A row without what stands in it. */
function frameOf(s: CSSStyleDeclaration): Pick<RowStyle, 'ground' | 'edges' | 'outline'> {
  const outlined = s.outlineStyle === 'solid' && px(s.outlineWidth) > 0;
  return {
    ground: seen(s.backgroundColor),
    edges: edgesOf(s.boxShadow),
    outline: outlined ? { colour: s.outlineColor, width: px(s.outlineWidth) } : null,
  };
}

function alignOf({ textAlign }: CSSStyleDeclaration): 'left' | 'right' | 'center' {
  if (textAlign === 'center') return 'center';
  return textAlign === 'end' || textAlign === 'right' ? 'right' : 'left';
}

function cutOf({ overflowX, textOverflow }: CSSStyleDeclaration): CellStyle['cut'] {
  if (overflowX === 'visible') return 'none';
  return textOverflow === 'ellipsis' ? 'ellipsis' : 'edge';
}

/** Without its turn: the rectangle of a turned element is that around its corners. */
function boxOf(element: HTMLElement, s: CSSStyleDeclaration, from: DOMRect): BoxStyle {
  const at = element.getBoundingClientRect();
  const turned = s.transform !== 'none';
  const width = turned ? element.offsetWidth : at.width;
  const height = turned ? element.offsetHeight : at.height;
  const borderWidth = px(s.borderTopWidth);
  const radius = px(s.borderTopLeftRadius);
  return {
    x: (at.left + at.right - width) / 2 - from.left,
    y: (at.top + at.bottom - height) / 2 - from.top,
    width,
    height,
    ground: seen(s.backgroundColor),
    border: borderWidth > 0 ? seen(s.borderTopColor) : null,
    borderWidth,
    radius: s.borderTopLeftRadius.endsWith('%') ? Math.min(width, height) / 2 : Math.min(radius, width / 2, height / 2),
    opacity: px(s.opacity),
    turned,
  };
}
