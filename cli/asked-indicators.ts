// Lists of indicators beside a score: read once, held against each capture.
import { count, english, type IndicatorAlertRecord } from '../contract/index.ts';
import { type IndicatorSet, loadIndicatorsNow } from '../engine/host-indicators.ts';
import { say, UsageError } from './context.ts';

/**
 * Reads lists, and says what could not be read or was refused.
 * @throws UsageError where no entry is left, or a file could not be read: a score without them would look like one with
 */
export function askedIndicators(paths: readonly string[], allow: readonly string[]): IndicatorSet {
  const set = loadIndicatorsNow(paths, { allow });
  const unread = set.lists.filter((list) => list.wrong !== null && list.entries === 0);
  if (unread.length > 0)
    throw new UsageError(
      unread
        .map((l) => `--${l.allow && !paths.includes(l.given) ? 'allow' : 'indicators'} ${l.path}: ${english(l.wrong!)}`)
        .join('; '),
    );
  if (set.entries === 0)
    throw new UsageError(`--indicators holds no entry that can be asked, and ${count(set.refusedCount)} refused`);
  if (set.refusedCount > 0)
    say(
      `${count(set.refusedCount)} ${set.refusedCount === 1 ? 'line is' : 'lines are'} refused and not asked, beside ` +
        `${entriesText(set.entries)}: indicators check names them.`,
    );
  return set;
}

export function entriesText(n: number): string {
  return `${count(n)} ${n === 1 ? 'entry' : 'entries'}`;
}

/** What was met in one capture, by entry: what the table shows of it. */
export class IndicatorTally {
  private readonly entries = new Map<string, { count: number; readonly first: IndicatorAlertRecord }>();

  add(met: IndicatorAlertRecord): void {
    const key = `${met.kind} ${met.value}`;
    const known = this.entries.get(key);
    if (known === undefined) this.entries.set(key, { count: 1, first: met });
    else known.count++;
  }

  /** A line an entry, those of most points first. @param top lines at most */
  lines(top: number): string[] {
    const all = [...this.entries.values()].sort((a, b) => b.first.points - a.first.points || b.count - a.count);
    const out = all.slice(0, top).map(({ count: n, first: m }) => {
      const flows = n === 1 ? '' : `, and ${count(n - 1)} more ${n === 2 ? 'flow' : 'flows'}`;
      const note = m.note === '' ? '' : `: ${m.note}`;
      return `Indicator ${m.kind} ${m.value}, of ${m.lists.join(', ')}${note} (packet ${m.packet}${flows})`;
    });
    if (all.length > top) out.push(`… ${count(all.length - top)} more indicators; --top N or --json shows them`);
    return out;
  }
}
