// Accounts: who may register, who comes in by name and password, and what changes of them.
import { type Message, say } from '../../contract/index.ts';
import type { Outcome } from '../captures.ts';
import type { LoginBody, RegisterBody, Registration } from '../contract.ts';
import { newId, type Queries, type Sql, StoreError } from '../store/index.ts';
import { type Allowance, count, forget, networkOf, waitOf } from './counters.ts';
import { note } from './events.ts';
import { endKeys } from './keys.ts';
import { invitation, redeem } from './invitations.ts';
import { cleanName, knownAs, nameProblem } from './names.ts';
import { hashPassword, isPassword, passwordProblem, TooManyHashes } from './password.ts';
import { endSessions } from './sessions.ts';

const MINUTE = 60_000;
/** Attempts that fail, of one name and of one address. A name that there is not is locked like any other. */
const BY_NAME: Allowance = { most: 10, within: 15 * MINUTE };
const BY_ADDRESS: Allowance = { most: 60, within: 15 * MINUTE };
const REGISTRATIONS: Allowance = { most: 20, within: 60 * MINUTE };

type No = Extract<Outcome<unknown>, { ok: false }>;

export function no(code: No['code'], why: Message): No {
  return { ok: false, code, why };
}

function lockedOut(ms: number): No {
  return no('locked-out', say('locked-out', { minutes: Math.ceil(ms / MINUTE) }));
}

/** Makes an account. @param address whose request it is @returns its id */
export async function register(
  sql: Sql,
  body: RegisterBody,
  registration: Registration,
  address: string,
  now: number,
): Promise<Outcome<string>> {
  // Where registration is off, the invitation of an administrator by whoever runs the server is good nevertheless.
  if (registration !== 'open' && body.invitation === undefined)
    return no('not-allowed', say(registration === 'off' ? 'registration-off' : 'registration-by-invitation'));
  const wait = await count(sql, `register ${networkOf(address)}`, REGISTRATIONS, now);
  if (wait > 0) return lockedOut(wait);
  const name = cleanName(body.name);
  if (name === null) return no('bad-request', nameProblem());
  const problem = passwordProblem(body.password, name);
  if (problem !== null) return no('bad-request', problem);
  // Before names are looked at: whoever is not invited does not learn which there are.
  if (body.invitation !== undefined && !(await isInvited(sql, body.invitation, registration, now)))
    return no('not-allowed', say('registration-by-invitation'));
  const hashed = await hashedOrBusy(() => hashPassword(body.password));
  if (hashed === null) return no('busy', say('server-busy'));
  const id = newId();
  try {
    return await sql.transaction((q) =>
      insertAccount(q, { id, name, hashed }, { code: body.invitation ?? null, registration }, now),
    );
  } catch (error) {
    if (error instanceof StoreError && error.failure === 'exists') return no('conflict', say('name-taken'));
    if (error instanceof NotInvited) return no('not-allowed', say('registration-by-invitation'));
    throw error;
  }
}

async function isInvited(q: Queries, code: string, registration: Registration, now: number): Promise<boolean> {
  return isGood(await invitation(q, code, now), registration);
}

/** Where registration is off, an invitation for everybody is none. */
function isGood<I extends { readonly admin: boolean }>(invited: I | null, registration: Registration): invited is I {
  return invited !== null && (registration !== 'off' || invited.admin);
}

/** Rolls the account back. */
class NotInvited extends Error {}

async function insertAccount(
  q: Queries,
  { id, name, hashed }: { readonly id: string; readonly name: string; readonly hashed: string },
  { code, registration }: { readonly code: string | null; readonly registration: Registration },
  now: number,
): Promise<Outcome<string>> {
  const insert = 'INSERT INTO accounts(id, name, known_as, password, created, seen) VALUES($1, $2, $3, $4, $5, $5)';
  await q.run(insert, [id, name, knownAs(name), hashed, now]);
  if (code !== null) {
    const invited = await redeem(q, code, id, now);
    if (!isGood(invited, registration)) throw new NotInvited();
    if (invited.admin) await q.run('UPDATE accounts SET admin = 1 WHERE id = $1', [id]);
  }
  await note(q, 'registered', id, name, now);
  return { ok: true, value: id };
}

/**
 * Looks at name and password. What is said, and how long it takes, is the same for a name that there is not, a password
 * that is wrong, and an account that is disabled.
 * @returns the account's id
 */
