// What the charts of an account show, added up from the results of its captures.
import type { CaptureVerdict, Charts, Counted, ProtocolCount } from '../contract.ts';
import type { Sql } from '../store/index.ts';

const DAY = 86_400_000;
/** Rows of each list. */
const MOST = 100;
/** Results that are added up; an account with more sees its newest. */
const MOST_RESULTS = 20_000;

interface ResultRow {
  readonly verdict: CaptureVerdict;
  readonly finished: number;
  readonly kinds: string;
  readonly families: string;
  readonly protocols: string;
}

/** @param days that are looked back */
export async function chartsOf(sql: Sql, owner: string, days: number, now: number): Promise<Charts> {
  const rows = await sql.rows<ResultRow>(
    `SELECT verdict, finished, kinds, families, protocols FROM results
     WHERE owner = $1 AND finished > $2 AND verdict IS NOT NULL ORDER BY finished DESC LIMIT ${MOST_RESULTS}`,
    [owner, now - days * DAY],
  );
  const verdicts = new Map<string, Record<CaptureVerdict, number>>();
  const kinds = new Map<string, number>();
  const families = new Map<string, number>();
  const protocols = new Map<string, { flows: number; packets: number; bytes: number }>();
  for (const row of rows) {
    const day = new Date(row.finished).toISOString().slice(0, 10);
    const counts = verdicts.get(day) ?? { safe: 0, suspicious: 0, dangerous: 0, nothing: 0 };
    verdicts.set(day, counts);
    counts[row.verdict]++;
    countEach(kinds, row.kinds);
    countEach(families, row.families);
    for (const { protocol, flows, packets, bytes } of JSON.parse(row.protocols) as ProtocolCount[]) {
      const sum = protocols.get(protocol) ?? { flows: 0, packets: 0, bytes: 0 };
      protocols.set(protocol, { flows: sum.flows + flows, packets: sum.packets + packets, bytes: sum.bytes + bytes });
    }
  }
  return {
    verdicts: [...verdicts].map(([day, counts]) => ({ day, ...counts })).toReversed(),
    kinds: counted(kinds),
    families: counted(families),
    protocols: [...protocols]
      .map(([protocol, sum]) => ({ protocol, ...sum }))
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, MOST),
  };
}

function countEach(into: Map<string, number>, list: string): void {
  for (const name of new Set(JSON.parse(list) as string[])) into.set(name, (into.get(name) ?? 0) + 1);
}

function counted(counts: ReadonlyMap<string, number>): Counted[] {
  return [...counts]
    .map(([name, captures]) => ({ name, captures }))
    .toSorted((a, b) => b.captures - a.captures || (a.name < b.name ? -1 : 1))
    .slice(0, MOST);
}
