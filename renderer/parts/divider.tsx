// A line between panes that can be dragged, and moved by the arrow keys.
import { useLayoutEffect, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';

const STEP = 24;
/** Least and most height of the inspector, px. */
const INSPECTOR = [120, 800] as const;

export function Divider({
  label,
  orientation,
  value,
  onMove,
}: {
  readonly label: string;
  readonly orientation: 'horizontal' | 'vertical';
  readonly value: number;
  readonly onMove: (by: number) => void;
}): ReactNode {
  // The handler of the last render, since a drag goes on over many renders.
  const latest = useRef(onMove);
  useLayoutEffect(() => {
    latest.current = onMove;
  });
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    let last = orientation === 'horizontal' ? event.clientY : event.clientX;
    const move = (e: globalThis.PointerEvent): void => {
      const now = orientation === 'horizontal' ? e.clientY : e.clientX;
      latest.current(now - last);
      last = now;
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', () => target.removeEventListener('pointermove', move), { once: true });
  };
  const keys = (event: KeyboardEvent): void => {
    const by =
      orientation === 'horizontal'
        ? { ArrowUp: -STEP, ArrowDown: STEP }[event.key]
        : { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onMove(by);
  };
  return (
    <div
      className={`divider ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={0}
      aria-valuemax={1000}
      onPointerDown={drag}
      onKeyDown={keys}
    />
  );
}

/** Between a list and what is told below it of the row that is looked at. */
export function InspectorDivider(): ReactNode {
  const word = useWord();
  const panes = useStore((s) => s.panes);
  const set = useStore((s) => s.set);
  const resize = (by: number): void =>
    set({ panes: { ...panes, inspector: Math.max(INSPECTOR[0], Math.min(INSPECTOR[1], panes.inspector - by)) } });
  return <Divider label={word('resizeInspector')} orientation="horizontal" value={panes.inspector} onMove={resize} />;
}
