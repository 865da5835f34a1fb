// Routes of what people do with captures: notes, the board, labels, links; charts, and news of captures.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { say } from '../../contract/index.ts';
import { note, sessionOf } from '../accounts/index.ts';
import type { LabelBody, NoteBody, PageQuery, ShareBody } from '../contract.ts';
import {
  addNote,
  chartsOf,
  deleteNote,
  labelsOf,
  MOST_SHARES,
  notesOf,
  revokeShare,
  setLabel,
  share,
  sharesOf,
} from '../team/index.ts';
import type { Guard } from './guard.ts';
import type { Served } from './options.ts';
import { notHere, Refused } from './refusals.ts';
import { ID, QUERIES, SHAPES, USUAL_LIMIT } from './shapes.ts';

const OWN = `/captures/:id(^${ID}$)`;
const DAYS = 30;
/** Streams of news of one account at once. */
const MOST_STREAMS = 12;
/** A line that means nothing, so that whatever is between does not close a quiet stream, ms. */
const BEAT = 15_000;

/** A key administers nothing, whoever's it is. */
function viewerOf({ asker }: FastifyRequest): { readonly account: string; readonly admin: boolean } {
  return { account: asker!.account, admin: asker!.admin && asker!.session !== null };
}

export function teamRoutes(app: FastifyInstance, served: Served): void {
  noteRoutes(app, served, `${OWN}/notes`);
  noteRoutes(app, served, '/board');
  labelRoutes(app, served);
  shareRoutes(app, served);
}

/** A note is about the route's capture, or stands on the board where the route has none. */
function noteRoutes(app: FastifyInstance, { sql }: Served, at: string): void {
  const board = at === '/board';
  const about = board ? {} : { config: { capture: 'own' } as const };
  const tags = { tags: [board ? 'board' : 'notes'] };
  const captureOf = (request: { readonly capture: string }): string | null => (board ? null : request.capture);

  app.get<{ Querystring: PageQuery }>(
    at,
    { ...about, schema: { ...tags, summary: 'Notes, the newest first', querystring: QUERIES.page } },
    (request) => {
      const { offset = 0, limit = USUAL_LIMIT } = request.query;
      return notesOf(sql, captureOf(request), viewerOf(request), offset, limit);
    },
  );

  app.post<{ Body: NoteBody }>(
    at,
    { ...about, schema: { ...tags, summary: 'Write a note', body: SHAPES.note } },
    async (request, reply) => {
      const made = await addNote(sql, captureOf(request), request.asker!, request.body.text, Date.now());
      return reply.code(201).send(made);
    },
  );

  app.delete<{ Params: { note: string } }>(
    `${at}/:note(^${ID}$)`,
    { ...about, schema: { ...tags, summary: 'Delete a note of one’s own' } },
    async (request, reply) => {
      if (!(await deleteNote(sql, captureOf(request), viewerOf(request), request.params.note))) throw notHere();
      return reply.code(204).send();
    },
  );
}

function labelRoutes(app: FastifyInstance, { sql, captures }: Served): void {
  const config = { capture: 'own' } as const;
  const tags = ['labels'];

  app.get(`${OWN}/labels`, { config, schema: { tags, summary: 'Labels of flows' } }, ({ capture }) =>
    labelsOf(sql, capture),
  );

  app.put<{ Body: LabelBody }>(
    `${OWN}/labels`,
    { config, schema: { tags, summary: 'Label a flow', body: SHAPES.label } },
    async ({ asker, capture, body }, reply) => {
      const counts = (await captures.view(capture, true))?.counts ?? null;
      if (counts === null || body.flow > counts.flows) throw new Refused('not-found', say('capture-no-such-flow'));
      await setLabel(sql, capture, body, asker!.name, Date.now());
      return reply.code(204).send();
    },
  );
}

function shareRoutes(app: FastifyInstance, { sql }: Served): void {
  const config = { capture: 'own' } as const;
  const tags = ['links'];

  app.get(`${OWN}/shares`, { config, schema: { tags, summary: 'Links that show this capture' } }, ({ capture }) =>
    sharesOf(sql, capture, Date.now()),
  );

  app.post<{ Body: ShareBody }>(
    `${OWN}/shares`,
    { config, schema: { tags, summary: 'Make a link that shows it', body: SHAPES.share } },
    async ({ asker, capture, body }, reply) => {
      const made = await share(sql, capture, body.hours, Date.now());
      if (made === null) throw new Refused('conflict', say('too-many-shares', { most: MOST_SHARES }));
      await note(sql, 'share-made', asker!.account, capture, Date.now());
      return reply.code(201).send(made);
    },
  );

  app.delete<{ Params: { share: string } }>(
    `${OWN}/shares/:share(^${ID}$)`,
    { config, schema: { tags, summary: 'Revoke a link' } },
    async ({ asker, capture, params }, reply) => {
      if (!(await revokeShare(sql, capture, params.share))) throw notHere();
      await note(sql, 'share-revoked', asker!.account, capture, Date.now());
      return reply.code(204).send();
    },
  );
}

export function newsRoutes(app: FastifyInstance, { sql, captures }: Served, guard: Guard): void {
  app.get<{ Querystring: { days?: number } }>(
    '/charts',
    {
      schema: {
        tags: ['captures'],
        summary: 'Verdicts, evidence and protocols over time',
        querystring: QUERIES.charts,
      },
    },
    ({ asker, query: { days = DAYS } }) => chartsOf(sql, asker!.account, days, Date.now()),
  );

  const streams = new Map<string, number>();

  app.get(
    '/events',
    { config: { who: 'session' }, schema: { tags: ['captures'], summary: 'Changes of captures, as they happen' } },
    (request, reply) => {
      const { account } = request.asker!;
      const cookie = guard.cookieOf(request) ?? '';
      const open = streams.get(account) ?? 0;
      if (open >= MOST_STREAMS) throw new Refused('too-many', say('server-busy'), BEAT / 1000);
      streams.set(account, open + 1);
      const out = new Readable({ read: () => undefined });
      const end = captures.watch(account, (change) => out.push(`event: capture\ndata: ${JSON.stringify(change)}\n\n`));
      // A session that ended hears nothing more.
      const beat = setInterval(() => {
        void sessionOf(sql, cookie, Date.now()).then(
          (asker) => (asker === null ? out.destroy() : out.push(': \n\n')),
          () => out.destroy(),
        );
      }, BEAT);
      out.on('close', () => {
        clearInterval(beat);
        end();
        const left = (streams.get(account) ?? 1) - 1;
        if (left === 0) streams.delete(account);
        else streams.set(account, left);
      });
      out.push(': \n\n');
      return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(out);
    },
  );
}
