// `sightline packets`: packets, one a line, printed as they are read.
import { english, packetRanges, type RowRange, SaidError } from '../../contract/index.ts';
import { Analysis, type Ending, loadIndex, openCapture, saveIndex } from '../../engine/host.ts';
import type { DissectSetup } from '../../engine/host-filter.ts';
import { CHOICES, DISPLAY_FILTER, DISSECTING, INDICATORS, READING, RECORDS, VARIABLES } from '../common-flags.ts';
import { byVlan, stop, telling, UsageError, usualTimeouts, type Folders } from '../context.ts';
import { defineCommand } from '../define.ts';
import type { DissectOptions } from '../dissecting.ts';
import { FIELD_OPTIONS, fieldOptions } from '../field-options.ts';
import type { PacketFilter } from '../filtering.ts';
import type { JudgedOptions, PacketJudge } from '../judged-packets.ts';
import { choice, freeText, onOff, path, repeated, whole } from '../flags.ts';
import { FORMS, isFieldForm } from '../forms.ts';
import { fileRecord, isPlainFile } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { packetHead, PacketPrinter } from '../packet-printer.ts';
import { Progress } from '../progress.ts';
import type { ReadCapture } from '../read-capture.ts';
import { Tally, type FileInput } from '../tally.ts';
import { terminal } from '../terminal.ts';
import { TIME_ZONE, setZone } from '../time-zone.ts';

export const command = defineCommand({
  name: 'packets',
  summary: 'Packets, one a line',
  usage: 'FILE|FOLDER…',
  takesPaths: true,
  flags: {
    ...RECORDS,
    ...DISPLAY_FILTER,
    ...DISSECTING,
    range: freeText('RANGE', "only packets of a range of numbers, such as '1-5,8,10-'", { short: 'r' }),
    dissect: choice('FORM', 'whole dissections as tshark -T writes them, or chosen fields (-e)', FORMS, null, 'T'),
    field: repeated(
      freeText(
        'FIELD',
        "a field's values instead of lines: Wireshark's, _ws.col.info and its like, or ours (flow.app)",
        { short: 'e' },
      ),
    ),
    'field-option': repeated(freeText('NAME=VALUE', `how fields are written: ${FIELD_OPTIONS}`, { short: 'E' })),
    limit: whole('N', 'stop after N packets of each file', { least: 0 }),
    rules: repeated(path('FILE', 'threat rules that filter and fields ask about: rule.sid, rule.msg and their like')),
    ...VARIABLES,
    ...CHOICES,
    ...INDICATORS,
    ...TIME_ZONE,
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
    'sightline packets --keylog keys.log -T pdml capture.pcap',
    'sightline packets -r 1-100 -T json capture.pcap',
    'sightline packets -Y dns -e frame.time -e dns.qry.name -E separator=, capture.pcap',
    'sightline packets -e frame.number -e ip.src -e flow.app --json capture.pcap',
    "sightline packets --rules local.rules -Y 'rule.priority == 1' -e rule.msg capture.pcap",
    "sightline packets -Y 'flow.verdict == malicious' capture.pcap",
    'sightline packets -T csv -e ip.src -e tcp.dstport --time-zone Europe/Berlin capture.pcap',
  ],
  run: async (o, paths, folders) => {
    setZone(o['time-zone']);
    const ranges = o.range === null ? null : rangesOf(o.range);
    const limit = o.limit ?? Infinity;
    const style = o.json || o.output !== null || (!terminal.shown && !o.summary) ? 'records' : 'table';
    const setup = await setupOf(o);
    const filter = await filterOf(o['display-filter'], setup, folders);
    const writer = new RecordWriter(o.output);
    const forms = await formsOf(o, setup, writer).catch((error: unknown) => {
      filter?.close();
      throw error;
    });
    const judge = await judgeOf(o, filter, folders).catch((error: unknown) => {
      filter?.close();
      forms?.close();
      throw error;
    });
    // Records of files stand beside records of packets only.
    const asRecords = style === 'records' && forms === null;
    const tally = new Tally(o['partial-ok']);
    const captures = tally.captures(paths, (bad) => {
      if (asRecords) writer.write(fileRecord(bad.name, bad.ending, 0, 0));
    });
    try {
      for (const input of captures) {
        if (style === 'table' && forms === null) writer.line(packetHead(o['time-zone']));
        const printer = new PacketPrinter(writer, {
          asJson: asRecords,
          limit,
          info: !o['no-info'],
          zone: o['time-zone'],
        });
        const rows: PrintRows =
          forms?.print ??
          ((c, some) => printer.printRows(c.analysis, c.tree.path, some).finally(() => printer.close()));
        const read = await (filter === null && ranges === null && forms === null
          ? printFile(input, printer, folders)
          : printSome(input, rows, folders, { filter, ranges, limit, judge }));
        if (asRecords) writer.write(fileRecord(input.name, read.ending, read.packets, read.flows));
        await writer.relax();
        tally.ended(input.name, read.ending);
        if (read.partial !== null) tally.incomplete(input.name, read.partial);
        if (writer.closed || stop.asked) break;
      }
      forms?.end();
    } finally {
      filter?.close();
      forms?.close();
      await judge?.close();
    }
    await writer.end();
    return tally.code(stop.asked);
  },
});

