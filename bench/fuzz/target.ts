// What a target of the fuzzer is, and how it gets the modules of a build.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { latin } from './conversations.ts';

export interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  readonly words: readonly Uint8Array[];
  readonly limit: number;
  /** Text with brackets, strings and names, whose tokens are changed too. */
  readonly isText?: boolean;
  /** Throws, or rejects, where a property does not hold. */
  run(data: Uint8Array): void | Promise<void>;
  /** Nothing is run any more: closes and removes what was made. */
  end?(): void | Promise<void>;
}

/** Loads a room's file from a build. Modules come from a build, so that a damaged copy can be tried too. */
export type Load = <T>(file: string) => Promise<T>;

/**
 * @param dist folder of a build
 * @param area the area in it
 */
export function loader(dist: string, area: 'engine' | 'cli' | 'contract' | 'electron' | 'platform' | 'web'): Load {
  return <T>(file: string) => import(pathToFileURL(join(dist, area, `${file}.js`)).href) as Promise<T>;
}

/** Words that the mutator puts into inputs: text is taken as Latin-1. */
export const words = (...all: (string | Uint8Array)[]): Uint8Array[] =>
  all.map((w) => (typeof w === 'string' ? latin(w) : w));
