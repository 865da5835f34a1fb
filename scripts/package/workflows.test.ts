// The workflows as far as they can be checked without a forge: YAML, needs, programs that are there, what must be in them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../node24.mjs';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly os?: readonly string[]; readonly include?: readonly Row[] } };
  readonly steps: readonly Step[];
}
type Row = Readonly<Record<'os' | 'system' | 'arch' | 'targets', string>>;

interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

function read(name: string): Workflow {
  return parse(readFileSync(join(ROOT, '.github', 'workflows', name), 'utf8')) as Workflow;
}

const runs = (job: Job): string => job.steps.map((step) => step.run ?? '').join('\n');

for (const name of ['ci.yml', 'release.yml'])
  test(`${name}: jobs are whole, bounded, may little, and call what is there`, () => {
    const { on, permissions, jobs } = read(name);
    assert.ok(on !== undefined);
    assert.deepEqual(permissions, { contents: 'read' });
    for (const [id, job] of Object.entries(jobs)) {
      assert.ok(job['runs-on'] !== '' && (job['timeout-minutes'] ?? 0) > 0, id);
      for (const need of [job.needs ?? []].flat()) assert.ok(jobs[need] !== undefined, `${id} needs ${need}`);
      for (const step of job.steps) {
        assert.ok((step.uses === undefined) !== (step.run === undefined), `${id}: ${JSON.stringify(step)}`);
        if (step.uses !== undefined)
          assert.match(step.uses, /^[\w-]+\/[\w-]+@[\da-f]{40}$/, `${id}: a tag can be moved, a commit cannot`);
        if (step.uses?.startsWith('actions/checkout@')) assert.equal(step.with?.['persist-credentials'], false);
      }
      for (const [, script] of runs(job).matchAll(/npm run ([\w:]+)/g)) assert.ok(scripts[script!], script);
      for (const [, file] of runs(job).matchAll(/((?:scripts|\.ci)\/[\w./-]+)/g))
        assert.ok(existsSync(join(ROOT, file!)), file);
    }
  });

test('a release is built on each system for each processor, after audit and all tests', () => {
  const { build, audit, release } = read('release.yml').jobs;
  const rows = build!.strategy!.matrix.include!;
  assert.deepEqual(
    rows.map((row) => `${row.system} ${row.arch} ${row.targets}`),
    [
      'linux x64 AppImage',
      'linux arm64 AppImage',
      'win x64 nsis portable',
      'win arm64 nsis portable',
      'mac x64 dmg zip',
      'mac arm64 dmg zip',
    ],
  );
  assert.match(runs(audit!), /npm audit --omit=dev/);
  assert.equal(build!.needs, 'audit');
  assert.match(runs(build!), /npm test/);
  assert.match(runs(release!), /sha256sum/);
  assert.match(runs(release!), /--draft/);
  assert.ok(build!.steps.some((step) => step.uses?.startsWith('actions/attest-build-provenance@')));
});
