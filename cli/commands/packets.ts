import { EXIT, type PacketRow } from '../../contract/index.ts';
import { Analysis, openCapture, PacketBytes, packetRecord } from '../../engine/host.ts';
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

/** Prints packets as they are read: the first rows come before the file is at its end. */
export async function packets(paths: readonly string[], o: PacketsOptions, folders: Folders): Promise<number> {
  const writer = new RecordWriter(o.output);
  const asJson = o.json || o.output !== null || !process.stdout.isTTY;
  let failed = false;
  for (const file of inputFiles(paths)) {
    const analysis = new Analysis({ completed: () => undefined, checkpoint: () => undefined });
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
      if (analysis.packetCount > 0 && o.info) bytes ??= new PacketBytes(reader.source.path);
      for (; printed < analysis.packetCount && printed < o.limit && !writer.closed && !stop.asked; printed++) {
        const p = packetRecord(analysis, printed as PacketRow, bytes);
        if (asJson) writer.write(p);
        else writer.line(`${String(p.no).padStart(7)}  ${p.time.slice(11, 26)}  ${p.source.padEnd(22)} ${p.destination.padEnd(22)} ${p.protocol.padEnd(9)} ${String(p.length).padStart(6)}  ${p.info}`);
        if ((printed & 1023) === 1023) await writer.relax();
      }
      await writer.relax();
    };
    while (await reader.step()) {
      await print();
      progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
      if (printed >= o.limit || writer.closed || stop.asked) break;
    }
    await print();
    progress.clear();
    analysis.finish();
    const ending = printed >= o.limit && analysis.packetCount > printed ? ({ kind: 'ok' } as const) : reader.ending();
    if (ending.kind !== 'ok') {
      failed ||= ending.kind !== 'partial';
      say(endingSentence(file, ending)!);
    }
    if (asJson) writer.write(fileRecord(file, ending, analysis.packetCount, analysis.flows.columns.count));
    (bytes as PacketBytes | null)?.close();
    reader.close();
    if (opened.temporary) reader.discard();
    if (writer.closed || stop.asked) break;
  }
  await writer.end();
  return failed || stop.asked ? EXIT.error : EXIT.clean;
}
