// A folder in the place of Electron's runtime, where that cannot be had: a program of a few lines that has Electron's
// wire of fuses in it, so that they are set and read as in the real one. It starts nothing.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The mark before the wire; then its version, its length and a byte each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron is delivered: run as Node, NODE_OPTIONS, inspect and file privileges on, all else off. */
const DELIVERED = '10110001';
const PROGRAM = `
#include <cstdio>
extern "C" __attribute__((used, visibility("default")))
volatile const char wire[] = "${SENTINEL}\\x01\\x08" "${DELIVERED}";
int main() {
  std::puts("This is a stand-in for Electron's runtime, which was not there when this was packed.");
  return wire[34] == 0 ? 1 : 2;
}
`;

/** @param folder emptied, and filled @returns null where there is no C++ compiler */
export function standIn(folder: string, version: string): string | null {
  const compiler = [process.env['CXX'], 'c++', 'g++', 'clang++'].find(
    (c) => c !== undefined && spawnSync(c, ['--version'], { stdio: 'ignore' }).status === 0,
  );
  if (compiler === undefined) return null;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    const made = spawnSync(compiler, ['-O1', '-x', 'c++', '-o', join(folder, name), '-'], { input: PROGRAM });
    if (made.status !== 0) return null;
  }
  const texts = {
    version,
    LICENSE: 'A stand-in: the real runtime has its licence here.\n',
    'LICENSES.chromium.html': '<p>A stand-in: the real runtime has its notices here.</p>\n',
    'locales/en-US.pak': '',
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  return folder;
}
