// `npm test`: installs and builds what is missing, lints, checks types, runs every test, and ends with a line of
// counts.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { node24, ROOT } from './node24.mjs';
import { build, buildHelper, buildPages, buildWindow, install } from './setup.mjs';
import { isOfWindow, nodeTests, windowTests } from './test-commands.mjs';

install();
build();
buildWindow();
buildPages();
buildHelper();

const node = node24();
let passed = 0;
let failed = 0;
let skipped = 0;
const failures = [];
const times = [];

function step(name, args) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
    child.on('close', (code) => {
      if (code === 0) passed++;
      else {
        failed++;
        failures.push(`${name}\n${said.slice(0, 600)}`);
      }
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name}`);
      if (code !== 0) console.log(said);
      resolve();
    });
  });
}

function* tests(folder) {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* tests(path);
    else if (entry.name.endsWith('.test.ts')) yield path;
  }
}

const e2e = process.argv.includes('--e2e');
const only = process.argv.slice(2).filter((a) => a !== '--e2e');
if (only.length === 0 && !e2e) {
  const types = (name, project, ...more) =>
    step(name, ['node_modules/typescript/bin/tsc', ...more, '-p', `${project}.json`]);
  // Two at a time, as the tests: each is busy with one processor.
  await Promise.all([types('types', 'tsconfig', '--noEmit'), step('lint', ['scripts/lint.mjs'])]);
  await Promise.all([types('types of the window', 'tsconfig.renderer'), types('types of e2e', 'tsconfig.e2e')]);
}
const files =
  only.length > 0
    ? only
    : (e2e
        ? ['e2e']
        : ['contract', 'engine', 'platform', 'cli', 'web', 'electron', 'renderer', 'scripts', 'bench', 'e2e']
      )
        .flatMap((f) => [...tests(f)])
        .sort();

/** Runs the pinned Node; the counts that a reporter of ours prints are added up. */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let tail = '';
    let isCounted = false;
    child.stdout.on('data', (piece) => {
      tail += piece;
      const lines = tail.split('\n');
      tail = lines.pop();
      for (const line of lines) {
        if (line.startsWith('#failed ')) {
          failures.push(JSON.parse(line.slice(8)));
          continue;
        }
        const time = /^#time (\d+) (.*)$/.exec(line);
        if (time) {
          times.push({ seconds: Math.round(Number(time[1]) / 1000), file: relative(ROOT, time[2]) });
          continue;
        }
        const m = /^#counts (\d+) (\d+) (\d+)$/.exec(line);
        if (m) {
          isCounted = true;
          passed += Number(m[1]);
          failed += Number(m[2]);
          skipped += Number(m[3]);
        } else console.log(line);
      }
    });
    child.on('close', (code) => {
      if (!isCounted || (code !== 0 && failed === 0)) failed++;
      resolve();
    });
  });
}

const ofWindow = files.filter((f) => isOfWindow(f));
const others = files.filter((f) => !isOfWindow(f));
if (others.length > 0) await run(nodeTests(others, { concurrency: 2 }));
if (ofWindow.length > 0) await run(windowTests(ofWindow));
if (times.length > 20) {
  const slow = times.sort((a, b) => b.seconds - a.seconds).slice(0, 12);
  console.log(`The slowest files: ${slow.map((t) => `${t.file} ${t.seconds} s`).join(', ')}.`);
}
for (const failure of failures) console.log(`FAILED  ${failure}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
