// Schemas of requests: what arrives at the host is checked against one before anything is done with it. Types follow
// from them.

import { type Message, say } from './messages.ts';
import { isNetworkName } from './network.ts';

/** What a file or folder that a request names is for. */
export type PathUse = 'open' | 'folder' | 'pipe' | 'save' | 'save-folder';

/** Puts what is meant in the place of what a request says of a file; it throws where the request may not say it. */
export type TakePath = (said: string | null, uses: readonly PathUse[]) => string | null;

export interface Schema<T> {
  /** @returns what is wrong, or null when the value fits */
  check(value: unknown, where: string): Message | null;
  /** A value that fits, with every file and folder that it names taken; absent where it can name none. */
  readonly paths?: (value: unknown, take: TakePath) => unknown;
  /** Of a text that names a file. */
  readonly uses?: readonly PathUse[];
  readonly type?: T;
}
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

function schema<T>(check: (value: unknown, where: string) => Message | null): Schema<T> {
  return { check };
}

export function text(max: number): Schema<string> {
  return schema((v, where) => {
    if (typeof v !== 'string') return say('value-no-text', { where });
    return v.length > max ? say('value-too-long', { where, max }) : null;
  });
}

const LONGEST_PATH = 4096;

/** The name of a file or folder of the machine: every text of a request that is one is written with this. */
export function filePath(...uses: readonly [PathUse, ...PathUse[]]): Schema<string> {
  return { ...text(LONGEST_PATH), uses, paths: (v, take) => take(v as string, uses) };
}

export function whole(low: number, high: number): Schema<number> {
  return schema((v, w) =>
    typeof v !== 'number' || !Number.isInteger(v) || v < low || v > high
      ? say('value-no-whole', { where: w, low, high })
      : null,
  );
}

export function number(low: number, high: number): Schema<number> {
  return schema((v, w) =>
    typeof v !== 'number' || !(v >= low && v <= high) ? say('value-no-number', { where: w, low, high }) : null,
  );
}

export const flag: Schema<boolean> = schema((v, w) =>
  typeof v === 'boolean' ? null : say('value-no-flag', { where: w }),
);

/** The name of a network, '' for the one without. */
export const network: Schema<string> = schema((v, w) =>
  v === '' || (typeof v === 'string' && isNetworkName(v)) ? null : say('value-no-network', { where: w }),
);

export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  return schema((v, w) => (values.includes(v as T) ? null : say('value-none-of', { where: w, values })));
}

export function orNull<T>(inner: Schema<T>): Schema<T | null> {
  const { paths, uses } = inner;
  return {
    check: (v, w) => (v === null ? null : inner.check(v, w)),
    // That nothing is named is told too: where a file is written, it lets the host choose.
    ...(paths === undefined ? {} : { paths: (v, take) => (v === null ? take(null, uses ?? []) : paths(v, take)) }),
  };
}

/** Either of two; what is wrong is said of the second one. */
export function either<A, B>(first: Schema<A>, second: Schema<B>): Schema<A | B> {
  const named = first.paths !== undefined || second.paths !== undefined;
  const of = (v: unknown): Schema<unknown> => (first.check(v, '') === null ? first : second);
  return {
    check: (v, w) => (first.check(v, w) === null ? null : second.check(v, w)),
    ...(named ? { paths: (v, take) => of(v).paths?.(v, take) ?? v } : {}),
  };
}

export function list<T>(inner: Schema<T>, max: number): Schema<readonly T[]> {
  const { paths } = inner;
  return {
    check: (v, w) => {
      if (!Array.isArray(v)) return say('value-no-list', { where: w });
      if (v.length > max) return say('list-too-long', { where: w, max });
      for (let i = 0; i < v.length; i++) {
        const problem = inner.check(v[i], `${w}[${i}]`);
        if (problem !== null) return problem;
      }
      return null;
    },
    ...(paths === undefined ? {} : { paths: (v, take) => (v as readonly unknown[]).map((one) => paths(one, take)) }),
  };
}

export type Shape = { readonly [key: string]: Schema<unknown> };
export type ShapeType<S extends Shape> = { readonly [K in keyof S]: TypeOf<S[K]> };

/** Exactly these keys, each of its schema. */
export function object<S extends Shape>(shape: S): Schema<ShapeType<S>> {
  const named = Object.entries(shape).filter(([, inner]) => inner.paths !== undefined);
  return {
    check: (v, w) => {
      if (typeof v !== 'object' || v === null || Array.isArray(v)) return say('value-no-object', { where: w });
      for (const key of Object.keys(v))
        if (!Object.hasOwn(shape, key)) return say('value-unknown', { where: w, key: key.slice(0, 40) });
      for (const key of Object.keys(shape)) {
        const problem = shape[key]!.check((v as Record<string, unknown>)[key], `${w}.${key}`);
        if (problem !== null) return problem;
      }
      return null;
    },
    ...(named.length === 0
      ? {}
      : {
          paths: (v, take) => {
            const said = v as Record<string, unknown>;
            return { ...said, ...Object.fromEntries(named.map(([k, inner]) => [k, inner.paths!(said[k], take)])) };
          },
        }),
  };
}
