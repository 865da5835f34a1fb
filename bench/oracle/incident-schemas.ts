// STIX, MISP and ECS of captures against the schemas that their makers publish. Each is read from a path and not shipped:
// --stix the folder `schemas` of oasis-open/cti-stix2-json-schemas (BSD), --misp pymisp/data/schema.json of MISP/PyMISP
// (BSD), --ecs generated/ecs/ecs_flat.yml of elastic/ecs (Apache).
// `npm run oracle:incidents -- --stix FOLDER --misp FILE --ecs FILE CAPTURE…`
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const { values, positionals } = parseArgs({
  options: { stix: { type: 'string' }, misp: { type: 'string' }, ecs: { type: 'string' } },
  allowPositionals: true,
});
const work = mkdtempSync(join(tmpdir(), 'sightline-schemas-'));
const sightline = new URL('../../cli/main.ts', import.meta.url).pathname;
const env = { ...process.env, SIGHTLINE_CACHE: join(work, 'cache'), SIGHTLINE_DATA_HOME: join(work, 'data') };
const wrong = new Map<string, number>();
const counts: Record<string, number> = {};

function note(what: string): void {
  wrong.set(what, (wrong.get(what) ?? 0) + 1);
}

function made(words: readonly string[], to: string): string | null {
  try {
    execFileSync(process.execPath, [sightline, ...words, '--partial-ok', '--to', to], { env, stdio: 'ignore' });
  } catch {
    // The exit code says that something was malicious, or that the capture cannot be read.
  }
  return existsSync(to) ? readFileSync(to, 'utf8') : null;
}

type Check = (value: unknown) => void;

/** The compiler takes a check for a proof of the type. */
function isGood(validate: (value: unknown) => unknown, value: unknown): boolean {
  return validate(value) === true;
}

/** Every object of a bundle by the schema of its type. */
function stixCheck(folder: string): Check {
  const ajv = new Ajv2020({ strict: false, unicodeRegExp: false, allErrors: true, validateFormats: false });
  const byType = new Map<string, string>();
  for (const part of ['common', 'observables', 'sdos', 'sros'])
    for (const name of readdirSync(join(folder, part))) {
      const schema = JSON.parse(readFileSync(join(folder, part, name), 'utf8')) as { $id: string };
      ajv.addSchema(schema);
      byType.set(name.replace(/\.json$/, ''), schema.$id);
    }
  return (value) => {
    const bundle = value as { type: string; objects: { type: string }[] };
    // The schema of bundles lists no incidents and notes, which the standard has (sections 4.8 and 4.12).
    const listed = { ...bundle, objects: bundle.objects.filter((o) => o.type !== 'incident' && o.type !== 'note') };
    for (const object of [listed, ...bundle.objects]) {
      counts['STIX objects'] = (counts['STIX objects'] ?? 0) + 1;
      const id = byType.get(object.type);
      const validate = id === undefined ? undefined : ajv.getSchema(id);
      if (validate === undefined) note(`STIX: no schema of ${object.type}`);
      else if (!isGood(validate, object))
        for (const e of validate.errors ?? []) note(`STIX ${object.type}${e.instancePath} ${e.message ?? ''}`);
    }
  };
}

function mispCheck(path: string): Check {
  const validate = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    validateSchema: false,
    unicodeRegExp: false,
  }).compile(withoutDialect(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>));
  return (value) => {
    const { response } = value as { response?: unknown[] };
    for (const event of response ?? [value]) {
      counts['MISP events'] = (counts['MISP events'] ?? 0) + 1;
      if (validate(event)) continue;
      for (const e of validate.errors ?? []) note(`MISP ${e.instancePath.replace(/\d+/g, 'N')} ${e.message ?? ''}`);
    }
  };
}

/** The schema is of draft 4, which differs in nothing that it uses. */
function withoutDialect({ $schema, id, ...rest }: Record<string, unknown>): object {
  void $schema;
  void id;
  return rest;
}

interface EcsField {
  readonly type: string;
  readonly normalize?: readonly string[];
  readonly allowed_values?: readonly { readonly name: string; readonly expected_event_types?: readonly string[] }[];
}

const KINDS: Readonly<Record<string, (v: unknown) => boolean>> = {
  keyword: (v) => typeof v === 'string',
  constant_keyword: (v) => typeof v === 'string',
  wildcard: (v) => typeof v === 'string',
  match_only_text: (v) => typeof v === 'string',
  ip: (v) => typeof v === 'string' && /^[\d.]+$|^[0-9a-f:.]+$/i.test(v),
  long: (v) => Number.isSafeInteger(v),
  float: (v) => typeof v === 'number',
  boolean: (v) => typeof v === 'boolean',
  date: (v) => typeof v === 'string' && !Number.isNaN(Date.parse(v)),
};

/** Every member is a field of the schema with a value of its type; ours stand under `sightline`. */
function ecsCheck(path: string): Check {
  const fields = parse(readFileSync(path, 'utf8')) as Record<string, EcsField>;
  const walk = (at: string, value: unknown): void => {
    if (at === 'sightline') return;
    const field = fields[at];
    if (field === undefined || field.type === 'object') {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) note(`ECS: there is no field ${at}`);
      else for (const [name, inner] of Object.entries(value)) walk(at === '' ? name : `${at}.${name}`, inner);
      return;
    }
    const isList = field.normalize?.includes('array') === true;
    if (isList !== Array.isArray(value)) note(`ECS: ${at} is ${isList ? 'a list' : 'no list'}`);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (KINDS[field.type]?.(one) !== true) note(`ECS: ${at} is no ${field.type}`);
      const allowed = field.allowed_values?.map((a) => a.name);
      if (allowed !== undefined && !allowed.includes(String(one))) note(`ECS: ${at} is never ${String(one)}`);
    }
  };
  return (value) => {
    counts['ECS documents'] = (counts['ECS documents'] ?? 0) + 1;
    walk('', value);
    const event = (value as { event: { category: string[]; type: string[] } }).event;
    const expected = event.category.flatMap(
      (c) => fields['event.category']!.allowed_values?.find((a) => a.name === c)?.expected_event_types ?? [],
    );
    for (const type of event.type)
      if (!expected.includes(type)) note(`ECS: ${type} is no type of ${event.category.join()}`);
  };
}

const stix = values.stix === undefined ? null : stixCheck(values.stix);
const misp = values.misp === undefined ? null : mispCheck(values.misp);
const ecs = values.ecs === undefined ? null : ecsCheck(values.ecs);
for (const [i, capture] of positionals.entries()) {
  const told = (as: string, words: readonly string[]): string | null =>
    made([...words, capture, '--as', as], join(work, `${i}.${as}`));
  const [one, two, three] = [told('stix', ['report']), told('misp', ['report']), told('ecs', ['export'])];
  if (stix !== null && one !== null) stix(JSON.parse(one));
  if (misp !== null && two !== null) misp(JSON.parse(two));
  if (ecs !== null) for (const line of (three ?? '').split('\n')) if (line !== '') ecs(JSON.parse(line));
}
rmSync(work, { recursive: true });
console.log(
  `${positionals.length} captures: ${Object.entries(counts)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ')}`,
);
for (const [what, n] of [...wrong].sort((a, b) => b[1] - a[1]).slice(0, 40)) console.log(`${n} ${what}`);
process.exitCode = wrong.size > 0 ? 1 : 0;
