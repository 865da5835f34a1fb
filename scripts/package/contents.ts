// What a package holds of the repository and of other packages' folders. What is not named here is not in it.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';
import { loaded } from './packages.ts';

/** A file of the product: where it is, and where it goes below the folder of the engine, with slashes. */
export interface Part {
  readonly from: string;
  readonly to: string;
  readonly program: boolean;
}

/** Large packages of which few files are loaded: patterns below the package's folder. All others go whole. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  '@goodtools/wiregasm': ['dist/wiregasm.{js,wasm,data}'],
  'onnxruntime-web': ['dist/ort.wasm.bundle.min.mjs', 'dist/ort-wasm-simd-threaded.{mjs,wasm}'],
  '@tensorflow/tfjs-core': ['dist/tf-core.node.js'],
  '@tensorflow/tfjs-layers': ['dist/tf-layers.node.js'],
  '@tensorflow/tfjs-backend-cpu': ['dist/tf-backend-cpu.node.js'],
  '@tensorflow/tfjs-backend-wasm': ['dist/tf-backend-wasm.node.js', 'wasm-out/*.{js,wasm}', 'dist/*.wasm'],
};
const NODE = /^node-(?:bin-)?(?:linux|darwin|win)-/;
const TEXTS = '{LICENSE,LICENCE,License,license,COPYING,NOTICE}*';
/** Left out of packages that go whole: what no program loads. */
const UNUSED = [
  /(?:^|\/)(?:tests?|integration|__tests__|examples?|bench(?:mark)?s?|coverage|fixtures?)\//i,
  /\.(?:map|md|markdown|ts|mts|cts|tsx|flow|ya?ml|pcap|pcapng|tgz|lock|sh|bnf|jsdoc|ico|html)$|\.test\.\w+$/i,
  /(?:^|\/)(?:\.|(?:tsconfig|tsup|rollup|vitest|jest|eslint|karma|webpack|gulpfile|Makefile|bower)[\w.-]*$)/i,
];
/** A bundle's file that hands over to it (scripts/bundle.mjs). */
const HANDS_OVER = /^import '(?:\.\.\/)+app\/[\w-]+\.js';\n$/;

function files(folder: string, pattern: string): string[] {
  return globSync(pattern, { cwd: join(ROOT, folder), withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) =>
      join(f.parentPath, f.name)
        .slice(join(ROOT, folder).length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** Its sample, where its releases lie, and the schemas that `sightline --schema` and the platform's API print. */
const ASSETS = ['sample.pcapng', 'records.schema.json', 'api.schema.json', 'releases.json'].map(
  (name) => `assets/${name}`,
);

/** The build's files: bundles, what starts them, kernels, window, pages, helper. */
function built(): string[] {
  const starts = files('dist', '{cli,web,electron,engine,platform}/**/*.js').filter((path) =>
    HANDS_OVER.test(readFileSync(join(ROOT, 'dist', path), 'utf8')),
  );
  const others = [
    'app/*.js',
    'kernel/{ingest,patterns,trees}.wasm',
    'renderer/**',
    'pages/**',
    'native/sightline-capture{,.exe}',
  ];
  return [...starts, ...others.flatMap((pattern) => files('dist', pattern))].map((path) => `dist/${path}`);
}

/** Files of a package that go with it: not those of packages inside of it, which are packages of their own. */
function ofPackage(name: string, path: string): string[] {
  if (NODE.test(name)) return ['package.json', 'LICENSE', process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'];
  const only = ONLY[name];
  if (only !== undefined) return ['package.json', ...[...only, TEXTS].flatMap((pattern) => files(path, pattern))];
  return files(path, '**/*').filter(
    (file) => !UNUSED.some((one) => one.test(file)) && !file.startsWith('node_modules/'),
  );
}

/** Everything below the engine's folder, in order. */
export function engineParts(): Part[] {
  const own = ['package.json', 'models/default.json', ...ASSETS, ...built()];
  const others = loaded().flatMap(({ name, path }) => ofPackage(name, path).map((file) => `${path}/${file}`));
  const paths = [...new Set([...own, ...others])].sort();
  return paths.map((to) => ({
    from: join(ROOT, to),
    to,
    program: /(?:^dist\/native\/|\/bin\/node(?:\.exe)?$)/.test(to),
  }));
}
