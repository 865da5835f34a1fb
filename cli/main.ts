// The `sightline` command: words to options, options to commands, errors to one sentence and code 2.
import './guard.ts';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../contract/index.ts';
import { DEFAULT_TIMEOUTS, FEATURE_COUNT, FEATURE_GROUPS, FEATURES, helperPath } from '../engine/host.ts';
import type { Method } from '../engine/host-learn.ts';
import { folders, print, printAll, printJson, telling, UsageError, watchInterrupt, type Folders } from './context.ts';
import { forget, learn, showStored } from './commands/learn.ts';
import { packets } from './commands/packets.ts';
import { score } from './commands/score.ts';
import { crash } from './crash.ts';
import { commandHelp, overview } from './help.ts';
import { chooseBaseline, chooseModel, ROOT } from './models.ts';
import { table } from './table.ts';
import { outputBroken } from './terminal.ts';
import { commandOf, wordsOf, type Words } from './words.ts';

const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
const PRODUCT = `Sightline ${VERSION}`;
const HELPER = helperPath(ROOT);
const BIG_FILE = 150_000_000;
const MAX = Number.MAX_SAFE_INTEGER;

const METHODS: readonly string[] = ['boosting', 'random-forest', 'extra-trees', 'decision-tree'] satisfies Method[];

/** A second thread pays for files that take much longer than warming it up. */
function defaultThreads(paths: readonly string[]): number {
  const big = (path: string): boolean => {
    try {
      return path === '-' || statSync(path).size > BIG_FILE;
    } catch {
      return false;
    }
  };
  return paths.some(big) ? 2 : 1;
}

function threadsOf(w: Words): number {
  return w.whole('threads', defaultThreads(w.paths), 1, 16);
}

function help(name: string | undefined): number {
  const lines = name === undefined ? overview(VERSION) : commandHelp(commandOf(name).name);
  printAll(lines!);
  return EXIT.clean;
}

async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') return help(rest[0]);
  if (command === '--version' || command === 'version') {
    print(VERSION);
    return EXIT.clean;
  }
  const spec = commandOf(command);
  const words = wordsOf(spec, rest);
  if (words.flag('help')) return help(spec.name);
  watchInterrupt();
  if (spec.options.some((o) => o.name === 'vlan') && words.flag('vlan'))
    telling.timeouts = { ...DEFAULT_TIMEOUTS, vlan: true };
  return carryOut(spec.name, words, folders());
}

async function carryOut(command: string, w: Words, where: Folders): Promise<number> {
  switch (command) {
    case 'score':
    case 'flows':
      return scoring(command, w, where);
    case 'capture':
      return capturing(w, where);
    case 'interfaces':
      return (await import('./commands/interfaces.ts')).interfaces(HELPER, {
        json: w.flag('json'),
        watch: w.flag('watch'),
      });
    case 'doctor':
      return (await import('./commands/interfaces.ts')).doctor(HELPER, join(where.data, 'captures'), w.flag('json'));
    case 'recover':
      if (w.flag('all') && w.paths.length > 0) throw new UsageError('name folders or say --all, not both');
      return (await import('./commands/interfaces.ts')).recover(
        join(where.data, 'captures'),
        w.paths,
        w.flag('all'),
        where,
      );
    case 'packets':
      return packets(
        w.paths,
        {
          json: w.flag('json'),
          summary: w.flag('summary'),
          output: w.text('output') ?? null,
          limit: w.whole('limit', MAX, 0, MAX),
          info: !w.flag('no-info'),
          partialOk: w.flag('partial-ok'),
        },
        where,
      );
    case 'learn':
      return learning(w, where);
    case 'label': {
      w.apart('as', 'remove');
      w.apart('flows', 'all');
      if ((w.has('flows') || w.has('all')) && !w.has('as') && !w.has('remove'))
        throw new UsageError('say what of these flows: --as LABEL or --remove');
      const o = {
        as: w.text('as') ?? null,
        flows: w.text('flows') ?? null,
        all: w.flag('all'),
        remove: w.flag('remove'),
        partialOk: w.flag('partial-ok'),
      };
      return (await import('./commands/label.ts')).label(w.paths, o, where);
    }
    case 'export': {
      const o = {
        to: w.text('to') ?? null,
        unlabelledAsGood: w.flag('unlabelled-as-good'),
        partialOk: w.flag('partial-ok'),
        product: PRODUCT,
      };
      return (await import('./commands/exchange.ts')).exportLabelled(w.paths, o, where);
    }
    case 'import':
      return (await import('./commands/exchange.ts')).importRows(w.paths, w.text('dataset') ?? null, where);
    case 'train':
      return training(w, where);
    default:
      return features(w.flag('json'));
  }
}

