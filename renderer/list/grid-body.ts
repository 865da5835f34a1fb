// The rows of a list on screen: elements that are used again as it scrolls, painted by hand once a frame. While the list
// moves they stay as they are, and a picture of the rows lies over them.
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import type { PageData, Pages } from './pages.ts';
import type { RowPainter } from './drawn-row.ts';
import { Movement, STILL_AFTER } from './movement.ts';
import { MovingRows } from './moving-rows.ts';
import { isEcho, type Point } from '../state/menu.ts';
import { ScrollMap } from './scroll.ts';

export type { RowPainter } from './drawn-row.ts';

export interface GridHandle {
  reveal(place: number): void;
  centre(place: number): void;
  /** Places were inserted above: what is in sight stays where it is. */
  shift(places: number): void;
  repaint(): void;
  focus(): void;
  readonly top: number;
  setTop(top: number): void;
}

/** A place alone, added or taken away (Ctrl), or all up to it (Shift). */
export type SelectHow = 'only' | 'toggle' | 'extend';

function howOf(event: { readonly ctrlKey: boolean; readonly metaKey: boolean; readonly shiftKey: boolean }): SelectHow {
  if (event.shiftKey) return 'extend';
  return event.ctrlKey || event.metaKey ? 'toggle' : 'only';
}

export interface GridProps<P extends PageData> {
  readonly id: string;
  readonly label: string;
  readonly places: number;
  readonly rowHeight: number;
  readonly pages: Pages<P>;
  readonly painter: RowPainter<P>;
  /** Place selected, or -1. */
  readonly selected: number;
  /** The list follows its end while its end is in sight. */
  readonly follow: boolean;
  /** A place was pressed, or reached by keys; `target` is what was pressed. */
  readonly onSelect: (place: number, target: HTMLElement | null, how: SelectHow) => void;
  /** Whether a place is selected beside the one that has the focus. */
  readonly also?: (place: number) => boolean;
  /** A place was double-clicked, or Enter pressed. */
  readonly onOpen: (place: number) => void;
  /** Pixels above what is in sight, once it stands still. */
  readonly onTop: (top: number) => void;
  /** A menu is asked for: by a right click on a part of the row, or by keys with the row itself. */
  readonly onMenu?: (place: number, target: HTMLElement, at: Point | null) => void;
  /** Places in sight, after each time they were drawn. */
  readonly onSight?: (first: number, end: number) => void;
  /** A key that the list's owner may take for itself. @returns whether it did */
  readonly onKey?: (event: KeyboardEvent) => boolean;
  readonly empty: ReactNode;
  readonly handle: Ref<GridHandle>;
}

const SETTLE_AFTER = 140;
/** What needs the rows' elements at once, wherever it happens. */
const STOPPING = ['keyup', 'focusin', 'selectionchange', 'visibilitychange', 'dragstart'] as const;
/** Smooth scrolling goes on this long after the wheel was turned, ms. */
const WHEEL_LASTS = 400;
interface RowState {
  readonly element: HTMLElement;
  place: number;
  shown: boolean;
  selected: boolean;
}

export class GridBody<P extends PageData> {
  readonly map: ScrollMap;
  private readonly rows: RowState[] = [];
  private readonly box: HTMLElement;
  private first = 0;
  private offset = 0;
  private wheeled = -Infinity;
  private named: string | null = null;
  private readonly view: HTMLElement;
  private readonly layer: HTMLElement;
  private readonly spacer: HTMLElement;
  private readonly latest: { readonly current: GridProps<P> };
  private readonly observer: ResizeObserver;
  private painter: RowPainter<P> | null = null;
  private frame = 0;
  private settling = 0;
  private following = true;
  private places = 0;
  private readonly movement = new Movement();
  private moving: MovingRows<P> | null = null;
  private stilling = 0;
  /** Where the list itself put the bar last. */
  private put = Number.NaN;
  /** A key is held down and repeats. */
  private held = false;
  /** The pointer's height over the rows, or -1. */
  private pointer = -1;
  /** The rows came after the press that asked for them: what was pressed is found by its point. */
  private late = false;

  constructor(view: HTMLElement, layer: HTMLElement, spacer: HTMLElement, latest: { readonly current: GridProps<P> }) {
    this.view = view;
    this.layer = layer;
    this.spacer = spacer;
    this.latest = latest;
    this.map = new ScrollMap(latest.current.rowHeight);
    this.box = document.createElement('div');
    this.box.className = 'grid-rows';
    this.box.setAttribute('role', 'presentation');
    layer.append(this.box);
    view.addEventListener('scroll', this.scrolled, { passive: true });
    view.addEventListener('wheel', this.turned, { passive: true });
    layer.addEventListener('mousedown', this.pressed);
    layer.addEventListener('dblclick', this.doubled);
    layer.addEventListener('contextmenu', this.asked);
    layer.addEventListener('pointerdown', this.touched);
    layer.addEventListener('pointermove', this.pointed, { passive: true });
    layer.addEventListener('pointerleave', this.pointed, { passive: true });
    document.addEventListener('keydown', this.keyed, true);
    for (const event of STOPPING) document.addEventListener(event, this.stop, true);
    this.observer = new ResizeObserver(() => {
      this.stop();
      this.update();
    });
    this.observer.observe(view);
    this.update();
  }

