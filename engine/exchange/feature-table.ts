// Flows with every feature as a table: CSV for spreadsheets, Parquet and Arrow for everything else. Columns come from the
// record's fields and the schema. Beside the table a manifest says what the columns stand on; in Parquet the file's
// own metadata says it too.
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { FlowRecord } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES, SCHEMA_HASH, SCHEMA_VERSION } from '../features/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import { columnOf, FLOW_FIELDS, flowCsvHeader, flowCsvLine, valueOf } from './flow-csv.ts';
import { kindOf, stored } from './field-kinds.ts';
import { TableOutput } from './table-output.ts';
import type { WholeFile } from './whole-file.ts';

export interface FeatureTable {
  /** @param vector all features at `at..`, or null when they are not known @throws WriteError */
  add(record: FlowRecord, vector: Float32Array | null, at: number): void;
  /** Puts table and manifest in their places. @returns their paths @throws WriteError */
  close(): Promise<readonly string[]>;
  /** Leaves nothing behind. */
  discard(): void;
}

export interface FeatureTableOptions {
  /** Product and version. */
  readonly product: string;
  /** Seconds after which flows were over. */
  readonly timeouts: FlowTimeouts;
  /** What else the manifest is to say. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export type TableForm = 'csv' | 'parquet' | 'arrow';

/** @returns the form that a file's name asks for; CSV where it asks for none */
export function tableForm(path: string): TableForm {
  const ending = /\.(parquet|arrows?)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined) return 'csv';
  return ending === 'parquet' ? 'parquet' : 'arrow';
}

/** @param form its writer is loaded only when it is asked for @throws WriteError */
export async function featureTable(
  path: string,
  o: FeatureTableOptions,
  form: TableForm = tableForm(path),
): Promise<FeatureTable> {
  const says = {
    product: o.product,
    schema_version: SCHEMA_VERSION,
    schema_hash: SCHEMA_HASH,
    timeouts: o.timeouts,
    ...o.more,
  };
  const out = new TableOutput(path, says);
  if (form === 'csv') return new CsvTable(out);
  if (form === 'arrow') return (await import('./arrow-table.ts')).arrowTable(out, says);
  const { ByteWriter: Bytes, ParquetWriter: Writer } = await import('hyparquet-writer');
  const kvMetadata = Object.entries(says).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const writer = new Writer({
    writer: intoFile(new Bytes(), out.table),
    schema: SCHEMA,
    createdBy: o.product,
    kvMetadata,
  });
  return new ParquetTable(writer, out);
}

class CsvTable implements FeatureTable {
  private readonly out: TableOutput;
  private rows = 0;

  constructor(out: TableOutput) {
    this.out = out;
    out.table.write(`${flowCsvHeader()}\r\n`);
  }

  add(record: FlowRecord, vector: Float32Array | null, at: number): void {
    this.rows++;
    this.out.table.write(`${flowCsvLine(record, vector, at)}\r\n`);
  }

  close(): Promise<readonly string[]> {
    return this.out.commit(this.rows);
  }

  discard(): void {
    this.out.discard();
  }
}

/** The writer's memory is emptied into the file each megabyte. */
const PIECE = 1_000_000;

/** What `fileWriter` of hyparquet-writer does, into a file that is there when it is whole. */
function intoFile(bytes: ByteWriter, file: WholeFile): ByteWriter {
  const ensure = bytes.ensure.bind(bytes);
  const flush = (): void => {
    file.write(new Uint8Array(bytes.buffer, 0, bytes.index));
    bytes.index = 0;
  };
  bytes.ensure = (size: number): void => {
    if (bytes.index > PIECE) flush();
    ensure(size);
  };
  bytes.finish = flush;
  return bytes;
}

const STORED = {
  port: { type: 'INT32' },
  whole: { type: 'INT64' },
  real: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } },
} as const;
const SCHEMA = [
  { name: 'root', num_children: FLOW_FIELDS.length + FEATURE_COUNT },
  ...FLOW_FIELDS.map((name) => ({
    name: columnOf(name),
    repetition_type: 'OPTIONAL' as const,
    ...STORED[kindOf(name)],
  })),
  ...FEATURES.map((f) => ({ name: f.name, type: 'FLOAT' as const, repetition_type: 'REQUIRED' as const })),
];
/** Rows that are held before they go to disk: 6 MB of features. */
const GROUP = 4_096;

class ParquetTable implements FeatureTable {
  private readonly writer: ParquetWriter;
  private readonly out: TableOutput;
  private readonly features = Array.from({ length: FEATURE_COUNT }, () => new Float32Array(GROUP));
  private readonly fields = FLOW_FIELDS.map((): unknown[] => []);
  private held = 0;
  private rows = 0;

  constructor(writer: ParquetWriter, out: TableOutput) {
    this.writer = writer;
    this.out = out;
  }

  add(record: FlowRecord, vector: Float32Array | null, at: number): void {
    FLOW_FIELDS.forEach((name, i) => {
      this.fields[i]!.push(stored(kindOf(name), valueOf(record, name)));
    });
    for (let f = 0; f < FEATURE_COUNT; f++) this.features[f]![this.held] = vector === null ? NaN : vector[at + f]!;
    this.rows++;
    if (++this.held === GROUP) this.flush();
  }

  close(): Promise<readonly string[]> {
    this.flush();
    void this.writer.finish();
    return this.out.commit(this.rows);
  }

  discard(): void {
    this.out.discard();
  }

  private flush(): void {
    if (this.held === 0) return;
    const { held } = this;
    const fields = FLOW_FIELDS.map((name, i) => ({ name: columnOf(name), data: this.fields[i]! }));
    const features = FEATURES.map((f, i) => ({ name: f.name, data: this.features[i]!.slice(0, held) }));
    void this.writer.write({ columnData: [...fields, ...features], rowGroupSize: GROUP });
    for (const field of this.fields) field.length = 0;
    this.held = 0;
  }
}
