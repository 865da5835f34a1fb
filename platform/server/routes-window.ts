// 'Open in the window': the window on one capture, which only shows. A page of ours asks for an address, by the session of
// its account or by the token of a share; the address is good once, for a secret that the window's page keeps. The
// files of the window need no secret.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import files from '@fastify/static';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { say } from '../../contract/index.ts';
import { SECRET_HEADER } from '../../web/guard.ts';
import { refuseSocket } from '../../web/connections.ts';
import { sharedBy } from '../team/index.ts';
import { WINDOW, type Windows } from '../window/index.ts';
import type { Guard } from './guard.ts';
import type { Served } from './options.ts';
import { notHere, Refused, valueOf } from './refusals.ts';
import { ID, TOKEN } from './shapes.ts';

const MOST_TOKEN = 200;

/** Asking for an address: below `/api/v1`, with all checks of the API. */
export function windowRoutes(app: FastifyInstance, { sql, captures, options }: Served): void {
  if (options.windowFiles === undefined) return;
  const tags = ['captures'];
  app.post(
    `/captures/:id(^${ID}$)/window`,
    { config: { capture: 'own', who: 'session' }, schema: { tags, summary: 'The address of a window on a capture' } },
    async ({ asker, capture }, reply) => {
      const session = asker?.session?.id ?? '';
      const stillMay = async (): Promise<boolean> => {
        const row = await sql.row(
          `SELECT c.id FROM captures c JOIN sessions s ON s.account = c.owner JOIN accounts a ON a.id = c.owner
           WHERE c.id = $1 AND s.id = $2 AND s.expires > $3 AND a.disabled = 0`,
          [capture, session, Date.now()],
        );
        return row !== null;
      };
      return reply.code(201).send({ address: valueOf(await captures.window(capture, stillMay)) });
    },
  );
  app.post(
    `/shared/:token(^${TOKEN}$)/window`,
    { config: { capture: 'shared', who: 'anyone' }, schema: { tags, summary: 'The same, by a link' } },
    async ({ capture, params }, reply) => {
      const { token } = params as { readonly token: string };
      const stillMay = async (): Promise<boolean> => (await sharedBy(sql, token, Date.now())) !== null;
      return reply.code(201).send({ address: valueOf(await captures.window(capture, stillMay)) });
    },
  );
}

/** The window's page at its address: files, its token for a secret, whether the secret is good. */
export async function windowPages(app: FastifyInstance, { captures, options }: Served, guard: Guard): Promise<void> {
  if (options.windowFiles === undefined) return;
  const { windows } = captures;
  const at = `${WINDOW}/:window(^${ID}$)`;
  await app.register(files, { root: options.windowFiles, serve: false, cacheControl: false });
  app.get(`${at}/`, (request, reply) => {
    if (hostOf(windows, request) === null) throw notHere();
    return reply.sendFile('index.html');
  });
  app.get(`${at}/assets/:file`, (request, reply) =>
    reply.sendFile(`assets/${(request.params as { readonly file: string }).file}`),
  );
  app.post(`${at}/enter`, async (request) => {
    if (!guard.ofOurPage(request.headers)) throw new Refused('wrong-origin', say('wrong-origin'));
    const token = typeof request.body === 'string' ? request.body.slice(0, MOST_TOKEN) : '';
    const secret = (await hostOf(windows, request)?.redeem(token)) ?? null;
    if (secret === null) throw new Refused('not-allowed', say('window-link-used'));
    return { secret };
  });
  app.get(`${at}/session`, async (request, reply) => {
    const host = hostOf(windows, request);
    const shown = request.headers[SECRET_HEADER];
    if (host === null || typeof shown !== 'string' || !(await host.knows(shown)))
      throw new Refused('not-allowed', say('window-link-used'));
    if (host.full) throw new Refused('busy', say('server-busy'));
    return reply.code(204).send();
  });
}

/** A socket is asked for. Only a page of ours at our own name attaches, with the secret of a window. */
export async function windowSocket(
  { captures, options }: Served,
  guard: Guard,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<boolean> {
  socket.on('error', () => socket.destroy());
  const may = options.windowFiles !== undefined && guard.ofOurPage(request.headers);
  if (may && (await captures.windows.upgrade(request, socket, head))) return true;
  refuseSocket(socket, 403, 'Nothing attaches here.');
  return false;
}

function hostOf(windows: Windows, request: FastifyRequest): ReturnType<Windows['host']> {
  return windows.host((request.params as { readonly window: string }).window);
}
