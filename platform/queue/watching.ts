// Tells whoever watches an account's captures what becomes of them, whichever server did it. The store is asked once a
// second, once for everybody, and only while somebody watches.
import { log } from '../../engine/host-options.ts';
import type { CaptureChange } from '../contract.ts';
import type { Queries } from '../store/index.ts';
import type { Jobs } from './jobs.ts';
import { stateOf } from './views.ts';

const EVERY = 1_000;
/** Of an account so many that wait or are analysed are told of at once. */
const MOST_MOVING = 50;

type Hear = (change: CaptureChange) => void;

interface Watched {
  readonly hearers: Set<Hear>;
  /** Captures as they were told last: when they changed, and what was said of those that move. */
  readonly known: Map<string, string>;
}

interface Seen {
  readonly id: string;
  readonly state: string;
  readonly changed: number;
}

export class Watching {
  private readonly sql: Queries;
  private readonly jobs: Jobs;
  private readonly owners = new Map<string, Watched>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(sql: Queries, jobs: Jobs) {
    this.sql = sql;
    this.jobs = jobs;
  }

  /** @returns a function that ends it */
  watch(owner: string, hear: Hear): () => void {
    const watched = this.owners.get(owner) ?? { hearers: new Set<Hear>(), known: new Map<string, string>() };
    // What there is already is no change.
    if (!this.owners.has(owner)) this.looking = this.looking.then(() => this.safely(owner, watched, false));
    this.owners.set(owner, watched);
    watched.hearers.add(hear);
    this.timer ??= setInterval(() => this.look(), EVERY);
    return () => {
      watched.hearers.delete(hear);
      if (watched.hearers.size === 0 && this.owners.get(owner) === watched) this.owners.delete(owner);
      if (this.owners.size === 0) this.close();
    };
  }

  /** Something changed here: whoever watches hears of it at once. */
  look(): void {
    if (this.owners.size === 0) return;
    this.looking = this.looking.then(async () => {
      for (const [owner, watched] of this.owners) await this.safely(owner, watched, true);
    });
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async safely(owner: string, watched: Watched, tell: boolean): Promise<void> {
    try {
      await this.ask(owner, watched, tell);
    } catch (error) {
      // The store is away; the next look tells.
      log('platform', () => `captures of an account are not watched: ${String(error)}`);
    }
  }

  private async ask(owner: string, { hearers, known }: Watched, tell: boolean): Promise<void> {
    const rows = await this.sql.rows<Seen>('SELECT id, state, changed FROM captures WHERE owner = $1', [owner]);
    const gone = new Set(known.keys());
    let moving = 0;
    for (const { id, state, changed } of rows) {
      gone.delete(id);
      const before = known.get(id);
      const moves = (state === 'waiting' || state === 'analysing') && moving++ < MOST_MOVING;
      if (!moves && before === String(changed)) continue;
      const now = await stateOf(this.sql, this.jobs, id);
      const said = moves ? `${changed} ${JSON.stringify(now)}` : String(changed);
      known.set(id, said);
      if (tell && said !== before) for (const hear of hearers) hear({ id, state: now });
    }
    for (const id of gone) {
      known.delete(id);
      if (tell) for (const hear of hearers) hear({ id, state: null });
    }
  }
}
