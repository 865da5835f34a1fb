// What became of captures, written down by the database itself: triggers on the tables of the queue. So a campaign
// hears of each step from somebody else than the code that it holds to account.
import type { Sql } from '../../platform/store/index.ts';

export interface Step {
  readonly n: number;
  /**
   * 'wait', 'take', 'free' (given back or lost), 'fault' (its worker ended for the first time), 'end' (its result is
   * written).
   */
  readonly what: 'wait' | 'take' | 'free' | 'fault' | 'end';
  readonly capture: string;
  readonly owner: string;
  /** ms since 1970. */
  readonly at: number;
}

/** A step that was not committed yet was seen by nobody, ms: on PostgreSQL steps are numbered before that. */
const COMMITTED = 500;

/** Has the database write down every step from now on. */
export async function beginAudit(sql: Sql): Promise<void> {
  const id = sql.dialect === 'sqlite' ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'BIGSERIAL PRIMARY KEY';
  const now =
    sql.dialect === 'sqlite'
      ? "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
      : '(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT';
  await sql.run(`CREATE TABLE audit(n ${id}, what TEXT NOT NULL, capture TEXT NOT NULL, owner TEXT NOT NULL,
    at BIGINT NOT NULL)`);
  const row = (what: string): string =>
    `INSERT INTO audit(what, capture, owner, at) VALUES('${what}', NEW.capture, NEW.owner, ${now})`;
  const on: readonly (readonly [name: string, event: string, when: string, what: string])[] = [
    ['audit_wait', 'INSERT ON jobs', 'TRUE', 'wait'],
    ['audit_take', 'UPDATE OF lease ON jobs', 'NEW.lease IS NOT NULL AND OLD.lease IS NULL', 'take'],
    ['audit_free', 'UPDATE OF lease ON jobs', 'NEW.lease IS NULL AND OLD.lease IS NOT NULL', 'free'],
    ['audit_fault', 'UPDATE OF faults ON jobs', 'NEW.faults > OLD.faults', 'fault'],
    ['audit_end', 'INSERT ON results', 'TRUE', 'end'],
  ];
  for (const [name, event, when, what] of on) {
    if (sql.dialect === 'sqlite') {
      await sql.run(`CREATE TRIGGER ${name} AFTER ${event} WHEN ${when} BEGIN ${row(what)}; END`);
      continue;
    }
    await sql.run(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${row(what)}; RETURN NEW; END $$`,
    );
    await sql.run(`CREATE TRIGGER ${name} AFTER ${event} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION ${name}()`);
  }
}

export function auditOf(sql: Sql): Promise<readonly Step[]> {
  return sql.rows<Step>('SELECT n, what, capture, owner, at FROM audit ORDER BY n');
}

export interface Fairness {
  readonly takes: number;
  /** Takes at which another account had waited that was served longer ago. */
  readonly outOfTurn: number;
  /** Most captures of others that were begun between a capture of an account and its next, while that waited. */
  readonly longestWait: ReadonlyMap<string, number>;
}

/** Plays the steps again and holds every take to the rule: the account that was served longest ago. */
export function fairness(steps: readonly Step[]): Fairness {
  const waiting = new Map<string, Map<string, number>>();
  const served = new Map<string, number>();
  const passed = new Map<string, number>();
  const longestWait = new Map<string, number>();
  let takes = 0;
  let outOfTurn = 0;
  for (const { n, what, capture, owner, at } of steps) {
    const own = waiting.get(owner) ?? new Map<string, number>();
    waiting.set(owner, own);
    if (what === 'wait' || what === 'free') own.set(capture, at);
    else if (what === 'end') own.delete(capture);
    else if (what === 'take') {
      takes++;
      const since = served.get(owner) ?? 0;
      const before = (other: string, own: ReadonlyMap<string, number>): boolean =>
        (served.get(other) ?? 0) < since && [...own.values()].some((from) => from < at - COMMITTED);
      if ([...waiting].some(([other, captures]) => before(other, captures))) outOfTurn++;
      own.delete(capture);
      served.set(owner, n);
      longestWait.set(owner, Math.max(longestWait.get(owner) ?? 0, passed.get(owner) ?? 0));
      passed.set(owner, 0);
      for (const [other, captures] of waiting)
        if (other !== owner && captures.size > 0) passed.set(other, (passed.get(other) ?? 0) + 1);
    }
  }
  return { takes, outOfTurn, longestWait };
}
