// Starts the platform's pages: fonts, who is signed in, the first render.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../renderer/style/base.css';
import './pages.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { learnWhoIAm } from './me.ts';
import { showTheme, usePages } from './state.ts';
import { routeOf } from './routes.ts';

addEventListener('hashchange', () => usePages.setState({ route: routeOf(location.hash) }));
matchMedia('(prefers-color-scheme: light)').addEventListener('change', showTheme);
showTheme();
void learnWhoIAm();

createRoot(document.querySelector('#pages')!).render(<App />);
