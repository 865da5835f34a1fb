// Flows with every feature as an Arrow stream (Arrow columnar format, IPC streaming format): batches of rows, so that no
// more than one of them is in memory.
import {
  type DataType,
  float32,
  float64,
  int32,
  int64,
  tableFromArrays,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
} from '@uwdata/flechette';
import type { FlowRecord } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';
import type { FeatureTable } from './feature-table.ts';
import { type Kind, kindOf, stored } from './field-kinds.ts';
import { columnOf, FLOW_FIELDS, valueOf } from './flow-csv.ts';
import type { TableOutput } from './table-output.ts';

const BATCH = 4_096;
/** What ends a stream: a length of none. */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

const TYPES: Readonly<Record<Kind, DataType>> = {
  port: int32(),
  whole: int64(),
  real: float64(),
  text: utf8(),
  // Stored as nanoseconds, and called what they are in the schema: the package's own times are made of milliseconds.
  time: int64(),
};
const STAMP = timestamp(TimeUnit.NANOSECOND, 'UTC');
const STAMPS: ReadonlySet<string> = new Set(FLOW_FIELDS.filter((name) => kindOf(name) === 'time').map(columnOf));
const COLUMNS: Readonly<Record<string, DataType>> = Object.fromEntries([
  ...FLOW_FIELDS.map((name) => [columnOf(name), TYPES[kindOf(name)]] as const),
  ...FEATURES.map((f) => [f.name, float32()] as const),
]);

/** @param says what the schema's metadata is to say */
export function arrowTable(out: TableOutput, says: Readonly<Record<string, unknown>>): FeatureTable {
  return new ArrowTable(out, says);
}

class ArrowTable implements FeatureTable {
  private readonly out: TableOutput;
  private readonly metadata: Map<string, string>;
  private readonly features = Array.from({ length: FEATURE_COUNT }, () => new Float32Array(BATCH));
  private readonly fields = FLOW_FIELDS.map((): unknown[] => []);
  private held = 0;
  private rows = 0;
  private begun = false;

  constructor(out: TableOutput, says: Readonly<Record<string, unknown>>) {
    this.out = out;
    const texts = Object.entries(says).map(([key, value]) => [key, asText(value)] as const);
    this.metadata = new Map(texts);
  }

  add(record: FlowRecord, vector: Float32Array | null, at: number): void {
    FLOW_FIELDS.forEach((name, i) => this.fields[i]!.push(stored(kindOf(name), valueOf(record, name))));
    for (let f = 0; f < FEATURE_COUNT; f++) this.features[f]![this.held] = vector === null ? NaN : vector[at + f]!;
    this.rows++;
    if (++this.held === BATCH) this.flush();
  }

  close(): Promise<readonly string[]> {
    // The schema stands there without rows too.
    if (this.held > 0 || !this.begun) this.flush();
    this.out.table.write(END);
    return this.out.commit(this.rows);
  }

  discard(): void {
    this.out.discard();
  }

  private flush(): void {
    const { held } = this;
    const columns = Object.fromEntries([
      ...FLOW_FIELDS.map((name, i) => [columnOf(name), this.fields[i]!] as const),
      ...FEATURES.map((f, i) => [f.name, this.features[i]!.slice(0, held)] as const),
    ]);
    const table = tableFromArrays(columns as Parameters<typeof tableFromArrays>[0], { types: COLUMNS });
    table.schema.metadata = this.metadata;
    for (const field of table.schema.fields) if (STAMPS.has(field.name)) field.type = STAMP;
    const bytes = tableToIPC(table, { format: 'stream' })!;
    // Each batch comes as a stream of its own: the schema is told once, and the end when all is over.
    const from = this.begun ? messageEnd(bytes) : 0;
    this.out.table.write(bytes.slice(from, bytes.length - END.length));
    this.begun = true;
    for (const field of this.fields) field.length = 0;
    this.held = 0;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @returns the place after the schema: a mark, the length of its metadata, and that; it has no body */
function messageEnd(bytes: Uint8Array): number {
  return 8 + new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
}
