// A list of any length: recycled rows, pages pulled as they come into sight, one focus. Its owner says what a row looks
// like.
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { GridBody, type GridProps } from './grid-body.ts';
import { isMenuKey } from '../state/menu.ts';
import type { PageData } from './pages.ts';

const WAIT_FRAMES = 60;

export function Grid<P extends PageData>(props: GridProps<P>): ReactNode {
  const view = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const body = useRef<GridBody<P> | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const made = new GridBody<P>(view.current!, layer.current!, spacer.current!, latest);
    body.current = made;
    return () => made.close();
  }, []);
  useEffect(() => body.current?.update());
  useImperativeHandle(
    props.handle,
    () => ({
      reveal: (place) => body.current?.reveal(place),
      centre: (place) => body.current?.centre(place),
      shift: (places) => body.current?.shift(places),
      repaint: () => body.current?.soon(),
      focus: () => view.current?.focus(),
      get top() {
        return body.current?.map.top ?? 0;
      },
      setTop: (top) => body.current?.setTop(top),
    }),
    [],
  );

  /** A row that was reached by a key a moment ago may not be drawn yet: the menu waits for it. */
  const openMenu = (place: number, frames: number): void => {
    const { selected, pages, onMenu } = latest.current;
    if (place < 0 || selected !== place || frames === 0) return;
    const row = body.current?.rowOf(place) ?? null;
    if (row === null || pages.at(place) === null) requestAnimationFrame(() => openMenu(place, frames - 1));
    else onMenu?.(place, row, null);
  };
  const move = (event: KeyboardEvent, to: number): void => {
    event.preventDefault();
    const place = Math.max(0, Math.min(props.places - 1, to));
    if (props.places === 0) return;
    props.onSelect(place, null, event.shiftKey ? 'extend' : 'only');
    body.current?.reveal(place);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.target !== view.current) return;
    if (isMenuKey(event) && props.onMenu !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      openMenu(props.selected, WAIT_FRAMES);
      return;
    }
    if (props.onKey?.(event)) return;
    const page = Math.max(1, (body.current?.map.visible ?? 20) - 2);
    const { selected } = props;
    if (event.altKey || event.metaKey || (event.ctrlKey && !['Home', 'End'].includes(event.key))) return;
    switch (event.key) {
      case 'ArrowDown':
      case 'j':
      case 'J':
        return move(event, selected + 1);
      case 'ArrowUp':
      case 'k':
      case 'K':
        return move(event, selected < 0 ? 0 : selected - 1);
      case 'PageDown':
        return move(event, selected + page);
      case 'PageUp':
        return move(event, selected - page);
      case 'Home':
        return move(event, 0);
      case 'End':
        return move(event, props.places - 1);
      case 'Enter':
        if (selected >= 0) {
          event.preventDefault();
          props.onOpen(selected);
        }
        return;
    }
  };

  return (
    <div
      ref={view}
      className="grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={props.places}
      aria-multiselectable={props.also === undefined ? undefined : true}
      onKeyDown={keys}
    >
      <div ref={layer} className="grid-layer" role="rowgroup" />
      <div ref={spacer} className="grid-spacer" aria-hidden="true" />
      {props.places === 0 ? <div className="grid-empty">{props.empty}</div> : null}
    </div>
  );
}
