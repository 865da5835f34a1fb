// `npm run screenshots [-- LOOK… PART… --to FOLDER]`: the pictures of README and docs/guide.md into docs/screenshots/, of
// the bundled sample and of captures that are made here. A look is a theme and a size, such as light-1024x700; a part is
// views, objects, work or rules; without any all are taken. The main views are taken in every look, the others once dark and
// large, once light and small; a few in Chinese. With a folder every view is taken of every look, to be looked at; then
// there are looks beside those of docs: light in Chinese, and 720x450, which is 200 %.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './harness.ts';
import type { Look } from './screenshot-look.ts';
import { takeObjects, takeViews } from './screenshot-views.ts';
import { takeRules } from './screenshot-rules.ts';
import { takeWork } from './screenshot-work.ts';

const LOOKS: readonly Look[] = [
  { theme: 'dark', width: 1440, height: 900, language: 'en', views: 'all' },
  { theme: 'dark', width: 1024, height: 700, language: 'en', views: 'main' },
  { theme: 'light', width: 1440, height: 900, language: 'en', views: 'main' },
  { theme: 'light', width: 1024, height: 700, language: 'en', views: 'all' },
  { theme: 'dark', width: 1440, height: 900, language: 'zh', views: 'guide' },
];
const MORE: readonly Look[] = [
  { theme: 'light', width: 1024, height: 700, language: 'zh', views: 'looked-at' },
  { theme: 'dark', width: 720, height: 450, language: 'en', views: 'looked-at' },
  { theme: 'light', width: 720, height: 450, language: 'zh', views: 'looked-at' },
];
const PARTS = { views: takeViews, objects: takeObjects, work: takeWork, rules: takeRules } as const;

const nameOf = (l: Look): string => `${l.theme}-${l.width}x${l.height}${l.language === 'zh' ? '-zh' : ''}`;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
const folder = values.to ?? join(ROOT, 'docs', 'screenshots');
const looks =
  values.to === undefined ? LOOKS : [...LOOKS, ...MORE].map((look): Look => ({ ...look, views: 'looked-at' }));
const parts = Object.entries(PARTS);
const names = [...looks.map(nameOf), ...parts.map(([name]) => name)];
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`neither a look nor a part is called ${unknown}: ${names.join(', ')}`);
const wanted = (all: readonly string[], name: string): boolean =>
  positionals.includes(name) || !all.some((other) => positionals.includes(other));
mkdirSync(folder, { recursive: true });
for (const look of looks.filter((one) => wanted(looks.map(nameOf), nameOf(one))))
  for (const [name, take] of parts)
    if (wanted(Object.keys(PARTS), name) && (name === 'views' || look.views !== 'main'))
      await take(look, (view) => join(folder, `${view}-${nameOf(look)}.png`));
