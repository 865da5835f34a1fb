// The JSON schemas of what is printed and answered, out of the types that it has. `npm run docs:schema` writes both:
// assets/records.schema.json, which `sightline --schema` prints, and assets/api.schema.json, which the document of the
// platform's API shows. Paths write the first one, and the second one, there.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ANSWERS, EVENTS, FILE, NOTHING } from '../platform/server/answers.ts';
import { type Schema, TypeSchemas } from './type-schemas.ts';

const of = (name: string): URL => new URL(`../${name}`, import.meta.url);
/** Where the types of records stand, the records themselves first. */
const RECORDS = ['contract/records.ts', 'contract/incidents.ts'].map(of);
const API_TYPES = ['platform/contract.ts'].map(of);
const NO_TYPES: readonly string[] = [NOTHING, FILE, EVENTS];

function recordSchema(): Schema {
  const types = new TypeSchemas(RECORDS, '#/$defs/');
  const root = types.named('OutputRecord');
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Records of the sightline command line, one a line',
    ...root,
    $defs: types.definitions,
  };
}

/** What each answer is, by the name that `ANSWERS` has for it, and the types that these are made of. */
function apiSchema(): Schema {
  const types = new TypeSchemas([...API_TYPES, ...RECORDS], '#/components/schemas/');
  const names = new Set(Object.values(ANSWERS).flatMap((byStatus) => Object.values(byStatus)));
  const answers = Object.fromEntries(
    [...names, 'Refusal'].filter((n) => !NO_TYPES.includes(n)).map((name) => [name, types.typed(name)]),
  );
  return { answers, schemas: types.definitions };
}

const write = (path: string, schema: Schema): void => writeFileSync(path, `${JSON.stringify(schema, null, 1)}\n`);
const [records, api] = process.argv.slice(2);
write(records ?? fileURLToPath(of('assets/records.schema.json')), recordSchema());
if (records === undefined || api !== undefined) write(api ?? fileURLToPath(of('assets/api.schema.json')), apiSchema());
