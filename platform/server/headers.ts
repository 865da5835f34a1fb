// Headers of every answer.
import type { FastifyInstance } from 'fastify';
import { HEADERS } from '../../web/guard.ts';
import { isApi } from './guard.ts';
import { isSecure, type ServerOptions } from './options.ts';

const HALF_A_YEAR = 15_768_000;
/** Names of these files change with what is in them. */
const NEVER_CHANGES = '/assets/';

/** Only our files run in a page, nobody frames it, types are not guessed; and TLS stays TLS. */
export function securityHeaders(options: ServerOptions): Readonly<Record<string, string>> {
  return isSecure(options) ? { ...HEADERS, 'Strict-Transport-Security': `max-age=${HALF_A_YEAR}` } : HEADERS;
}

/** Nothing of an account stays in a cache; files of pages may. */
export function cacheControl(url: string): string {
  return url.startsWith(NEVER_CHANGES) ? 'public, max-age=31536000, immutable' : 'no-store';
}

export function addHeaders(app: FastifyInstance, options: ServerOptions): void {
  const security = securityHeaders(options);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(security);
    reply.header('Cache-Control', cacheControl(request.url));
    // A shared cache would otherwise answer one account with another's.
    if (isApi(request)) reply.header('Vary', 'Cookie, Authorization');
  });
}
