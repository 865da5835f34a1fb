// Which branches of our own code an input reaches: modules are instrumented as they are loaded, counters are read after
// each run.
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createInstrumenter } from 'istanbul-lib-instrument';

const VARIABLE = '__fuzz__';
/** Rooms whose parsers face the wire, and what shows their texts to people. */
const ROOMS =
  'read decode flow protocols observe session filter detect/onnx indicators rules rules/run rules/run/apps'.split(' ');
const AREAS = [...ROOMS.map((room) => `engine/${room}`), 'cli', 'contract'];
const WATCHED = new RegExp(`/dist/(?:${AREAS.join('|')})/[\\w-]+\\.js$`.replaceAll('/', '[\\\\/]'));

interface FileCounters {
  readonly b: Record<string, number[]>;
  readonly f: Record<string, number>;
}

/** From now on modules of the watched rooms, or of the files told, are loaded with counters in them. */
export function instrumentModules(watched = WATCHED): void {
  const instrumenter = createInstrumenter({ esModules: true, coverageVariable: VARIABLE, compact: true });
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (
        !url.startsWith('file:') ||
        !watched.test(fileURLToPath(url)) ||
        loaded.source === null ||
        loaded.source === undefined
      )
        return loaded;
      const code =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString('utf8');
      return { ...loaded, source: instrumenter.instrumentSync(code, fileURLToPath(url)) };
    },
  });
}

/** Counts of hits that are told apart: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more; a bit each. */
function bucket(n: number): number {
  if (n <= 3) return 1 << (n - 1);
  if (n < 8) return 8;
  if (n < 16) return 16;
  if (n < 32) return 32;
  return n < 128 ? 64 : 128;
}

export class Coverage {
  /** Branches reached by any input so far. */
  branches = 0;
  /**
   * Numbers of branches that were reached for the first time since they were last asked for: the same in every thread.
   */
  fresh: number[] = [];
  private readonly firsts: number[] = [];
  private readonly arrays: number[][] = [];
  private readonly seen: Uint8Array[] = [];

  /** Call when all modules are loaded. */
  constructor() {
    let all = 0;
    const files = (globalThis as unknown as Record<string, Record<string, FileCounters> | undefined>)[VARIABLE] ?? {};
    for (const file of Object.values(files))
      for (const counters of Object.values(file.b)) {
        this.firsts.push(all);
        this.arrays.push(counters);
        this.seen.push(new Uint8Array(counters.length));
        all += counters.length;
      }
    this.clear();
  }

  get all(): number {
    return this.arrays.reduce((n, a) => n + a.length, 0);
  }

  clear(): void {
    for (const a of this.arrays) a.fill(0);
  }

  /**
   * Reads the counters of one run and clears them.
   * @returns whether a branch was new, and whether one was taken more often than ever
   */
  take(): { readonly branch: boolean; readonly more: boolean } {
    let branch = false;
    let more = false;
    for (let i = 0; i < this.arrays.length; i++) {
      const counters = this.arrays[i]!;
      for (let k = 0; k < counters.length; k++) {
        const n = counters[k]!;
        if (n === 0) continue;
        counters[k] = 0;
        const seen = this.seen[i]!;
        const bit = bucket(n);
        if (seen[k]! & bit) continue;
        if (seen[k] === 0) {
          branch = true;
          this.branches++;
          this.fresh.push(this.firsts[i]! + k);
        }
        more = true;
        seen[k]! |= bit;
      }
    }
    return { branch, more };
  }
}