  close(): void {
    this.view.removeEventListener('scroll', this.scrolled);
    this.view.removeEventListener('wheel', this.turned);
    this.layer.removeEventListener('mousedown', this.pressed);
    this.layer.removeEventListener('dblclick', this.doubled);
    this.layer.removeEventListener('contextmenu', this.asked);
    this.layer.removeEventListener('pointerdown', this.touched);
    this.layer.removeEventListener('pointermove', this.pointed);
    this.layer.removeEventListener('pointerleave', this.pointed);
    document.removeEventListener('keydown', this.keyed, true);
    for (const event of STOPPING) document.removeEventListener(event, this.stop, true);
    this.observer.disconnect();
    this.moving?.close();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settling);
    clearTimeout(this.stilling);
    this.layer.replaceChildren();
  }

  update(): void {
    const { places, follow } = this.latest.current;
    const height = this.view.clientHeight;
    const wasAtEnd = this.following && this.places > 0;
    this.map.resize(places, height);
    this.spacer.style.height = `${Math.max(0, this.map.element - height)}px`;
    this.layer.style.height = `${height}px`;
    if (follow && wasAtEnd && places > this.places) this.bar(this.map.moveTo(Infinity));
    this.places = places;
    this.moving?.doubt();
    this.soon();
  }

  reveal(place: number): void {
    const bar = this.map.reveal(place);
    if (bar !== null) this.bar(bar);
    this.soon();
  }

  centre(place: number): void {
    this.bar(this.map.centre(place));
    this.soon();
  }

  setTop(top: number): void {
    this.bar(this.map.moveTo(top));
    this.soon();
  }

  shift(places: number): void {
    if (!this.following || !this.latest.current.follow) this.setTop(this.map.top + places * this.map.rowHeight);
  }

  soon(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.paint();
      });
  }

  private putBar(to: number): void {
    this.view.scrollTop = to;
    // As the browser has rounded it.
    this.put = this.view.scrollTop;
  }

  private bar(to: number): void {
    if (this.view.scrollTop !== to) this.putBar(to);
    if (this.held) this.moved();
    this.following = this.map.atEnd;
    this.latest.current.onTop(this.map.top);
  }

  private readonly turned = (): void => {
    this.wheeled = performance.now();
  };

  /** The user moves the list. */
  private moved(): void {
    this.movement.moved(performance.now());
    clearTimeout(this.stilling);
    this.stilling = window.setTimeout(() => this.soon(), STILL_AFTER + 1);
  }

  /** The elements say what is in sight, from here on. */
  private readonly stop = (): void => {
    if (this.moving?.shown !== true) return;
    this.movement.end();
    this.paint();
  };

  private readonly keyed = (event: Event): void => {
    this.held = (event as globalThis.KeyboardEvent).repeat && event.target === this.view;
    if (!this.held) this.stop();
  };

  private readonly touched = (): void => {
    this.late = this.moving?.shown === true;
    this.stop();
  };

  private readonly pointed = (event: PointerEvent): void => {
    this.pointer = event.type === 'pointerleave' ? -1 : event.clientY - this.layer.getBoundingClientRect().top;
  };

  private readonly scrolled = (): void => {
    const at = this.view.scrollTop;
    if (at !== this.put) this.moved();
    const to = this.map.scrolled(at, performance.now() - this.wheeled < WHEEL_LASTS);
    if (to !== null) this.putBar(to);
    this.following = this.map.atEnd;
    this.soon();
    clearTimeout(this.settling);
    this.settling = window.setTimeout(() => {
      this.latest.current.onTop(this.map.top);
      const settled = this.map.settle();
      if (settled !== null) this.putBar(settled);
    }, SETTLE_AFTER);
  };

  private placeAt(event: MouseEvent): { place: number; target: HTMLElement } | null {
    const pressed = this.late ? document.elementFromPoint(event.clientX, event.clientY) : null;
    const target = (pressed ?? event.target) as HTMLElement;
    const row = target.closest<HTMLElement>('.grid-row');
    const place = this.rows.find((r) => r.element === row)?.place ?? -1;
    return place >= 0 && place < this.places ? { place, target } : null;
  }

  private readonly pressed = (event: MouseEvent): void => {
    if (event.button !== 0) return;
    const hit = this.placeAt(event);
    if (!hit) return;
    // With Shift the browser would select text.
    if (event.shiftKey) event.preventDefault();
    this.latest.current.onSelect(hit.place, hit.target, howOf(event));
    if (event.shiftKey) this.view.focus();
  };

  private readonly doubled = (event: MouseEvent): void => {
    const hit = this.placeAt(event);
    if (hit && hit.target.closest('button') === null) this.latest.current.onOpen(hit.place);
  };

  private readonly asked = (event: MouseEvent): void => {
    const { onMenu } = this.latest.current;
    if (onMenu === undefined) return;
    event.preventDefault();
    if (isEcho(event)) return;
    const hit = this.placeAt(event);
    if (hit) onMenu(hit.place, hit.target, { x: event.clientX, y: event.clientY });
  };

  /** The element of a place, where it is drawn. */
  rowOf(place: number): HTMLElement | null {
    this.stop();
    return this.rows.find((r) => r.shown && r.place === place)?.element ?? null;
  }

  /** Rows of another painter have other parts. */
  private rebuild(): void {
    for (const { element } of this.rows) element.remove();
    this.rows.length = 0;
    const painter = (this.painter = this.latest.current.painter);
    this.moving?.close();
    this.moving = painter.drawing === undefined ? null : new MovingRows(this.layer, painter, painter.drawing);
  }

  private paint(): void {
    const { map } = this;
    if (this.painter !== this.latest.current.painter) this.rebuild();
    const { first, visible } = map;
    const moved = first - this.first;
    this.first = first;
    if (!this.movement.frame(performance.now()) || !this.draw()) this.write();
    this.latest.current.onSight?.(first, Math.min(this.places, first + visible));
    // Neighbouring pages come before they are needed, once the list moves slowly enough for that.
    const { pages } = this.latest.current;
    if (this.places > 0 && Math.abs(moved) < 3 * visible) {
      pages.at(Math.max(0, first - visible));
      pages.at(Math.min(this.places - 1, first + 2 * visible));
    }
  }

  /** @returns whether the rows in sight are drawn over their elements */
  private draw(): boolean {
    const { moving, map, pointer } = this;
    const { pages, selected, also } = this.latest.current;
    if (moving === null) return false;
    const { first, visible, rowHeight } = map;
    return moving.draw({
      first,
      end: Math.min(this.places, first + visible),
      offset: first * rowHeight - map.top,
      rowHeight,
      at: (place) => pages.at(place),
      selected,
      picked: (place) => also?.(place) === true,
      pointer,
    });
  }

  /** Writes the rows in sight into their elements. */
  private write(): void {
    const { map } = this;
    const { pages, painter, selected, id, also } = this.latest.current;
    const { first, visible } = map;
    while (this.rows.length < visible) {
      const element = document.createElement('div');
      element.className = 'grid-row';
      element.setAttribute('role', 'row');
      painter.build(element);
      this.box.append(element);
      this.rows.push({ element, place: -1, shown: true, selected: false });
    }
    while (this.rows.length > visible + 4) this.rows.pop()!.element.remove();
    // Elements stay where they are and change what they say. Measured: moving them costs twice as much a frame, and
    // letting those in sight stand while a box moves them costs as much.
    const offset = first * map.rowHeight - map.top;
    if (offset !== this.offset) this.box.style.transform = `translateY(${(this.offset = offset)}px)`;
    for (let i = 0; i < this.rows.length; i++) {
      const place = first + i;
      const row = this.rows[i]!;
      const { element } = row;
      const shown = place < this.places && i < visible;
      if (row.shown !== shown) element.hidden = !(row.shown = shown);
      if (!shown) continue;
      const found = pages.at(place);
      const isSelected = place === selected;
      const isPicked = !isSelected && also?.(place) === true;
      if (row.place !== place) {
        row.place = place;
        element.setAttribute('aria-rowindex', String(place + 1));
        element.classList.toggle('odd', place % 2 === 1);
      }
      if (row.selected !== isSelected) {
        row.selected = isSelected;
        element.id = isSelected ? `${id}-row` : '';
      }
      const told = String(isSelected || isPicked);
      if (element.getAttribute('aria-selected') !== told) element.setAttribute('aria-selected', told);
      if (element.classList.contains('picked') !== isPicked) element.classList.toggle('picked', isPicked);
      painter.paint(element, place, found?.page ?? null, found?.index ?? 0, isSelected);
    }
    // The row with the focus has a name only while it is drawn.
    const named = selected >= first && selected < first + visible && selected < this.places ? `${id}-row` : null;
    if (named !== this.named) {
      this.named = named;
      if (named === null) this.view.removeAttribute('aria-activedescendant');
      else this.view.setAttribute('aria-activedescendant', named);
    }
    this.moving?.hide();
  }
}
