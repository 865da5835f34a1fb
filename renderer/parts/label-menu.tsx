// The small menu of an alert row's Label…
import { useEffect, useRef, type ReactNode } from 'react';
import { LABELS } from '../../contract/index.ts';
import { setLabel } from '../state/actions.ts';
import { taken } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';

/** Room that the menu takes, px: it stays inside the window. */
const WIDTH = 170;
const HEIGHT = 130;

export function LabelMenu(): ReactNode {
  const word = useWord();
  const asked = useStore((s) => s.requests.labelMenu);
  const menu = useRef<HTMLDivElement>(null);
  /** What had the focus before. */
  const back = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (asked === null) return;
    back.current = document.activeElement as HTMLElement | null;
    menu.current?.querySelector('button')?.focus();
  }, [asked]);
  if (asked === null) return null;
  const close = (): void => {
    taken('labelMenu', asked);
    back.current?.focus();
  };
  return (
    <div
      ref={menu}
      className="menu"
      role="menu"
      aria-label={word('labelFlow')}
      style={{
        left: Math.min(asked.left, window.innerWidth - WIDTH),
        top: Math.min(asked.bottom, window.innerHeight - HEIGHT),
      }}
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) taken('labelMenu', asked);
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
            void setLabel(asked.flow, l);
            close();
          }}
        >
          {word(`label.${l}`)}
        </button>
      ))}
    </div>
  );
}
