// Flows with every feature as a table: CSV for spreadsheets, Parquet for everything else. Columns come from the record's fields and the schema.
import { createWriteStream, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { ParquetWriter } from 'hyparquet-writer';
import type { FlowRecord } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES, SCHEMA_HASH, SCHEMA_VERSION } from '../features/index.ts';
import { columnOf, FLOW_FIELDS, flowCsvHeader, flowCsvLine } from './flow-csv.ts';

export interface FeatureTable {
  /** @param vector all features at `at..`, or null when they are not known @returns a promise when the disk is behind */
  add(record: FlowRecord, vector: Float32Array | null, at: number): Promise<unknown> | undefined;
  close(): Promise<void>;
}

/** @param path ends with .parquet for Parquet, whose writer is loaded only then; anything else is CSV */
export async function featureTable(path: string): Promise<FeatureTable> {
  if (!path.toLowerCase().endsWith('.parquet')) return new CsvTable(path);
  const { fileWriter, ParquetWriter: Writer } = await import('hyparquet-writer');
  // The writer has no say in who may read the file: it is there before it.
  writeFileSync(path, '', { mode: 0o600 });
  return new ParquetTable(new Writer({ writer: fileWriter(path), schema: SCHEMA, createdBy: 'sightline', kvMetadata: [{ key: 'schema_version', value: String(SCHEMA_VERSION) }, { key: 'schema_hash', value: SCHEMA_HASH }] }));
}

class CsvTable implements FeatureTable {
  private readonly out: ReturnType<typeof createWriteStream>;
  private readonly failed: Promise<never>;
  /** One promise for all who wait for the disk. */
  private drained: Promise<unknown> | undefined;

  constructor(path: string) {
    this.out = createWriteStream(path, { mode: 0o600 });
    this.failed = once(this.out, 'error').then(([error]) => { throw error as Error; });
    // The failure is seen where a write or the end is awaited.
    this.failed.catch(() => undefined);
    this.out.write(`${flowCsvHeader()}\r\n`);
  }

  add(record: FlowRecord, vector: Float32Array | null, at: number): Promise<unknown> | undefined {
    if (this.out.write(`${flowCsvLine(record, vector, at)}\r\n`)) return undefined;
    this.drained ??= Promise.race([once(this.out, 'drain'), this.failed]).finally(() => { this.drained = undefined; });
    return this.drained;
  }

  async close(): Promise<void> {
    this.out.end();
    await Promise.race([once(this.out, 'finish'), this.failed]);
  }
}

type Kind = 'INT32' | 'INT64' | 'DOUBLE' | 'STRING';
const KINDS: Readonly<Partial<Record<(typeof FLOW_FIELDS)[number], Kind>>> = { id: 'INT64', sport: 'INT32', dport: 'INT32', first_packet: 'INT64', last_packet: 'INT64', score: 'DOUBLE' };
const SCHEMA = [
  { name: 'root', num_children: FLOW_FIELDS.length + FEATURE_COUNT },
  ...FLOW_FIELDS.map((name) => { const kind = KINDS[name] ?? 'STRING'; return { name: columnOf(name), repetition_type: 'OPTIONAL' as const, ...(kind === 'STRING' ? { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const } : { type: kind }) }; }),
  ...FEATURES.map((f) => ({ name: f.name, type: 'FLOAT' as const, repetition_type: 'REQUIRED' as const })),
];
/** Rows that are held before they go to disk: 6 MB of features. */
const GROUP = 4_096;

class ParquetTable implements FeatureTable {
  private readonly writer: ParquetWriter;
  private readonly features = Array.from({ length: FEATURE_COUNT }, () => new Float32Array(GROUP));
  private readonly fields = FLOW_FIELDS.map((): unknown[] => []);
  private rows = 0;

  constructor(writer: ParquetWriter) {
    this.writer = writer;
  }

  add(record: FlowRecord, vector: Float32Array | null, at: number): undefined {
    FLOW_FIELDS.forEach((name, i) => {
      const value = record[name] ?? null;
      this.fields[i]!.push(value !== null && KINDS[name] === 'INT64' ? BigInt(value) : value);
    });
    for (let f = 0; f < FEATURE_COUNT; f++) this.features[f]![this.rows] = vector === null ? NaN : vector[at + f]!;
    if (++this.rows === GROUP) this.flush();
  }

  // oxlint-disable-next-line typescript/require-await
  async close(): Promise<void> {
    this.flush();
    void this.writer.finish();
  }

  private flush(): void {
    if (this.rows === 0) return;
    const { rows } = this;
    void this.writer.write({ columnData: [...FLOW_FIELDS.map((name, i) => ({ name: columnOf(name), data: this.fields[i]! })), ...FEATURES.map((f, i) => ({ name: f.name, data: this.features[i]!.slice(0, rows) }))], rowGroupSize: GROUP });
    for (const field of this.fields) field.length = 0;
    this.rows = 0;
  }
}
