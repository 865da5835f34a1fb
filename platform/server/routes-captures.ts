// Routes of captures: upload, second confirmation, history, results, downloads; the results again for whoever has a
// link.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { say } from '../../contract/index.ts';
import { note, settingsOf } from '../accounts/index.ts';
import {
  type Capture,
  type CapturesQuery,
  type ConfirmBody,
  type DownloadForm,
  type FlowsQuery,
  NAME_HEADER,
  type PageQuery,
} from '../contract.ts';
import { opened } from '../team/index.ts';
import type { Served } from './options.ts';
import { isTooSlow } from './paced.ts';
import { claim, limitsOf } from './quota.ts';
import { notHere, Refused, valueOf } from './refusals.ts';
import { ID, QUERIES, SHAPES, TOKEN } from './shapes.ts';

const TAG = { tags: ['captures'] };
const MOST_NAME = 1000;
const NO_NAME = 'capture';

export function captureRoutes(app: FastifyInstance, served: Served): void {
  const { sql, captures, options } = served;

  app.get<{ Querystring: CapturesQuery }>(
    '/captures',
    { schema: { ...TAG, summary: 'The history', querystring: QUERIES.captures } },
    ({ asker, query }) => captures.list(asker!.account, query),
  );

  app.post<{ Params: { id: string }; Body: ConfirmBody }>(
    `/uploads/:id(^${ID}$)/confirm`,
    { config: { capture: 'own' }, schema: { ...TAG, summary: 'Confirm an upload', body: SHAPES.confirm } },
    async ({ asker, capture, body }) => {
      const { limits } = await settingsOf(sql, options);
      const { waiting } = await limitsOf(sql, asker!.account, limits);
      return valueOf(await captures.confirm(capture, body.analyse, waiting));
    },
  );

  const remove = async ({ asker, capture }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    await captures.remove(capture);
    await note(sql, 'capture-deleted', asker!.account, capture, Date.now());
    return reply.code(204).send();
  };
  const config = { capture: 'own' } as const;
  const whole = { ...TAG, summary: 'Delete a capture, its bytes and all that was found' };
  app.delete(`/captures/:id(^${ID}$)`, { config, schema: whole }, remove);
  app.delete(`/uploads/:id(^${ID}$)`, { config, schema: { ...TAG, summary: 'Do not keep an upload' } }, remove);

  resultRoutes(app, served, 'own');
  resultRoutes(app, served, 'shared');
}

/** What is read of one capture: by its owner, or by a link. */
function resultRoutes(app: FastifyInstance, { sql, captures }: Served, about: 'own' | 'shared'): void {
  const at = about === 'own' ? `/captures/:id(^${ID}$)` : `/shared/:token(^${TOKEN}$)`;
  const config = { capture: about, who: about === 'own' ? 'account' : 'anyone' } as const;
  const tags = about === 'own' ? TAG : { tags: ['by a link'] };

  const view = async (request: FastifyRequest): Promise<Capture> => {
    if (about === 'shared') await opened(sql, (request.params as { readonly token: string }).token);
    const capture = await captures.view(request.capture, about === 'own');
    if (capture === null) throw notHere();
    return capture;
  };
  app.get(at, { config, schema: { ...tags, summary: 'A capture: its state, and its verdict' } }, (request) =>
    view(request),
  );

  app.get<{ Querystring: PageQuery }>(
    `${at}/incidents`,
    { config, schema: { ...tags, summary: 'Incidents, the gravest first', querystring: QUERIES.page } },
    async ({ capture, query }) => valueOf(await captures.incidents(capture, query)),
  );

  app.get<{ Querystring: FlowsQuery }>(
    `${at}/flows`,
    { config, schema: { ...tags, summary: 'Flows', querystring: QUERIES.flows } },
    async ({ capture, query }) => valueOf(await captures.flows(capture, query)),
  );

  app.get<{ Querystring: PageQuery }>(
    `${at}/evidence`,
    { config, schema: { ...tags, summary: 'Pieces of evidence', querystring: QUERIES.page } },
    async ({ capture, query }) => valueOf(await captures.evidence(capture, query)),
  );

  app.get(`${at}/protocols`, { config, schema: { ...tags, summary: 'Protocols' } }, async ({ capture }) =>
    valueOf(await captures.protocols(capture)),
  );

  app.get<{ Querystring: { as: DownloadForm } }>(
    `${at}/download`,
    { config, schema: { ...tags, summary: 'Download: csv, parquet, json, pcapng', querystring: QUERIES.download } },
    async ({ capture, query }, reply) => {
      const given = new AbortController();
      reply.raw.once('close', () => given.abort());
      const { bytes, length, type, name } = valueOf(await captures.download(capture, query.as, given.signal));
      if (length !== null) reply.header('content-length', String(length));
      return reply.type(type).header('content-disposition', attachment(name)).send(bytes);
    },
  );
}

/** The browser saves it and shows none of it, under a name that is one name on every system. */
function attachment(name: string): string {
  const coded = encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename*=UTF-8''${coded}`;
}

/** The one route that takes a body of any size, as it comes. */
export function uploadRoute(app: FastifyInstance, { sql, captures, options }: Served): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  app.post<{ Querystring: { name?: string } }>(
    '/uploads',
    {
      schema: {
        ...TAG,
        summary: `Bring a capture: its bytes as the body, its name in ?name= or ${NAME_HEADER}`,
        querystring: QUERIES.upload,
      },
    },
    async (request, reply) => {
      const { account } = request.asker!;
      const { limits } = await settingsOf(sql, options);
      const length = lengthOf(request);
      const claimed = await claim(sql, account, await limitsOf(sql, account, limits), length);
      try {
        const body = request.body instanceof Readable ? request.body : request.raw;
        const { most, bound } = claimed;
        const upload = { owner: account, name: nameOf(request), most, bound, length };
        const received = await captures.receive(body, upload);
        // What was received broke off because we ended it.
        if (!received.ok && isTooSlow(body)) throw new Refused('too-slow', say('too-slow'));
        return await answer(reply, valueOf(received));
      } finally {
        await claimed.release();
      }
    },
  );
}

function answer(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.code(201).send(body);
}

function lengthOf(request: FastifyRequest): number | null {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) ? length : null;
}

/** Any text: it is shown, and never part of a path. */
function nameOf(request: FastifyRequest): string {
  const asked = (request.query as { readonly name?: string }).name ?? decoded(request.headers[NAME_HEADER]);
  const name = asked.toWellFormed().replaceAll('\0', '\ufffd').slice(0, MOST_NAME).toWellFormed();
  return name.trim() === '' ? NO_NAME : name;
}

function decoded(header: string | string[] | undefined): string {
  const text = typeof header === 'string' ? header : '';
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refused('bad-request', say('request-not-understood', { why: NAME_HEADER }));
  }
}
