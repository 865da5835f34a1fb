// The packages that a user gets with the product, out of package-lock.json: what is loaded at run time, and what Vite
// bundles into the window and the pages.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  /** Below the repository: `node_modules/pg`, or one inside of another's folder. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** As its own package.json says; null where it says nothing. */
  readonly licence: string | null;
}

type Lock = Readonly<Record<string, Locked>>;

const lock = (JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { readonly packages: Lock })
  .packages;
/** Compiled into the kernels: AssemblyScript's run time. */
const COMPILED_IN = ['assemblyscript'];
const BARE = /(?:from|import)\s*\(?\s*'((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/g;
const STYLE = /@import\s+(?:url\()?['"]((?:@[\w.-]+\/)?[a-z][\w.-]*)/g;

/** Where Node finds a package from another one's folder. @returns null where it is not in the lock */
function found(from: string, name: string): string | null {
  for (let at = from; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at}/node_modules/${name}`;
    if (lock[path] !== undefined) return path;
  }
  return lock[`node_modules/${name}`] === undefined ? null : `node_modules/${name}`;
}

function closure(starts: readonly string[]): Package[] {
  const seen = new Set<string>();
  const open = [...starts];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { dependencies, optionalDependencies } = lock[path]!;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = found(path, name);
      if (next !== null) open.push(next);
    }
  }
  return [...seen]
    .sort()
    .map((path) => ({
      path,
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: lock[path]!.version,
      licence: lock[path]!.license ?? null,
    }));
}

/** Whether a package is only types, which no program loads. */
const typesOnly = (p: Package): boolean =>
  p.name.startsWith('@types/') || /^(?:undici-types|@webgpu\/types)$/.test(p.name);

/** Built in a clone by who asks for it (scripts/cap.mjs): no package has it. */
export const ON_REQUEST: readonly string[] = ['cap'];

/** Everything that package.json's dependencies bring to a package, for every system. */
export function production(): Package[] {
  const { dependencies, optionalDependencies } = lock['']!;
  const names = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !ON_REQUEST.includes(name));
  return closure(names.map((name) => `node_modules/${name}`));
}

/** What is built on request, and what it needs. */
export function onRequest(): Package[] {
  return closure(ON_REQUEST.map((name) => `node_modules/${name}`));
}

/** What is loaded at run time on this machine: of the packages of Node, the one that is installed. */
export function loaded(): Package[] {
  return production().filter((p) => !typesOnly(p) && existsSync(join(ROOT, p.path)));
}

/** What the window and the pages have in their bundles, and the kernels in their code. */
export function bundled(): Package[] {
  const names = new Set<string>(COMPILED_IN);
  for (const path of globSync('{renderer,pages}/**/*.{ts,tsx,css}', { cwd: ROOT })) {
    if (/\.test\.tsx?$/.test(path)) continue;
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const pattern of [BARE, STYLE]) for (const [, name] of text.matchAll(pattern)) names.add(name!);
  }
  const paths = [...names].map((name) => `node_modules/${name}`).filter((path) => lock[path] !== undefined);
  return closure(paths).filter((p) => !typesOnly(p) && !COMPILED_BY.has(p.name));
}

/** AssemblyScript's own compiler needs these; its run time does not. */
const COMPILED_BY = new Set(['binaryen', 'long']);