export async function logIn(sql: Sql, body: LoginBody, address: string, now: number): Promise<Outcome<string>> {
  const known = knownAs(body.name);
  const counters: readonly (readonly [string, Allowance])[] = [
    // The address first: one that is locked itself locks no more names.
    [`login from ${networkOf(address)}`, BY_ADDRESS],
    [`login ${known}`, BY_NAME],
  ];
  // Counted before the password is looked at: many at once are many attempts. One that succeeds is forgotten.
  for (const [name, allowance] of counters) {
    const wait = await count(sql, name, allowance, now);
    if (wait > 0) {
      await note(sql, 'locked-out', await idOf(sql, known), address, now);
      return lockedOut(wait);
    }
  }
  const found = await sql.row<{ id: string; password: string; disabled: number }>(
    'SELECT id, password, disabled FROM accounts WHERE known_as = $1',
    [known],
  );
  const good = await hashedOrBusy(() => isPassword(body.password, found?.password ?? null));
  if (good === null) return no('busy', say('server-busy'));
  if (!good || found === null || found.disabled === 1) {
    // Not the name as it was typed: people type passwords there.
    await note(sql, 'login-refused', found?.id ?? null, address, now);
    return no('wrong-name-or-password', say('wrong-name-or-password'));
  }
  await forget(sql, `login ${known}`);
  await note(sql, 'login', found.id, address, now);
  return { ok: true, value: found.id };
}

/** Whether it is the account's password; a name that fails too often is locked here as at log-in. */
export async function passwordFits(sql: Sql, account: string, password: string, now: number): Promise<Outcome<null>> {
  const found = await sql.row<{ known_as: string; password: string }>(
    'SELECT known_as, password FROM accounts WHERE id = $1',
    [account],
  );
  const counter = `password ${account}`;
  const wait = await count(sql, counter, BY_NAME, now);
  if (wait > 0) return lockedOut(wait);
  const good = await hashedOrBusy(() => isPassword(password, found?.password ?? null));
  if (good === null) return no('busy', say('server-busy'));
  if (!good) return no('wrong-name-or-password', say('wrong-password'));
  await forget(sql, counter);
  return { ok: true, value: null };
}

/** Sets a new password. Every session but one ends. @param session the one that stays, or null */
export async function setPassword(
  sql: Sql,
  account: string,
  password: string,
  session: string | null,
  now: number,
): Promise<Outcome<null>> {
  const found = await sql.row<{ name: string }>('SELECT name FROM accounts WHERE id = $1', [account]);
  if (found === null) return no('not-found', say('no-such-thing'));
  const problem = passwordProblem(password, found.name);
  if (problem !== null) return no('bad-request', problem);
  const hashed = await hashedOrBusy(() => hashPassword(password));
  if (hashed === null) return no('busy', say('server-busy'));
  await sql.transaction(async (q) => {
    await q.run('UPDATE accounts SET password = $1 WHERE id = $2', [hashed, account]);
    await endSessions(q, account, session);
    // Whoever had the account may have made one.
    await endKeys(q, account);
    await note(q, 'password-changed', account, '', now);
  });
  return { ok: true, value: null };
}

async function idOf(sql: Sql, known: string): Promise<string | null> {
  return (await sql.row<{ id: string }>('SELECT id FROM accounts WHERE known_as = $1', [known]))?.id ?? null;
}

/** When a lock of this name ends; null where it is not locked. */
export async function lockedUntil(sql: Sql, known: string, now: number): Promise<number | null> {
  const wait = await waitOf(sql, `login ${known}`, BY_NAME, now);
  return wait === 0 ? null : now + wait;
}

export function unlock(sql: Sql, known: string): Promise<void> {
  return forget(sql, `login ${known}`);
}

/** Whether anybody administers this store. */
export async function hasAdmin(sql: Queries): Promise<boolean> {
  return (await sql.row('SELECT id FROM accounts WHERE admin = 1 AND disabled = 0 LIMIT 1')) !== null;
}

export async function isLastAdmin(sql: Queries, account: string): Promise<boolean> {
  const admins = await sql.rows<{ id: string }>('SELECT id FROM accounts WHERE admin = 1 AND disabled = 0 LIMIT 2');
  return admins.length === 1 && admins[0]!.id === account;
}

async function hashedOrBusy<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooManyHashes) return null;
    throw error;
  }
}
