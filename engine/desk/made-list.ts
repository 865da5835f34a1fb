// A list of one window that is made out of the flows of a capture, filtered in their language: incidents, hosts. It is
// made anew when it is arranged otherwise and when the capture has more to say.
import {
  type FilterProblem,
  type Message,
  SaidError,
  say,
  type SortOrder,
  type ViewState,
} from '../../contract/index.ts';
import type { Asker } from '../filter/index.ts';
import { Cancelled, TimeSlices } from '../view/index.ts';
import { type FlowPlan, planned } from './flow-filter.ts';
import type { CaptureSession } from './session.ts';

export abstract class MadeList {
  generation = 1;
  filter = '';
  sort: SortOrder | null = null;
  protected plan: FlowPlan = null;
  protected readonly s: CaptureSession;
  /** Wireshark's engine. */
  protected readonly asker: Asker;
  /** What the answer leaves open, null for nothing. */
  private partial: Message | null = null;
  private took = 0;
  private asksAgain = false;
  private job: TimeSlices | null = null;
  private madeAt = -Infinity;
  private madeFor = '';
  /** A list that follows a growing capture is made again after this long at least, ms. */
  private readonly gap: number;

  constructor(s: CaptureSession, asker: Asker, gap: number) {
    this.s = s;
    this.asker = asker;
    this.gap = gap;
  }

  state(): ViewState {
    return {
      generation: this.generation,
      filter: this.filter,
      sort: this.sort,
      matched: this.matched,
      places: this.places,
      alertPlaces: new Uint32Array(0),
      took: this.took,
      partial: this.partial,
      working: this.job === null ? null : this.job.done,
    };
  }

  async check(filter: string): Promise<FilterProblem | null> {
    const made = await planned(filter, this.asker);
    return 'problem' in made ? made.problem : null;
  }

  cancel(): void {
    this.job?.cancel();
  }

  /** Filters and sorts anew. @returns the mistake when there is one; the list is then as it was */
  async apply(filter: string, sort: SortOrder | null): Promise<FilterProblem | null> {
    const made = await planned(filter, this.asker);
    if ('problem' in made) return made.problem;
    if (sort !== null && !this.hasColumn(sort.column))
      return { at: 0, length: 0, message: say('no-such-column', { column: sort.column }) };
    const said = await this.make(made.plan, sort);
    if (said !== null) return { at: 0, length: 0, message: said };
    this.filter = filter;
    return null;
  }

  /** What answers the filter has changed: it is asked again with the next `follow`. */
  askAgain(): void {
    this.asksAgain = this.filter !== '';
  }

  /** Takes in what came since. @returns whether the list changed */
  async follow(final: boolean): Promise<boolean> {
    if (this.asksAgain && this.job === null) {
      this.asksAgain = false;
      const problem = await this.apply(this.filter, this.sort);
      if (problem !== null && this.job === null) this.partial = say('filter-not-again', { why: problem.message });
      return true;
    }
    if (this.job !== null || !this.wanted || this.stamp === this.madeFor) return false;
    if (!final && performance.now() - this.madeAt < Math.max(this.gap, this.took * 10)) return false;
    return (await this.make(this.plan, this.sort)) === null;
  }

  /** Makes the list anew. @returns why it could not be made; it is then as it was */
  protected async make(plan: FlowPlan, sort: SortOrder | null): Promise<Message | null> {
    this.job?.cancel();
    const turns = (this.job = new TimeSlices());
    const begun = performance.now();
    const { stamp } = this;
    try {
      const made = await this.arrangement(plan, sort, turns);
      if ('say' in made) return made;
      made.take();
      this.plan = plan;
      this.partial = made.partial;
      this.sort = sort;
      this.took = performance.now() - begun;
      this.generation++;
      return null;
    } catch (error) {
      if (error instanceof Cancelled) return say('given-up');
      if (error instanceof SaidError) return error.said;
      throw error;
    } finally {
      if (this.job === turns) this.job = null;
      this.madeAt = performance.now();
      this.madeFor = stamp;
    }
  }

  protected abstract get matched(): number;
  protected abstract get places(): number;
  /** What the list follows from: as long as it is the same, the list is. */
  protected abstract get stamp(): string;
  /** Whether it follows the capture now. */
  protected abstract get wanted(): boolean;
  protected abstract hasColumn(column: string): boolean;

  /**
   * Works out what is shown. @returns how it is taken over, or why there is none
   * @throws SaidError, Cancelled
   */
  protected abstract arrangement(plan: FlowPlan, sort: SortOrder | null, turns: TimeSlices): Promise<Made | Message>;
}

/** What was worked out: shown from when it is taken. */
export interface Made {
  readonly partial: Message | null;
  readonly take: () => void;
}
