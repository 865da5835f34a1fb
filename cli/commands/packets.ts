import { EXIT, type PacketRecord, type PacketRow } from '../../contract/index.ts';
import { Analysis, type Ending, loadIndex, openCapture, type PacketBytes, packetBytes, packetRecord, saveIndex } from '../../engine/host.ts';
import { stop, say, type Folders } from '../context.ts';
import { endingSentence, fileRecord, inputFiles } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { Progress } from '../progress.ts';

export interface PacketsOptions {
  readonly json: boolean;
  readonly output: string | null;
  /** Stop after this many packets of each file. */
  readonly limit: number;
  readonly info: boolean;
}

/** Captures that are read faster than their index is loaded need none. */
const WORTH_KEEPING = 5_000;

function printRow(p: PacketRecord, writer: RecordWriter, asJson: boolean): void {
  if (asJson) writer.write(p);
  else writer.line(`${String(p.no).padStart(7)}  ${p.time.slice(11, 26)}  ${p.source.padEnd(22)} ${p.destination.padEnd(22)} ${p.protocol.padEnd(9)} ${String(p.length).padStart(6)}  ${p.info}`);
}

/** A capture whose index was saved: nothing is read but the bytes of the rows that are shown. */
async function printKnown(file: string, analysis: Analysis, ending: Ending, writer: RecordWriter, asJson: boolean, o: PacketsOptions): Promise<boolean> {
  const bytes = o.info && analysis.packetCount > 0 ? packetBytes(file) : null;
  for (let row = 0; row < analysis.packetCount && row < o.limit && !writer.closed && !stop.asked; row++) {
    printRow(packetRecord(analysis, row as PacketRow, bytes), writer, asJson);
    if ((row & 1023) === 1023) await writer.relax();
  }
  bytes?.close();
  const sentence = endingSentence(file, ending);
  if (sentence !== null) say(sentence);
  if (asJson) writer.write(fileRecord(file, ending, analysis.packetCount, analysis.flows.columns.count));
  await writer.relax();
  return ending.kind === 'ok' || ending.kind === 'partial';
}

/** Prints packets as they are read: the first rows come before the file is at its end. */
export async function packets(paths: readonly string[], o: PacketsOptions, folders: Folders): Promise<number> {
  const writer = new RecordWriter(o.output);
  const asJson = o.json || o.output !== null || !process.stdout.isTTY;
  let failed = false;
  for (const file of inputFiles(paths)) {
    const known = file === '-' ? null : loadIndex(folders.cache, file);
    if (known !== null) {
      failed ||= !(await printKnown(file, known.analysis, known.ending, writer, asJson, o));
      continue;
    }
    const analysis = new Analysis({ completed: () => undefined });
    const opened = openCapture(file, analysis, { cacheFolder: folders.cache });
    if (!opened.ok) {
      failed = true;
      writer.write(fileRecord(file, opened.ending, 0, 0));
      say(endingSentence(file, opened.ending)!);
      continue;
    }
    const { reader } = opened;
    const progress = new Progress(file, process.stderr.isTTY === true && !process.stdout.isTTY);
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
    while (!left && await reader.step()) {
      await print();
      progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
      left = printed >= o.limit || writer.closed || stop.asked;
    }
    await print();
    progress.clear();
    analysis.finish();
    // Who stops reading has no word to say of how the file ends.
    const ending = left ? ({ kind: 'ok' } as const) : reader.ending();
    if (ending.kind !== 'ok') {
      failed ||= ending.kind !== 'partial';
      say(endingSentence(file, ending)!);
    }
    if (asJson) writer.write(fileRecord(file, ending, analysis.packetCount, analysis.flows.columns.count));
    (bytes as PacketBytes | null)?.close();
    reader.close();
    if (opened.temporary) reader.discard();
    else if (!left && ending.kind === 'ok' && analysis.packetCount >= WORTH_KEEPING && printed === analysis.packetCount) saveIndex(folders.cache, file, analysis, ending);
    if (writer.closed || stop.asked) break;
  }
  await writer.end();
  return failed || stop.asked ? EXIT.error : EXIT.clean;
}
