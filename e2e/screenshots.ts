// `npm run screenshots [-- LOOK…]`: the pictures of README and docs/guide.md into docs/screenshots/, of the bundled
// sample and of captures that are made here. A look is a theme and a size, such as light-1024x700; without any all are
// taken. The main views are taken in every look, the others once dark and large, once light and small; a few in Chinese.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './harness.ts';
import { takeViews } from './screenshot-views.ts';
import type { Look } from './screenshot-look.ts';

const folder = join(ROOT, 'docs', 'screenshots');
mkdirSync(folder, { recursive: true });

const LOOKS: readonly Look[] = [
  { theme: 'dark', width: 1440, height: 900, language: 'en', views: 'all' },
  { theme: 'dark', width: 1024, height: 700, language: 'en', views: 'main' },
  { theme: 'light', width: 1440, height: 900, language: 'en', views: 'main' },
  { theme: 'light', width: 1024, height: 700, language: 'en', views: 'all' },
  { theme: 'dark', width: 1440, height: 900, language: 'zh', views: 'guide' },
];

const wanted = process.argv.slice(2);
const nameOf = (l: Look): string => `${l.theme}-${l.width}x${l.height}${l.language === 'zh' ? '-zh' : ''}`;
const unknown = wanted.find((name) => !LOOKS.some((l) => nameOf(l) === name));
if (unknown !== undefined) throw new Error(`no look is called ${unknown}: ${LOOKS.map(nameOf).join(', ')}`);
for (const look of LOOKS)
  if (wanted.length === 0 || wanted.includes(nameOf(look)))
    await takeViews(look, (view) => join(folder, `${view}-${nameOf(look)}.png`));
