import { type PacketRecord, type PacketRow } from '../../contract/index.ts';
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
import { byVlan, stop, say, telling, type Folders } from '../context.ts';
import { endingSentence, fileRecord, inputs, isPlainFile } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { Progress } from '../progress.ts';
import { Tally } from '../tally.ts';
import { terminal } from '../terminal.ts';

export interface PacketsOptions {
  readonly json: boolean;
  /** The table also where the output is no terminal. */
  readonly summary: boolean;
  readonly output: string | null;
  /** Stop after this many packets of each file. */
  readonly limit: number;
  readonly info: boolean;
  /** A capture that is cut is no error. */
  readonly partialOk: boolean;
}

/** Captures that are read faster than their index is loaded need none. */
const WORTH_KEEPING = 5_000;

/** One row; all rows and the head have the same columns. */
function row(
  no: string,
  time: string,
  source: string,
  destination: string,
  protocol: string,
  length: string,
  info: string,
): string {
  return `${no.padStart(7)}  ${time.padEnd(26)}  ${source.padEnd(22)} ${destination.padEnd(22)} ${protocol.padEnd(9)} ${length.padStart(6)}  ${info}`;
}

const HEAD = row('No.', 'Time (UTC)', 'Source', 'Destination', 'Protocol', 'Length', 'Info');

function printRow(p: PacketRecord, writer: RecordWriter, asJson: boolean): void {
  if (asJson) writer.write(p);
  // Date and microseconds: '2026-11-25 12:00:00.000000'.
  else
    writer.line(
      row(
        String(p.no),
        `${p.time.slice(0, 10)} ${p.time.slice(11, 26)}`,
        p.source,
        p.destination,
        p.protocol,
        String(p.length),
        p.info,
      ),
    );
}

/** A capture whose index was saved: nothing is read but the bytes of the rows that are shown. */
async function printKnown(
  path: string,
  analysis: Analysis,
  writer: RecordWriter,
  asJson: boolean,
  o: PacketsOptions,
): Promise<number> {
  const bytes = o.info && analysis.packetCount > 0 ? packetBytes(path) : null;
  let n = 0;
  for (; n < analysis.packetCount && n < o.limit && !writer.closed && !stop.asked; n++) {
    printRow(packetRecord(analysis, n as PacketRow, bytes), writer, asJson);
    if ((n & 1023) === 1023) await writer.relax();
  }
  bytes?.close();
  return n;
}

interface Printed {
  readonly ending: Ending;
  readonly packets: number;
  readonly flows: number;
}

/** Prints the packets of one file as they are read. */
async function printFile(
  path: string,
  name: string,
  writer: RecordWriter,
  asJson: boolean,
  o: PacketsOptions,
  folders: Folders,
): Promise<Printed> {
  const known = isPlainFile(path) ? loadIndex(folders.cache, path, byVlan()) : null;
  if (known !== null) {
    const { analysis } = known;
    const printed = await printKnown(path, analysis, writer, asJson, o);
    return {
      ending: printed < analysis.packetCount ? { kind: 'ok' } : known.ending,
      packets: analysis.packetCount,
      flows: analysis.flows.columns.count,
    };
  }
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: telling.timeouts });
  const opened = openCapture(path, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) return { ending: opened.ending, packets: 0, flows: 0 };
  const { reader } = opened;
  const progress = new Progress(name, terminal.spoken && !terminal.shown);
  let bytes: PacketBytes | null = null;
  let printed = 0;
  const print = async (): Promise<void> => {
    if (analysis.packetCount > 0 && o.info) bytes ??= packetBytes(reader.source.path);
    for (; printed < analysis.packetCount && printed < o.limit && !writer.closed && !stop.asked; printed++) {
      printRow(packetRecord(analysis, printed as PacketRow, bytes), writer, asJson);
      if ((printed & 1023) === 1023) await writer.relax();
    }
    await writer.relax();
  };
  let left = false;
  while (!left && (await reader.step())) {
    await print();
    progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
    left = printed >= o.limit || writer.closed || stop.asked;
  }
  await print();
  progress.clear();
  analysis.finish();
  // Who stops reading has no word to say of how the file ends.
  const ending = left ? ({ kind: 'ok' } as const) : reader.ending();
  (bytes as PacketBytes | null)?.close();
  reader.close();
  if (opened.temporary) reader.discard();
  else if (!left && ending.kind === 'ok' && analysis.packetCount >= WORTH_KEEPING && printed === analysis.packetCount)
    saveIndex(folders.cache, path, analysis, ending, byVlan());
  return { ending, packets: analysis.packetCount, flows: analysis.flows.columns.count };
}

/** Prints packets as they are read: the first rows come before the file is at its end. */
export async function packets(paths: readonly string[], o: PacketsOptions, folders: Folders): Promise<number> {
  const asJson = o.json || o.output !== null || (!terminal.shown && !o.summary);
  const writer = new RecordWriter(o.output);
  const tally = new Tally(o.partialOk);
  for (const input of inputs(paths)) {
    if (!asJson && input.kind === 'file') writer.line(HEAD);
    const printed =
      input.kind === 'bad'
        ? { ending: input.ending, packets: 0, flows: 0 }
        : await printFile(input.path, input.name, writer, asJson, o, folders);
    tally.ended(printed.ending);
    if (asJson) writer.write(fileRecord(input.name, printed.ending, printed.packets, printed.flows));
    await writer.relax();
    const sentence = endingSentence(input.name, printed.ending);
    if (sentence !== null) say(sentence);
    if (writer.closed || stop.asked) break;
  }
  await writer.end();
  return tally.code(stop.asked);
}
