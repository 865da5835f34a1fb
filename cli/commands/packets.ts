// `sightline packets`: packets, one a line, printed as they are read.
import {
  english,
  type PacketRecord,
  packetRanges,
  type PacketRow,
  packetRow,
  type RowRange,
} from '../../contract/index.ts';
import {
  Analysis,
  type Ending,
  loadIndex,
  openCapture,
  type PacketBytes,
  packetBytes,
  packetRecord,
  saveIndex,
} from '../../engine/host.ts';
import { READING, RECORDS } from '../common-flags.ts';
import { byVlan, stop, telling, UsageError, type Folders } from '../context.ts';
import { defineCommand } from '../define.ts';
import type { DissectOptions } from '../dissecting.ts';
import { choice, freeText, onOff, path, repeated, whole } from '../flags.ts';
import type { Dissector } from '../dissections.ts';
import { type Form, FORMS } from '../forms.ts';
import { fileRecord, isPlainFile } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import type { PacketFilter } from '../filtering.ts';
import { Progress } from '../progress.ts';
import { Tally, type FileInput } from '../tally.ts';
import { terminal } from '../terminal.ts';

export const command = defineCommand({
  name: 'packets',
  summary: 'Packets, one a line',
  usage: 'FILE|FOLDER…',
  takesPaths: true,
  flags: {
    ...RECORDS,
    'display-filter': freeText('FILTER', "only packets that a display filter lets through, in Wireshark's language", {
      short: 'Y',
    }),
    keylog: path('FILE', 'keys of TLS (SSLKEYLOGFILE), so that the filter sees what they decrypt'),
    preference: repeated(
      freeText('NAME:VALUE', "a preference of Wireshark's dissectors for the filter, such as tcp.check_checksum:TRUE", {
        short: 'o',
      }),
    ),
    'decode-as': repeated(
      freeText('TABLE==PORT,NAME', 'what a port is decoded as for the filter, such as tcp.port==8888,http', {
        short: 'd',
      }),
    ),
    range: freeText('RANGE', "only packets of a range of numbers, such as '1-5,8,10-'", { short: 'r' }),
    dissect: choice('FORM', 'whole dissections as tshark -T writes them, instead of lines', FORMS, null, 'T'),
    limit: whole('N', 'stop after N packets of each file', { least: 0 }),
    'no-info': onOff('leave Info empty and read no packet twice'),
    ...READING,
  },
  apart: [
    ['summary', 'json', 'output'],
    ['dissect', 'summary', 'json'],
  ],
  examples: [
    'sightline packets capture.pcap --limit 20',
    `sightline packets -Y 'http.response.code >= 400' capture.pcap`,
    `sightline packets --keylog keys.log -Y 'http2 or http' capture.pcap`,
    'sightline packets -r 1-100 -T json capture.pcap',
  ],
  run: async (o, paths, folders) => {
    const ranges = o.range === null ? null : rangesOf(o.range);
    const asJson = o.json || o.output !== null || (!terminal.shown && !o.summary);
    const filter = await filterOf(o, folders);
    const dissector = o.dissect === null ? null : new (await import('../dissections.ts')).Dissector();
    const writer = new RecordWriter(o.output);
    const tally = new Tally(o['partial-ok']);
    const captures = tally.captures(paths, (bad) => {
      if (asJson && dissector === null) writer.write(fileRecord(bad.name, bad.ending, 0, 0));
    });
    try {
      for (const input of captures) {
        if (!asJson && dissector === null) writer.line(HEAD);
        const printer = new PacketPrinter(writer, asJson, o.limit ?? Infinity, !o['no-info']);
        const some = { filter, ranges, limit: o.limit ?? Infinity };
        const print = dissector === null ? printer : new DissectedPrinter(dissector, o.dissect!, writer);
        const read = await (filter === null && ranges === null && dissector === null
          ? printFile(input, printer, folders)
          : printSome(input, print, folders, some));
        if (asJson && dissector === null) writer.write(fileRecord(input.name, read.ending, read.packets, read.flows));
        await writer.relax();
        tally.ended(input.name, read.ending);
        if (read.partial !== null) tally.incomplete(input.name, read.partial);
        if (writer.closed || stop.asked) break;
      }
    } finally {
      filter?.close();
      dissector?.close();
    }
    await writer.end();
    return tally.code(stop.asked);
  },
});

