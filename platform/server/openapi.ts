// The API for people who write scripts: OpenAPI as JSON, made of the routes themselves, and a page of the same.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { htmlText } from '../../contract/index.ts';
import { API } from '../contract.ts';
import { ROOT } from '../place.ts';
import { ANSWERS, EVENTS, FILE, NOTHING } from './answers.ts';
import type { ServerOptions } from './options.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: BodySchema }>> };
}

interface BodySchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

const API_SCHEMA = join(ROOT, 'assets', 'api.schema.json');

type Schema = Readonly<Record<string, unknown>>;

/** `assets/api.schema.json`: what each answer is by its name, and the types that these are made of. */
interface AnswerSchemas {
  readonly answers: Readonly<Record<string, Schema>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** Registered before the routes, which it hears of as they come. */
export async function describeRoutes(app: FastifyInstance, options: ServerOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sightline', version: options.version },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'sightline' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
  });
}

export function documentRoutes(app: FastifyInstance, options: ServerOptions): void {
  let made: Document | null = null;
  // Asked first, all routes are there.
  const described = (): Document => (made ??= documentOf(app));
  app.get(`${API}/openapi.json`, { config: { who: 'anyone' }, schema: { hide: true } }, () => described());
  app.get(`${API}/`, { config: { who: 'anyone' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(described(), options)),
  );
}

/** What the routes take, with what they answer. */
function documentOf(app: FastifyInstance): Document {
  const { paths, components, ...rest } = app.swagger() as Document;
  const { answers, schemas } = JSON.parse(readFileSync(API_SCHEMA, 'utf8')) as AnswerSchemas;
  const answered = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method,
        { ...operation, responses: responses(routeOf(method, path), answers) },
      ]),
    ),
  ]);
  return { ...rest, paths: Object.fromEntries(answered) as Document['paths'], components: { ...components, schemas } };
}

/** A route as `ANSWERS` names it. */
function routeOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.slice(API.length)}`;
}

function responses(route: string, answers: AnswerSchemas['answers']): Schema {
  const said = (schema: Schema, type = 'application/json'): Schema => ({ content: { [type]: { schema } } });
  const good = Object.entries(ANSWERS[route] ?? {}).map(([status, name]) => {
    if (name === NOTHING) return [status, { description: 'Done' }];
    if (name === FILE) return [status, { description: 'The file', ...said({ type: 'string' }, '*/*') }];
    if (name === EVENTS) return [status, { description: 'Events', ...said({ type: 'string' }, 'text/event-stream') }];
    return [status, { description: name, ...said(answers[name]!) }];
  });
  return { ...Object.fromEntries(good), '4XX': { description: 'Refused', ...said(answers['Refusal']!) } } as Schema;
}

function page({ paths }: Document, options: ServerOptions): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => rowOf(method.toUpperCase(), path, operation)),
  );
  const title = `Sightline ${options.version}: /api/v1`;
  const cells = ['', '', '', 'query', 'body', 'answer'].map((head) => `<th>${head}</th>`).join('');
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${htmlText(title)}</title></head><body><h1>${htmlText(title)}</h1>`,
    '<p><code>Authorization: Bearer KEY</code> · <a href="openapi.json">openapi.json</a></p>',
    `<table><thead><tr>${cells}</tr></thead><tbody>${rows.join('')}</tbody></table></body></html>`,
  ].join('\n');
}

function rowOf(method: string, path: string, operation: Operation): string {
  const { summary = '', parameters = [], requestBody } = operation;
  const answer = Object.entries(ANSWERS[routeOf(method, path)] ?? {}).map((both) => both.join(' '));
  const query = parameters.filter((p) => p.in === 'query').map((p) => (p.required === true ? `${p.name}*` : p.name));
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const fields = Object.keys(body?.properties ?? {}).map((f) => ((body?.required ?? []).includes(f) ? `${f}*` : f));
  const cells = [method, path, summary, query.join(', '), fields.join(', '), answer.join(', ')];
  return `<tr>${cells.map((cell) => `<td>${htmlText(cell)}</td>`).join('')}</tr>`;
}
