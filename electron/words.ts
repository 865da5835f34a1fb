// What the shell says itself, before and beside the window, in the languages of the window.
import type { MenuLanguage } from './menu.ts';

type Text = Readonly<Record<MenuLanguage, string>>;

export const QUIT = {
  message: { en: 'A capture is running.', zh: '捕获正在进行。' },
  detail: {
    en: 'When Sightline quits, it is stopped. What was captured so far is kept.',
    zh: '退出 Sightline 会停止捕获。已捕获的内容会保留。',
  },
  quit: { en: 'Stop and quit', zh: '停止并退出' },
  stay: { en: 'Keep capturing', zh: '继续捕获' },
} as const satisfies Record<string, Text>;

export const LOST = {
  message: { en: 'The engine of Sightline ended several times.', zh: 'Sightline 的引擎多次意外结束。' },
  detail: {
    en: 'Captures that were running are kept and offered as interrupted. The log says more.',
    zh: '正在进行的捕获已保留，会作为中断的捕获列出。日志中有更多信息。',
  },
  again: { en: 'Start it again', zh: '重新启动' },
  quit: { en: 'Quit', zh: '退出' },
} as const satisfies Record<string, Text>;

export const FILTERS = {
  captures: { en: 'Captures', zh: '捕获文件' },
  all: { en: 'All files', zh: '所有文件' },
} as const satisfies Record<string, Text>;
