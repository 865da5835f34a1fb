// What `kernel/` is compiled to, and the memory that it runs in.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaidError, say } from '../../contract/index.ts';

const PAGES_AT_FIRST = 4;
/** 4 GiB: address space, which costs nothing until it is used. */
const PAGES_AT_MOST = 65_536;

/** By name; once for each thread. */
const compiled = new Map<string, WebAssembly.Module>();

/** Beside the built files, or in `dist` where the sources run. */
function wasmFile(name: string): string {
  const file = join('kernel', `${name}.wasm`);
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const path of [join(folder, file), join(folder, 'dist', file)]) {
      if (existsSync(path)) return path;
    }
    if (folder === dirname(folder)) throw new SaidError(say('kernel-missing'));
  }
}

export function kernelMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: PAGES_AT_FIRST, maximum: PAGES_AT_MOST, shared: true });
}

function full(): never {
  throw new SaidError(say('kernel-full'));
}

/** @param name of the file, without its ending @param host what it asks of us @returns what it exports */
export function startKernel(name: string, memory: WebAssembly.Memory, host: Record<string, unknown> = {}): unknown {
  let module = compiled.get(name);
  if (module === undefined) compiled.set(name, (module = new WebAssembly.Module(readFileSync(wasmFile(name)))));
  return new WebAssembly.Instance(module, { env: { memory }, host: { full, ...host } }).exports;
}
