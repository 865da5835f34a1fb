// One list of one window: its filter, its sort, the rows that it shows. The rows of before are shown until the new ones
// are ready.
import {
  type FilterProblem,
  type Message,
  SaidError,
  say,
  type SortOrder,
  type ViewState,
} from '../../contract/index.ts';
import {
  type Asker,
  type FilterPlan,
  type FoundSoFar,
  type ListName,
  type ListRows,
  matching,
  NO_ENGINE,
} from '../filter/index.ts';
import { type ListSource, planned, readyFor } from './planned.ts';
import { Places, ShownRows, type AnchoredAlert } from './shown-rows.ts';
import { KEYS } from './sort-keys.ts';
import { ascending, sortRows } from './sort.ts';
import { Cancelled, TimeSlices } from './time-slices.ts';

/** A list that follows a growing capture is made again after this long at least, ms. */
const MAX_AGAIN = 1000;

export class ListView<L extends ListName> {
  readonly shown = new ShownRows<ListRows[L]>();
  readonly places = new Places();
  generation = 1;
  filter = '';
  sort: SortOrder | null = null;
  private took = 0;
  /** What the answer of the filter leaves open. */
  private partial: Message | null = null;
  private plan: FilterPlan<ListRows[L]> | null = null;
  private scanned = 0;
  private job: TimeSlices | null = null;
  /** The job that was begun last, whether it is over or not. */
  private newest: TimeSlices | null = null;
  private madeAt = 0;
  private madeFor = -1;
  private arranged = '';
  private alertVersion = 0;
  private again = false;
  /** What is shown is what a filter found before it was given up. */
  private stopped = false;
  private toldDone = '';
  private readonly over: L;
  private readonly source: ListSource;
  private readonly asker: Asker;

  /** @param asker Wireshark's engine, for what the columns do not tell */
  constructor(over: L, source: ListSource, asker: Asker = NO_ENGINE) {
    this.over = over;
    this.source = source;
    this.asker = asker;
  }

  get total(): number {
    return this.over === 'packets' ? this.source.analysis.packets.count : this.source.analysis.flows.columns.count;
  }

  /** Every array in it is the caller's: a port takes them away. */
  state(): ViewState {
    return {
      generation: this.generation,
      filter: this.filter,
      sort: this.sort,
      matched: this.shown.count,
      places: this.places.total(this.shown),
      alertPlaces: this.places.alertPlaces.slice(),
      took: this.took,
      partial: this.partial,
      working: this.job === null ? null : this.job.done,
    };
  }

  /** Where a row stands, or the nearest one where the list does not hold it. */
  placeOf(row: ListRows[L]): { readonly place: number; readonly exact: boolean } {
    const { index, exact } = this.shown.indexOf(row);
    return { place: index < 0 ? 0 : this.places.placeOf(index), exact };
  }

  async check(filter: string): Promise<FilterProblem | null> {
    const made = await planned(filter, this.over, this.asker);
    return 'problem' in made ? made.problem : null;
  }

  /** Filters and sorts anew. @returns the mistake when there is one; the list is then as it was */
  async apply(filter: string, sort: SortOrder | null, alerts: readonly AnchoredAlert[]): Promise<FilterProblem | null> {
    const turns = this.begin();
    // This asks with what has changed.
    this.again = false;
    const made = await planned(filter, this.over, this.asker);
    if ('problem' in made) {
      this.end(turns);
      return made.problem;
    }
    let showed = false;
    const found: FoundSoFar = (rows) => {
      // A newer filter has the list.
      if (this.job !== turns) return;
      showed = true;
      this.shown.set(rows, true);
      this.filter = filter;
      this.sort = sort;
      this.plan = made.plan;
      this.partial = say('filter-so-far');
      this.stopped = true;
      this.generation++;
      this.arrange(alerts);
    };
    const problem = await this.make(made.plan, sort, turns, found);
    if (problem !== null) {
      if (showed && this.newest === turns)
        this.partial = turns.cancelled ? say('filter-stopped') : say('filter-broken-off', { why: problem });
      return { at: 0, length: 0, message: problem };
    }
    this.stopped = false;
    this.filter = filter;
    this.sort = sort;
    this.generation++;
    this.arrange(alerts);
    return null;
  }

  /** What answers the filter has changed: it is asked again with the next `follow`. */
  askAgain(): void {
    this.again = this.filter !== '';
  }

  /** Takes in what the capture brought since. @returns whether places changed */
  async follow(alerts: readonly AnchoredAlert[], final: boolean): Promise<boolean> {
    if (this.job !== null) return this.wentOn(this.job);
    if (this.again) {
      this.again = false;
      const problem = await this.apply(this.filter, this.sort, alerts);
      if (problem !== null && this.job === null) this.partial = say('filter-not-again', { why: problem.message });
      return true;
    }
    if (this.stopped) return this.arrange(alerts);
    const before = this.shown.count;
    if (this.plan === null && this.sorting === null) this.shown.everything(this.total);
    else if (this.sorting === null && this.plan !== null && !this.plan.changes) await this.scanMore();
    else if (this.outdated(final)) {
      const problem = await this.make(this.plan, this.sort, this.begin());
      if (problem === null) this.generation++;
    }
    const moved = this.arrange(alerts);
    return moved || this.shown.count !== before;
  }

