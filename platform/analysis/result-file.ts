// Reads a result file (`result-form.ts`): pages of records, and flows by a search. Nothing is held between two calls but
// the footer.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { type FlowRecord, type Verdict, VERDICTS } from '../../contract/index.ts';
import { type FlowOrder, type Footer, MARK, type Section, type SectionRecords, TAIL, VERSION } from './result-form.ts';
import type { AnalysisSummary } from './summary.ts';

/** A footer is a few kilobytes; a larger one is none of ours. */
const MOST_FOOTER = 4 * 1024 * 1024;
/** Lines of one page, and bytes of one line. */
export const MOST_LINES = 1_000;
const MOST_LINE = 8 * 1024 * 1024;
/** Flows that are looked at in one go while all are searched. */
const STRETCH = 16_384;

export interface RecordPage<R> {
  readonly records: readonly R[];
  /** Of the whole section, or of those that a search found. */
  readonly total: number;
}

export interface FlowSearch {
  readonly verdict?: Verdict;
  /** Flows of this incident. */
  readonly incident?: number;
  /** Part of an address, a port, a protocol, an application or a name. */
  readonly text?: string;
}

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
   * Records of a section in their order.
   * @param from the first, from 0
   * @param most so many, and no more than `MOST_LINES`
   */
  page<S extends Section>(section: S, from: number, most: number): RecordPage<SectionRecords[S]> {
    const total = this.count(section);
    const { first, n } = within(total, from, most);
    return {
      records: this.records(
        section,
        Array.from({ length: n }, (_, i) => first + i),
      ),
      total,
    };
  }

  /**
   * Flows that are searched for, in an order.
   * @param from the first of those, from 0
   * @param down from the end of the order
   */
  async flows(
    search: FlowSearch,
    order: FlowOrder,
    from: number,
    most: number,
    down = false,
  ): Promise<RecordPage<FlowRecord>> {
    const found = await this.found(search);
    const count = this.count('flows');
    const at = this.footer.orders[order];
    if (found === null) {
      const { first, n } = within(count, from, most);
      const rows = [...this.numbers(at, down ? count - first - n : first, n)];
      return { records: this.records('flows', down ? rows.reverse() : rows), total: count };
    }
    const total = found.reduce((sum, is) => sum + is, 0);
    const { first, n } = within(total, from, most);
    const rows: number[] = [];
    let passed = 0;
    for (let done = 0; done < count && rows.length < n; done += STRETCH) {
      const part = Math.min(STRETCH, count - done);
      const numbers = this.numbers(at, down ? count - done - part : done, part);
      if (down) numbers.reverse();
      for (const row of numbers) if (found[row] === 1 && passed++ >= first && rows.length < n) rows.push(row);
      await turn();
    }
    return { records: this.records('flows', rows), total };
  }

  /** Every line of a section, in pieces. */
  *pieces(section: Section): Generator<Uint8Array> {
    const starts = this.footer.starts[section];
    const from = this.read(starts, 8).getFloat64(0, true);
    const to = this.read(starts + this.count(section) * 8, 8).getFloat64(0, true);
    const PIECE = 256 * 1024;
    for (let at = from; at < to; at += PIECE) yield bytesOf(this.read(at, Math.min(PIECE, to - at)));
  }

  close(): void {
    closeSync(this.fd);
  }

  /** One byte a flow, 1 for those that are searched for; null where all are. */
  private async found(search: FlowSearch): Promise<Uint8Array | null> {
    const text = search.text?.trim().toLowerCase() ?? '';
    if (search.verdict === undefined && search.incident === undefined && text === '') return null;
    let found = new Uint8Array(this.count('flows')).fill(1);
    if (search.incident !== undefined) found = this.members(search.incident);
    if (search.verdict !== undefined) {
      const wanted = VERDICTS.indexOf(search.verdict);
      const verdicts = bytesOf(this.read(this.footer.verdicts, found.length));
      verdicts.forEach((verdict, row) => {
        if (verdict !== wanted) found[row] = 0;
      });
    }
    if (text !== '') await this.withText(text, found);
    return found;
  }

  private members(incident: number): Uint8Array<ArrayBuffer> {
    const found = new Uint8Array(this.count('flows'));
    const { at, count } = this.footer.members;
    // The first pair of the incident: pairs stand by incident.
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.read(at + middle * 8, 4).getUint32(0, true) < incident) low = middle + 1;
      else high = middle;
    }
    for (; low < count; low += STRETCH) {
      const pairs = this.numbers(at, low * 2, Math.min(STRETCH, count - low) * 2);
      for (let i = 0; i < pairs.length; i += 2) {
        if (pairs[i] !== incident) return found;
        found[pairs[i + 1]!] = 1;
      }
    }
    return found;
  }

  /** Takes flows out whose text has not what is searched for. */
  private async withText(text: string, found: Uint8Array): Promise<void> {
    const needle = Buffer.from(text);
    for (let row = 0; row < found.length; row += STRETCH) {
      const rows = Math.min(STRETCH, found.length - row);
      const places = this.read(this.footer.texts + row * 8, (rows + 1) * 8);
      const start = (i: number): number => places.getFloat64(i * 8, true);
      const base = start(0);
      const texts = Buffer.from(bytesOf(this.read(base, start(rows) - base)));
      let at = texts.indexOf(needle);
      for (let i = 0; i < rows; i++) {
        while (at !== -1 && at < start(i) - base) at = texts.indexOf(needle, start(i) - base);
        if (at === -1 || at >= start(i + 1) - base) found[row + i] = 0;
      }
      await turn();
    }
  }

  private records<S extends Section>(section: S, rows: readonly number[]): SectionRecords[S][] {
    return rows.map((row) => {
      const place = this.read(this.footer.starts[section] + row * 8, 16);
      const from = place.getFloat64(0, true);
      const length = place.getFloat64(8, true) - from;
      if (!(length > 0 && length <= MOST_LINE)) throw new Error(`a line of ${length} bytes in a result`);
      return JSON.parse(Buffer.from(bytesOf(this.read(from, length))).toString()) as SectionRecords[S];
    });
  }

  /** Whole numbers of 32 bits, from the one of a place on. */
  private numbers(at: number, from: number, n: number): Uint32Array {
    const got = this.read(at + from * 4, n * 4);
    return new Uint32Array(n).map((_, i) => got.getUint32(i * 4, true));
  }

  private read(at: number, length: number): DataView<ArrayBuffer> {
    return readAt(this.fd, at, length);
  }
}

function within(total: number, from: number, most: number): { readonly first: number; readonly n: number } {
  const first = Math.min(Math.max(0, Math.floor(from)), total);
  return { first, n: Math.min(Math.max(0, Math.floor(most)), MOST_LINES, total - first) };
}

function bytesOf(view: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** @throws Error where the file ends before */
function readAt(fd: number, at: number, length: number): DataView<ArrayBuffer> {
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
    const footer = JSON.parse(Buffer.from(bytesOf(readAt(fd, from, length))).toString()) as Footer;
    return footer.version === VERSION ? footer : null;
  } catch {
    return null;
  }
}
