// The loop: change an input, run it, keep it when it reached what none did before.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Coverage } from './coverage.ts';
import { Mutator } from './mutate.ts';
import type { Target } from './target.ts';
import { changeTokens, Dictionary, sweepTokens } from './tokens.ts';

/** An input may take so long of this thread's time: the clock would count what else the machine does. */
const SLOW_MS = 1_000;
/** Each target in turn has so much of this thread's time, and no more of the clock's. */
const SLICE_MS = 200;
const TURN_MS = 2_000;
/** What answers later must do so within this by the clock, ms. */
const ANSWER_MS = 60_000;

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

export interface Found {
  readonly target: string;
  readonly error: Error;
  readonly input: Uint8Array;
}

interface Run {
  readonly target: Target;
  readonly corpus: Uint8Array[];
  readonly known: Dictionary | null;
  readonly swept: { input: number; at: number; value: number };
  runs: number;
  branches: number;
  slowest: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Where corpora are read from, a folder a target. */
  readonly corpus: string;
  readonly stopAtFirst: boolean;
  readonly words: readonly Uint8Array[];
}

export interface FuzzResult {
  readonly runs: readonly Run[];
  readonly found: Found[];
  readonly all: number;
}

/** Runs an input to its end; most targets are done when they return, and nothing waits for those. */
async function ended(target: Target, input: Uint8Array): Promise<void> {
  const later = target.run(input);
  if (later === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ANSWER_MS} ms`)), ANSWER_MS);
  });
  try {
    await Promise.race([later, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an input is slow by itself, and not because code was compiled or memory collected meanwhile. */
async function slowAgain(target: Target, input: Uint8Array): Promise<boolean> {
  const started = threadMs();
  try {
    await ended(target, input);
  } catch {
    /* told already */
  }
  return threadMs() - started > SLOW_MS;
}

/** Lines of a stack that are of the product. */
const OURS = /\/(?:engine|contract|electron|platform|web|cli)\/(?!testing)/;

/** @param onSlice told after each round of which branches are new @returns from it false to end */
export async function fuzz(
  targets: readonly Target[],
  o: FuzzOptions,
  onSlice: (fresh: readonly number[]) => boolean,
): Promise<FuzzResult> {
  const coverage = new Coverage();
  const mutator = new Mutator(o.seed, o.words);
  const found: Found[] = [];
  const known = new Set<string>();
  /** @returns whether the input is worth keeping */
  const one = async (run: Run, input: Uint8Array): Promise<boolean> => {
    const started = threadMs();
    run.runs++;
    try {
      await ended(run.target, input);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      // Where in the product, else where in the target.
      const lines = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
      const where = lines.find((line) => OURS.test(line)) ?? lines[0] ?? error.message;
      if (!known.has(`${run.target.name} ${where}`)) {
        known.add(`${run.target.name} ${where}`);
        found.push({ target: run.target.name, error, input: Uint8Array.from(input) });
      }
    }
    const took = threadMs() - started;
    if (took > run.slowest) run.slowest = took;
    if (took > SLOW_MS && !known.has(`${run.target.name} slow`) && (await slowAgain(run.target, input))) {
      known.add(`${run.target.name} slow`);
      found.push({
        target: run.target.name,
        error: new Error(`took ${took.toFixed(0)} ms`),
        input: Uint8Array.from(input),
      });
    }
    const { branch, more } = coverage.take();
    if (branch) run.branches++;
    return more;
  };
  const runs: Run[] = targets.map((target) => ({
    target,
    corpus: [],
    known: target.isText === true ? new Dictionary(target.seeds, target.words) : null,
    swept: { input: 0, at: 0, value: 0 },
    runs: 0,
    branches: 0,
    slowest: 0,
  }));
  for (const run of runs)
    for (const input of [...run.target.seeds, ...savedCorpus(o.corpus, run.target.name)])
      if (await one(run, input)) run.corpus.push(input);
  const more = (): boolean => {
    const { fresh } = coverage;
    coverage.fresh = [];
    return onSlice(fresh) && !(o.stopAtFirst && found.length > 0);
  };
  while (more()) {
    for (const run of runs) {
      const until = threadMs() + SLICE_MS;
      const over = performance.now() + TURN_MS;
      // What answers later may have left something to the next turn.
      await new Promise(setImmediate);
      while (threadMs() < until && performance.now() < over && !(o.stopAtFirst && found.length > 0)) {
        const n = run.corpus.length;
        // Every other time the next value of the next octet of an input that was kept, until all were tried.
        const swept = (run.runs & 1) === 1 ? sweep(run) : null;
        if (swept !== null) {
          if (await one(run, swept)) run.corpus.push(swept);
          continue;
        }
        const base =
          run.corpus[mutator.below(3) === 0 ? n - 1 - mutator.below(Math.min(n, 8)) : mutator.below(n)] ??
          new Uint8Array(0);
        const other = run.corpus[mutator.below(n)] ?? base;
        const { words, limit } = run.target;
        const input =
          run.known !== null && mutator.below(5) > 0
            ? changeTokens(mutator, run.known, base, other, limit)
            : mutator.mutate(base, other, words, limit);
        if (await one(run, input)) run.corpus.push(input);
      }
    }
  }
  return { runs, found, all: coverage.all };
}

/** Octets of an input that are swept through all of their values: heads lie in front. */
const SWEPT = 96;

function sweep({ corpus, known, target, swept: s }: Run): Uint8Array | null {
  if (known !== null) return sweepTokens(corpus, s, target.limit);
  for (; s.input < corpus.length; s.input++, s.at = s.value = 0) {
    const base = corpus[s.input]!;
    if (s.at >= Math.min(SWEPT, base.length)) continue;
    const input = Uint8Array.from(base);
    input[s.at] = s.value++;
    if (s.value === 256) {
      s.value = 0;
      s.at++;
    }
    return input;
  }
  return null;
}

function savedCorpus(folder: string, target: string): Uint8Array[] {
  const own = join(folder, target);
  return existsSync(own)
    ? readdirSync(own)
        .sort()
        .map((f) => new Uint8Array(readFileSync(join(own, f))))
    : [];
}

/** Writes the few inputs that reach together what all of a corpus reach, the shortest first. */
export async function saveCorpora(result: Pick<FuzzResult, 'runs'>, folder: string): Promise<void> {
  for (const { target, corpus } of result.runs) {
    const coverage = new Coverage();
    const kept: Uint8Array[] = [];
    for (const input of [...corpus].sort((a, b) => a.length - b.length)) {
      try {
        await ended(target, input);
      } catch {
        /* told already */
      }
      if (coverage.take().branch) kept.push(input);
    }
    const own = join(folder, target.name);
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { recursive: true });
    for (const input of kept)
      writeFileSync(join(own, `${createHash('sha256').update(input).digest('hex').slice(0, 16)}.bin`), input);
  }
}
