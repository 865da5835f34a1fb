// The API for people who write scripts: OpenAPI as JSON, made of the routes themselves, and a page of the same.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { htmlText } from '../../contract/index.ts';
import { API } from '../contract.ts';
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

/** What every route answers; the shapes of answers by name are `contract.ts`. */
const ANSWERS = {
  '2xx': { description: 'As platform/contract.ts says of this route' },
  '4xx': {
    description: 'Refused',
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'text'],
        properties: {
          code: { type: 'string' },
          message: { type: 'object' },
          text: { type: 'string' },
          after: { type: 'integer' },
        },
      },
    },
  },
};

/** Registered before the routes, which it hears of as they come. */
export async function describeRoutes(app: FastifyInstance, options: ServerOptions): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.schema !== undefined) route.schema = { response: ANSWERS, ...route.schema };
  });
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
  app.get(`${API}/openapi.json`, { config: { who: 'anyone' }, schema: { hide: true } }, () => app.swagger());
  app.get(`${API}/`, { config: { who: 'anyone' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(app, options)),
  );
}

function page(app: FastifyInstance, { version }: ServerOptions): string {
  const { paths = {} } = app.swagger() as {
    readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => rowOf(method.toUpperCase(), path, operation)),
  );
  const title = `Sightline ${version}: /api/v1`;
  const cells = ['', '', '', 'query', 'body'].map((head) => `<th>${head}</th>`).join('');
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${htmlText(title)}</title></head><body><h1>${htmlText(title)}</h1>`,
    '<p><code>Authorization: Bearer KEY</code> · <a href="openapi.json">openapi.json</a></p>',
    `<table><thead><tr>${cells}</tr></thead><tbody>${rows.join('')}</tbody></table></body></html>`,
  ].join('\n');
}

function rowOf(method: string, path: string, { summary = '', parameters = [], requestBody }: Operation): string {
  const query = parameters.filter((p) => p.in === 'query').map((p) => (p.required === true ? `${p.name}*` : p.name));
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const fields = Object.keys(body?.properties ?? {}).map((f) => ((body?.required ?? []).includes(f) ? `${f}*` : f));
  const cells = [method, path, summary, query.join(', '), fields.join(', ')];
  return `<tr>${cells.map((cell) => `<td>${htmlText(cell)}</td>`).join('')}</tr>`;
}
