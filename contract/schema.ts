// Schemas of requests: what arrives at the host is checked against one before anything is done with it. Types follow
// from them.

import { type Message, say } from './messages.ts';
import { isNetworkName } from './network.ts';

/** @returns what is wrong, or null when the value fits */
export interface Schema<T> {
  check(value: unknown, where: string): Message | null;
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
  return schema((v, w) => (v === null ? null : inner.check(v, w)));
}

/** Either of two; what is wrong is said of the second one. */
export function either<A, B>(first: Schema<A>, second: Schema<B>): Schema<A | B> {
  return schema((v, w) => (first.check(v, w) === null ? null : second.check(v, w)));
}

export function list<T>(inner: Schema<T>, max: number): Schema<readonly T[]> {
  return schema((v, w) => {
    if (!Array.isArray(v)) return say('value-no-list', { where: w });
    if (v.length > max) return say('list-too-long', { where: w, max });
    for (let i = 0; i < v.length; i++) {
      const problem = inner.check(v[i], `${w}[${i}]`);
      if (problem !== null) return problem;
    }
    return null;
  });
}

export type Shape = { readonly [key: string]: Schema<unknown> };
export type ShapeType<S extends Shape> = { readonly [K in keyof S]: TypeOf<S[K]> };

/** Exactly these keys, each of its schema. */
export function object<S extends Shape>(shape: S): Schema<ShapeType<S>> {
  return schema((v, w) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return say('value-no-object', { where: w });
    for (const key of Object.keys(v))
      if (!Object.hasOwn(shape, key)) return say('value-unknown', { where: w, key: key.slice(0, 40) });
    for (const key of Object.keys(shape)) {
      const problem = shape[key]!.check((v as Record<string, unknown>)[key], `${w}.${key}`);
      if (problem !== null) return problem;
    }
    return null;
  });
}
