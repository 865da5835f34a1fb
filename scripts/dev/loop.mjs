// The development loop. A change of the engine or of a host is compiled, and the host starts again; a change of the
// window is taken by vite, and its types are checked beside it. What does not compile is printed with file and line,
// and what ran before goes on. Compilers are started for each change: `tsc --watch` of TypeScript 7.0 misses changes
// (tried on this tree), and a whole run takes a second.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../node24.mjs';
import { Host } from './host.mjs';
import { PortTaken, serveWindow } from './window.mjs';

const PORT = 5173;
/** An editor saves in several steps, and several files at once: changes within so many ms are one. */
const SETTLE = 120;
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const KERNELS = join(ROOT, 'scripts', 'kernels.mjs');
/** What the host is made of; cli/ and electron/ are compiled and checked with it. */
const HOST_FOLDERS = ['contract', 'engine', 'web'];
const ENGINE_FOLDERS = [...HOST_FOLDERS, 'cli', 'electron', 'kernel'];
/** What the kernels, or the layout that they are built with, are made of. */
const OF_KERNELS = /^(kernel|contract|engine\/(flow|decode|features|read))\//;
const WINDOW_FOLDERS = ['contract', 'renderer'];

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string' },
    sample: { type: 'boolean' },
    interface: { type: 'string' },
    filter: { type: 'string' },
  },
  allowPositionals: true,
});
const port = Number(values.port ?? PORT);
// npm runs scripts in the package's folder; a file is meant from where the user stands.
const from = process.env.INIT_CWD ?? process.cwd();
const opened = [
  ...(values.sample ? ['--sample'] : []),
  ...(values.interface === undefined ? [] : ['--interface', values.interface]),
  ...(values.filter === undefined ? [] : ['--filter', values.filter]),
  ...positionals.map((file) => resolve(from, file)),
];

function say(text) {
  console.error(`dev: ${text}`);
}

/** A compiler of which one runs at a time; what changed meanwhile is compiled after it. */
class Compiler {
  constructor(what, args) {
    this.what = what;
    this.args = args;
    this.child = null;
    this.turn = Promise.resolve(true);
  }

  /** @returns {Promise<boolean>} whether the sources are right; what is wrong has been printed */
  run() {
    return (this.turn = this.turn.then(() => this.start()));
  }

  start() {
    const began = performance.now();
    return new Promise((done) => {
      const child = spawn(process.execPath, this.args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
      this.child = child;
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
      child.on('close', (code) => {
        this.child = null;
        if (said.trim() !== '') console.error(said.trim());
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        if (code !== null) say(`${this.what}: ${code === 0 ? 'compiled' : 'errors'} after ${seconds} s`);
        done(code === 0);
      });
    });
  }

  end() {
    this.child?.kill();
  }
}

/** Tells which files changed in these folders, in batches. Tests are nobody's business here. */
function watchFolders(folders, changed) {
  const files = new Set();
  let timer = null;
  const tell = () => {
    timer = null;
    const batch = [...files];
    files.clear();
    changed(batch);
  };
  return folders.map((folder) =>
    watch(join(ROOT, folder), { recursive: true }, (_event, name) => {
      if (name === null || !/\.(ts|tsx|cts)$/.test(name) || name.endsWith('.test.ts')) return;
      files.add(`${folder}/${name.replaceAll('\\', '/')}`);
      clearTimeout(timer);
      timer = setTimeout(tell, SETTLE);
    }),
  );
}

/** @returns {Promise<number>} a port of the loopback that is free now */
function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const found = server.address().port;
      server.close(() => done(found));
    });
  });
}

const kernels = new Compiler('kernel', [KERNELS]);
const engine = new Compiler('engine', [TSC, '-p', 'tsconfig.build.json', '--sourceMap']);
const windowTypes = new Compiler('window', [TSC, '-p', 'tsconfig.renderer.json']);
const host = new Host(await freePort(), opened, say);
let pages = null;
let watchers = [];
let ending = false;

async function end(code) {
  if (ending) return;
  ending = true;
  for (const w of watchers) w.close();
  kernels.end();
  engine.end();
  windowTypes.end();
  await Promise.all([host.end(), pages?.close()]);
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
process.on('uncaughtException', (error) => {
  console.error(error);
  void end(2);
});

host.onLink = (token) => {
  say(`the window is at http://127.0.0.1:${port}/#token=${token}`);
  pages.enter(token);
};

async function engineChanged(files) {
  say(`changed: ${files.join(', ')}`);
  const built = !files.some((f) => OF_KERNELS.test(f)) || (await kernels.run());
  const right = (await engine.run()) && built;
  if (right && !ending && files.some((f) => [...HOST_FOLDERS, 'kernel'].includes(f.split('/')[0]))) host.restart();
}

try {
  pages = await serveWindow(port, host.port, say);
} catch (error) {
  if (!(error instanceof PortTaken)) throw error;
  say(`port ${port} of 127.0.0.1 is taken. Give another one: npm run dev -- --port N`);
  process.exit(2);
}
watchers = [
  ...watchFolders(ENGINE_FOLDERS, (files) => void engineChanged(files)),
  ...watchFolders(WINDOW_FOLDERS, () => void windowTypes.run()),
];
say('Ctrl-C ends; Enter starts the host again and gives a new link.');
process.stdin.on('data', () => host.restart()).unref?.();
void windowTypes.run();
const built = await kernels.run();
if ((await engine.run()) && built) host.restart();
