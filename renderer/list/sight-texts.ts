// Texts of the dissection engine for rows in sight. They are asked for once the list stands still for a moment, one
// question at a time and the newest sight first; until they come, and where there are none, a row has its own text.
import { MAX_ROW_TEXTS, type PacketRow, type RowTextsPage, textAt } from '../../contract/index.ts';

export interface RowText {
  readonly protocol: string;
  readonly info: string;
  /** Addresses as the engine shows them. */
  readonly source: string;
  readonly destination: string;
  /** 0xRRGGBB. */
  readonly background: number;
  readonly foreground: number;
  /** One for each field column. */
  readonly values: readonly string[];
  readonly partial: boolean;
}

/** Rows whose texts are kept. */
const KEPT = 6_000;
/** The list moves on while it is scrolled: what is passed by is not asked for, ms. */
const STILL = 30;
/** After a question that failed, ms. */
const AGAIN = 1_500;
const MAX_FAILURES = 3;
/** A part of a large capture is loaded for each question: the next one waits at least as long, ms. */
const MAX_PAUSE = 500;

export interface SightTextsOptions {
  readonly ask: (rows: readonly PacketRow[], fields: readonly string[]) => Promise<RowTextsPage>;
  readonly arrived: () => void;
  /** Text of a packet, made fit for the eye. */
  readonly visible: (text: string) => string;
}

export class SightTexts {
  /** Null where the engine has no text for a row. */
  private readonly known = new Map<number, RowText | null>();
  private readonly options: SightTextsOptions;
  private fields: readonly string[] = [];
  private wanted: readonly PacketRow[] = [];
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private epoch = 0;
  private failures = 0;
  private pauseUntil = 0;

  constructor(options: SightTextsOptions) {
    this.options = options;
  }

  of(row: number): RowText | null {
    return this.known.get(row) ?? null;
  }

  /** Whether the engine has said what it says of a row. */
  has(row: number): boolean {
    return this.known.has(row);
  }

  /** Another capture, other columns, or one that is whole now: nothing known holds any longer. */
  reset(fields: readonly string[]): void {
    this.epoch++;
    this.fields = fields;
    this.known.clear();
    this.failures = 0;
    this.pauseUntil = 0;
  }

  close(): void {
    clearTimeout(this.timer);
    this.epoch++;
  }

  /** Rows in sight. @param still the list stands where it stood when it was drawn before */
  see(rows: readonly PacketRow[], still = false): void {
    const missing = rows.filter((row) => !this.known.has(row));
    this.wanted = missing;
    if (missing.length === 0 || this.asking) return;
    this.later(Math.max(still ? 0 : STILL, this.pauseUntil - performance.now()));
  }

  /** Texts of rows wherever they are, for a copy; a row without one keeps its own. */
  async load(rows: readonly PacketRow[]): Promise<void> {
    const missing = rows.filter((row) => !this.known.has(row));
    if (missing.length === 0) return;
    const { epoch } = this;
    const page = await this.options.ask(missing.slice(0, MAX_ROW_TEXTS), this.fields).catch(() => null);
    if (page !== null && epoch === this.epoch) this.take(missing, page, 0);
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    const rows = this.wanted.filter((row) => !this.known.has(row)).slice(0, MAX_ROW_TEXTS);
    if (rows.length === 0 || this.asking) return;
    const { epoch } = this;
    const began = performance.now();
    this.asking = true;
    const page = await this.options.ask(rows, this.fields).catch(() => null);
    this.asking = false;
    if (epoch === this.epoch) {
      if (page === null) this.failed(rows);
      else this.take(rows, page, performance.now() - began);
    }
    if (this.wanted.some((row) => !this.known.has(row))) this.later(this.pause());
  }

  private pause(): number {
    return Math.max(this.failures > 0 ? AGAIN : 0, this.pauseUntil - performance.now());
  }

  private failed(rows: readonly PacketRow[]): void {
    this.failures++;
    if (this.failures < MAX_FAILURES) return;
    this.failures = 0;
    for (const row of rows) this.keep(row, null);
  }

  private take(rows: readonly PacketRow[], page: RowTextsPage, took: number): void {
    this.failures = 0;
    if (page.partial) this.pauseUntil = performance.now() + Math.min(MAX_PAUSE, took);
    const { visible } = this.options;
    for (const row of rows) this.keep(row, null);
    page.row.forEach((row, i) => {
      this.keep(row, {
        protocol: visible(textAt(page.protocol, i)),
        info: visible(textAt(page.info, i)),
        source: visible(textAt(page.source, i)),
        destination: visible(textAt(page.destination, i)),
        background: page.background[i]!,
        foreground: page.foreground[i]!,
        values: page.values.map((texts) => visible(textAt(texts, i))),
        partial: page.partial,
      });
    });
    this.options.arrived();
  }

  private keep(row: number, text: RowText | null): void {
    this.known.delete(row);
    if (this.known.size >= KEPT) this.known.delete(this.known.keys().next().value!);
    this.known.set(row, text);
  }
}