/** The engine behind filters is loaded only where one is given. */
async function filterOf(
  o: DissectOptions & { readonly 'display-filter': string | null },
  folders: Folders,
): Promise<PacketFilter | null> {
  const text = o['display-filter'];
  if (text === null) {
    if (o.keylog !== null || o.preference.length > 0 || o['decode-as'].length > 0)
      throw new UsageError('--keylog, --preference and --decode-as are for --display-filter, which is not given');
    return null;
  }
  const { PacketFilter: Filter } = await import('../filtering.ts');
  const { dissectSetup } = await import('../dissecting.ts');
  const filter = new Filter(folders.data, await dissectSetup(o));
  try {
    await filter.understand(text);
    return filter;
  } catch (error) {
    filter.close();
    throw error;
  }
}

/** Smaller captures have no index: reading them is faster than loading one. */
const WORTH_KEEPING = 5_000;
/** A slow reader of ours is waited for after this many rows. */
const ROWS_AT_ONCE = 1024;
const WIDTHS = [7, 26, 22, 22, 9, 6] as const;
const HEAD = line(['No.', 'Time (UTC)', 'Source', 'Destination', 'Protocol', 'Length', 'Info']);

/** One row; all rows and the head have the same columns. */
function line(cells: readonly string[]): string {
  const [no, time, source, destination, protocol, length, info] = cells.map((cell, i) =>
    i === 0 || i === 5 ? cell.padStart(WIDTHS[i]!) : cell.padEnd(WIDTHS[i] ?? 0),
  );
  return `${no}  ${time}  ${source} ${destination} ${protocol} ${length}  ${info}`;
}

function rowOf(p: PacketRecord): string {
  // Date and microseconds: '2026-11-25 12:00:00.000000'.
  const time = `${p.time.slice(0, 10)} ${p.time.slice(11, 26)}`;
  return line([String(p.no), time, p.source, p.destination, p.protocol, String(p.length), p.info]);
}

/** Prints the packets of one file, each once, up to the limit. */
class PacketPrinter {
  printed = 0;
  private readonly writer: RecordWriter;
  private readonly asJson: boolean;
  private readonly limit: number;
  private readonly info: boolean;
  private bytes: PacketBytes | null = null;

  constructor(writer: RecordWriter, asJson: boolean, limit: number, info: boolean) {
    this.writer = writer;
    this.asJson = asJson;
    this.limit = limit;
    this.info = info;
  }

  /** No further packet is wanted. */
  get done(): boolean {
    return this.printed >= this.limit || this.stopped;
  }

  private get stopped(): boolean {
    return this.writer.closed || stop.asked;
  }

  /** Prints what has been read since the last call. @param path where bytes for Info are read again */
  async print(analysis: Analysis, path: string): Promise<void> {
    const until = Math.min(analysis.packetCount, this.limit);
    if (this.info && until > 0) this.bytes ??= packetBytes(path);
    while (this.printed < until && !this.stopped) await this.one(analysis, packetRow(this.printed));
    await this.writer.relax();
  }

  /** Prints some packets, up to the limit. */
  async printRows(analysis: Analysis, path: string, rows: Uint32Array): Promise<void> {
    const until = Math.min(rows.length, this.limit);
    if (this.info && until > 0) this.bytes ??= packetBytes(path);
    while (this.printed < until && !this.stopped) await this.one(analysis, packetRow(rows[this.printed]!));
    await this.writer.relax();
  }

  private async one(analysis: Analysis, row: PacketRow): Promise<void> {
    const record = packetRecord(analysis, row, this.bytes);
    if (this.asJson) this.writer.write(record);
    else this.writer.line(rowOf(record));
    if (++this.printed % ROWS_AT_ONCE === 0) await this.writer.relax();
  }

  close(): void {
    this.bytes?.close();
  }
}

interface Read {
  readonly ending: Ending;
  readonly packets: number;
  readonly flows: number;
  /** What the answer of a filter leaves open, null for nothing. */
  readonly partial: string | null;
}