  /** Other alerts stand among the rows: numbers of before mean nothing any more. */
  replaceAlerts(alerts: readonly AnchoredAlert[], version: number): void {
    if (this.alertVersion === version) return;
    this.alertVersion = version;
    this.arranged = '';
    this.arrange(alerts);
  }

  cancel(): void {
    this.job?.cancel();
  }

  /** Whether a job has more to say than when it was asked last. */
  private wentOn(job: TimeSlices): boolean {
    const done = `${this.generation} ${Math.round(job.done * 100)}`;
    const more = done !== this.toldDone;
    this.toldDone = done;
    return more;
  }

  private get sorting(): SortOrder | null {
    return this.sort ?? (this.over === 'flows' ? { column: 'verdict', descending: false } : null);
  }

  /** A new job, in place of one that is under way. */
  private begin(): TimeSlices {
    this.job?.cancel();
    if (this.stopped) this.partial = say('filter-stopped');
    return (this.job = this.newest = new TimeSlices());
  }

  private end(turns: TimeSlices): void {
    if (this.job === turns) this.job = null;
  }

  /** Whether the rows follow from labels, verdicts or marks, which change. */
  get changing(): boolean {
    return this.plan?.changes === true;
  }

  /** What the rows follow from. */
  private get stamp(): number {
    return this.total * 4096 + (this.source.revision % 4096);
  }

  private outdated(final: boolean): boolean {
    if (this.stamp === this.madeFor) return false;
    return final || performance.now() - this.madeAt > Math.max(MAX_AGAIN, this.took * 10);
  }

  private arrange(alerts: readonly AnchoredAlert[]): boolean {
    if (this.over === 'flows') return false;
    if (this.arrangement(alerts) === this.arranged) return false;
    const before = this.places.alertPlaces;
    this.places.arrange(this.shown, alerts);
    const moved =
      before.length !== this.places.alertPlaces.length || before.some((p, i) => p !== this.places.alertPlaces[i]);
    if (moved) this.generation++;
    this.arranged = this.arrangement(alerts);
    return moved;
  }

  /** What the places of alerts follow from: as long as it is the same, they need not be worked out again. */
  private arrangement(alerts: readonly AnchoredAlert[]): string {
    const { rows, count } = this.shown;
    const ends = `${alerts.at(-1)?.number ?? 0} ${alerts[0]?.number ?? 0}`;
    return `${this.generation} ${alerts.length} ${ends} ${rows === null ? '' : count}`;
  }

  private async make(
    plan: FilterPlan<ListRows[L]> | null,
    sort: SortOrder | null,
    turns: TimeSlices,
    soFar: FoundSoFar | null = null,
  ): Promise<Message | null> {
    const begun = performance.now();
    let stamp = this.stamp;
    try {
      if (turns.cancelled) return say('given-up');
      if (plan !== null) await readyFor(plan, this.source, turns);
      stamp = this.stamp;
      const sorting = sort ?? (this.over === 'flows' ? { column: 'verdict', descending: false } : null);
      const total = this.total;
      // Rows in another order are put into it when all are found.
      const shows = sorting === null ? soFar : null;
      const found =
        plan === null ? null : await matching(plan, this.over, this.source, this.asker, turns, { soFar: shows });
      let rows = found?.rows ?? null;
      if (sorting !== null) {
        rows ??= ascending(total);
        const keys = await KEYS[this.over](sorting.column, this.source, rows, turns);
        if ('say' in keys) return keys;
        rows = await sortRows(rows, keys, sorting.descending, turns, 0.5);
      }
      if (rows === null) this.shown.everything(this.total);
      else
        this.shown.set(
          rows,
          sorting === null || (this.over === 'packets' && sorting.column === 'no' && !sorting.descending),
        );
      this.plan = plan;
      this.partial = found?.partial ?? null;
      this.scanned = total;
      this.took = performance.now() - begun;
      return null;
    } catch (error) {
      return whyNot(error);
    } finally {
      this.end(turns);
      this.madeAt = performance.now();
      this.madeFor = stamp;
    }
  }

  private async scanMore(): Promise<void> {
    const { total } = this;
    if (this.scanned === total || this.plan === null) return;
    const turns = this.begin();
    try {
      // The plan is bound again, since its tests remember answers for flows whose facts may have changed since.
      const { rows, partial } = await matching(this.plan, this.over, this.source, this.asker, turns, {
        from: this.scanned,
      });
      this.shown.append(rows);
      this.partial ??= partial;
      this.scanned = total;
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    } finally {
      this.end(turns);
    }
  }
}

/** @throws what is no reason that people are told */
function whyNot(error: unknown): Message {
  if (error instanceof Cancelled) return say('given-up');
  if (error instanceof SaidError) return error.said;
  throw error;
}
