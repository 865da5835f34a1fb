// The small menu of an alert row's Label…
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { type FlowRow, LABELS } from '../../contract/index.ts';
import { setLabel } from '../state/actions.ts';
import { useWord } from '../words/words.ts';

interface Opened {
  readonly flow: FlowRow;
  readonly x: number;
  readonly y: number;
  readonly back: HTMLElement | null;
}

export const labelMenu: { open: (flow: FlowRow, at: HTMLElement) => void } = { open: () => undefined };

export function LabelMenu(): ReactNode {
  const word = useWord();
  const [opened, setOpened] = useState<Opened | null>(null);
  const menu = useRef<HTMLDivElement>(null);
  labelMenu.open = (flow, at) => {
    const box = at.getBoundingClientRect();
    setOpened({
      flow,
      x: Math.min(box.left, window.innerWidth - 170),
      y: Math.min(box.bottom, window.innerHeight - 130),
      back: document.activeElement as HTMLElement | null,
    });
  };
  useEffect(() => {
    if (opened) menu.current?.querySelector('button')?.focus();
  }, [opened]);
  if (opened === null) return null;
  const close = (): void => {
    setOpened(null);
    opened.back?.focus();
  };
  return (
    <div
      ref={menu}
      className="menu"
      role="menu"
      aria-label={word('labelFlow')}
      style={{ left: opened.x, top: opened.y }}
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) setOpened(null);
      }}
      onKeyDown={(e) => {
        e.stopPropagation();
        const items = [...(menu.current?.querySelectorAll('button') ?? [])];
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        if (e.key === 'Escape') close();
        else if (e.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
        else if (e.key === 'ArrowUp') items[(at + items.length - 1) % items.length]?.focus();
      }}
    >
      {LABELS.map((l) => (
        <button
          key={l}
          type="button"
          role="menuitem"
          onClick={() => {
            void setLabel(opened.flow, l);
            close();
          }}
        >
          {word(`label.${l}`)}
        </button>
      ))}
    </div>
  );
}
