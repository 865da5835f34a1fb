// One list of one window: its filter, its sort, the rows that it shows. The rows of before are shown until the new ones
// are ready.
import {
  type FilterProblem,
  type Message,
  type Row,
  say,
  type SortOrder,
  type ViewState,
} from '../../contract/index.ts';
import {
  compileFilter,
  FilterError,
  type CompiledFilter,
  type ListName,
  type ListRows,
  type Predicate,
  type Subject,
} from '../filter/index.ts';
import { Places, ShownRows, type AnchoredAlert } from './shown-rows.ts';
import { KEYS } from './sort-keys.ts';
import { ascending, sortRows } from './sort.ts';
import { Cancelled, TimeSlices } from './time-slices.ts';

/** What a list needs of its capture. */
export interface ListSource extends Subject {
  /** Makes the columns of features that a filter names. */
  prepare(features: readonly string[], turns: TimeSlices): Promise<void>;
  /** Grows when verdicts, labels or marks change. */
  readonly revision: number;
}

/** A list that follows a growing capture is made again after this long at least, ms. */
const MAX_AGAIN = 1000;

export class ListView<L extends ListName> {
  readonly shown = new ShownRows<ListRows[L]>();
  readonly places = new Places();
  generation = 1;
  filter = '';
  sort: SortOrder | null = null;
  private took = 0;
  private compiled: CompiledFilter<ListRows[L]> | null = null;
  private predicate: Predicate<ListRows[L]> | null = null;
  private scanned = 0;
  private job: TimeSlices | null = null;
  private madeAt = 0;
  private madeFor = -1;
  private arranged = '';
  private readonly over: L;
  private readonly source: ListSource;

  constructor(over: L, source: ListSource) {
    this.over = over;
    this.source = source;
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
      working: this.job === null ? null : this.job.done,
    };
  }

  /** Where a row stands, or the nearest one where the list does not hold it. */
  placeOf(row: ListRows[L]): { readonly place: number; readonly exact: boolean } {
    const { index, exact } = this.shown.indexOf(row);
    return { place: index < 0 ? 0 : this.places.placeOf(index), exact };
  }

  check(filter: string): FilterProblem | null {
    try {
      compileFilter(filter, this.over);
      return null;
    } catch (error) {
      if (error instanceof FilterError) return { at: error.at, length: error.length, message: error.said };
      throw error;
    }
  }

  /** Filters and sorts anew. @returns the mistake when there is one; the list is then as it was */
  async apply(filter: string, sort: SortOrder | null, alerts: readonly AnchoredAlert[]): Promise<FilterProblem | null> {
    let compiled: CompiledFilter<ListRows[L]> | null;
    try {
      compiled = compileFilter(filter, this.over);
    } catch (error) {
      if (error instanceof FilterError) return { at: error.at, length: error.length, message: error.said };
      throw error;
    }
    const problem = await this.make(compiled, sort);
    if (problem !== null) return { at: 0, length: 0, message: problem };
    this.filter = filter;
    this.sort = sort;
    this.generation++;
    this.arrange(alerts);
    return null;
  }

  /** Takes in what the capture brought since. @returns whether places changed */
  async follow(alerts: readonly AnchoredAlert[], final: boolean): Promise<boolean> {
    if (this.job !== null) return false;
    const before = this.shown.count;
    if (this.compiled === null && this.sorting === null) this.shown.everything(this.total);
    else if (this.sorting === null && this.compiled !== null && !this.compiled.changes) await this.scanMore();
    else if (this.outdated(final)) {
      const problem = await this.make(this.compiled, this.sort);
      if (problem === null) this.generation++;
    }
    const moved = this.arrange(alerts);
    return moved || this.shown.count !== before;
  }

  cancel(): void {
    this.job?.cancel();
  }

  private get sorting(): SortOrder | null {
    return this.sort ?? (this.over === 'flows' ? { column: 'verdict', descending: false } : null);
  }

  private outdated(final: boolean): boolean {
    const stamp = this.total * 4096 + (this.source.revision % 4096);
    if (stamp === this.madeFor) return false;
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

  private async make(compiled: CompiledFilter<ListRows[L]> | null, sort: SortOrder | null): Promise<Message | null> {
    this.job?.cancel();
    const turns = (this.job = new TimeSlices());
    const begun = performance.now();
    const stamp = this.total * 4096 + (this.source.revision % 4096);
    try {
      if (compiled !== null) await this.source.prepare(compiled.features, turns);
      const predicate = compiled?.bind(this.source) ?? null;
      const sorting = sort ?? (this.over === 'flows' ? { column: 'verdict', descending: false } : null);
      const total = this.total;
      let rows: Uint32Array<ArrayBuffer> | null =
        predicate === null ? null : await scan(predicate, 0, total, turns, sorting === null ? 1 : 0.4);
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
      this.compiled = compiled;
      this.predicate = predicate;
      this.scanned = total;
      this.took = performance.now() - begun;
      return null;
    } catch (error) {
      if (error instanceof Cancelled) return say('given-up');
      throw error;
    } finally {
      if (this.job === turns) this.job = null;
      this.madeAt = performance.now();
      this.madeFor = stamp;
    }
  }

  private async scanMore(): Promise<void> {
    const { total } = this;
    if (this.scanned === total || this.predicate === null) return;
    const turns = (this.job = new TimeSlices());
    try {
      // The predicate is bound again, since it remembers answers for flows whose facts may have changed since.
      this.predicate = this.compiled!.bind(this.source);
      this.shown.append(await scan(this.predicate, this.scanned, total, turns, 1));
      this.scanned = total;
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    } finally {
      if (this.job === turns) this.job = null;
    }
  }
}

async function scan<R extends Row>(
  predicate: Predicate<R>,
  from: number,
  total: number,
  turns: TimeSlices,
  share: number,
): Promise<Uint32Array<ArrayBuffer>> {
  let found = new Uint32Array(4096);
  let count = 0;
  for (let row = from as R; row < total; row++) {
    if (predicate(row)) {
      if (count === found.length) {
        const larger = new Uint32Array(count * 2);
        larger.set(found);
        found = larger;
      }
      found[count++] = row;
    }
    if ((row & 255) === 0 && turns.due) {
      turns.done = (share * (row - from)) / (total - from);
      await turns.rest();
    }
  }
  return found.slice(0, count);
}
