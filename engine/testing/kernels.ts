// Kernels built for a test: from sources that were changed, or for a schema that was.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ASC = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');

/** A text of the kernel's sources that stands there once, and what stands there instead. */
export interface KernelChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function run(args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}\n${stdout}${stderr}`);
}

/**
 * Builds a kernel.
 * @param folder an empty one, to build in
 * @param hooks modules that are imported before the schema is
 * @returns the URL of a module; a process that imports it first takes this kernel
 */
export function builtKernel(folder: string, hooks: readonly string[], change: KernelChange | null = null): string {
  cpSync(join(ROOT, 'kernel'), join(folder, 'kernel'), { recursive: true });
  if (change !== null) {
    const path = join(folder, 'kernel', change.file);
    const parts = readFileSync(path, 'utf8').split(change.from);
    if (parts.length !== 2) throw new Error(`'${change.from}' stands ${parts.length - 1} times in ${change.file}`);
    writeFileSync(path, parts.join(change.to));
  }
  const layout = join(folder, 'kernel', 'generated', 'layout.ts');
  run([...hooks.flatMap((hook) => ['--import', hook]), join(ROOT, 'scripts', 'kernel-layout.ts'), layout]);
  const config = ['--config', 'kernel/asconfig.json', '--outFile', 'ingest.wasm'];
  run([ASC, 'kernel/index.ts', '--baseDir', folder, ...config]);
  const hook = join(folder, 'kernel.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
const BEGINS = 'function wasmFile(name: string): string {';
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith('/engine/flow/kernel-file.ts')) return loaded;
    const source = String(loaded.source);
    if (!source.includes(BEGINS)) throw new Error('no kernel is looked for in ' + url);
    return { ...loaded, source: source.replace(BEGINS, BEGINS + ' return ' + ${JSON.stringify(JSON.stringify(join(folder, 'ingest.wasm')))} + ';') };
  },
});
`,
  );
  return pathToFileURL(hook).href;
}