/** @throws UsageError for rules and lists that are missing, or that nothing asks about */
async function judgeOf(
  o: JudgedOptions & Pick<FormFlags, 'field'>,
  filter: PacketFilter | null,
  folders: Folders,
): Promise<PacketJudge | null> {
  const named = o.field.some((name) => OURS.test(name));
  if (o.allow.length > 0 && o.indicators.length === 0) throw new UsageError('--allow is for --indicators');
  if (filter === null && !named && o.rules.length === 0 && o.indicators.length === 0) return null;
  const { refusePlaces, wantsOf } = await import('../filtering.ts');
  refusePlaces(o.field.join(' '));
  const features = o.field.flatMap((name) => (name.startsWith(FEATURE) ? [name.slice(FEATURE.length)] : []));
  const [a, b] = [wantsOf(o.field.join(' '), features), filter?.wants ?? wantsOf('', [])];
  const wants = {
    judged: a.judged || b.judged,
    rule: a.rule ?? b.rule,
    indicator: a.indicator ?? b.indicator,
    features: [...new Set([...a.features, ...b.features])],
  };
  return (await import('../judged-packets.ts')).packetJudge(o, wants, folders);
}

const FEATURE = 'feature.';
const OURS = /^(?:flow|feature|rule|indicator|incident|frame)\./;

/** What prints another form than packets one a line. */
interface FormPrinter {
  readonly print: PrintRows;
  /** After the last capture. */
  end(): void;
  close(): void;
}

interface FormFlags {
  readonly dissect: (typeof FORMS)[number] | null;
  readonly field: readonly string[];
  readonly 'field-option': readonly string[];
  readonly json: boolean;
  readonly output: string | null;
  readonly summary: boolean;
}

/** @throws UsageError for options that do not go together, and for a field that there is not */
async function formsOf(o: FormFlags, setup: DissectSetup | null, writer: RecordWriter): Promise<FormPrinter | null> {
  const { dissect, field } = o;
  if (field.length === 0) {
    if (dissect === 'fields') throw new UsageError('-T fields prints chosen fields: -e FIELD for each');
    if (o['field-option'].length > 0) throw new UsageError('-E says how chosen fields are written: -e FIELD for each');
    if (dissect === null) return null;
    const dissector = new (await import('../dissections.ts')).Dissector(setup!);
    return {
      print: (c, rows) => dissector.print(c, rows, dissect, writer),
      end: () => undefined,
      close: () => dissector.close(),
    };
  }
  if (dissect !== null && !isFieldForm(dissect))
    throw new UsageError(
      `-e goes with -T fields, csv or json, --json or --summary; -T ${dissect} writes whole packets`,
    );
  const options = fieldOptions(o['field-option']);
  const records = o.json || (o.output !== null && dissect === null);
  const plain = o.summary || terminal.shown ? 'table' : 'fields';
  const style = dissect ?? (records ? 'records' : plain);
  const printer = new (await import('../field-printer.ts')).FieldPrinter(field, style, options, setup!, writer);
  try {
    await printer.understand();
  } catch (error) {
    printer.close();
    throw error;
  }
  return { print: (c, rows) => printer.print(c, rows), end: () => printer.end(), close: () => printer.close() };
}

/** What Wireshark's engine is told, null where nothing asks it: it is loaded only where something does. */
async function setupOf(
  o: DissectOptions & Pick<FormFlags, 'dissect' | 'field'> & { readonly 'display-filter': string | null },
): Promise<DissectSetup | null> {
  if (o['display-filter'] !== null || o.dissect !== null || o.field.length > 0)
    return (await import('../dissecting.ts')).dissectSetup(o);
  if (o.keylog !== null || o.preference.length > 0 || o['decode-as'].length > 0)
    throw new UsageError(
      '--keylog, --preference and --decode-as are for --display-filter, --field or --dissect: none is given',
    );
  return null;
}

async function filterOf(
  text: string | null,
  setup: DissectSetup | null,
  folders: Folders,
): Promise<PacketFilter | null> {
  return text === null ? null : (await import('../filtering.ts')).packetFilter(text, setup!, folders);
}

/** Smaller captures have no index: reading them is faster than loading one. */
const WORTH_KEEPING = 5_000;

interface Read {
  readonly ending: Ending;
  readonly packets: number;
  readonly flows: number;
  /** What the answer of a filter leaves open, null for nothing. */
  readonly partial: string | null;
}

/** Prints one file: from its index where one was kept, else while it is read. */
async function printFile({ path, name }: FileInput, printer: PacketPrinter, folders: Folders): Promise<Read> {
  const known = isPlainFile(path) && usualTimeouts() ? loadIndex(folders.cache, path, byVlan()) : null;
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
  else if (whole && analysis.packetCount >= WORTH_KEEPING && usualTimeouts())
    saveIndex(folders.cache, path, analysis, ending, byVlan());
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
  /** What filter and fields ask beside columns; null for nothing. */
  readonly judge: PacketJudge | null;
}

/** Prints packets of a capture that was read to its end. */
type PrintRows = (c: ReadCapture, rows: Uint32Array) => Promise<unknown>;

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
async function printSome(input: FileInput, print: PrintRows, folders: Folders, some: Some): Promise<Read> {
  const { readCapture } = await import('../read-capture.ts');
  const got = await readCapture(input, folders);
  if (!got.ok) return { ending: got.ending, packets: 0, flows: 0, partial: null };
  const plain = got.capture;
  const { analysis, ending } = plain;
  try {
    const subject = await some.judge?.subject(input, plain, folders);
    const capture = subject === undefined ? plain : { ...plain, subject };
    const all = Uint32Array.from({ length: some.filter === null ? analysis.packetCount : 0 }, (_, i) => i);
    const { rows, partial } = (await some.filter?.rows(capture)) ?? { rows: all, partial: null };
    await print(capture, within(rows, some));
    return { ...read(analysis, ending), partial };
  } catch (error) {
    // What cannot be told of this capture is told of others.
    if (error instanceof SaidError) return { ...read(analysis, ending), partial: english(error.said) };
    throw error;
  } finally {
    plain.close();
  }
}
