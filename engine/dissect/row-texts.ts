// Texts of rows in sight, as Wireshark's list has them. A capture that the engine has whole is asked as it is; of a
// larger one the engine gets the packets that the rows depend on, in a process of its own, so that the packet whose
// tree is shown keeps its context.
import {
  FIELD_NAME,
  MAX_FIELD_COLUMNS,
  type Message,
  packTexts,
  packetRow,
  type PacketRow,
  type RowTextsPage,
} from '../../contract/index.ts';
import { contextFile } from './context.ts';
import type { RowTexts } from './frame-rows.ts';
import { DissectProcess, type NotAnswered } from './process.ts';
import { DissectSetup } from './setup.ts';
import { sightContext } from './sight-context.ts';
import { isWhole, LOAD_LIMIT, loadWhole, Trees, type TreeSource } from './trees.ts';

const ROWS_LIMIT = 5_000;
/** Rows that ended the engine and are not asked for again. */
const MAX_DEADLY = 4_096;

export type RowsAnswer =
  | { readonly ok: true; readonly page: RowTextsPage }
  | { readonly ok: false; readonly message: Message };

type Page = Extract<RowsAnswer, { ok: true }> | NotAnswered;

export class RowDissection {
  private readonly process: DissectProcess;
  private readonly setup: DissectSetup;
  /** For captures that are not whole in the engine: started when the first is asked for. */
  private beside: DissectProcess | null = null;
  private readonly deadly = new Set<string>();
  /** Fields that were asked for lately: the engine takes columns up when it loads. */
  private fields: readonly string[] = [];

  /** @param setup what processes are told, preferences and keys */
  constructor(process: DissectProcess, setup = new DissectSetup()) {
    this.process = process;
    this.setup = setup;
  }

  close(): void {
    this.beside?.close();
    this.beside = null;
  }

  /** @param rows of which bytes can be read @param fields columns, by Wireshark's names */
  async rows(s: TreeSource, rows: readonly PacketRow[], fields: readonly string[]): Promise<RowsAnswer> {
    const named = fields.map((f) => (FIELD_NAME.test(f) ? f : null));
    this.want(named.filter((f) => f !== null));
    const asked = [...new Set(rows)].filter((row) => !this.deadly.has(`${s.session} ${row}`)).sort((x, y) => x - y);
    if (asked.length === 0) return { ok: true, page: pageOf(null, null, named, this.fields, false) };
    const whole = isWhole(s);
    const process = whole ? this.process : (this.beside ??= new DissectProcess(() => undefined, this.setup));
    const got = await process.inTurnAgain(() =>
      whole ? this.ofWhole(s, asked, named) : this.ofContext(process, s, asked, named),
    );
    return got.ok ? got : this.refused(s, asked, got);
  }

  private want(fields: readonly string[]): void {
    if (fields.every((f) => this.fields.includes(f))) return;
    const others = this.fields.filter((f) => !fields.includes(f));
    this.fields = [...fields, ...others].slice(0, 2 * MAX_FIELD_COLUMNS);
  }

  private async ofWhole(s: TreeSource, rows: readonly PacketRow[], named: readonly (string | null)[]): Promise<Page> {
    const { fields } = this;
    const failed = await loadWhole(this.process, s, fields);
    if (failed !== null) return failed;
    const asked = await this.process.ask({ kind: 'rows', frames: Uint32Array.from(rows, (r) => r + 1) }, ROWS_LIMIT);
    if (!asked.ok) return asked;
    const { rows: said } = asked.reply;
    return { ok: true, page: pageOf(said!, null, named, fields, false) };
  }

  private async ofContext(
    process: DissectProcess,
    s: TreeSource,
    rows: readonly PacketRow[],
    named: readonly (string | null)[],
  ): Promise<Page> {
    const { fields } = this;
    const context = sightContext(s.analysis, rows).filter((row) => s.readable?.(row) !== false);
    const loaded = await process.ask(
      { kind: 'load', context: 'sight', bytes: contextFile(s.analysis, s.bytes, context, s.secrets), fields },
      LOAD_LIMIT,
    );
    if (!loaded.ok) return loaded;
    const frameOf = new Map(context.map((row, i) => [row, i + 1]));
    const frames = Uint32Array.from(rows.map((row) => frameOf.get(row) ?? 0).filter((frame) => frame > 0));
    const asked = await process.ask({ kind: 'rows', frames }, ROWS_LIMIT);
    if (!asked.ok) return asked;
    return { ok: true, page: pageOf(asked.reply.rows!, context, named, fields, true) };
  }

  private refused(s: TreeSource, rows: readonly PacketRow[], failed: NotAnswered): RowsAnswer {
    if (failed.died) {
      if (this.deadly.size > MAX_DEADLY) this.deadly.clear();
      for (const row of rows) this.deadly.add(`${s.session} ${row}`);
    }
    return { ok: false, message: failed.message };
  }
}

/** Trees of packets and texts of rows, by one process. */
export class PacketTrees extends Trees {
  readonly rows: RowDissection;

  constructor(process: DissectProcess, setup: DissectSetup) {
    super(process);
    this.rows = new RowDissection(process, setup);
  }

  close(): void {
    this.process.close();
    this.rows.close();
  }
}

/** Where Info names another packet: its number in a context is not that of the capture. */
const OTHER_FRAME = /\b((?:reply|request|response|reassembled) in (?:frame )?#?|Dup ACK )(\d+)/gi;

/** Info with the numbers that packets have in the capture. */
export function infoInCapture(info: string, number: (frame: number) => number): string {
  return info.replace(OTHER_FRAME, (_, before: string, frame: string) => `${before}${number(Number(frame))}`);
}

/** @param context rows of the frames, null where frames are the capture's own */
function pageOf(
  said: RowTexts | null,
  context: readonly PacketRow[] | null,
  named: readonly (string | null)[],
  fields: readonly string[],
  partial: boolean,
): RowTextsPage {
  const rowOf = (frame: number): number => (context === null ? frame - 1 : (context[frame - 1] ?? -1));
  const none = new Uint32Array(0);
  const [protocol = [], info = [], source = [], destination = [], ...values] = said?.columns ?? [];
  const mended = (text: string): string => infoInCapture(text, (frame) => rowOf(frame) + 1);
  return {
    row: Uint32Array.from(said?.frame ?? none, (frame) => packetRow(rowOf(frame))),
    protocol: packTexts(protocol),
    info: packTexts(context === null ? info : info.map(mended)),
    source: packTexts(source),
    destination: packTexts(destination),
    background: said?.background ?? none,
    foreground: said?.foreground ?? none,
    values: named.map((field) => {
      const at = field === null ? -1 : fields.indexOf(field);
      return packTexts(values[at] ?? Array.from(protocol, () => ''));
    }),
    partial,
  };
}
