// What analysis found in one capture, as one file: incidents, alerts and flows as the command line's JSON records, one a
// line, behind them where each line begins, in which orders flows can be shown, and the counts. A server reads a page of
// it without reading the rest, whatever its size.
//
//   records   JSON lines, each section in one piece
//   starts    for each section, where its lines begin: float64 each, and the end of the last
//   orders    for each order of flows, their numbers in that order: uint32 each
//   footer    JSON: where all this stands, and the summary
//   tail      16 bytes: the footer's place and length as uint32 pairs (place low, place high, length, mark)
//
// All numbers are little-endian.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { AlertRecord, FlowRecord, IncidentRecord } from '../../contract/index.ts';
import { WholeFile } from '../../engine/host.ts';
import type { AnalysisSummary } from './summary.ts';

const VERSION = 1;
/** 'SLR1' read as a number. */
const MARK = 0x31524c53;
const TAIL = 16;
/** A footer is a few hundred bytes and the summary; a larger one is none of ours. */
const MOST_FOOTER = 4 * 1024 * 1024;
/** Lines of one page, and bytes of one line. */
export const MOST_LINES = 1_000;
const MOST_LINE = 8 * 1024 * 1024;

export const SECTIONS = ['incidents', 'alerts', 'flows'] as const;
export type Section = (typeof SECTIONS)[number];
/** `verdict`: the gravest first; all others begin with the least. */
export const FLOW_ORDERS = ['start', 'verdict', 'packets', 'bytes', 'duration'] as const;
export type FlowOrder = (typeof FLOW_ORDERS)[number];

interface SectionRecords {
  readonly incidents: IncidentRecord;
  readonly alerts: AlertRecord;
  readonly flows: FlowRecord;
}

interface Footer {
  readonly version: number;
  /** Lines of each section. */
  readonly counts: Readonly<Record<Section, number>>;
  readonly starts: Readonly<Record<Section, number>>;
  readonly orders: Readonly<Record<FlowOrder, number>>;
  readonly summary: AnalysisSummary;
}

export interface RecordPage<R> {
  readonly records: readonly R[];
  /** Of the whole section. */
  readonly total: number;
}

const GRAVITY: Readonly<Record<string, number>> = { malicious: 0, suspicious: 1, unfamiliar: 2, benign: 3 };

/** Numbers that grow without an object each. */
class Numbers {
  private values = new Float64Array(1_024);
  count = 0;

  add(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  get all(): Float64Array {
    return this.values.subarray(0, this.count);
  }
}

/** Writes a result; it is there when it is whole. Records come in any order. */
export class ResultWriter {
  private readonly file: WholeFile;
  private at = 0;
  private readonly flowStarts = new Numbers();
  private readonly keys: Readonly<Record<FlowOrder, Numbers>>;
  /** Incidents and alerts are few, and come between flows. */
  private readonly waiting: Readonly<Record<Exclude<Section, 'flows'>, string[]>> = { incidents: [], alerts: [] };

  /** @throws WriteError */
  constructor(path: string) {
    this.file = new WholeFile(path);
    this.keys = {
      start: new Numbers(),
      verdict: new Numbers(),
      packets: new Numbers(),
      bytes: new Numbers(),
      duration: new Numbers(),
    };
  }

  add(record: FlowRecord | IncidentRecord | AlertRecord): void {
    const line = JSON.stringify(record);
    if (record.type === 'incident') this.waiting.incidents.push(line);
    else if (record.type === 'alert') this.waiting.alerts.push(line);
    else this.flow(record, line);
  }

  /** @throws WriteError; nothing is left behind then */
  async commit(summary: AnalysisSummary): Promise<void> {
    const starts: Record<Section, number> = { incidents: 0, alerts: 0, flows: 0 };
    const places: Record<Section, Float64Array> = {
      flows: this.ended(this.flowStarts),
      incidents: this.lines(this.waiting.incidents),
      alerts: this.lines(this.waiting.alerts),
    };
    for (const section of SECTIONS) {
      starts[section] = this.at;
      this.bytes(places[section]);
    }
    const orders: Record<FlowOrder, number> = { start: 0, verdict: 0, packets: 0, bytes: 0, duration: 0 };
    for (const order of FLOW_ORDERS) {
      orders[order] = this.at;
      this.bytes(ordered(this.keys[order].all, this.keys.start.all));
    }
    const counts = {
      incidents: this.waiting.incidents.length,
      alerts: this.waiting.alerts.length,
      flows: this.flowStarts.count,
    };
    const footer = JSON.stringify({ version: VERSION, counts, starts, orders, summary } satisfies Footer);
    const from = this.at;
    this.text(footer);
    const tail = new DataView(new ArrayBuffer(TAIL));
    tail.setUint32(0, from >>> 0, true);
    tail.setUint32(4, Math.floor(from / 2 ** 32), true);
    tail.setUint32(8, this.at - from, true);
    tail.setUint32(12, MARK, true);
    this.bytes(new Uint8Array(tail.buffer));
    await this.file.commit();
  }

  discard(): void {
    this.file.discard();
  }

  private flow(record: FlowRecord, line: string): void {
    this.flowStarts.add(this.at);
    const start = Date.parse(record.start);
    this.keys.start.add(start);
    this.keys.verdict.add((GRAVITY[record.verdict ?? 'benign'] ?? 3) * 1_000 - (record.points ?? 0));
    this.keys.packets.add(record.packets_fwd + record.packets_rev);
    this.keys.bytes.add(record.bytes_fwd + record.bytes_rev);
    this.keys.duration.add(Date.parse(record.end) - start);
    this.text(`${line}\n`);
  }

