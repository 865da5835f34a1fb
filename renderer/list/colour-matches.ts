// Which of the user's colours the rows in sight have: asked for as they come into sight, one question at a time.
import { MAX_ROW_TEXTS, type PacketRow } from '../../contract/index.ts';

/** Rows whose colours are kept. */
const KEPT = 6_000;
const STILL = 20;
const AGAIN = 1_500;

/** Asks which filter each row passes first: one more than its index, 0 for none. */
export type AskMatches = (filters: readonly string[], rows: readonly PacketRow[]) => Promise<Uint8Array>;

export class ColourMatches {
  private readonly known = new Map<number, number>();
  private readonly ask: AskMatches;
  private readonly arrived: () => void;
  /** The colour of each filter. */
  private colours: readonly number[] = [];
  private filters: readonly string[] = [];
  private wanted: readonly PacketRow[] = [];
  /** Rows that were in sight last: a new colour is asked for without waiting for the list to move. */
  private inSight: readonly PacketRow[] = [];
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private epoch = 0;

  constructor(ask: AskMatches, arrived: () => void) {
    this.ask = ask;
    this.arrived = arrived;
  }

  /** The index of a row's colour, null without one. */
  of(row: number): number | null {
    const match = this.known.get(row) ?? 0;
    return match === 0 ? null : this.colours[match - 1]!;
  }

  /** @param chosen by the index of the colour, null where the colour is not used */
  reset(chosen: readonly (string | null)[]): void {
    this.epoch++;
    this.known.clear();
    const used = chosen.flatMap((filter, colour) => (filter === null ? [] : [{ filter, colour }]));
    this.filters = used.map((u) => u.filter);
    this.colours = used.map((u) => u.colour);
    this.wanted = [];
    this.see(this.inSight);
  }

  see(rows: readonly PacketRow[]): void {
    this.inSight = rows;
    if (this.filters.length === 0) return;
    this.wanted = rows.filter((row) => !this.known.has(row));
    if (this.wanted.length > 0 && !this.asking) this.later(STILL);
  }

  close(): void {
    clearTimeout(this.timer);
    this.epoch++;
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.go(), ms);
  }

  private async go(): Promise<void> {
    const rows = this.wanted.filter((row) => !this.known.has(row)).slice(0, MAX_ROW_TEXTS);
    if (rows.length === 0 || this.asking) return;
    const { epoch } = this;
    this.asking = true;
    const matches = await this.ask(this.filters, rows).catch(() => null);
    this.asking = false;
    if (epoch === this.epoch && matches !== null) {
      if (this.known.size > KEPT) this.known.clear();
      rows.forEach((row, i) => this.known.set(row, matches[i]!));
      this.arrived();
    }
    if (this.wanted.some((row) => !this.known.has(row))) this.later(matches === null ? AGAIN : STILL);
  }
}
