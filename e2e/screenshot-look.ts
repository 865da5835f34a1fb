// How pictures are taken: in which look, and which views belong to it.
import type { Page } from 'playwright';

export interface Look {
  readonly theme: 'dark' | 'light';
  readonly width: number;
  readonly height: number;
  readonly language: 'en' | 'zh';
  /** The main views alone, those of the guide alone, all that belong into docs, or every one that can be taken. */
  readonly views: 'main' | 'guide' | 'all' | 'looked-at';
}

/** Views that README shows: in every look. */
const MAIN = new Set([
  'start',
  'doctor',
  'capture-options',
  'packets',
  'flows',
  'evidence',
  'alerts',
  'hosts',
  'settings',
  'learn',
]);
/** Views that docs/guide.zh.md shows. */
const GUIDE = new Set([
  'start',
  'packets',
  'menu',
  'filter',
  'follow',
  'flows',
  'evidence',
  'label',
  'alerts',
  'hosts',
  'statistics-conversations',
  'learn',
  'live',
  'objects',
  'report',
]);

/** Views of screenshot-work.ts that both guides show: large and dark, in both languages. */
export const WORK: ReadonlySet<string> = new Set([
  'tabs',
  'profiles',
  'export-packets',
  'colouring-rules',
  'group-flows',
  'connections',
  'io-field',
]);

/** Views of screenshot-rules.ts that both guides show, as those of WORK. */
export const RULES: ReadonlySet<string> = new Set(['rules', 'rules-matched', 'rules-packet', 'rule', 'rule-editor']);

/** Takes the picture of a view that is open, where the look has it. */
export type Shot = (view: string, page?: Page) => Promise<void>;

/** @param work the only views of docs, where those are large and dark; without it the look says which */
export function shooter(
  look: Look,
  own: Page,
  pathOf: (view: string) => string,
  work: ReadonlySet<string> | null = null,
): Shot {
  return async (view, page = own) => {
    if (look.views !== 'looked-at' && !inDocs(look, view, work)) return;
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: pathOf(view), caret: 'hide' });
  };
}

const PANES = ['tree', 'bytes', 'flow'] as const;

/** Brings one of the lower panes to the front, where there is room for one only. */
export async function toPane(page: Page, pane: (typeof PANES)[number]): Promise<void> {
  const tabs = page.locator('.pane-tabs .tab');
  if ((await tabs.count()) > 0) await tabs.nth(PANES.indexOf(pane)).click();
}

function inDocs({ views, theme }: Look, view: string, work: ReadonlySet<string> | null): boolean {
  if (work !== null) return views !== 'main' && theme === 'dark' && work.has(view);
  return views === 'all' || (views === 'main' ? MAIN : GUIDE).has(view);
}
