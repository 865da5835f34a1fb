// What the pages know: who is signed in, which page is shown, language and theme.
import { create } from 'zustand';
import { english, type Language, type Message, messageText } from '../contract/index.ts';
import type { CaptureChange, Me } from '../platform/contract.ts';
import { fill, type Values } from '../renderer/words/fill.ts';
import { MESSAGES_ZH } from '../renderer/words/messages-zh.ts';
import { type Route, routeOf } from './routes.ts';
import { EN, type WordKey } from './words.ts';
import { ZH } from './words-zh.ts';

export type PageLanguage = 'en' | 'zh';
export type Theme = 'system' | 'dark' | 'light';

interface Pages {
  /** Null until the server has answered. */
  readonly me: Me | null;
  readonly route: Route;
  readonly language: PageLanguage;
  readonly theme: Theme;
  /** The newest sentence to people, and whether it says that something failed. */
  readonly note: { readonly text: Message; readonly bad: boolean } | null;
  /** News of captures: changes with each. */
  readonly change: CaptureChange | null;
  signedOut(): void;
}

function remembered<T extends string>(name: string, known: readonly T[], otherwise: T): T {
  const value = localStorage.getItem(name) as T | null;
  return value !== null && known.includes(value) ? value : otherwise;
}

const OWN_LANGUAGE: PageLanguage = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

export const usePages = create<Pages>((set) => ({
  me: null,
  route: routeOf(location.hash),
  language: remembered('language', ['en', 'zh'], OWN_LANGUAGE),
  theme: remembered('theme', ['system', 'dark', 'light'], 'system'),
  note: null,
  change: null,
  signedOut: () => set(({ me }) => ({ me: me === null ? null : { ...me, account: null, csrf: null } })),
}));

/** Says something at the page's foot. */
export function tell(text: Message, bad = false): void {
  usePages.setState({ note: { text, bad } });
}

export function choose(language: PageLanguage): void {
  localStorage.setItem('language', language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  usePages.setState({ language });
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem('theme', theme);
  usePages.setState({ theme });
  showTheme();
}

export function showTheme(): void {
  const { theme } = usePages.getState();
  const light = theme === 'light' || (theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
}

export function useWord(): (key: WordKey, values?: Values) => string {
  const language = usePages((s) => s.language);
  return (key, values) => fill((language === 'zh' ? ZH : EN)[key], values);
}

const CHINESE: Language = { table: MESSAGES_ZH, comma: '、' };

/** What the server said, in the language shown. */
export function useSentence(): (said: Message) => string {
  const language = usePages((s) => s.language);
  return (said) => (language === 'zh' ? messageText(said, CHINESE) : english(said));
}
