// The server: Fastify with its limits, the checks before all routes, the routes, and an end in order.
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import files from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { say } from '../../contract/index.ts';
import { log } from '../../engine/host-options.ts';
import { Connections, refuseBroken, refuseSocket } from '../../web/connections.ts';
import { sweepCounters, sweepEvents, sweepInvitations, sweepSessions } from '../accounts/index.ts';
import { networkOf } from '../accounts/counters.ts';
import { API } from '../contract.ts';
import { sweepShares } from '../team/index.ts';
import { Guard } from './guard.ts';
import { addHeaders } from './headers.ts';
import { describeRoutes, documentRoutes } from './openapi.ts';
import type { Served, ServerOptions } from './options.ts';
import { paced } from './paced.ts';
import { endSlowReader } from './readers.ts';
import { notHere, refusalOf, refuse, Refused } from './refusals.ts';
import { accountRoutes } from './routes-account.ts';
import { adminRoutes } from './routes-admin.ts';
import { captureRoutes, uploadRoute } from './routes-captures.ts';
import { newsRoutes, teamRoutes } from './routes-team.ts';
import { windowPages, windowRoutes, windowSocket } from './routes-window.ts';
import { addChecks } from './shapes.ts';

/** Of the head of a request. */
const MOST_HEAD = 16 * 1024;
/** Of a body that is no upload. */
const MOST_BODY = 128 * 1024;
/** A head is whole after so long, ms; looked at this often. */
const HEAD_TIME = 10_000;
const HEAD_LOOK = 2_000;
const HANDSHAKE = 10_000;
const KEEP_ALIVE = 15_000;
const MINUTE = 60_000;
const SWEEP = 10 * MINUTE;

export interface PlatformServer {
  readonly port: number;
  /** How a browser reaches it: `https://name:port`. */
  readonly address: string;
  /** What is under way is finished for a moment; then all connections end. */
  close(): Promise<void>;
}

/** @throws where it cannot listen */
export async function startServer(served: Served): Promise<PlatformServer> {
  const { options } = served;
  const app = makeApp(options);
  const connections = new Connections();
  const watched = new WeakMap<Socket, () => void>();
  app.server.on(options.tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections.take(socket);
    watched.set(socket, endSlowReader(socket, options.pace));
  });
  const guard = new Guard(served);
  await describeRoutes(app, options);
  await app.register(cookie);
  addHeaders(app, options);
  await app.register(rateLimit, {
    global: false,
    max: options.perMinute,
    timeWindow: MINUTE,
    keyGenerator: (request) => networkOf(request.ip),
    errorResponseBuilder: (_request, { ttl }) => {
      const seconds = Math.max(1, Math.ceil(ttl / 1000));
      return new Refused('too-many', say('asked-too-often', { seconds }), seconds);
    },
  });
  // Before everything else: what is refused counts too.
  app.addHook('onRequest', app.rateLimit());
  guard.watch(app);
  app.addHook('preHandler', async (request) => {
    if (request.asker !== null) connections.know(request.raw.socket);
  });
  app.addHook('preParsing', async ({ method }, _reply, payload) =>
    method === 'GET' ? payload : paced(payload, options.pace),
  );
  // A body that nobody read to its end goes with its connection.
  app.addHook('onSend', async (request, reply) => {
    if (!request.raw.complete) reply.header('connection', 'close');
  });
  addChecks(app);
  // Answers are what the routes made; their shapes are `contract.ts`.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error, request, reply) => {
    const refused = refusalOf(error, options.onFault);
    log('web', () => `${request.method} ${request.url} refused with ${refused.code}`);
    return refuse(reply, refused);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, notHere()));
  await app.register(
    async (api) => {
      accountRoutes(api, served, guard);
      adminRoutes(api, served);
      captureRoutes(api, served);
      windowRoutes(api, served);
      teamRoutes(api, served);
      newsRoutes(api, served, guard);
      await api.register(async (uploads) => uploadRoute(uploads, served));
    },
    { prefix: API },
  );
  documentRoutes(app, options);
  if (options.pages !== null) await app.register(files, { root: options.pages, redirect: false, cacheControl: false });
  await app.register(async (pages) => windowPages(pages, served, guard));
  // The window's socket is the only one there is.
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    windowSocket(served, guard, request, socket, head).then(
      (attached) => {
        if (!attached) return;
        connections.know(socket);
        // It has limits of its own; one that is refused keeps those of all others.
        watched.get(socket)?.();
      },
      () => socket.destroy(),
    );
  });
  await app.listen({ host: options.address, port: options.port });
  const at = app.server.address();
  const port = typeof at === 'object' && at !== null ? at.port : options.port;
  guard.listening(port);
  const sweeper = setInterval(() => void sweep(served), SWEEP);
  sweeper.unref();
  return {
    port,
    address: guard.address,
    close: async () => {
      clearInterval(sweeper);
      await app.close();
    },
  };
}

function makeApp(options: ServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: MOST_BODY,
    trustProxy: (_address, hop) => options.behindProxy && hop === 0,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    serverFactory: (handler) => makeHttp(options, handler),
    clientErrorHandler: (error, socket) => refuseBroken(error.code, socket),
    // Of an address that cannot be decoded, or is longer than any of ours.
    frameworkErrors: (_error, _request, reply) => void refuse(reply as FastifyReply, notHere()),
  });
  app.server.on('connect', (_request, socket) => refuseSocket(socket as Socket, 403, 'Sightline is no proxy.'));
  return app;
}

function makeHttp({ tls }: ServerOptions, handler: RequestListener): Server {
  const limits = {
    maxHeaderSize: MOST_HEAD,
    headersTimeout: HEAD_TIME,
    connectionsCheckingInterval: HEAD_LOOK,
    // Bodies may take long, as long as they come (`paced.ts`).
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE,
  };
  if (tls === null) return createServer(limits, handler);
  const secure = { ...limits, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE } as const;
  // The library's type knows plain servers; both have what it uses.
  return createSecureServer(secure, handler) as unknown as Server;
}

async function sweep({ sql, options }: Served): Promise<void> {
  const now = Date.now();
  try {
    for (const each of [sweepSessions, sweepCounters, sweepEvents, sweepInvitations, sweepShares]) await each(sql, now);
  } catch (error) {
    options.onFault(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
