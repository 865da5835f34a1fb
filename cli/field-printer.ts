// Chosen fields of packets, in the forms of `tshark -T fields`, CSV, JSON, or as records and tables of ours.
import { csvLine, english, type PacketRow, packetRow, SaidError, say as message } from '../contract/index.ts';
import type { FieldsRecord } from '../contract/index.ts';
import {
  type AskedField,
  askedField,
  DeepWork,
  type DissectSetup,
  type FieldRow,
  fieldRows,
  isOfColumns,
  isOurField,
  isWhole,
  neededWhole,
  printedValues,
  streamsOf,
  type Subject,
  TimeSlices,
  type TreeSource,
  type ValuesOf,
} from '../engine/host-filter.ts';
import { say, stop, UsageError } from './context.ts';
import type { FieldOptions } from './field-options.ts';
import type { FieldForm } from './forms.ts';
import type { RecordWriter } from './output.ts';
import type { ReadCapture } from './read-capture.ts';
import { table } from './table.ts';

/** How rows are written: a form, JSON records, or a table for people. */
export type FieldStyle = FieldForm | 'records' | 'table';

/** Rows of a table whose widths are found together. */
const MOST_ROWS = 10_000;
const ROWS_AT_ONCE = 1_024;

/** A field is asked of the engine, or columns and what is ours tell it. */
type Source = { readonly name: string; readonly asked: AskedField | null };

export class FieldPrinter {
  private readonly deep: DeepWork;
  private readonly names: readonly string[];
  private readonly style: FieldStyle;
  private readonly options: FieldOptions;
  private readonly writer: RecordWriter;
  private sources: readonly Source[] = [];
  private begun = false;

  constructor(
    names: readonly string[],
    style: FieldStyle,
    options: FieldOptions,
    setup: DissectSetup,
    writer: RecordWriter,
  ) {
    this.deep = new DeepWork(setup);
    this.names = names;
    this.style = style;
    this.options = options;
    this.writer = writer;
  }

  /** @throws UsageError for a field that there is not */
  async understand(): Promise<void> {
    const sources: Source[] = [];
    for (const name of this.names) {
      // Wireshark's own are asked of it where it takes the capture, and so all are known to it.
      if (isOurField(name)) sources.push({ name, asked: null });
      else {
        const asked = await this.deep.alone(async () => askedField(name, await this.deep.fieldsLike(name)));
        if ('say' in asked) throw new UsageError(`-e: ${english(asked)}`);
        sources.push({ name, asked });
      }
    }
    this.sources = sources;
  }

  /** @param rows ascending @throws SaidError where a field cannot be told of this capture */
  async print(c: ReadCapture, rows: Uint32Array): Promise<void> {
    const { tree, subject } = c;
    if (!isWhole(tree) && this.names.some(isStream)) await streamsOf(subject).extend(subject, new TimeSlices());
    const own = this.sources.map((source) => this.ownValues(source, subject, tree));
    const left = this.sources.filter((_, i) => own[i] === null).map(({ asked }) => asked!);
    const whole = neededWhole(tree, left);
    if (whole !== null) throw new SaidError(message('needs-whole', { field: whole }));
    if (left.length > 0 && !isWhole(tree))
      say(`${c.name}: larger than the dissector takes at once; fields were read from parts of it`);
    this.head();
    const kept: string[][] = [];
    let before: PacketRow | null = null;
    let printed = 0;
    let shortened = 0;
    for await (const { row, values, cut } of this.rows(tree, rows, left)) {
      let at = 0;
      const all = own.map((of) => (of === null ? values[at++]! : of(row, before)));
      before = row;
      printed++;
      shortened += cut;
      if (this.style !== 'table') this.row(c.name, row, all);
      else if (kept.push(this.cells(all)) === MOST_ROWS) this.lines(kept.splice(0), printed === MOST_ROWS);
      if (printed % ROWS_AT_ONCE === 0) await this.writer.relax();
      if (this.writer.closed || stop.asked) break;
    }
    if (this.style === 'table') this.lines(kept, printed <= MOST_ROWS);
    if (shortened > 0) say(`${c.name}: ${english(message('cli-fields-cut', { n: shortened }))}`);
    await this.writer.relax();
  }

