// How pictures are taken: in which look, and which views belong to it.
import type { Page } from 'playwright-core';

export interface Look {
  readonly theme: 'dark' | 'light';
  readonly width: number;
  readonly height: number;
  readonly language: 'en' | 'zh';
  /** The main views alone, those of the guide alone, or all. */
  readonly views: 'main' | 'guide' | 'all';
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

/** Takes the picture of a view that is open, where the look has it. */
export type Shot = (view: string, page?: Page) => Promise<void>;

export function shooter(look: Look, own: Page, pathOf: (view: string) => string): Shot {
  return async (view, page = own) => {
    if (look.views !== 'all' && !(look.views === 'main' ? MAIN : GUIDE).has(view)) return;
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: pathOf(view), caret: 'hide' });
  };
}
