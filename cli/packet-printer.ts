// Packets one a line: as records, or as rows of a table whose columns stay.
import { type PacketRecord, type PacketRow, packetRow } from '../contract/index.ts';
import { type Analysis, packetBytes, type PacketBytes, packetRecord } from '../engine/host.ts';
import { stop } from './context.ts';
import type { RecordWriter } from './output.ts';
import { zoned } from './time-zone.ts';

/** A slow reader of ours is waited for after this many rows. */
const ROWS_AT_ONCE = 1024;
const WIDTHS = [7, 26, 22, 22, 9, 6] as const;

/** @param zone null for UTC */
export function packetHead(zone: string | null): string {
  return line(['No.', `Time (${zone ?? 'UTC'})`, 'Source', 'Destination', 'Protocol', 'Length', 'Info']);
}

/** One row; all rows and the head have the same columns. */
function line(cells: readonly string[]): string {
  const [no, time, source, destination, protocol, length, info] = cells.map((cell, i) =>
    i === 0 || i === 5 ? cell.padStart(WIDTHS[i]!) : cell.padEnd(WIDTHS[i] ?? 0),
  );
  return `${no}  ${time}  ${source} ${destination} ${protocol} ${length}  ${info}`;
}

function rowOf(p: PacketRecord): string {
  // Date and microseconds: '2026-11-25 12:00:00.000000'; behind them stand more digits and the offset.
  const time = `${p.time.slice(0, 10)} ${p.time.slice(11, 26)}`;
  return line([String(p.no), time, p.source, p.destination, p.protocol, String(p.length), p.info]);
}

export interface PacketStyle {
  readonly asJson: boolean;
  readonly limit: number;
  /** With the Info column, for which packets are read again. */
  readonly info: boolean;
  /** The zone of times, null for UTC. */
  readonly zone: string | null;
}

/** Prints the packets of one file, each once, up to the limit. */
export class PacketPrinter {
  printed = 0;
  private readonly writer: RecordWriter;
  private readonly style: PacketStyle;
  private bytes: PacketBytes | null = null;

  constructor(writer: RecordWriter, style: PacketStyle) {
    this.writer = writer;
    this.style = style;
  }

  /** No further packet is wanted. */
  get done(): boolean {
    return this.printed >= this.style.limit || this.stopped;
  }

  private get stopped(): boolean {
    return this.writer.closed || stop.asked;
  }

  /** Prints what has been read since the last call. @param path where bytes for Info are read again */
  async print(analysis: Analysis, path: string): Promise<void> {
    const until = Math.min(analysis.packetCount, this.style.limit);
    if (this.style.info && until > 0) this.bytes ??= packetBytes(path);
    while (this.printed < until && !this.stopped) await this.one(analysis, packetRow(this.printed));
    await this.writer.relax();
  }

  /** Prints some packets, up to the limit. */
  async printRows(analysis: Analysis, path: string, rows: Uint32Array): Promise<void> {
    const until = Math.min(rows.length, this.style.limit);
    if (this.style.info && until > 0) this.bytes ??= packetBytes(path);
    while (this.printed < until && !this.stopped) await this.one(analysis, packetRow(rows[this.printed]!));
    await this.writer.relax();
  }

  private async one(analysis: Analysis, row: PacketRow): Promise<void> {
    const { asJson, zone } = this.style;
    const plain = packetRecord(analysis, row, this.bytes);
    const record = zone === null ? plain : { ...plain, time: zoned(plain.time, zone) };
    if (asJson) this.writer.write(record);
    else this.writer.line(rowOf(record));
    if (++this.printed % ROWS_AT_ONCE === 0) await this.writer.relax();
  }

  close(): void {
    this.bytes?.close();
  }
}