async function scoring(command: 'score' | 'flows', w: Words, where: Folders): Promise<number> {
  w.apart('summary', 'json', 'output', 'quiet');
  const plain = command === 'flows';
  const partialOk = w.flag('partial-ok');
  if (plain && w.has('features')) {
    w.apart('features', 'json', 'output', 'top', 'summary', 'quiet');
    return (await import('./commands/features.ts')).writeFeatures(
      w.paths,
      w.text('features')!,
      { product: PRODUCT, partialOk },
      where,
    );
  }
  const model = chooseModel(plain ? undefined : w.text('model'));
  return score(
    w.paths,
    model,
    chooseBaseline(model, where, plain || w.flag('foreign')),
    {
      json: w.flag('json'),
      summary: w.flag('summary'),
      output: w.text('output') ?? null,
      threads: plain ? 1 : threadsOf(w),
      quiet: w.flag('quiet'),
      reasons: plain ? 0 : w.whole('reasons', 5, 0, 1000),
      plain,
      top: w.whole('top', 25, 0, 1e9),
      partialOk,
    },
    where,
  );
}

async function capturing(w: Words, where: Folders): Promise<number> {
  const { capture, capturesFolder } = await import('./commands/capture.ts');
  const { ringOf, sourceOf, stopOf } = await import('./capture-options.ts');
  const { sourceName } = await import('../engine/host-capture.ts');
  w.apart('no-score', 'json', 'model', 'foreign');
  const source = sourceOf(w);
  const model = chooseModel(w.text('model'));
  return capture(
    {
      source,
      stop: stopOf(w.list('autostop')),
      write: w.text('write') ?? null,
      ring: ringOf(w.list('ring'), w.has('write')),
      plain: w.flag('no-score'),
      json: w.flag('json'),
      quiet: w.flag('quiet'),
      helper: HELPER,
      product: PRODUCT,
      name: sourceName(source),
    },
    capturesFolder(where),
    where,
    model,
    chooseBaseline(model, where, w.flag('foreign')),
  );
}

function learning(w: Words, where: Folders): Promise<number> | number {
  w.apart('show', 'forget');
  if ((w.flag('show') || w.flag('forget')) && w.paths.length > 0)
    throw new UsageError('--show and --forget take no file');
  if (w.flag('show')) return showStored(where);
  return w.flag('forget')
    ? forget(where)
    : learn(w.paths, chooseModel(w.text('model')), threadsOf(w), w.flag('partial-ok'), where);
}

async function training(w: Words, where: Folders): Promise<number> {
  const { train, trainOriginal } = await import('./commands/train.ts');
  const methods = w.text('methods');
  if (methods !== undefined) {
    if (methods !== 'all') throw new UsageError("--methods takes 'all'");
    w.apart('methods', 'method', 'output', 'no-evaluate', 'experiments', 'note', 'seed', 'benign', 'malicious');
    return trainOriginal(w.paths);
  }
  const method = w.text('method') ?? 'boosting';
  if (!METHODS.includes(method)) throw new UsageError(`--method takes ${METHODS.join(', ')}`);
  return train(
    w.paths,
    {
      benign: w.list('benign'),
      malicious: w.list('malicious'),
      method: method as Method,
      threads: w.whole('threads', 2, 1, 16),
      seed: w.whole('seed', 1, 0, 2 ** 31),
      output: w.text('output') ?? null,
      evaluate: !w.flag('no-evaluate'),
      experiments: w.text('experiments') ?? null,
      note: w.text('note') ?? '',
    },
    where,
  );
}

function features(json: boolean): number {
  if (json) printJson(FEATURES.map((f, i) => ({ ...f, group: FEATURE_GROUPS[i] })));
  else {
    const columns = ['Group', 'Feature', 'Unit', 'Kind', 'Meaning'].map((title) => ({ title }));
    printAll(
      table(
        columns,
        FEATURES.map((f, i) => [FEATURE_GROUPS[i]!, f.name, f.unit, f.kind, f.meaning]),
      ),
    );
    print(`${FEATURE_COUNT} features.`);
  }
  return EXIT.clean;
}

try {
  const code = await run(process.argv.slice(2));
  process.exitCode = outputBroken() ? EXIT.error : code;
} catch (error) {
  crash(error);
}
