// What became of captures, written down by the database itself: triggers on the tables of the queue. So a campaign hears
// of each step from somebody else than the code that it holds to account.
import type { Sql } from '../../platform/store/index.ts';

export interface Step {
  readonly n: number;
  /** 'wait', 'take', 'free' (given back or lost), 'end' (its result is written). */
  readonly what: 'wait' | 'take' | 'free' | 'end';
  readonly capture: string;
  readonly owner: string;
}

/** Has the database write down every step from now on. */
export async function beginAudit(sql: Sql): Promise<void> {
  const id = sql.dialect === 'sqlite' ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'BIGSERIAL PRIMARY KEY';
  await sql.run(`CREATE TABLE audit(n ${id}, what TEXT NOT NULL, capture TEXT NOT NULL, owner TEXT NOT NULL)`);
  const row = (what: string): string =>
    `INSERT INTO audit(what, capture, owner) VALUES('${what}', NEW.capture, NEW.owner)`;
  const on: readonly (readonly [name: string, event: string, when: string, what: string])[] = [
    ['audit_wait', 'INSERT ON jobs', 'TRUE', 'wait'],
    ['audit_take', 'UPDATE OF lease ON jobs', 'NEW.lease IS NOT NULL AND OLD.lease IS NULL', 'take'],
    ['audit_free', 'UPDATE OF lease ON jobs', 'NEW.lease IS NULL AND OLD.lease IS NOT NULL', 'free'],
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
  return sql.rows<Step>('SELECT n, what, capture, owner FROM audit ORDER BY n');
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
  const waiting = new Map<string, Set<string>>();
  const served = new Map<string, number>();
  const passed = new Map<string, number>();
  const longestWait = new Map<string, number>();
  let takes = 0;
  let outOfTurn = 0;
  for (const { n, what, capture, owner } of steps) {
    const own = waiting.get(owner) ?? new Set<string>();
    waiting.set(owner, own);
    if (what === 'wait' || what === 'free') own.add(capture);
    else if (what === 'end') own.delete(capture);
    else {
      takes++;
      const since = served.get(owner) ?? 0;
      if ([...waiting].some(([other, set]) => set.size > 0 && (served.get(other) ?? 0) < since)) outOfTurn++;
      own.delete(capture);
      served.set(owner, n);
      longestWait.set(owner, Math.max(longestWait.get(owner) ?? 0, passed.get(owner) ?? 0));
      passed.set(owner, 0);
      for (const [other, set] of waiting)
        if (other !== owner && set.size > 0) passed.set(other, (passed.get(other) ?? 0) + 1);
    }
  }
  return { takes, outOfTurn, longestWait };
}
