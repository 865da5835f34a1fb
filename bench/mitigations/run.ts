// Takes mitigations out, one at a time, in a copy of the sources, and runs the test of each, which then has to fail by
// its own name: a test that passes without what it is about tests nothing. `--only TEXT` takes those whose id or name
// has it, `--from N` and `--count N` a part of them; results go into docs/threat-campaign.md beside those that are there.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOfWindow, nodeTests, windowTests } from '../../scripts/test-commands.mjs';
import { BOUNDARIES, problems } from './model.ts';
import { type Outcome, writeResults } from './results.ts';
import type { Mitigation } from './types.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LONGEST = 120_000;
/** A test that waits for ever has failed. */
const LONGEST_TEST = 40_000;
const HELPER = 'native/sightline-capture';

function option(name: string): string {
  const at = process.argv.indexOf(name);
  return at < 0 ? '' : (process.argv[at + 1] ?? '');
}

const from = Number(option('--from'));
const chosen = BOUNDARIES.flatMap((b) => b.rows)
  .filter(({ id, name }) => `${id} ${name}`.includes(option('--only')))
  .slice(from, from + (Number(option('--count')) || Infinity));
const place = mkdtempSync(join(tmpdir(), 'sightline-mitigations-'));
const tree = join(place, 'tree');

interface Run {
  readonly passed: boolean;
  /** Tests that failed, by name. */
  readonly failed: readonly string[];
  readonly text: string;
  readonly seconds: number;
}

/** @param isInOrder the whole file is run, for tests that need those before them */
function run(file: string, names: readonly string[], isInOrder: boolean): Run {
  const began = performance.now();
  const o = { names: isInOrder ? [] : names, timeout: LONGEST_TEST };
  const args = isOfWindow(file) ? windowTests([file], o) : nodeTests([file], o);
  const done = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8', timeout: LONGEST });
  const failed = [...done.stdout.matchAll(/^FAIL {2}(.*?) {2}/gm)].map((m) => m[1]!);
  const ran = new Set([...done.stdout.matchAll(/^(?:ok {4}|FAIL {2})(.*?)(?: \(\d+ ms\)| {2})/gm)].map((m) => m[1]!));
  const seconds = (performance.now() - began) / 1000;
  // A test that is skipped, or is not there, has said nothing.
  const missing = names.filter((name) => !ran.has(name));
  const text = done.stdout + done.stderr + missing.map((name) => `did not run: ${name}\n`).join('');
  return { passed: done.status === 0 && missing.length === 0, failed: [...failed, ...missing], text, seconds };
}

/** The helper as it is now. @returns what the compiler said, or null */
function helperBuilt(): string | null {
  const done = spawnSync(process.execPath, ['scripts/build-native.mjs'], { cwd: tree, encoding: 'utf8' });
  return done.status === 0 ? null : done.stdout + done.stderr;
}

/** @returns what is wrong, or null where the test failed as it has to */
function tried({ changes, attack }: Mitigation): { wrong: string | null; seconds: number } {
  const [file, name] = attack.test;
  const isInOrder = attack.isInOrder === true;
  const before = new Map(changes.map((c) => [c.file, readFileSync(join(ROOT, c.file), 'utf8')]));
  const after = new Map(before);
  for (const { file: source, text, by } of changes) after.set(source, after.get(source)!.split(text).join(by));
  for (const [source, text] of after) writeFileSync(join(tree, source), text);
  const isNative = changes.some((c) => c.file.startsWith('native/'));
  const built = isNative ? helperBuilt() : null;
  const { passed, failed, text, seconds } = built === null ? run(file, [name], isInOrder) : { ...NOTHING, text: built };
  for (const [source, whole] of before) writeFileSync(join(tree, source), whole);
  if (isNative) cpSync(join(ROOT, 'dist', HELPER), join(tree, 'dist', HELPER));
  if (passed) return { wrong: 'the test passes without it', seconds };
  if (text.includes(`did not run: ${name}`) || !failed.includes(name))
    return { wrong: `not the test failed: ${text.slice(0, 2000)}`, seconds };
  return { wrong: null, seconds };
}

const NOTHING: Run = { passed: false, failed: [], text: '', seconds: 0 };

/** The sources as git knows them, with what is built of them. */
function copySources(): void {
  const listed = spawnSync('git', ['ls-files', '-zco', '--exclude-standard', '--', '.', ':!docs/screenshots'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of listed.stdout.split('\0').filter((f) => f !== '' && existsSync(join(ROOT, f)))) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(ROOT, file), join(tree, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const part of ['kernel', 'native', 'renderer'])
    if (existsSync(join(ROOT, 'dist', part)))
      cpSync(join(ROOT, 'dist', part), join(tree, 'dist', part), { recursive: true, preserveTimestamps: true });
  const shared = join(ROOT, '..', 'shared');
  if (existsSync(shared)) symlinkSync(shared, join(place, 'shared'));
}

const unfit = problems(ROOT);
for (const problem of unfit) console.log(problem);
if (unfit.length > 0) process.exit(2);
const outcomes: Outcome[] = [];
try {
  copySources();
  // With everything in place all of these tests pass; one that fails anyway says nothing about what is taken out.
  const broken = new Set<string>();
  for (const [file, list] of Map.groupBy(chosen, (m) => m.attack.test[0])) {
    const isInOrder = list.some((m) => m.attack.isInOrder === true);
    const whole = run(file, [...new Set(list.map((m) => m.attack.test[1]))], isInOrder);
    console.log(`${whole.passed ? 'ok' : 'FAILED'}  ${file} with all of them (${whole.seconds.toFixed(1)} s)`);
    if (!whole.passed) console.log(whole.text);
    for (const name of whole.failed) broken.add(name);
    if (!whole.passed && whole.failed.length === 0) broken.add(file);
  }
  for (const mitigation of chosen) {
    const { id, name, attack } = mitigation;
    const useless = attack.test.some((part) => broken.has(part));
    const { wrong, seconds } = useless ? { wrong: 'its test fails with it too', seconds: 0 } : tried(mitigation);
    outcomes.push({ id, isHeld: wrong === null, seconds, date: new Date().toISOString().slice(0, 10) });
    console.log(`${id}  ${wrong === null ? 'held' : `WRONG: ${wrong}`} (${seconds.toFixed(1)} s)  ${name}`);
    writeResults(ROOT, outcomes);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
const held = outcomes.filter((o) => o.isHeld).length;
console.log(`${held} of ${chosen.length} are held by their tests`);
process.exit(held === chosen.length ? 0 : 1);
