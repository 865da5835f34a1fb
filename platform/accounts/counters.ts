// What is counted in the store, so that all servers of it count together: attempts by name and by address. A counter
// begins anew when its time is over.
import { isIPv6 } from 'node:net';
import type { Sql } from '../store/index.ts';

export interface Allowance {
  /** So many are let through. */
  readonly most: number;
  /** Within this time, ms. */
  readonly within: number;
}

/** Counts one. @returns 0 where it is let through, else the ms until it is again */
export async function count(sql: Sql, name: string, { most, within }: Allowance, now: number): Promise<number> {
  const counted = await sql.row<{ count: number; until: number }>(
    `INSERT INTO counters(name, count, until) VALUES($1, 1, $2)
     ON CONFLICT(name) DO UPDATE SET
       count = CASE WHEN counters.until <= $3 THEN 1 ELSE counters.count + 1 END,
       until = CASE WHEN counters.until <= $3 THEN $2 ELSE counters.until END
     RETURNING count, until`,
    [name, now + within, now],
  );
  return counted !== null && counted.count > most ? Math.max(1, counted.until - now) : 0;
}

/** Whether the next one would be let through; counts nothing. @returns as `count` */
export async function waitOf(sql: Sql, name: string, { most }: Allowance, now: number): Promise<number> {
  const sought = 'SELECT until FROM counters WHERE name = $1 AND count >= $2 AND until > $3';
  const held = await sql.row<{ until: number }>(sought, [name, most, now]);
  return held === null ? 0 : held.until - now;
}

export async function forget(sql: Sql, name: string): Promise<void> {
  await sql.run('DELETE FROM counters WHERE name = $1', [name]);
}

/** Counters whose time is over go. */
export async function sweepCounters(sql: Sql, now: number): Promise<void> {
  await sql.run('DELETE FROM counters WHERE until <= $1', [now]);
}

/** Who is counted as one: an IPv4 address, or a network of IPv6 (/64), which one person has whole. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::')
    ? Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
    : [];
  const parts = [...front, ...zeros, ...back].slice(0, 4).map((part) => Number.parseInt(part, 16).toString(16));
  return `${parts.join(':')}::/64`;
}
