// The list of what is in the product, as CycloneDX (`node scripts/run24.mjs scripts/package/sbom.ts FILE`): `npm sbom`
// of everything, of which only what a user gets is kept. Its own `--omit dev` leaves out packages that tools of
// development need, too, such as yaml; and of those that Vite bundles, and of Electron, it cannot know.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';
import { ELECTRON } from './config.ts';
import { bundled, production } from './packages.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly license: { readonly id?: string; readonly name?: string } }[];
}

export interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** @returns the whole list, of the packages in package-lock.json for every system */
export function bom(): Bom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  const shell = process.platform === 'win32';
  const done = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1e8, shell });
  if (done.status !== 0) throw new Error(`npm sbom: ${done.error?.message ?? done.stderr}`);
  const all = JSON.parse(done.stdout) as Bom;
  const shipped = new Set([...production(), ...bundled()].map((p) => `${p.name}@${p.version}`));
  shipped.add(`electron@${ELECTRON}`);
  const components = all.components.filter((c) => shipped.has(`${c.name}@${c.version}`));
  const { component } = all.metadata;
  const kept = new Set([component, ...components].map((c) => c['bom-ref']));
  const dependencies = all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
  // npm calls it by the folder that it lies in.
  const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly name: string };
  return { ...all, metadata: { ...all.metadata, component: { ...component, name } }, components, dependencies };
}

const [file] = process.argv.slice(2);
if (import.meta.main && file !== undefined) writeFileSync(file, `${JSON.stringify(bom(), null, 2)}\n`);
