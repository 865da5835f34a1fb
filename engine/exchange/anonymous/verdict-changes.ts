// What became of the verdicts of flows when their capture was made anonymous.
import { type FlowRecord, type Verdict, VERDICTS } from '../../../contract/index.ts';

/** One flow before and after. */
export interface VerdictChange {
  /** Number of the flow, null where it is not found again: its first packet then begins no flow. */
  readonly flow: number;
  readonly was: Verdict;
  readonly is: Verdict | null;
  readonly pointsWere: number;
  readonly pointsAre: number;
}

export interface VerdictTable {
  readonly flows: number;
  /** Flows whose verdict stayed. */
  readonly same: number;
  /** By what a flow was, how many it is now of each; `gone` where it is not found again. */
  readonly counts: Readonly<Record<Verdict, Readonly<Record<Verdict | 'gone', number>>>>;
  /** Those that changed, in the order of flows. */
  readonly changes: readonly VerdictChange[];
  /** Flows that were not there before. */
  readonly more: number;
}

type Judged = Pick<FlowRecord, 'first_packet' | 'verdict' | 'points'>;

/** Flows are the same where their first packet is. */
export function verdictTable(before: readonly Judged[], after: readonly Judged[]): VerdictTable {
  const now = new Map(after.map((f) => [f.first_packet, f]));
  const none = (): Record<Verdict | 'gone', number> => ({
    malicious: 0,
    suspicious: 0,
    unfamiliar: 0,
    benign: 0,
    gone: 0,
  });
  const counts = { malicious: none(), suspicious: none(), unfamiliar: none(), benign: none() };
  const changes: VerdictChange[] = [];
  let same = 0;
  for (const f of before) {
    const was = f.verdict ?? 'benign';
    const found = now.get(f.first_packet);
    const is = found === undefined ? null : (found.verdict ?? 'benign');
    now.delete(f.first_packet);
    counts[was][is ?? 'gone']++;
    const [pointsWere, pointsAre] = [f.points ?? 0, found?.points ?? 0];
    if (was === is) same++;
    if (was !== is || pointsWere !== pointsAre) changes.push({ flow: f.first_packet, was, is, pointsWere, pointsAre });
  }
  changes.sort((a, b) => a.flow - b.flow);
  return { flows: before.length, same, counts, changes, more: now.size };
}

/** @returns the table as rows of cells, the first of which is its head */
export function verdictRows({ counts }: VerdictTable): string[][] {
  const columns = [...VERDICTS, 'gone'] as const;
  return [['was', ...columns], ...VERDICTS.map((was) => [was, ...columns.map((is) => String(counts[was][is]))])];
}
