// The captures that are open beside each other, a tab each; shown where there is more than one. Arrows go from tab to
// tab, Delete closes one, Ctrl+Shift with an arrow moves it, and so does dragging.
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { TabState } from '../../contract/index.ts';
import { act, isEcho, isMenuKey, openMenuFor, type Point } from '../state/menu.ts';
import { closeTab, moveTab, news, newTab, openWindow, placeTab, showTab, useTabs } from '../state/tabs.ts';
import { count, visible } from '../words/format.ts';
import { useWord, word as wordNow } from '../words/words.ts';

/** A press that moves so far is a drag, px. */
const DRAG = 6;
const MIDDLE = 1;

export function TabBar(): ReactNode {
  const word = useWord();
  const tabs = useTabs((s) => s.tabs);
  const shown = useTabs((s) => s.tab);
  const bar = useRef<HTMLUListElement>(null);
  const keys = (event: KeyboardEvent, tab: TabState, at: number): void => {
    const by = event.key === 'ArrowLeft' ? -1 : 1;
    if (event.key === 'Delete') void closeTab(tab.tab);
    else if (isMenuKey(event)) menu(event.currentTarget, tab, null);
    else if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    else if (event.ctrlKey && event.shiftKey) moveTab(tab.tab, by);
    else if (!event.altKey && !event.ctrlKey && !event.metaKey) {
      const names = bar.current!.querySelectorAll<HTMLElement>('.capture-tab-name');
      names[(at + by + names.length) % names.length]!.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <nav className="tab-bar" aria-label={word('tabs.bar')}>
      <ul ref={bar}>
        {tabs.map((tab, at) => (
          <Tab key={tab.tab} tab={tab} shown={tab.tab === shown} onKey={(event) => keys(event, tab, at)} />
        ))}
      </ul>
      <button
        type="button"
        className="icon-button"
        aria-label={word('tabs.new')}
        title={`${word('tabs.new')} (Alt+T)`}
        onClick={() => void newTab()}
      >
        +
      </button>
    </nav>
  );
}

function nameOf({ content }: TabState): string {
  return 'name' in content ? visible(content.name) : wordNow('tabs.empty');
}

function Tab({
  tab,
  shown,
  onKey,
}: {
  readonly tab: TabState;
  readonly shown: boolean;
  readonly onKey: (event: KeyboardEvent) => void;
}): ReactNode {
  const word = useWord();
  const seen = useTabs((s) => s.seen);
  const { content } = tab;
  const name = nameOf(tab);
  const fresh = shown ? 0 : news(tab, seen);
  const path = 'path' in content ? `${visible(content.path)}\n` : '';
  const grave = 'malicious' in content && content.malicious > 0;
  return (
    <li
      className={`capture-tab${shown ? ' shown' : ''}`}
      data-state={content.state}
      onPointerDown={(e) => drag(e, tab.tab)}
      onAuxClick={(e) => {
        if (e.button === MIDDLE) void closeTab(tab.tab);
      }}
      onContextMenu={(e) => {
        e.preventDefault();
        if (!isEcho(e)) menu(e.currentTarget, tab, { x: e.clientX, y: e.clientY });
      }}
    >
      <button
        type="button"
        className="capture-tab-name"
        aria-current={shown ? 'true' : undefined}
        title={`${path}${word(`tabs.state.${content.state}`)}`}
        onClick={() => void showTab(tab.tab)}
        onKeyDown={onKey}
      >
        <i className="capture-tab-state" aria-hidden="true" />
        <span className="capture-tab-text">{name}</span>
        <span className="visually-hidden">, {word(`tabs.state.${content.state}`)}</span>
        {fresh === 0 ? null : (
          <b className={`capture-tab-news${grave ? ' malicious' : ''}`}>
            <span aria-hidden="true">{fresh > 99 ? '99+' : fresh}</span>
            <span className="visually-hidden">, {word('tabs.news', { n: count(fresh) })}</span>
          </b>
        )}
      </button>
      <button
        type="button"
        className="icon-button capture-tab-close"
        aria-label={word('tabs.closeNamed', { name })}
        title={word('tabs.close')}
        onClick={() => void closeTab(tab.tab)}
      >
        ×
      </button>
    </li>
  );
}

function menu(element: Element, { tab }: TabState, point: Point | null): void {
  const others = useTabs.getState().tabs.filter((t) => t.tab !== tab);
  openMenuFor(element, point, {
    label: wordNow('tabs.bar'),
    items: [
      act('tabs.window', () => openWindow(tab)),
      { kind: 'line' },
      act('tabs.left', () => moveTab(tab, -1), 'Ctrl+Shift+←'),
      act('tabs.right', () => moveTab(tab, 1), 'Ctrl+Shift+→'),
      { kind: 'line' },
      act('tabs.close', () => void closeTab(tab), 'Delete'),
      act('tabs.closeOthers', () => void Promise.all(others.map((t) => closeTab(t.tab)))),
    ],
  });
}

/** A tab takes the place of the one that it is dragged over. */
function drag(event: PointerEvent<HTMLElement>, tab: number): void {
  if (event.button !== 0) return;
  const from = event.clientX;
  const list = event.currentTarget.parentElement!;
  let dragging = false;
  const move = (e: globalThis.PointerEvent): void => {
    dragging ||= Math.abs(e.clientX - from) > DRAG;
    if (!dragging) return;
    const over = [...list.children].findIndex((item) => {
      const { left, right } = item.getBoundingClientRect();
      return e.clientX >= left && e.clientX < right;
    });
    if (over >= 0) placeTab(tab, over);
  };
  const end = (): void => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', end);
    window.removeEventListener('pointercancel', end);
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', end);
  window.addEventListener('pointercancel', end);
}
