// Bundles what tsc has checked and written to `dist/`: `dist/app` has one file for each program and each thread, with
// what it starts with, and pieces for what only some calls of the command line need. The files that programs and threads
// are started by are replaced by a line that imports their bundle; all others stay as tsc wrote them, for benches and
// the fuzzer, which load modules one by one.
//
// Hundreds of modules take longer to find than to run, and every thread loads again what another has. One file for each
// also leaves out what a thread imports and does not use.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from './node24.mjs';

/** Every file of ours that a process or a thread begins with, but for Electron's own main process. */
const STARTS = [
  'cli/entry.ts',
  'web/main.ts',
  'web/desk-worker.ts',
  'electron/host.ts',
  'engine/workers/detect-worker.ts',
  'engine/workers/ingest-worker.ts',
  'engine/workers/onnx-worker.ts',
  'engine/workers/rule-worker.ts',
  'engine/lab/audit-worker.ts',
  'engine/lab/lab-worker.ts',
  'engine/lab/left-out-worker.ts',
  'engine/lab/train-worker.ts',
  'engine/capture/capture-thread.ts',
  'engine/capture/cap-process.ts',
  'engine/dissect/child.ts',
  'platform/analysis/child.ts',
  'platform/window/child.ts',
];
/** What nearly every call of the command line loads; other commands are pieces of their own. */
const USUAL = ['cli/main.ts', 'cli/commands/score.ts'];

function bundleName(source) {
  return source.replace(/\.ts$/, '').replaceAll('/', '-');
}

/** The file that tsc makes of a source, from the folder of bundles. */
function built(id) {
  return `../${relative(ROOT, id).replaceAll('\\', '/').replace(/\.ts$/, '.js')}`;
}

/** A module finds what lies beside it where tsc has put the module, not where its bundle is. */
const places = {
  name: 'places',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, id) => code.replaceAll('import.meta.url', `new URL('${built(id)}', import.meta.url).href`),
  },
};

/** Modules that are loaded with these, without what they import only when it is needed. */
function loadedWith(graph, sources) {
  const found = new Set();
  const open = sources.map((source) => join(ROOT, source));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/** @param folder where the files go */
async function bundle(source, folder) {
  const usual = new Set();
  const graph = {
    name: 'graph',
    buildEnd(error) {
      if (error !== undefined) return;
      for (const id of loadedWith(this, USUAL)) usual.add(id);
      for (const id of loadedWith(this, [source])) usual.delete(id);
    },
  };
  const inPieces = source === 'cli/entry.ts';
  const bundled = await rolldown({
    input: { [bundleName(source)]: join(ROOT, source) },
    cwd: ROOT,
    platform: 'node',
    external: /^[^./]/,
    preserveEntrySignatures: 'allow-extension',
    plugins: inPieces ? [places, graph] : [places],
  });
  // Names without a hash: compiled code is kept by the path of a file, and the next build's takes the place of this one's.
  await bundled.write({
    dir: folder,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: `${bundleName(source)}-[name].js`,
    codeSplitting: inPieces
      ? { includeDependenciesRecursively: false, groups: [{ name: 'usual', test: (id) => usual.has(id) }] }
      : false,
  });
  await bundled.close();
}

// The folder that tsc has written to; a test gives another.
const dist = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const app = join(dist, 'app');
const making = join(dist, 'app-making');
rmSync(making, { recursive: true, force: true });
await Promise.all(STARTS.map((source) => bundle(source, making)));
rmSync(app, { recursive: true, force: true });
renameSync(making, app);
for (const source of STARTS) {
  const start = join(app, built(join(ROOT, source)));
  const from = relative(dirname(start), join(app, `${bundleName(source)}.js`)).replaceAll('\\', '/');
  mkdirSync(dirname(start), { recursive: true });
  writeFileSync(start, `import '${from}';\n`);
}
