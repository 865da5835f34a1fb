// Routes of who asks: registration, log-in, the account itself, its keys and sessions.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { say } from '../../contract/index.ts';
import {
  beginSession,
  deleteAccount,
  endSession,
  endSessionById,
  isLastAdmin,
  keysOf,
  logIn,
  makeKey,
  MOST_KEYS,
  note,
  passwordFits,
  register,
  revokeKey,
  sessionOf,
  sessionsOf,
  setPassword,
  settingsOf,
} from '../accounts/index.ts';
import type { GoneBody, KeyBody, LoginBody, Me, PasswordBody, RegisterBody } from '../contract.ts';
import type { Guard } from './guard.ts';
import type { Served } from './options.ts';
import { limitsOf, usedBytes } from './quota.ts';
import { notHere, Refused, valueOf } from './refusals.ts';
import { ID, SHAPES } from './shapes.ts';

const TAG = { tags: ['account'] };
const wholePage = <T>(items: readonly T[]): { items: readonly T[]; total: number; offset: number } => {
  return { items, total: items.length, offset: 0 };
};

export function accountRoutes(app: FastifyInstance, served: Served, guard: Guard): void {
  const { sql, options } = served;

  app.get('/me', { config: { who: 'anyone' }, schema: { ...TAG, summary: 'Who asks' } }, (request) =>
    meOf(served, request.asker?.account ?? null, request.asker?.session?.csrf ?? null),
  );

  app.post<{ Body: RegisterBody }>(
    '/register',
    { config: { who: 'anyone' }, schema: { ...TAG, summary: 'Make an account, and sign in', body: SHAPES.register } },
    async (request, reply) => {
      const { registration } = await settingsOf(sql, options);
      const account = valueOf(await register(sql, request.body, registration, request.ip, Date.now()));
      return signIn(request, reply.code(201), account);
    },
  );

  app.post<{ Body: LoginBody }>(
    '/login',
    { config: { who: 'anyone' }, schema: { ...TAG, summary: 'Sign in', body: SHAPES.login } },
    async (request, reply) => {
      const account = valueOf(await logIn(sql, request.body, request.ip, Date.now()));
      return signIn(request, reply, account);
    },
  );

  async function signIn(request: FastifyRequest, reply: FastifyReply, account: string): Promise<Me> {
    const agent = request.headers['user-agent'] ?? '';
    const secret = await beginSession(sql, account, guard.cookieOf(request), agent, Date.now());
    guard.setCookie(reply, secret);
    const begun = await sessionOf(sql, secret, Date.now());
    return meOf(served, account, begun?.session?.csrf ?? null);
  }

  app.post(
    '/logout',
    { config: { who: 'session' }, schema: { ...TAG, summary: 'Sign out' } },
    async (request, reply) => {
      await endSession(sql, guard.cookieOf(request) ?? '');
      await note(sql, 'logout', request.asker!.account, request.ip, Date.now());
      guard.clearCookie(reply);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: PasswordBody }>(
    '/account/password',
    { config: { who: 'session' }, schema: { ...TAG, summary: 'Change the password', body: SHAPES.password } },
    async (request, reply) => {
      const { account, session } = request.asker!;
      valueOf(await passwordFits(sql, account, request.body.old, Date.now()));
      valueOf(await setPassword(sql, account, request.body.new, session?.id ?? null, Date.now()));
      return reply.code(204).send();
    },
  );

  app.delete<{ Body: GoneBody }>(
    '/account',
    { config: { who: 'session' }, schema: { ...TAG, summary: 'Delete the account and all of it', body: SHAPES.gone } },
    async (request, reply) => {
      const { account } = request.asker!;
      valueOf(await passwordFits(sql, account, request.body.password, Date.now()));
      if (await isLastAdmin(sql, account)) throw new Refused('conflict', say('last-admin'));
      await removeCaptures(served, account);
      valueOf(await deleteAccount(sql, account, account, Date.now()));
      guard.clearCookie(reply);
      return reply.code(204).send();
    },
  );

  app.get('/account/keys', { config: { who: 'session' }, schema: { ...TAG, summary: 'API keys' } }, ({ asker }) =>
    keysOf(sql, asker!.account).then(wholePage),
  );

  app.post<{ Body: KeyBody }>(
    '/account/keys',
    { config: { who: 'session' }, schema: { ...TAG, summary: 'Make an API key', body: SHAPES.key } },
    async (request, reply) => {
      const { account } = request.asker!;
      const made = await makeKey(sql, account, request.body, Date.now());
      if (made === null) throw new Refused('conflict', say('too-many-keys', { most: MOST_KEYS }));
      await note(sql, 'key-made', account, made.name, Date.now());
      return reply.code(201).send(made);
    },
  );

  app.delete<{ Params: { id: string } }>(
    `/account/keys/:id(^${ID}$)`,
    { config: { who: 'session' }, schema: { ...TAG, summary: 'Revoke an API key' } },
    async (request, reply) => {
      const { account } = request.asker!;
      if (!(await revokeKey(sql, account, request.params.id))) throw notHere();
      await note(sql, 'key-revoked', account, '', Date.now());
      return reply.code(204).send();
    },
  );

  app.get(
    '/account/sessions',
    { config: { who: 'session' }, schema: { ...TAG, summary: 'Sessions of the account' } },
    async ({ asker }) => wholePage(await sessionsOf(sql, asker!.account, asker!.session!.id, Date.now())),
  );

  app.delete<{ Params: { id: string } }>(
    `/account/sessions/:id(^${ID}$)`,
    { config: { who: 'session' }, schema: { ...TAG, summary: 'End a session' } },
    async (request, reply) => {
      if (!(await endSessionById(sql, request.asker!.account, request.params.id))) throw notHere();
      return reply.code(204).send();
    },
  );
}

/** All that an account keeps goes, bytes first. */
export async function removeCaptures({ sql, captures }: Served, account: string): Promise<void> {
  for (const { id } of await sql.rows<{ id: string }>('SELECT id FROM captures WHERE owner = $1', [account]))
    await captures.remove(id);
}

async function meOf({ sql, options }: Served, account: string | null, csrf: string | null): Promise<Me> {
  const { registration, limits } = await settingsOf(sql, options);
  const common = { registration, version: options.version };
  const sought = 'SELECT id, name, admin, created FROM accounts WHERE id = $1';
  const row =
    account === null
      ? null
      : await sql.row<{ id: string; name: string; admin: number; created: number }>(sought, [account]);
  if (row === null) return { account: null, csrf: null, limits, usedBytes: 0, ...common };
  const { id, name, admin, created } = row;
  return {
    account: { id, name, admin: admin === 1, created },
    csrf,
    limits: await limitsOf(sql, id, limits),
    usedBytes: await usedBytes(sql, id),
    ...common,
  };
}
