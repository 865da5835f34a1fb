// The `sightline` command: words to options, options to commands, errors to one sentence and code 2.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../contract/index.ts';
import { FEATURE_COUNT, FEATURE_GROUPS, FEATURES, helperPath } from '../engine/host.ts';
import type { Method } from '../engine/host-learn.ts';
import { folders, say, UsageError, watchInterrupt } from './context.ts';
import { forget, learn, showStored } from './commands/learn.ts';
import { packets } from './commands/packets.ts';
import { score } from './commands/score.ts';
import { commandHelp, overview } from './help.ts';
import { chooseBaseline, chooseModel, ROOT } from './models.ts';
import { table } from './table.ts';

const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
const HELPER = helperPath(ROOT);
const BIG_FILE = 150_000_000;

const OPTIONS = {
  json: { type: 'boolean' }, summary: { type: 'boolean' }, output: { type: 'string' }, model: { type: 'string' }, threads: { type: 'string' }, foreign: { type: 'boolean' }, reasons: { type: 'string' }, top: { type: 'string' }, quiet: { type: 'boolean', short: 'q' }, 'keep-going': { type: 'boolean' },
  limit: { type: 'string' }, 'no-info': { type: 'boolean' }, show: { type: 'boolean' }, features: { type: 'string' }, forget: { type: 'boolean' }, flows: { type: 'string' }, all: { type: 'boolean' }, as: { type: 'string' }, remove: { type: 'boolean' }, to: { type: 'string' },
  'unlabelled-as-good': { type: 'boolean' }, dataset: { type: 'string' }, benign: { type: 'string', multiple: true }, malicious: { type: 'string', multiple: true }, method: { type: 'string' }, methods: { type: 'string' }, 'no-evaluate': { type: 'boolean' }, experiments: { type: 'string' }, note: { type: 'string' }, seed: { type: 'string' },
  interface: { type: 'string', short: 'i', multiple: true }, filter: { type: 'string', short: 'f' }, 'snap-length': { type: 'string', short: 's' }, buffer: { type: 'string', short: 'B' }, 'no-promiscuous': { type: 'boolean', short: 'p' }, monitor: { type: 'boolean', short: 'I' },
  autostop: { type: 'string', short: 'a', multiple: true }, ring: { type: 'string', short: 'b', multiple: true }, write: { type: 'string', short: 'w' }, source: { type: 'string' }, 'no-score': { type: 'boolean' }, watch: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' },
} as const;

const METHODS: readonly string[] = ['boosting', 'random-forest', 'extra-trees', 'decision-tree'] satisfies Method[];

function numberOption(text: string | undefined, name: string, fallback: number, low: number, high: number): number {
  if (text === undefined) return fallback;
  const n = Number(text);
  if (!Number.isInteger(n) || n < low || n > high) throw new UsageError(`--${name} takes a whole number from ${low} to ${high}`);
  return n;
}

/** A second thread pays for files that take much longer than warming it up. */
function defaultThreads(paths: readonly string[]): number {
  const big = paths.some((p) => { try { return p === '-' || statSync(p).size > BIG_FILE; } catch { return false; } });
  return big ? 2 : 1;
}

