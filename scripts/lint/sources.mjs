// The files that lint looks at, and the area each belongs to: a room of the engine, or a folder at the top.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';

const CODE = /\.(ts|tsx|mts|cts|mjs|cpp|c|h|css|sh)$/;
const SKIPPED = new Set(['.cache', 'node_modules', 'dist', '.git', 'screenshots']);

function* walk(folder, wanted) {
  if (!existsSync(join(ROOT, folder))) return;
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* walk(path, wanted);
    } else if (wanted.test(entry.name)) yield path;
  }
}

/**
 * Reads every source file of these folders.
 * @param {readonly string[]} folders at the top of the repository
 * @returns {{ path: string, area: string, text: string, lines: string[] }[]}
 */
export function readSources(folders) {
  return folders
    .flatMap((folder) => [...walk(folder, CODE)])
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      return { path, area: areaOf(path), text, lines };
    });
}

/** @returns {{ path: string, text: string }[]} every document of the repository */
export function readDocuments() {
  return [...walk('.', /\.md$/)].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** @returns {string} 'engine/read' for a file of that room, else the folder at the top */
export function areaOf(path) {
  const [top, room, more] = path.split('/');
  return top === 'engine' && more !== undefined ? `${top}/${room}` : top;
}
