// The boundaries that hostile input comes over, beside packets: which targets stand on each, and which files of the
// product belong to it, so that their branches are counted by themselves.
import { contractTargets } from './contract-targets.ts';
import { deskTargets } from './desk-target.ts';
import { filterTargets } from './filters.ts';
import { importTargets } from './import-targets.ts';
import { listTargets } from './list-targets.ts';
import { modelTargets } from './model-targets.ts';
import { onnxTargets } from './onnx-targets.ts';
import { ruleTargets } from './rule-targets.ts';
import { shellTargets } from './shell-targets.ts';
import { loader, type Target } from './target.ts';
import { uploadTargets } from './upload-targets.ts';
import { webTargets } from './web-targets.ts';

export interface Boundary {
  /** What comes over it, for the document. */
  readonly what: string;
  /** Files of a build, without their endings: a name, or a folder and `*`. */
  readonly files: readonly string[];
  targets(dist: string): Promise<Target[]>;
}

export const BOUNDARIES: Readonly<Record<string, Boundary>> = {
  contract: {
    what: 'messages and requests of a window, in a browser or the desktop program',
    files: [
      'contract/*',
      'engine/desk/*',
      ...['choosing', 'desktop', 'senders'].map((name) => `electron/${name}`),
      ...['connections', 'guard', 'server', 'uploads'].map((name) => `web/${name}`),
    ],
    targets: async (dist) => [
      ...(await contractTargets(loader(dist, 'contract'))),
      ...(await webTargets(loader(dist, 'web'))),
      ...(await shellTargets(loader(dist, 'electron'))),
      ...(await deskTargets(loader(dist, 'engine'))),
    ],
  },
  uploads: {
    what: "the platform's server: uploads, its queries and bodies",
    files: ['server', 'uploads', 'accounts', 'team', 'queue'].map((room) => `platform/${room}/*`),
    targets: (dist) => uploadTargets(loader(dist, 'platform')),
  },
  filters: {
    what: 'filters as they are typed, of every list',
    files: ['engine/filter/*', 'contract/filter-lists', 'contract/filter-text'],
    targets: (dist) => filterTargets(loader(dist, 'engine')),
  },
  rules: {
    what: 'threat rules, choices of rules, variables and what rules read of packets',
    files: ['engine/rules/*', 'engine/rules/run/*', 'engine/rules/run/apps/*'],
    targets: (dist) => ruleTargets(loader(dist, 'engine')),
  },
  imports: {
    what: 'files that a person brings, and files of the data folder',
    files: [
      'engine/indicators/*',
      ...['colours', 'filter-lists', 'plain'].map((name) => `contract/${name}`),
      ...['colouring', 'filter-lists', 'geo', 'memory', 'names', 'own-rules', 'places', 'profiles'].map(
        (name) => `engine/desk/${name}`,
      ),
      ...['baselines', 'goodx'].map((name) => `engine/exchange/${name}`),
      ...['corpus', 'flow-labels'].map((name) => `engine/session/${name}`),
      ...['files', 'filter-file', 'journal', 'tags'].map((name) => `engine/store/${name}`),
      ...['baseline', 'network'].map((name) => `engine/detect/${name}`),
      'engine/dissect/key-log',
      'engine/rules/run/sets',
      'cli/labels-file',
      'cli/imported-rows',
    ],
    targets: async (dist) => [...(await importTargets(dist)), ...(await listTargets(loader(dist, 'engine')))],
  },
  models: {
    what: 'models: ours, ml-random-forest and ONNX with its description',
    files: ['engine/detect/*', 'engine/detect/onnx/*'],
    targets: async (dist) => [
      ...(await modelTargets(loader(dist, 'engine'))),
      ...(await onnxTargets(loader(dist, 'engine'))),
    ],
  },
};

/** @returns tells files of a build that belong to a boundary */
export function watchedBy({ files }: Boundary): RegExp {
  const names = files.map((file) => file.replace('*', '[\\w-]+').replaceAll('/', '[\\\\/]'));
  return new RegExp(`[\\\\/]dist[\\\\/](?:${names.join('|')})\\.c?js$`);
}