  /** Closes what a form has open. */
  end(): void {
    if (this.style === 'json') this.writer.line(this.begun ? ']' : '[]');
  }

  close(): void {
    this.deep.close();
  }

  /** How columns tell a field; null where the engine is asked. */
  private ownValues({ name, asked }: Source, subject: Subject, tree: TreeSource): ValuesOf | null {
    // The engine does not know which packets are displayed, and of a part neither what counts from the beginning.
    const mine =
      asked === null ||
      name === 'frame.time_delta_displayed' ||
      isOfColumns(name) ||
      (!isWhole(tree) && isStream(name));
    if (!mine) return null;
    const values = printedValues(name, subject);
    if (values === null && asked === null)
      throw new UsageError(`-e: ${english(message('cli-field-not-printed', { name }))}`);
    return values;
  }

  private async *rows(tree: TreeSource, rows: Uint32Array, left: readonly AskedField[]): AsyncGenerator<FieldRow> {
    if (left.length > 0) yield* fieldRows(this.deep, tree, rows, left, new TimeSlices());
    else for (const row of rows) yield { row: packetRow(row), values: [], cut: 0 };
  }

  private head(): void {
    if (this.begun) return;
    const { header, separator, bom } = this.options;
    if (this.style === 'json') return;
    this.begun = true;
    const before = bom ? '\ufeff' : '';
    if (this.style === 'csv') this.writer.cells([csvLine(this.names)], ',', before);
    else if (this.style === 'fields' && header) this.writer.cells(this.names, separator, before);
    else if (this.style === 'fields' && bom) this.writer.cells([], separator, before);
  }

  private lines(rows: readonly (readonly string[])[], withHead: boolean): void {
    const all = table(
      this.names.map((title) => ({ title })),
      rows,
    );
    for (const line of withHead ? all : all.slice(1)) this.writer.line(line);
  }

  private row(file: string, row: PacketRow, all: readonly (readonly string[])[]): void {
    switch (this.style) {
      case 'json':
        this.writer.json(layers(this.names, all), this.begun ? ',' : '[');
        this.begun = true;
        return;
      case 'csv':
        this.writer.cells([csvLine(this.cells(all))], ',');
        return;
      case 'fields': {
        const cells = this.cells(all).map((cell, i) => (all[i]!.length === 0 ? '' : this.quoted(cell)));
        this.writer.cells(cells, this.options.separator);
        return;
      }
      default:
        this.writer.write(this.record(file, row, all));
    }
  }

  private record(file: string, row: PacketRow, all: readonly (readonly string[])[]): FieldsRecord {
    const fields = Object.fromEntries(this.names.map((name, i) => [name, this.chosen(all[i]!)]));
    return { type: 'fields', file, no: row + 1, fields };
  }

  private cells(all: readonly (readonly string[])[]): string[] {
    return all.map((values) => this.chosen(values).join(this.options.aggregator));
  }

  private chosen(values: readonly string[]): readonly string[] {
    const { occurrence } = this.options;
    if (occurrence === 'a' || values.length < 2) return values;
    return [occurrence === 'f' ? values[0]! : values.at(-1)!];
  }

  private quoted(cell: string): string {
    const { quote } = this.options;
    return `${quote}${cell}${quote}`;
  }
}

function isStream(name: string): boolean {
  return name === 'tcp.stream' || name === 'udp.stream';
}

/** A packet in the shape of `tshark -T json -e`. */
function layers(names: readonly string[], all: readonly (readonly string[])[]): unknown {
  const entries = names.flatMap((name, i) => (all[i]!.length === 0 ? [] : [[name, all[i]!] as const]));
  return { _index: 'packets', _type: 'doc', _score: null, _source: { layers: Object.fromEntries(entries) } };
}
