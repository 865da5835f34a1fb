// Lists of indicators beside a score: read once, held against each capture.
import { count, english, type IndicatorAlertRecord } from '../contract/index.ts';
import { type IndicatorSet, loadIndicatorsNow } from '../engine/host-indicators.ts';
import { say, UsageError } from './context.ts';
import { MatchTally } from './match-tally.ts';

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
  private readonly tally = new MatchTally<IndicatorAlertRecord>(
    ({ kind, value }) => `${kind} ${value}`,
    (a, b) => b.points - a.points,
  );

  add(met: IndicatorAlertRecord): void {
    this.tally.add(met);
  }

  /** A line an entry, those of most points first. @param top lines at most */
  lines(top: number): string[] {
    return this.tally.lines(top, 'indicators', (m, n) => {
      const flows = n === 1 ? '' : `, and ${count(n - 1)} more ${n === 2 ? 'flow' : 'flows'}`;
      const note = m.note === '' ? '' : `: ${m.note}`;
      return `Indicator ${m.kind} ${m.value}, of ${m.lists.join(', ')}${note} (packet ${m.packet}${flows})`;
    });
  }
}
