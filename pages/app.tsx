// The frame of all pages: name, ways to pages, language, theme, who is signed in.
import type { ReactNode } from 'react';
import type { Me } from '../platform/contract.ts';
import { ask } from './api.ts';
import { Note, wentWell } from './parts/basics.tsx';
import { go, hashOf, type Route } from './routes.ts';
import { setMe } from './me.ts';
import { choose, chooseTheme, type Theme, usePages, useWord } from './state.ts';
import { AccountPage } from './views/account.tsx';
import { AdminPage } from './views/admin.tsx';
import { BoardPage } from './views/board.tsx';
import { CapturePage } from './views/capture.tsx';
import { ChartsPage } from './views/charts.tsx';
import { HistoryPage } from './views/history.tsx';
import { SignInPage } from './views/sign-in.tsx';
import { UploadPage } from './views/upload.tsx';

export function App(): ReactNode {
  const word = useWord();
  const me = usePages((s) => s.me);
  const route = usePages((s) => s.route);
  if (me === null) {
    return (
      <div className="frame">
        <main className="narrow">{word('loading')}</main>
        <Note />
      </div>
    );
  }
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {word('skip')}
      </a>
      <Head me={me} route={route} />
      <main id="content" tabIndex={-1}>
        <Page me={me} route={route} />
      </main>
      <Note />
    </div>
  );
}

function Page({ me, route }: { readonly me: Me; readonly route: Route }): ReactNode {
  if (route.page === 'shared') return <CapturePage key={route.token} at={`/shared/${route.token}`} id={null} />;
  if (me.account === null) return <SignInPage me={me} route={route} />;
  switch (route.page) {
    case 'history':
      return <HistoryPage />;
    case 'capture':
      return <CapturePage key={route.id} at={`/captures/${route.id}`} id={route.id} />;
    case 'charts':
      return <ChartsPage />;
    case 'board':
      return <BoardPage />;
    case 'account':
      return <AccountPage account={me.account} />;
    case 'admin':
      return me.account.admin ? <AdminPage /> : <UploadPage me={me} />;
    default:
      return <UploadPage me={me} />;
  }
}

const PAGES = ['upload', 'history', 'charts', 'board', 'account', 'admin'] as const;

function Head({ me, route }: { readonly me: Me; readonly route: Route }): ReactNode {
  const word = useWord();
  const language = usePages((s) => s.language);
  const theme = usePages((s) => s.theme);
  const { account } = me;
  const signOut = async (): Promise<void> => {
    if (!wentWell(await ask('POST', '/logout'))) return;
    setMe({ ...me, account: null, csrf: null });
    go({ page: 'upload' });
  };
  return (
    <header className="head">
      <a className="brand" href={hashOf({ page: 'upload' })}>
        Sightline
      </a>
      <nav aria-label={word('pages')}>
        {account === null
          ? null
          : PAGES.filter((page) => page !== 'admin' || account.admin).map((page) => (
              <a key={page} href={hashOf({ page })} aria-current={isAt(route, page) ? 'page' : undefined}>
                {word(page)}
              </a>
            ))}
      </nav>
      <div className="head-end">
        <select
          aria-label={word('language')}
          value={language}
          onChange={(e) => choose(e.target.value === 'zh' ? 'zh' : 'en')}
        >
          <option value="en">English</option>
          <option value="zh">中文</option>
        </select>
        <select aria-label={word('theme')} value={theme} onChange={(e) => chooseTheme(e.target.value as Theme)}>
          <option value="system">{word('themeSystem')}</option>
          <option value="dark">{word('themeDark')}</option>
          <option value="light">{word('themeLight')}</option>
        </select>
        {account === null ? null : (
          <>
            <span className="dim">{account.name}</span>
            <button type="button" className="button" onClick={() => void signOut()}>
              {word('signOut')}
            </button>
          </>
        )}
      </div>
    </header>
  );
}

/** A capture is reached by the history. */
function isAt(route: Route, page: (typeof PAGES)[number]): boolean {
  return route.page === page || (route.page === 'capture' && page === 'history');
}
