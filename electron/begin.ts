// What a command line asks for.
import { resolve } from 'node:path';

export type Begin =
  | { readonly what: 'file'; readonly path: string }
  | { readonly what: 'sample' }
  | { readonly what: 'interface'; readonly name: string; readonly filter: string };

const WITH_VALUE = ['--interface', '--filter'];

/**
 * What a command line asks for: `FILE`, `--sample`, `--interface NAME` with `--filter EXPRESSION`. `npm start` has
 * refused what is none of ours (contract/start-options.ts); here switches of Electron's own may stand between.
 */
export function begins(argv: readonly string[], folder: string): Begin | null {
  const name = valueOf(argv, '--interface');
  if (name !== null) return { what: 'interface', name, filter: valueOf(argv, '--filter') ?? '' };
  if (argv.includes('--sample')) return { what: 'sample' };
  const file = argv.find((a, i) => !a.startsWith('-') && !WITH_VALUE.includes(argv[i - 1] ?? ''));
  return file === undefined ? null : { what: 'file', path: resolve(folder, file) };
}

/** The value of an option, given as `--name value` or `--name=value`. */
function valueOf(argv: readonly string[], option: string): string | null {
  const at = argv.indexOf(option);
  if (at >= 0) return argv[at + 1] ?? null;
  const whole = argv.find((a) => a.startsWith(`${option}=`));
  return whole === undefined ? null : whole.slice(option.length + 1);
}