/** Prints one file: from its index where one was kept, else while it is read. */
async function printFile({ path, name }: FileInput, printer: PacketPrinter, folders: Folders): Promise<Read> {
  const known = isPlainFile(path) ? loadIndex(folders.cache, path, byVlan()) : null;
  if (known === null) return printReading(path, name, printer, folders);
  const { analysis } = known;
  await printer.print(analysis, path);
  printer.close();
  return read(analysis, printer.printed < analysis.packetCount ? { kind: 'ok' } : known.ending);
}

async function printReading(path: string, name: string, printer: PacketPrinter, folders: Folders): Promise<Read> {
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: telling.timeouts });
  const opened = openCapture(path, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) return { ending: opened.ending, packets: 0, flows: 0, partial: null };
  const { reader } = opened;
  const progress = new Progress(name, terminal.spoken && !terminal.shown);
  let left = false;
  while (!left && (await reader.step())) {
    await printer.print(analysis, reader.source.path);
    progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
    left = printer.done;
  }
  await printer.print(analysis, reader.source.path);
  progress.clear();
  analysis.finish();
  // Reading stopped before the end of the file, so how the file ends is not known and not said.
  const ending = left ? ({ kind: 'ok' } as const) : reader.ending();
  printer.close();
  reader.close();
  const whole = !left && ending.kind === 'ok' && printer.printed === analysis.packetCount;
  if (opened.temporary) reader.discard();
  else if (whole && analysis.packetCount >= WORTH_KEEPING) saveIndex(folders.cache, path, analysis, ending, byVlan());
  return read(analysis, ending);
}

function read(analysis: Analysis, ending: Ending): Read {
  return { ending, packets: analysis.packetCount, flows: analysis.flows.columns.count, partial: null };
}

/** Which packets of a file are printed. */
interface Some {
  readonly filter: PacketFilter | null;
  readonly ranges: readonly RowRange[] | null;
  readonly limit: number;
}

/** What prints packets of a file that was read to its end. */
interface RowPrinter {
  printRows(analysis: Analysis, path: string, rows: Uint32Array, more: More): Promise<void>;
  close(): void;
}
interface More {
  readonly name: string;
  readonly secrets: readonly string[];
}

/** Writes dissections in a form. */
class DissectedPrinter implements RowPrinter {
  private readonly dissector: Dissector;
  private readonly form: Form;
  private readonly writer: RecordWriter;

  constructor(dissector: Dissector, form: Form, writer: RecordWriter) {
    this.dissector = dissector;
    this.form = form;
    this.writer = writer;
  }

  async printRows(analysis: Analysis, path: string, rows: Uint32Array, { name, secrets }: More): Promise<void> {
    await this.dissector.print({ name, analysis, path, secrets }, rows, this.form, this.writer);
  }

  close(): void {
    /* The dissector is for every file. */
  }
}

/** @throws UsageError */
function rangesOf(text: string): readonly RowRange[] {
  const ranges = packetRanges(text);
  if ('say' in ranges) throw new UsageError(english(ranges));
  return ranges;
}

function within(rows: Uint32Array, { ranges, limit }: Some): Uint32Array {
  const kept = ranges === null ? rows : rows.filter((row) => ranges.some((r) => r.from <= row && row <= r.to));
  return kept.subarray(0, Math.min(kept.length, limit));
}

/** Prints some packets: the file is read to its end first, since the engine is asked about all of it. */
async function printSome({ path, name }: FileInput, printer: RowPrinter, folders: Folders, some: Some): Promise<Read> {
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: telling.timeouts });
  const opened = openCapture(path, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) return { ending: opened.ending, packets: 0, flows: 0, partial: null };
  const { reader } = opened;
  const progress = new Progress(name, terminal.spoken && !terminal.shown);
  try {
    while (!stop.asked && (await reader.step()))
      progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
    analysis.finish();
    const secrets = reader.stream.meta.tlsSecrets;
    const all = Uint32Array.from({ length: some.filter === null ? analysis.packetCount : 0 }, (_, i) => i);
    const found = await some.filter?.rows(analysis, reader.source.path, secrets);
    const { rows, partial } = found ?? { rows: all, partial: null };
    progress.clear();
    await printer.printRows(analysis, reader.source.path, within(rows, some), { name, secrets });
    return { ...read(analysis, reader.ending()), partial };
  } finally {
    progress.clear();
    printer.close();
    reader.close();
    if (opened.temporary) reader.discard();
  }
}
