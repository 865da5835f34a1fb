// THIRD_PARTY_NOTICES: who made what the product is given on with, and the texts that go with it
// (`npm run docs:notices`). Electron and Chromium bring their own, which stay beside the program.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';
import { ANSWERED, licenceOf } from './licences.ts';
import { bundled, loaded, type Package, production } from './packages.ts';

export const NOTICES = join(ROOT, 'THIRD_PARTY_NOTICES');

const TEXT = /^(?:licen[cs]e|copying|notice|thirdparty)[-.\w]*$/i;
const RULE = '-'.repeat(80);
/** Packages of Node: one text for all of them, from the one that is installed. */
const NODE = /^node-(?:bin-)?(?:linux|darwin|win)-/;

interface Author {
  readonly author?: string | { readonly name?: string };
  readonly maintainers?: readonly (string | { readonly name?: string })[];
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
}

function manifest(p: Package): Author {
  return JSON.parse(readFileSync(join(ROOT, p.path, 'package.json'), 'utf8')) as Author;
}

function nameOf(author: Author['author']): string {
  const name = typeof author === 'string' ? author : (author?.name ?? '');
  return name.replace(/\s*[<(].*$/, '').trim();
}

/** A package without a text of its own gets its licence's, with the names that its manifest has. */
function standard(p: Package): string {
  const who = nameOf(manifest(p).author) || `the authors of ${p.name}`;
  const texts = licenceOf(p)
    .split(' AND ')
    .map((name) => {
      if (name === 'MIT')
        return body(join(ROOT, 'LICENSE'), 'Permission is hereby granted', `MIT License\n\nCopyright (c) ${who}`);
      if (name === 'ISC')
        return body(
          join(ROOT, 'node_modules/yaml/LICENSE'),
          'Permission to use',
          `ISC License\n\nCopyright (c) ${who}`,
        );
      if (name === 'Apache-2.0') return `Copyright ${who}\n\n${read(join(ROOT, 'node_modules/flatbuffers/LICENSE'))}`;
      throw new Error(`${p.path} has no licence text, and there is none for ${name}`);
    });
  return texts.join('\n\n');
}

function read(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}

function body(path: string, from: string, head: string): string {
  const text = read(path);
  return `${head}\n\n${text.slice(text.indexOf(from))}`;
}

/** Every text of a package; one without any has its licence's own. */
function textsOf(p: Package): string {
  const folder = join(ROOT, p.path);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((f) => f.isFile() && TEXT.test(f.name) && !/\.(?:js|ts|json)$/.test(f.name))
    .map((f) => f.name)
    .sort();
  const own = files.map((name) => read(join(folder, name)));
  return (own.length > 0 ? own : [standard(p)]).join(`\n\n`);
}

/** @returns every package whose code or fonts a user gets, each once */
export function shipped(): Package[] {
  const seen = new Map<string, Package>();
  for (const p of [...production().filter((one) => NODE.test(one.name)), ...loaded(), ...bundled()])
    seen.set(`${p.name}@${p.version}`, p);
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, p]) => p);
}

export function noticesText(): string {
  const nodes = shipped().filter((p) => NODE.test(p.name));
  const node = nodes.find((p) => existsSync(join(ROOT, p.path, 'LICENSE')));
  const byText = new Map<string, Package[]>();
  for (const p of shipped()) {
    if (NODE.test(p.name)) continue;
    const text = textsOf(p);
    byText.set(text, [...(byText.get(text) ?? []), p]);
  }
  const line = (p: Package): string => `${p.name} ${p.version} (${licenceOf(p)})`;
  const blocks = [...byText].map(([text, packages]) => `${packages.map(line).join('\n')}\n\n${text}`);
  if (node !== undefined) blocks.push(`${nodes.map(line).join('\n')}\n\n${read(join(ROOT, node.path, 'LICENSE'))}`);
  const engine = ANSWERED['@goodtools/wiregasm']!;
  return [
    'Sightline is under the MIT licence (LICENSE). It is given on together with the following, each under its own terms.',
    '',
    `@goodtools/wiregasm is Wireshark's dissection engine, under the GNU General Public License, version 2. ${engine.why}`,
    'Its source is that of the version named below, at the addresses of its package.json; whoever gives this product on',
    'has to be able to give that source, too.',
    '',
    'Electron and Chromium have their texts beside the program: LICENSE.electron.txt and LICENSES.chromium.html.',
    '',
    ...blocks.flatMap((block) => [RULE, '', block, '']),
  ].join('\n');
}

if (import.meta.main) {
  writeFileSync(NOTICES, noticesText());
  console.log(`${NOTICES}: ${shipped().length} packages`);
}