async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    const text = rest[0] === undefined ? overview(VERSION) : commandHelp(rest[0]);
    if (text === null) throw new UsageError(`there is no command '${rest[0]}'`);
    process.stdout.write(text);
    return EXIT.clean;
  }
  if (command === '--version' || command === 'version') { process.stdout.write(`${VERSION}\n`); return EXIT.clean; }
  if (commandHelp(command) === null) throw new UsageError(`there is no command '${command}'; 'sightline help' lists them`);
  const { values: v, positionals: paths } = parseArgs({ args: rest, options: OPTIONS, allowPositionals: true, strict: true });
  if (v.help) { process.stdout.write(commandHelp(command)!); return EXIT.clean; }
  const where = folders();
  const output = v.output ?? null;
  const threads = numberOption(v.threads, 'threads', command === 'train' ? 2 : defaultThreads(paths), 1, 16);
  watchInterrupt();
  switch (command) {
    case 'score': case 'flows': {
      if (command === 'flows' && v.features !== undefined) return (await import('./commands/features.ts')).writeFeatures(paths, v.features, where);
      const model = chooseModel(v.model);
      return score(paths, model, chooseBaseline(model, where, v.foreign ?? false), {
        json: v.json ?? false, summary: v.summary ?? false, output, threads, quiet: v.quiet ?? false, reasons: numberOption(v.reasons, 'reasons', 5, 0, 1000), plain: command === 'flows', top: numberOption(v.top, 'top', 25, 0, 1e9),
      }, where);
    }
    case 'capture': {
      const { capture, capturesFolder } = await import('./commands/capture.ts');
      const { ringOf, sourceOf, stopOf } = await import('./capture-options.ts');
      const { sourceName } = await import('../engine/host-capture.ts');
      if (paths.length > 0) throw new UsageError(`'${paths[0]}' is not understood; -i names an interface, -w a file`);
      const source = sourceOf(v);
      const model = chooseModel(v.model);
      return capture({ source, stop: stopOf(v.autostop ?? []), write: v.write ?? null, ring: ringOf(v.ring ?? [], v.write !== undefined), plain: v['no-score'] ?? false, json: v.json ?? false, quiet: v.quiet ?? false, helper: HELPER, product: `Sightline ${VERSION}`, name: sourceName(source) }, capturesFolder(where), where, model, chooseBaseline(model, where, v.foreign ?? false));
    }
    case 'interfaces': return (await import('./commands/interfaces.ts')).interfaces(HELPER, { json: v.json ?? false, watch: v.watch ?? false });
    case 'doctor': return (await import('./commands/interfaces.ts')).doctor(HELPER, join(where.data, 'captures'), v.json ?? false);
    case 'recover': return (await import('./commands/interfaces.ts')).recover(join(where.data, 'captures'), paths, v.all ?? false, where);
    case 'packets': return packets(paths, { json: v.json ?? false, output, limit: numberOption(v.limit, 'limit', Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER), info: !(v['no-info'] ?? false) }, where);
    case 'learn': return v.show ? showStored(where) : v.forget ? forget(where) : learn(paths, chooseModel(v.model), threads, where);
    case 'label': return (await import('./commands/label.ts')).label(paths, { as: v.as ?? null, flows: v.flows ?? null, all: v.all ?? false, remove: v.remove ?? false }, where);
    case 'export': return (await import('./commands/exchange.ts')).exportLabelled(paths, v.to ?? null, v['unlabelled-as-good'] ?? false, where, `sightline ${VERSION}`);
    case 'import': return (await import('./commands/exchange.ts')).importRows(paths, v.dataset ?? null, where);
    case 'train': {
      const { train, trainOriginal } = await import('./commands/train.ts');
      if (v.methods !== undefined) {
        if (v.methods !== 'all') throw new UsageError("--methods takes 'all'");
        return trainOriginal(paths);
      }
      const method = v.method ?? 'boosting';
      if (!METHODS.includes(method)) throw new UsageError(`--method takes ${METHODS.join(', ')}`);
      return train(paths, { benign: v.benign ?? [], malicious: v.malicious ?? [], method: method as Method, threads, seed: numberOption(v.seed, 'seed', 1, 0, 2 ** 31), output, evaluate: !(v['no-evaluate'] ?? false), experiments: v.experiments ?? null, note: v.note ?? '' }, where);
    }
    default: return features(v.json ?? false);
  }
}

function features(json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(FEATURES.map((f, i) => ({ ...f, group: FEATURE_GROUPS[i] })), null, 1)}\n`);
  else process.stdout.write(`${table([{ title: 'Group' }, { title: 'Feature' }, { title: 'Unit' }, { title: 'Kind' }, { title: 'Meaning' }], FEATURES.map((f, i) => [FEATURE_GROUPS[i]!, f.name, f.unit, f.kind, f.meaning]))}\n${FEATURE_COUNT} features.\n`);
  return EXIT.clean;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  say(usage ? `sightline: ${(error as Error).message}` : `sightline: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = EXIT.error;
}
