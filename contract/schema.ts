// Schemas of requests: what arrives at the host is checked against one before anything is done with it. Types follow from them.

/** @returns what is wrong, in words, or null when the value fits */
export interface Schema<T> {
  check(value: unknown, where: string): string | null;
  readonly type?: T;
}
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

function schema<T>(check: (value: unknown, where: string) => string | null): Schema<T> {
  return { check };
}

export function text(max: number): Schema<string> {
  return schema((v, w) =>
    typeof v !== 'string' ? `${w} is no text` : v.length > max ? `${w} is longer than ${max} characters` : null,
  );
}

export function whole(low: number, high: number): Schema<number> {
  return schema((v, w) =>
    typeof v !== 'number' || !Number.isInteger(v) || v < low || v > high
      ? `${w} is no whole number from ${low} to ${high}`
      : null,
  );
}

export function number(low: number, high: number): Schema<number> {
  return schema((v, w) =>
    typeof v !== 'number' || !(v >= low && v <= high) ? `${w} is no number from ${low} to ${high}` : null,
  );
}

export const flag: Schema<boolean> = schema((v, w) =>
  typeof v === 'boolean' ? null : `${w} is neither true nor false`,
);

export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  return schema((v, w) => (values.includes(v as T) ? null : `${w} is none of ${values.join(', ')}`));
}

export function orNull<T>(inner: Schema<T>): Schema<T | null> {
  return schema((v, w) => (v === null ? null : inner.check(v, w)));
}

export function list<T>(inner: Schema<T>, max: number): Schema<readonly T[]> {
  return schema((v, w) => {
    if (!Array.isArray(v)) return `${w} is no list`;
    if (v.length > max) return `${w} has more than ${max} parts`;
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
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return `${w} is no object`;
    for (const key of Object.keys(v))
      if (!Object.hasOwn(shape, key)) return `${w} has an unknown part '${key.slice(0, 40)}'`;
    for (const key of Object.keys(shape)) {
      const problem = shape[key]!.check((v as Record<string, unknown>)[key], `${w}.${key}`);
      if (problem !== null) return problem;
    }
    return null;
  });
}
