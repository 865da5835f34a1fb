// Takes the platform's mitigations out, one at a time, in a copy of the tree, and runs the test of each, which then has
// to fail by its own name: a test that passes without what it is about tests nothing. `--only TEXT` takes those whose
// name has it, `--from N` leaves the first out.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mitigation, MITIGATIONS } from './mitigation-list.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What tests of the platform load. */
const COPIED = ['contract', 'engine', 'platform', 'web', 'kernel', 'models', 'assets', 'scripts', 'package.json'];
const LONGEST = 120_000;

function option(name: string): string {
  const at = process.argv.indexOf(name);
  return at < 0 ? '' : (process.argv[at + 1] ?? '');
}

const chosen = MITIGATIONS.filter(({ name }) => name.includes(option('--only'))).slice(Number(option('--from')));
const tree = mkdtempSync(join(tmpdir(), 'sightline-mitigations-'));

interface Run {
  readonly passed: boolean;
  /** Tests that failed, by name. */
  readonly failed: readonly string[];
  readonly text: string;
  readonly seconds: number;
}

function run(file: string, names: readonly string[]): Run {
  const began = performance.now();
  const patterns = names.map((name) => `--test-name-pattern=^${name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`);
  const args = ['--test', '--test-reporter=./scripts/test-reporter.mjs', ...patterns, file];
  const done = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8', timeout: LONGEST });
  const failed = [...done.stdout.matchAll(/^FAIL {2}(.*?) {2}/gm)].map((m) => m[1]!);
  const seconds = (performance.now() - began) / 1000;
  return { passed: done.status === 0, failed, text: done.stdout + done.stderr, seconds };
}

/** @returns what is wrong, or null where the test failed as it has to */
function tried({ changes, test: [file, name] }: Mitigation): { wrong: string | null; seconds: number } {
  const before = new Map(changes.map((c) => [c.file, readFileSync(join(ROOT, c.file), 'utf8')]));
  const after = new Map(before);
  for (const { file: source, text, by } of changes) {
    const parts = after.get(source)!.split(text);
    if (parts.length !== 2) return { wrong: `${source} has '${text}' ${parts.length - 1} times`, seconds: 0 };
    after.set(source, parts.join(by));
  }
  for (const [source, text] of after) writeFileSync(join(tree, source), text);
  const { passed, failed, text, seconds } = run(file, [name]);
  for (const [source, whole] of before) writeFileSync(join(tree, source), whole);
  if (passed) return { wrong: 'the test passes without it', seconds };
  if (!failed.includes(name)) return { wrong: `not the test failed: ${text.slice(0, 2000)}`, seconds };
  return { wrong: null, seconds };
}

let wrongs = 0;
try {
  for (const name of COPIED) cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  // The kernel is built; tests find it there.
  cpSync(join(ROOT, 'dist', 'kernel'), join(tree, 'dist', 'kernel'), { recursive: true });
  // With everything in place all of these tests pass; one that fails anyway says nothing about what is taken out.
  const broken = new Set<string>();
  for (const [file, list] of Map.groupBy(chosen, (m) => m.test[0])) {
    const whole = run(file, [...new Set(list.map((m) => m.test[1]))]);
    console.log(`${whole.passed ? 'ok' : 'FAILED'}  ${file} with all of them (${whole.seconds.toFixed(1)} s)`);
    if (!whole.passed) console.log(whole.text);
    for (const name of whole.failed) broken.add(name);
    if (!whole.passed && whole.failed.length === 0) broken.add(file);
  }
  console.log('| without | test that fails | s |\n|---|---|---|');
  for (const mitigation of chosen) {
    const useless = mitigation.test.some((part) => broken.has(part));
    const { wrong, seconds } = useless ? { wrong: 'its test fails with it too', seconds: 0 } : tried(mitigation);
    if (wrong !== null) wrongs++;
    console.log(
      `| ${mitigation.name} | ${wrong === null ? mitigation.test[1] : `WRONG: ${wrong}`} | ${seconds.toFixed(1)} |`,
    );
  }
} finally {
  rmSync(tree, { recursive: true, force: true });
}
console.log(`${chosen.length - wrongs} of ${chosen.length} are held by their tests`);
process.exit(wrongs === 0 ? 0 : 1);
