// A copy of the build with one thing changed in it, for campaigns that have to notice.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a host needs beside its code. */
const BESIDE = ['node_modules', 'models', 'assets', 'package.json'];

export interface Plant {
  /** Below `dist`. */
  readonly file: string;
  readonly check: string;
  /** The number of its occurrence. */
  readonly nth: number;
  readonly instead: string;
}

/** @returns the folder that has the changed `dist` in it, and what removes it */
export function plantedCopy(p: Plant, native = false): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'sightline-planted-'));
  const dist = join(root, 'dist');
  cpSync(join(ROOT, 'dist'), dist, {
    recursive: true,
    filter: (from) => !from.includes('renderer') && (native || !from.includes('native')),
  });
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(root, name));
  const file = join(dist, p.file);
  const parts = readFileSync(file, 'utf8').split(p.check);
  if (parts.length < p.nth + 2) throw new Error(`${p.file} has no '${p.check}' number ${p.nth}`);
  writeFileSync(file, parts.slice(0, p.nth + 1).join(p.check) + p.instead + parts.slice(p.nth + 1).join(p.check));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
