// Accounts on both stores: who may register, who comes in, what locks, what ends, and how long an answer takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english } from '../../contract/index.ts';
import type { Outcome } from '../captures.ts';
import { newId, secretHash, type Sql } from '../store/index.ts';
import { onEachStore } from '../testing/stores.ts';
import { networkOf } from './counters.ts';
import {
  accountsOf,
  beginSession,
  changeAccount,
  deleteAccount,
  endSession,
  eventsOf,
  hasAdmin,
  invite,
  keyOwner,
  keysOf,
  logIn,
  makeKey,
  passwordFits,
  register,
  revokeKey,
  sessionOf,
  sessionsOf,
  setPassword,
  settingsOf,
  setSettings,
  sweepCounters,
  uninvite,
} from './index.ts';
import { hashPassword, isPassword } from './password.ts';

const PASSWORD = 'correct horse 1';
const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) assert.fail(english(outcome.why));
  return outcome.value;
}

function codeOf(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'ok' : outcome.code;
}

let addresses = 0;
/** A new address each time, so that tests do not count against each other. */
const address = (): string => `10.0.${(++addresses / 250) | 0}.${addresses % 250}`;
const make = async (sql: Sql, name: string): Promise<string> =>
  valueOf(await register(sql, { name, password: PASSWORD }, 'open', address(), NOW));

test('a hash is a PHC string of argon2id, salted, and damaged ones fit nothing', async () => {
  const kept = await hashPassword(PASSWORD);
  assert.match(kept, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(kept, await hashPassword(PASSWORD));
  assert.equal(await isPassword(PASSWORD, kept), true);
  assert.equal(await isPassword(`${PASSWORD}x`, kept), false);
  for (const odd of ['', 'x', kept.slice(0, -9), kept.replace('19456', '9999999'), kept.replace('t=2', 't=3')])
    assert.equal(await isPassword(PASSWORD, odd), false, odd);
  // Of the reference program: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32.
  const theirs = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  assert.equal(await isPassword('password', theirs), true);
});

test('an IPv6 network is counted as one, an IPv4 address in any writing too', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'));
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('::ffff:192.0.2.7'), networkOf('192.0.2.7'));
});