  private lines(lines: readonly string[]): Float64Array {
    const starts = new Numbers();
    for (const line of lines) {
      starts.add(this.at);
      this.text(`${line}\n`);
    }
    return this.ended(starts);
  }

  private ended(starts: Numbers): Float64Array {
    const all = new Float64Array(starts.count + 1);
    all.set(starts.all);
    all[starts.count] = this.at;
    return all;
  }

  private text(text: string): void {
    this.file.write(text);
    this.at += Buffer.byteLength(text);
  }

  private bytes(values: Float64Array | Uint32Array | Uint8Array): void {
    this.file.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.at += values.byteLength;
  }
}

/** Numbers of rows by a key; rows with the same one by time, then as they came. */
function ordered(keys: Float64Array, times: Float64Array): Uint32Array {
  const known = (value: number): number => (Number.isNaN(value) ? 0 : value);
  return new Uint32Array(keys.length)
    .map((_, i) => i)
    .sort((x, y) => known(keys[x]!) - known(keys[y]!) || known(times[x]!) - known(times[y]!) || x - y);
}

/** A result that is open. Reads what is asked for and holds nothing but the footer. */
export class ResultFile {
  private readonly fd: number;
  private readonly footer: Footer;

  private constructor(fd: number, footer: Footer) {
    this.fd = fd;
    this.footer = footer;
  }

  /** @returns null where no whole result stands there */
  static open(path: string): ResultFile | null {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch {
      return null;
    }
    const footer = readFooter(fd);
    if (footer !== null) return new ResultFile(fd, footer);
    closeSync(fd);
    return null;
  }

  get summary(): AnalysisSummary {
    return this.footer.summary;
  }

  count(section: Section): number {
    return this.footer.counts[section];
  }

  /**
   * Records of a section in the order in which they were told.
   * @param from the first, from 0
   * @param most so many, and no more than `MOST_LINES`
   */
  page<S extends Section>(section: S, from: number, most: number): RecordPage<SectionRecords[S]> {
    const total = this.count(section);
    const first = Math.min(Math.max(0, Math.floor(from)), total);
    const n = Math.min(Math.max(0, Math.floor(most)), MOST_LINES, total - first);
    const rows = Array.from({ length: n }, (_, i) => first + i);
    return { records: this.records(section, rows), total };
  }

  /** Flows in an order. @param from the first of that order, from 0 @param down from the end of the order */
  flows(order: FlowOrder, from: number, most: number, down = false): RecordPage<FlowRecord> {
    const total = this.count('flows');
    const first = Math.min(Math.max(0, Math.floor(from)), total);
    const n = Math.min(Math.max(0, Math.floor(most)), MOST_LINES, total - first);
    const at = down ? total - first - n : first;
    const got = this.read(this.footer.orders[order] + at * 4, n * 4);
    const rows = Array.from({ length: n }, (_, i) => got.getUint32(i * 4, true));
    return { records: this.records('flows', down ? rows.reverse() : rows), total };
  }

  /** Every record of a section as lines, in pieces: for downloads. */
  *pieces(section: Section): Generator<Uint8Array> {
    const starts = this.footer.starts[section];
    const from = this.read(starts, 8).getFloat64(0, true);
    const to = this.read(starts + this.count(section) * 8, 8).getFloat64(0, true);
    const PIECE = 256 * 1024;
    for (let at = from; at < to; at += PIECE) {
      const piece = this.read(at, Math.min(PIECE, to - at));
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  private records<S extends Section>(section: S, rows: readonly number[]): SectionRecords[S][] {
    return rows.map((row) => {
      const place = this.read(this.footer.starts[section] + row * 8, 16);
      const from = place.getFloat64(0, true);
      const length = place.getFloat64(8, true) - from;
      if (!(length > 0 && length <= MOST_LINE)) throw new Error(`a line of ${length} bytes in a result`);
      const line = this.read(from, length);
      return JSON.parse(Buffer.from(line.buffer, line.byteOffset, length).toString()) as SectionRecords[S];
    });
  }

  private read(at: number, length: number): DataView {
    return readAt(this.fd, at, length);
  }
}

/** @throws Error where the file ends before */
function readAt(fd: number, at: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  let got = 0;
  while (got < length) {
    const n = readSync(fd, bytes, got, length - got, at + got);
    if (n === 0) throw new Error('a result ends too early');
    got += n;
  }
  return new DataView(bytes.buffer);
}

function readFooter(fd: number): Footer | null {
  try {
    const { size } = fstatSync(fd);
    if (size < TAIL) return null;
    const tail = readAt(fd, size - TAIL, TAIL);
    const from = tail.getUint32(4, true) * 2 ** 32 + tail.getUint32(0, true);
    const length = tail.getUint32(8, true);
    if (tail.getUint32(12, true) !== MARK || length > MOST_FOOTER || from + length + TAIL !== size) return null;
    const text = readAt(fd, from, length);
    const footer = JSON.parse(Buffer.from(text.buffer).toString()) as Footer;
    return footer.version === VERSION ? footer : null;
  } catch {
    return null;
  }
}
