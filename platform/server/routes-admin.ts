// Routes of administrators: accounts, invitations, what holds for the whole server, what happened at its doors.
import type { FastifyInstance } from 'fastify';
import { say } from '../../contract/index.ts';
import {
  accountsOf,
  adminAccount,
  changeAccount,
  deleteAccount,
  eventsOf,
  invitations,
  invite,
  isLastAdmin,
  note,
  settingsOf,
  setSettings,
  uninvite,
} from '../accounts/index.ts';
import type { AdminAccountBody, InvitationBody, PageQuery, ServerSettingsBody } from '../contract.ts';
import type { Served } from './options.ts';
import { notHere, Refused, valueOf } from './refusals.ts';
import { removeCaptures } from './routes-account.ts';
import { ID, QUERIES, SHAPES, USUAL_LIMIT } from './shapes.ts';

const TAG = { tags: ['administration'] };
const config = { who: 'admin' } as const;

export function adminRoutes(app: FastifyInstance, served: Served): void {
  const { sql, options } = served;

  app.get<{ Querystring: PageQuery & { search?: string } }>(
    '/admin/accounts',
    { config, schema: { ...TAG, summary: 'Accounts', querystring: QUERIES.search } },
    async ({ query: { search = '', offset = 0, limit = USUAL_LIMIT } }) => ({
      ...(await accountsOf(sql, search, offset, limit, Date.now())),
      offset,
    }),
  );

  app.patch<{ Params: { id: string }; Body: AdminAccountBody }>(
    `/admin/accounts/:id(^${ID}$)`,
    { config, schema: { ...TAG, summary: 'Change an account', body: SHAPES.account } },
    async ({ asker, params, body }) => valueOf(await changeAccount(sql, asker!.account, params.id, body, Date.now())),
  );

  app.delete<{ Params: { id: string } }>(
    `/admin/accounts/:id(^${ID}$)`,
    { config, schema: { ...TAG, summary: 'Delete an account and all of it' } },
    async ({ asker, params: { id } }, reply) => {
      if ((await adminAccount(sql, id, Date.now())) === null) throw notHere();
      if (await isLastAdmin(sql, id)) throw new Refused('conflict', say('last-admin'));
      await removeCaptures(served, id);
      valueOf(await deleteAccount(sql, asker!.account, id, Date.now()));
      return reply.code(204).send();
    },
  );

  app.get('/admin/invitations', { config, schema: { ...TAG, summary: 'Invitations' } }, async () => {
    const items = await invitations(sql);
    return { items, total: items.length, offset: 0 };
  });

  app.post<{ Body: InvitationBody }>(
    '/admin/invitations',
    { config, schema: { ...TAG, summary: 'Invite somebody', body: SHAPES.invitation } },
    async ({ asker, body }, reply) => {
      const made = await invite(sql, body, false, Date.now());
      await note(sql, 'invited', asker!.account, body.note, Date.now());
      return reply.code(201).send(made);
    },
  );

  app.delete<{ Params: { id: string } }>(
    `/admin/invitations/:id(^${ID}$)`,
    { config, schema: { ...TAG, summary: 'Take an invitation back' } },
    async ({ params }, reply) => {
      if (!(await uninvite(sql, params.id))) throw notHere();
      return reply.code(204).send();
    },
  );

  app.get('/admin/settings', { config, schema: { ...TAG, summary: 'What holds for the server' } }, () =>
    settingsOf(sql, options),
  );

  app.patch<{ Body: ServerSettingsBody }>(
    '/admin/settings',
    { config, schema: { ...TAG, summary: 'Change what holds for the server', body: SHAPES.settings } },
    async ({ asker, body }) => {
      await setSettings(sql, body);
      await note(sql, 'settings-changed', asker!.account, JSON.stringify(body), Date.now());
      return settingsOf(sql, options);
    },
  );

  app.get<{ Querystring: PageQuery }>(
    '/admin/events',
    { config, schema: { ...TAG, summary: 'What happened at the doors', querystring: QUERIES.page } },
    async ({ query: { offset = 0, limit = USUAL_LIMIT } }) => ({ ...(await eventsOf(sql, offset, limit)), offset }),
  );
}
