// A line between panes that can be dragged, and moved by the arrow keys.
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';

const STEP = 24;

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
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    let last = orientation === 'horizontal' ? event.clientY : event.clientX;
    const move = (e: globalThis.PointerEvent): void => {
      const now = orientation === 'horizontal' ? e.clientY : e.clientX;
      latest.move(now - last);
      last = now;
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', () => target.removeEventListener('pointermove', move), { once: true });
  };
  // The handler of the last render, since a drag goes on over many renders.
  latest.move = onMove;
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
      onPointerDown={(e) => {
        latest.move = onMove;
        drag(e);
      }}
      onKeyDown={keys}
    />
  );
}

const latest: { move: (by: number) => void } = { move: () => undefined };