onEachStore((store) => {
  test('a name is one account, whatever its case and width; names and passwords that are none are refused', async () => {
    const { sql } = store();
    await make(sql, 'Alice');
    for (const name of ['alice', 'ALICE', ' Alice ', 'Ａｌｉｃｅ'])
      assert.equal(codeOf(await register(sql, { name, password: PASSWORD }, 'open', address(), NOW)), 'conflict', name);
    for (const name of ['', 'a', '<b>x</b>', '../x', 'a b', '-x', 'x'.repeat(41), 'a\u202eb', 'a\nb'])
      assert.equal(codeOf(await register(sql, { name, password: PASSWORD }, 'open', address(), NOW)), 'bad-request');
    for (const password of ['short', 'aaaaaaaaaaaaaa', 'abababababab', 'Karl-12345', 'x'.repeat(300)])
      assert.equal(
        codeOf(await register(sql, { name: 'Karl-12345', password }, 'open', address(), NOW)),
        'bad-request',
        password,
      );
    valueOf(await register(sql, { name: '张伟', password: '一二三四五六七八九十' }, 'open', address(), NOW));
  });

  test('registration by invitation takes one that is good, once, however many try', async () => {
    const { sql } = store();
    const tries = (name: string, invitation?: string, mode: 'invitation' | 'off' = 'invitation') =>
      register(
        sql,
        { name, password: PASSWORD, ...(invitation === undefined ? {} : { invitation }) },
        mode,
        address(),
        NOW,
      );
    assert.equal(codeOf(await tries('invited')), 'not-allowed');
    assert.equal(codeOf(await tries('invited', 'made up')), 'not-allowed');
    const { code } = await invite(sql, { note: 'for one', days: 1 }, false, NOW);
    const all = await Promise.all([1, 2, 3, 4].map((i) => tries(`invited${i}`, code)));
    assert.equal(all.filter((o) => o.ok).length, 1, 'one of four came in');
    const late = await invite(sql, { note: '', days: 1 }, false, NOW - 25 * HOUR);
    assert.equal(codeOf(await tries('late', late.code)), 'not-allowed');
    const withdrawn = await invite(sql, { note: '' }, false, NOW);
    assert.equal(await uninvite(sql, withdrawn.id), true);
    assert.equal(codeOf(await tries('withdrawn', withdrawn.code)), 'not-allowed');
    const plain = await invite(sql, { note: '' }, false, NOW);
    assert.equal(codeOf(await tries('none', plain.code, 'off')), 'not-allowed');
    assert.equal(await hasAdmin(sql), false);
    const first = await invite(sql, { note: 'the first' }, true, NOW);
    valueOf(await tries('root', first.code, 'off'));
    assert.equal(await hasAdmin(sql), true);
  });

  test('log-in takes the right password; a wrong one, an unknown name and a disabled account are told alike', async () => {
    const { sql } = store();
    const id = await make(sql, 'bob');
    assert.equal(valueOf(await logIn(sql, { name: 'BOB', password: PASSWORD }, address(), NOW)), id);
    const wrong = await logIn(sql, { name: 'bob', password: 'no such thing' }, address(), NOW);
    const unknown = await logIn(sql, { name: 'nobody', password: 'no such thing' }, address(), NOW);
    await sql.run('UPDATE accounts SET disabled = 1 WHERE id = $1', [id]);
    const disabled = await logIn(sql, { name: 'bob', password: PASSWORD }, address(), NOW);
    assert.equal(codeOf(wrong), 'wrong-name-or-password');
    assert.deepEqual(unknown, wrong);
    assert.deepEqual(disabled, wrong);
  });

  test('ten failures lock a name for everybody, one that there is not too, and it opens by itself', async () => {
    const { sql } = store();
    await make(sql, 'carol');
    for (const name of ['carol', 'nobody at all']) {
      const failures = await Promise.all(
        Array.from({ length: 12 }, () => logIn(sql, { name, password: 'guessed wrong' }, address(), NOW)),
      );
      assert.equal(failures.filter((f) => codeOf(f) === 'wrong-name-or-password').length, 10, name);
      assert.equal(failures.filter((f) => codeOf(f) === 'locked-out').length, 2, name);
    }
    assert.equal(codeOf(await logIn(sql, { name: 'carol', password: PASSWORD }, address(), NOW)), 'locked-out');
    valueOf(await logIn(sql, { name: 'carol', password: PASSWORD }, address(), NOW + HOUR));
    const counters = 'SELECT COUNT(*) AS n FROM counters WHERE name LIKE $1';
    await sweepCounters(sql, NOW + 2 * HOUR);
    assert.equal((await sql.row<{ n: number }>(counters, ['%']))?.n, 0);
  });

  test('one address that tries many names is locked too', async () => {
    const { sql } = store();
    const from = address();
    const codes: string[] = [];
    for (let i = 0; i < 64; i++) codes.push(codeOf(await logIn(sql, { name: `name${i}`, password: 'x' }, from, NOW)));
    assert.deepEqual([codes.indexOf('locked-out'), codes.lastIndexOf('wrong-name-or-password')], [60, 59]);
    assert.equal(codeOf(await logIn(sql, { name: 'name1', password: 'x' }, address(), NOW)), 'wrong-name-or-password');
  });

  test('a session is found by its cookie only, ends by disuse and age, and the one before it ends at log-in', async () => {
    const { sql } = store();
    const id = await make(sql, 'dave');
    const cookie = await beginSession(sql, id, null, 'a browser', NOW);
    assert.equal((await sessionOf(sql, cookie, NOW))?.name, 'dave');
    assert.equal(await sessionOf(sql, secretHash(cookie), NOW), null, 'what the store has is no cookie');
    const kept = JSON.stringify(await sql.rows('SELECT * FROM sessions'));
    assert.ok(!kept.includes(cookie));
    assert.notEqual(await sessionOf(sql, cookie, NOW + 11 * HOUR), null);
    assert.equal(await sessionOf(sql, cookie, NOW + 24 * HOUR), null, 'not used for half a day');
    for (let at = NOW + 11 * HOUR; at < NOW + 14 * 24 * HOUR; at += 11 * HOUR)
      assert.notEqual(await sessionOf(sql, cookie, at), null);
    assert.equal(await sessionOf(sql, cookie, NOW + 14 * 24 * HOUR + 1), null, 'two weeks');
    await endSession(sql, cookie);
    const planted = await beginSession(sql, id, null, '', NOW);
    const after = await beginSession(sql, id, planted, '', NOW);
    assert.equal(await sessionOf(sql, planted, NOW), null);
    assert.equal((await sessionsOf(sql, id, null, NOW)).length, 1);
    await endSession(sql, after);
    assert.equal(await sessionOf(sql, after, NOW), null);
  });

  test('a new password ends every other session; the old one has to be known', async () => {
    const { sql } = store();
    const id = await make(sql, 'erin');
    const [here, there] = [await beginSession(sql, id, null, '', NOW), await beginSession(sql, id, null, '', NOW)];
    assert.equal(codeOf(await passwordFits(sql, id, 'not it at all', NOW)), 'wrong-name-or-password');
    valueOf(await passwordFits(sql, id, PASSWORD, NOW));
    const session = (await sessionOf(sql, here, NOW))!.session!.id;
    assert.equal(codeOf(await setPassword(sql, id, 'short', session, NOW)), 'bad-request');
    valueOf(await setPassword(sql, id, 'another horse 2', session, NOW));
    assert.notEqual(await sessionOf(sql, here, NOW), null);
    assert.equal(await sessionOf(sql, there, NOW), null);
    assert.equal(
      codeOf(await logIn(sql, { name: 'erin', password: PASSWORD }, address(), NOW)),
      'wrong-name-or-password',
    );
    valueOf(await logIn(sql, { name: 'erin', password: 'another horse 2' }, address(), NOW));
    for (let i = 0; i < 10; i++) await passwordFits(sql, id, 'not it at all', NOW);
    assert.equal(codeOf(await passwordFits(sql, id, 'another horse 2', NOW)), 'locked-out');
  });

  test('an API key is shown once, ends, and is revoked by its owner alone', async () => {
    const { sql } = store();
    const [id, other] = [await make(sql, 'frank'), await make(sql, 'grace')];
    const made = (await makeKey(sql, id, { name: 'script', days: 1 }, NOW))!;
    assert.match(made.key, /^sightline_[\w-]{43}$/);
    assert.ok(!JSON.stringify(await sql.rows('SELECT * FROM keys')).includes(made.key));
    const asker = await keyOwner(sql, made.key, NOW);
    assert.deepEqual([asker?.name, asker?.session], ['frank', null]);
    assert.equal(await keyOwner(sql, made.key, NOW + 25 * HOUR), null);
    assert.equal(await keyOwner(sql, `${made.key}x`, NOW), null);
    assert.equal(await revokeKey(sql, other, made.id), false);
    assert.equal((await keysOf(sql, id))[0]?.used, NOW);
    assert.equal(await revokeKey(sql, id, made.id), true);
    assert.equal(await keyOwner(sql, made.key, NOW), null);
    const many = await Promise.all(Array.from({ length: 55 }, () => makeKey(sql, id, { name: 'many' }, NOW)));
    assert.equal(many.filter((key) => key !== null).length, 50);
  });

  test('administrators change accounts, and the last of them stays', async () => {
    const { sql } = store();
    await sql.run('UPDATE accounts SET admin = 0');
    const [boss, second] = [await make(sql, 'boss'), await make(sql, 'second_100')];
    await sql.run('UPDATE accounts SET admin = 1 WHERE id = $1', [boss]);
    assert.equal(codeOf(await changeAccount(sql, boss, boss, { admin: false }, NOW)), 'conflict');
    assert.equal(codeOf(await changeAccount(sql, boss, boss, { disabled: true }, NOW)), 'conflict');
    assert.equal(codeOf(await deleteAccount(sql, boss, boss, NOW)), 'conflict');
    assert.equal(codeOf(await changeAccount(sql, boss, newId(), { admin: true }, NOW)), 'not-found');
    const cookie = await beginSession(sql, second, null, '', NOW);
    const key = (await makeKey(sql, second, { name: 'k' }, NOW))!;
    const limits = { fileBytes: 5, waiting: null };
    const changed = valueOf(await changeAccount(sql, boss, second, { disabled: true, limits }, NOW));
    assert.deepEqual([changed.disabled, changed.limits], [true, { fileBytes: 5, accountBytes: null, waiting: null }]);
    assert.equal(await sessionOf(sql, cookie, NOW), null);
    assert.equal(await keyOwner(sql, key.key, NOW), null);
    valueOf(await changeAccount(sql, boss, second, { disabled: false, admin: true }, NOW));
    assert.notEqual(await keyOwner(sql, key.key, NOW), null);
    for (let i = 0; i < 11; i++) await logIn(sql, { name: 'second_100', password: 'guess' }, address(), NOW);
    const search = (text: string) => accountsOf(sql, text, 0, 50, NOW);
    assert.ok((await search('ND_100')).items[0]!.lockedUntil! > NOW);
    assert.equal((await search('second%')).total, 0, 'a sign of LIKE is a sign');
    assert.equal(valueOf(await changeAccount(sql, boss, second, { locked: false }, NOW)).lockedUntil, null);
    const both = await Promise.all([
      changeAccount(sql, boss, second, { admin: false }, NOW),
      changeAccount(sql, second, boss, { admin: false }, NOW),
    ]);
    assert.deepEqual(both.map(codeOf).toSorted(), ['conflict', 'ok'], 'two that take it from each other');
    const kinds = new Set((await eventsOf(sql, 0, 500)).items.map((e) => e.kind));
    for (const kind of ['registered', 'login', 'login-refused', 'locked-out', 'password-changed', 'account-changed'])
      assert.ok((kinds as Set<string>).has(kind), kind);
  });

  test('settings are those of the start until they are set', async () => {
    const { sql } = store();
    const started = { registration: 'off', limits: { fileBytes: 10, accountBytes: 20, waiting: 3 } } as const;
    assert.deepEqual(await settingsOf(sql, started), started);
    await setSettings(sql, { registration: 'invitation', limits: { fileBytes: 11 } });
    await setSettings(sql, { limits: { fileBytes: 12 } });
    assert.deepEqual(await settingsOf(sql, started), {
      registration: 'invitation',
      limits: { fileBytes: 12, accountBytes: 20, waiting: 3 },
    });
  });
});

onEachStore((store) => {
  test('an unknown name takes as long as a known one', async () => {
    const { sql } = store();
    await make(sql, 'known');
    const took = { known: [] as number[], unknown: [] as number[] };
    for (let i = 0; i < 9; i++)
      for (const name of ['known', 'unknown'] as const) {
        const began = performance.now();
        assert.equal((await logIn(sql, { name, password: `wrong ${i}` }, address(), NOW)).ok, false);
        took[name].push(performance.now() - began);
      }
    const median = (of: number[]): number => of.toSorted((a, b) => a - b)[4]!;
    const [known, unknown] = [median(took.known), median(took.unknown)];
    assert.ok(Math.abs(known - unknown) < 0.5 * Math.max(known, unknown), `${known} ms and ${unknown} ms`);
  });
});
