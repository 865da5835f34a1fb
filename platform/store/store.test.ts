// The store, the same tests on SQLite and PostgreSQL: rows and values, all or nothing, two that write at once, two
// servers that begin at once, a database that is killed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { postgresPrograms, TestPostgres } from '../testing/postgres.ts';
import { newId, openStore, type Sql, StoreError } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-store-'));
const programs = postgresPrograms();
let postgres: TestPostgres | null = null;
let places = 0;

after(async () => {
  await postgres?.end();
  rmSync(folder, { recursive: true, force: true });
});

const failure = (kind: string) => (error: unknown) => error instanceof StoreError && error.failure === kind;

for (const dialect of ['sqlite', 'postgres'] as const) {
  const skip = dialect === 'postgres' && 'why' in programs ? programs.why : false;
  describe(dialect, { skip }, () => {
    let place = '';
    let sql: Sql;

    const fresh = (): string => (postgres === null ? join(folder, `${++places}.sqlite`) : postgres.create());
    const account = async (id: string, on: Sql = sql): Promise<void> => {
      const insert = 'INSERT INTO accounts(id, name, known_as, password, created) VALUES($1, $2, $2, $3, $4)';
      await on.run(insert, [id, `name of ${id}`, '', 1_800_000_000_123]);
    };
    before(async () => {
      if (dialect === 'postgres' && 'folder' in programs) {
        postgres = new TestPostgres(programs.folder);
        await postgres.start();
      }
      place = fresh();
      sql = await openStore(place);
    });
    after(() => sql.close());

    test('values come back as they went, whole numbers as numbers', async () => {
      const odd = `'; DROP TABLE accounts; -- $1 ?1 " \\ 中文 \u{1f600}`;
      assert.equal(
        await sql.run('INSERT INTO accounts(id, name, known_as, password, created) VALUES($1, $2, $3, $2, $4)', [
          'odd',
          odd,
          'odd-key',
          9_007_199_254_740_991,
        ]),
        1,
      );
      assert.deepEqual(
        { ...(await sql.row<object>('SELECT name, password, created, seen FROM accounts WHERE id = $1', ['odd'])) },
        { name: odd, password: odd, created: 9_007_199_254_740_991, seen: null },
      );
      assert.equal(await sql.row('SELECT id FROM accounts WHERE id = $1', ['nobody']), null);
      const count = await sql.row<{ n: number }>('SELECT COUNT(*) AS n FROM accounts');
      assert.equal(count?.n, 1);
      const back = await sql.rows<{ id: string }>('DELETE FROM accounts WHERE id = $1 RETURNING id', ['odd']);
      assert.deepEqual(
        back.map((r) => r.id),
        ['odd'],
      );
      await account('c');
      await sql.run('INSERT INTO captures VALUES($1, $1, $2, 1, $2, $2, $2, $2, 1, 1)', ['c', '']);
      await sql.run('INSERT INTO jobs(capture, owner, enqueued, share) VALUES($1, $1, 1, $2)', ['c', 0.25]);
      assert.equal((await sql.row<{ share: number }>('SELECT share FROM jobs'))?.share, 0.25);
      await sql.run('DELETE FROM accounts WHERE id = $1', ['c']);
      assert.equal(await sql.row('SELECT capture FROM jobs'), null);
    });

    test('what may be there once is refused the second time, and so is what points at nothing', async () => {
      await account('one');
      await assert.rejects(account('one'), failure('exists'));
      await assert.rejects(sql.run('INSERT INTO uploading VALUES($1, $1, 1, 1)', ['x']), failure('refers'));
      await assert.rejects(sql.rows('SELECT nothing FROM nowhere'), failure('fault'));
    });

    test('a transaction is there as a whole or not at all', async () => {
      await assert.rejects(
        sql.transaction(async (q) => {
          await q.run('UPDATE accounts SET name = $1', ['changed']);
          throw new Error('thought better of it');
        }),
        /thought better/,
      );
      assert.equal(await sql.row('SELECT id FROM accounts WHERE name = $1', ['changed']), null);
      await assert.rejects(
        sql.transaction(async (q) => {
          await q.run('UPDATE accounts SET name = $1', ['changed']);
          await q.run('INSERT INTO uploading VALUES($1, $1, 1, 1)', ['x']);
        }),
        failure('refers'),
      );
      assert.equal(await sql.row('SELECT id FROM accounts WHERE name = $1', ['changed']), null);
      const seen = await sql.transaction(async (q) => {
        await q.run('UPDATE accounts SET name = $1 WHERE id = $2', ['changed', 'one']);
        return q.row<{ name: string }>('SELECT name FROM accounts WHERE id = $1', ['one']);
      });
      assert.equal(seen?.name, 'changed');
    });

    test('two servers that count at once lose nothing', async () => {
      const other = await openStore(place);
      await sql.run('INSERT INTO counters VALUES($1, 0, 0)', ['n']);
      const one = (on: Sql): Promise<void> =>
        on.transaction(async (q) => {
          const had = await q.row<{ count: number }>(`SELECT count FROM counters WHERE name = $1 ${q.forUpdate}`, [
            'n',
          ]);
          // Room for others to come between.
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          await q.run('UPDATE counters SET count = $1 WHERE name = $2', [had!.count + 1, 'n']);
        });
      await Promise.all(Array.from({ length: 60 }, (_, i) => one(i % 2 === 0 ? sql : other)));
      const plain = (on: Sql): Promise<number> =>
        on.run('UPDATE counters SET count = count + 1 WHERE name = $1', ['n']);
      await Promise.all(Array.from({ length: 60 }, (_, i) => plain(i % 2 === 0 ? sql : other)));
      assert.equal((await sql.row<{ count: number }>('SELECT count FROM counters'))?.count, 120);
      await other.close();
    });

    test(
      'a row that another holds is passed over where that is asked for',
      { skip: dialect === 'sqlite' },
      async () => {
        await account('two');
        const held = await sql.transaction(async (q) => {
          await q.rows(`SELECT id FROM accounts WHERE id = $1 ${q.forUpdate}`, ['one']);
          const free = await sql.transaction((p) =>
            p.rows<{ id: string }>(`SELECT id FROM accounts ORDER BY id ${p.skipLocked}`),
          );
          return free.map((r) => r.id);
        });
        assert.deepEqual(held, ['two']);
      },
    );

    test('servers that begin at once on an empty store agree', async () => {
      const empty = fresh();
      const all = await Promise.all([1, 2, 3, 4].map(() => openStore(empty)));
      await Promise.all(all.map((on, i) => account(`a${i}`, on)));
      assert.equal((await all[0]!.row<{ n: number }>('SELECT COUNT(*) AS n FROM accounts'))?.n, 4);
      for (const on of all) await on.close();
    });

    test('a store of a later version is left alone', async () => {
      const later = fresh();
      const on = await openStore(later);
      if (dialect === 'postgres') await on.run('UPDATE steps SET had = 99');
      await on.close();
      if (dialect === 'sqlite') {
        const db = new DatabaseSync(later);
        db.exec('PRAGMA user_version = 99');
        db.close();
      }
      await assert.rejects(openStore(later), /has had 99 steps/);
    });

    if (dialect === 'sqlite')
      test('the file is private, and one that is no store is refused and left as it is', async () => {
        assert.equal(statSync(place).mode & 0o777, 0o600);
        assert.equal(statSync(`${place}-wal`).mode & 0o777, 0o600);
        const foreign = join(folder, 'foreign');
        writeFileSync(foreign, 'this is no database of anybody, and it is long enough to be looked at by SQLite');
        await assert.rejects(openStore(foreign), StoreError);
        assert.ok(statSync(foreign).size === 79);
      });

    if (dialect === 'postgres')
      test('a database that is killed is waited for; nothing that was told as done is lost', async () => {
        let told = 0;
        let unsure = 0;
        const work = async (): Promise<void> => {
          for (let i = 0; i < 150; i++) {
            try {
              await sql.transaction((q) => q.run('INSERT INTO settings VALUES($1, $2)', [newId(), '']));
              told++;
            } catch (error) {
              if (!failure('unsure')(error)) throw error;
              unsure++;
            }
          }
        };
        const kills = async (): Promise<void> => {
          for (let i = 0; i < 3; i++) {
            await new Promise((resolve) => {
              setTimeout(resolve, 100);
            });
            await postgres!.kill();
            await postgres!.start();
          }
        };
        await Promise.all([work(), work(), work(), kills()]);
        const there = (await sql.row<{ n: number }>('SELECT COUNT(*) AS n FROM settings'))?.n ?? 0;
        assert.equal(told + unsure, 450);
        assert.ok(there >= told && there <= told + unsure, `${there} of ${told} and ${unsure}`);
      });
  });
}
