// Requests of every kind that fit, made by asking each schema what it misses: a new kind or field is among the seeds
// without a line here.
import { type Message, type PathUse, type RequestKind, REQUESTS } from '../../contract/index.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const MOST_STEPS = 400;
/** What texts of this name hold; all others hold 'a'. */
const TEXTS: Readonly<Record<string, string>> = {
  filter: 'tcp.port == 443',
  client: 'unnamed',
  column: 'time',
  feature: 'packets_fwd',
  range: '1-3',
  address: '10.0.0.1',
  text: 'alert tcp any any -> any any (msg:"x"; sid:9000001;)',
};

/** Grants by use: what a path in a seed says. The host of the target holds one of each. */
export const grantFor = (use: PathUse): string => `grant:${use}`;

/** @param rich lists have an entry and numbers are the largest; else the smallest that fits */
function fitting(kind: RequestKind, rich: boolean): Json {
  const body: Json = {};
  for (let step = 0; step < MOST_STEPS; step++) {
    const wrong = REQUESTS[kind].check(body, kind);
    if (wrong === null) return rich ? withEntries(kind, body) : body;
    mend(body, wrong, rich);
  }
  throw new Error(`no ${kind} fits: ${JSON.stringify(body)}`);
}

function mend(body: Json, { say, values = {} }: Message, rich: boolean): void {
  const steps = pathOf(values['where']);
  const last = steps.at(-1)!;
  const value = ((): Json => {
    if (say === 'value-no-text') return TEXTS[String(last)] ?? 'a';
    if (say === 'value-no-whole' || say === 'value-no-number') return Number(values[rich ? 'high' : 'low']);
    if (say === 'value-no-flag') return rich;
    if (say === 'value-none-of') return (values['values'] as readonly string[]).at(rich ? -1 : 0)!;
    if (say === 'value-no-list') return [];
    if (say === 'value-no-network') return '';
    if (say === 'value-no-object') return {};
    throw new Error(`nothing is known to mend ${say}`);
  })();
  put(body, steps, value);
}

/** One entry into each list that takes one. */
function withEntries(kind: RequestKind, body: Json): Json {
  for (const steps of listsOf(body, [])) {
    const tried = structuredClone(body);
    put(tried, [...steps, 0], null);
    for (let step = 0; step < MOST_STEPS; step++) {
      const wrong = REQUESTS[kind].check(tried, kind);
      if (wrong === null) return tried;
      mend(tried, wrong, false);
    }
  }
  return body;
}

function listsOf(value: Json, at: readonly (string | number)[]): (string | number)[][] {
  if (Array.isArray(value)) return value.length === 0 ? [[...at]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => listsOf(inner, [...at, key]));
}

/** `kind.a.b[0].c` as its steps below the kind. */
function pathOf(where: unknown): (string | number)[] {
  const steps = String(where).match(/[\w-]+/g) ?? [];
  return steps.slice(1).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function put(body: Json, steps: readonly (string | number)[], value: Json): void {
  let at = body as Record<string | number, Json>;
  for (const step of steps.slice(0, -1)) at = at[step] as Record<string | number, Json>;
  at[steps.at(-1)!] = value;
}

/** Bodies of a kind: as small as it goes, and with an entry in a list and large numbers; grants where a file is named. */
export function seedBodies(kind: RequestKind): unknown[] {
  return [false, true].map((rich) => {
    const body = fitting(kind, rich);
    return REQUESTS[kind].paths?.(body, (_said, [use]) => grantFor(use!)) ?? body;
  });
}
