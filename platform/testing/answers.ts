// Holds what the server answers to what its document says, in every test that asks it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ROOT } from '../place.ts';
import { ANSWERS, EVENTS, FILE, NOTHING } from '../server/answers.ts';

const { answers, schemas } = JSON.parse(readFileSync(join(ROOT, 'assets', 'api.schema.json'), 'utf8')) as {
  readonly answers: Readonly<Record<string, object>>;
  readonly schemas: Readonly<Record<string, object>>;
};
const ajv = new Ajv2020({ strict: false });
const compiled = new Map<string, ValidateFunction>();
const ROUTES = Object.entries(ANSWERS).map(([route, byStatus]) => {
  const [method, path] = route.split(' ') as [string, string];
  return { method, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`), byStatus };
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Routes that were asked and answered as the document says, by test process. */
export const seen = new Set<string>();

function validator(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const made = ajv.compile({ ...answers[name], components: { schemas } });
  compiled.set(name, made);
  return made;
}

function hold(name: string, text: string, what: string): void {
  const validate = validator(name);
  assert.ok(validate(JSON.parse(text)), `${what}: ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`);
}

/** @param path below /api/v1 @throws AssertionError for an answer that the document does not have */
export function checkAnswer(method: string, path: string, { status, text }: Answer): void {
  const what = `${method} ${path} answers ${status}`;
  if (status >= 400) {
    if (text.startsWith('{')) hold('Refusal', text, what);
    return;
  }
  const plain = path.split('?')[0]!;
  const route = ROUTES.find((r) => r.method === method && r.pattern.test(plain));
  if (route === undefined) return;
  const name = route.byStatus[status];
  assert.ok(name !== undefined, `${what}, which its document does not have`);
  seen.add(`${method} ${plain}`);
  if (name === NOTHING) assert.equal(text, '', what);
  else if (name !== FILE && name !== EVENTS) hold(name, text, what);
}
