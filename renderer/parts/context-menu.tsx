// The menu of a right click, the menu key or Shift+F10: arrows move, Right and Left go in and out, a letter jumps, Enter
// chooses, Escape gives the focus back.
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { shownKeys } from '../state/keys.ts';
import { closeMenu, useMenu, type MenuItem, type OpenMenu } from '../state/menu.ts';

/** Distance from the window's edge, px. */
const EDGE = 4;

export function ContextMenu(): ReactNode {
  const open = useMenu((s) => s.open);
  return open === null ? null : <Opened key={`${open.x} ${open.y} ${open.label}`} menu={open} />;
}

function Opened({ menu }: { readonly menu: OpenMenu }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  /** What had the focus before. */
  const [back] = useState(() => document.activeElement as HTMLElement | null);
  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (!box.current!.contains(event.target as Node)) closeMenu();
    };
    window.addEventListener('pointerdown', outside, true);
    window.addEventListener('resize', closeMenu);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('resize', closeMenu);
    };
  }, []);
  const close = (): void => {
    closeMenu();
    back?.focus();
  };
  const choose = (item: MenuItem): void => {
    if (item.kind !== 'act') return;
    close();
    item.run();
  };
  return (
    <div ref={box} role="region" aria-label={menu.label} onContextMenu={(e) => e.preventDefault()}>
      <Level items={menu.items} label={menu.label} x={menu.x} y={menu.y} onChoose={choose} onClose={close} />
    </div>
  );
}

interface LevelProps {
  readonly items: readonly MenuItem[];
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Where it opens to the left instead, when there is no room, px. */
  readonly otherX?: number;
  readonly onChoose: (item: MenuItem) => void;
  readonly onClose: () => void;
  /** Leaves a menu in a menu; null for the outermost. */
  readonly onBack?: () => void;
  readonly focus?: boolean;
}

function Level({ items, label, x, y, otherX, onChoose, onClose, onBack, focus = true }: LevelProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [inner, setInner] = useState<{ readonly at: number; readonly focus: boolean } | null>(null);
  const [place, setPlace] = useState({ left: x, top: y });
  useLayoutEffect(() => {
    const { width, height } = box.current!.getBoundingClientRect();
    const fits = x + width <= window.innerWidth - EDGE;
    const left = fits ? x : (otherX ?? window.innerWidth - EDGE) - width;
    setPlace({ left: Math.max(EDGE, left), top: Math.max(EDGE, Math.min(y, window.innerHeight - EDGE - height)) });
    if (focus) entries(box.current!)[0]?.focus();
  }, [x, y, otherX, focus]);

  const buttons = (): HTMLElement[] => entries(box.current!);
  const focusAt = (index: number): void => {
    const all = buttons();
    all[(index + all.length) % all.length]?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const item = at < 0 ? null : choices(items)[at]!;
    if (!act(event, at, all.length, item)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const act = (event: KeyboardEvent, at: number, length: number, item: MenuItem | null): boolean => {
    switch (event.key) {
      case 'ArrowDown':
        focusAt(at + 1);
        return true;
      case 'ArrowUp':
        focusAt(at < 0 ? length - 1 : at - 1);
        return true;
      case 'Home':
        focusAt(0);
        return true;
      case 'End':
        focusAt(length - 1);
        return true;
      case 'ArrowRight':
        if (item?.kind === 'more') setInner({ at, focus: true });
        return true;
      case 'ArrowLeft':
        onBack?.();
        return true;
      case 'Escape':
        onClose();
        return true;
      case 'Tab':
        onClose();
        return true;
      case 'Enter':
      case ' ':
        if (item?.kind === 'more') setInner({ at, focus: true });
        else if (item !== null) onChoose(item);
        return true;
      default:
        return jump(event.key, at);
    }
  };
  /** The next entry that begins with a letter. */
  const jump = (key: string, at: number): boolean => {
    if (key.length !== 1) return false;
    const all = choices(items);
    for (let by = 1; by <= all.length; by++) {
      const index = (at + by) % all.length;
      if (textOf(all[index]!).toLowerCase().startsWith(key.toLowerCase())) {
        focusAt(index);
        break;
      }
    }
    return true;
  };
  const leaveInner = (): void => {
    const at = inner?.at ?? 0;
    setInner(null);
    focusAt(at);
  };
  const chosen = choices(items);
  const opened = inner === null ? null : chosen[inner.at];
  const openedBox = inner === null ? null : (entriesOrNone(box.current)[inner.at]?.getBoundingClientRect() ?? null);
  return (
    <>
      <div ref={box} className="menu context-menu" role="menu" aria-label={label} style={place} onKeyDown={keys}>
        {items.map((item, i) => {
          if (item.kind === 'line') return <div key={`line ${i}`} role="separator" className="menu-line" />;
          const at = chosen.indexOf(item);
          return (
            <Entry
              key={`${textOf(item)} ${i}`}
              item={item}
              open={inner?.at === at}
              onEnter={() => setInner(item.kind === 'more' ? { at, focus: false } : null)}
              onPress={() => (item.kind === 'more' ? setInner({ at, focus: true }) : onChoose(item))}
            />
          );
        })}
      </div>
      {opened?.kind === 'more' && openedBox !== null ? (
        <Level
          key={inner!.at}
          items={opened.items}
          label={opened.text}
          x={openedBox.right - 2}
          otherX={openedBox.left + 2}
          y={openedBox.top - 5}
          focus={inner!.focus}
          onChoose={onChoose}
          onClose={onClose}
          onBack={leaveInner}
        />
      ) : null}
    </>
  );
}

function Entry({
  item,
  open,
  onEnter,
  onPress,
}: {
  readonly item: Exclude<MenuItem, { kind: 'line' }>;
  readonly open: boolean;
  readonly onEnter: () => void;
  readonly onPress: () => void;
}): ReactNode {
  const more = item.kind === 'more';
  const checked = item.kind === 'act' ? item.checked : undefined;
  return (
    <button
      type="button"
      tabIndex={-1}
      role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      {...(checked === undefined ? {} : { 'aria-checked': checked })}
      {...(more ? { 'aria-haspopup': 'menu' as const, 'aria-expanded': open } : {})}
      className={open ? 'open' : ''}
      onPointerMove={(e) => {
        // A menu that opens under a mouse at rest is not pointed at.
        const rests = e.movementX === 0 && e.movementY === 0;
        if (e.pointerType !== 'mouse' || rests || document.activeElement === e.currentTarget) return;
        e.currentTarget.focus();
        onEnter();
      }}
      onClick={onPress}
    >
      <span className="menu-mark" aria-hidden="true">
        {checked === true ? '✓' : ''}
      </span>
      <span className="menu-text">{item.text}</span>
      {item.kind === 'act' && item.detail !== undefined ? <span className="menu-detail">{item.detail}</span> : null}
      {item.kind === 'act' && item.keys !== undefined ? <kbd>{shownKeys(item.keys)}</kbd> : null}
      {more ? (
        <span className="menu-more" aria-hidden="true">
          ▸
        </span>
      ) : null}
    </button>
  );
}

function entries(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>(':scope > button')];
}

function entriesOrNone(box: HTMLElement | null): HTMLElement[] {
  return box === null ? [] : entries(box);
}

function choices(items: readonly MenuItem[]): Exclude<MenuItem, { kind: 'line' }>[] {
  return items.filter((item) => item.kind !== 'line');
}

function textOf(item: MenuItem): string {
  return item.kind === 'line' ? '' : item.text;
}
