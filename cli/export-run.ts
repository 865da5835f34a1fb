// Captures one after another into an export: each is read whole, walked through again where the form asks for it, and
// let go of.
import { english } from '../contract/index.ts';
import { openCapture, type PacketSink } from '../engine/host.ts';
import { stop, UsageError, type Folders } from './context.ts';
import type { FileInput, Tally } from './tally.ts';
import type { Line } from './terminal.ts';
import { readAnalysis, type WholeCapture } from './whole-capture.ts';

/** A capture that is exported. */
export interface Exported extends WholeCapture {
  /** As the user called it. */
  readonly name: string;
  readonly input: FileInput;
  /** Gives its packets once more, in their order. */
  readonly again: (sink: PacketSink) => Promise<void>;
}

export interface Export {
  capture(capture: Exported): Promise<void>;
  /** Puts what was made in its place. @returns what is to be said of it */
  close(): Promise<readonly Line[]>;
  /** Leaves nothing behind. */
  discard(): void;
}

/** @returns what is to be said @throws WriteError, UsageError; nothing is left behind then */
export async function exportAll(
  made: Export,
  paths: readonly string[],
  tally: Tally,
  folders: Folders,
): Promise<readonly Line[]> {
  try {
    for (const input of tally.captures(paths)) {
      const whole = await readAnalysis(input.path, folders);
      try {
        tally.ended(input.name, whole.ending);
        await made.capture({
          ...whole,
          name: input.name,
          input,
          again: (sink) => walkAgain(whole.path, sink, folders.cache),
        });
      } finally {
        whole.done();
      }
      if (stop.asked) break;
    }
    return await made.close();
  } catch (error) {
    made.discard();
    throw error;
  }
}

async function walkAgain(path: string, sink: PacketSink, cacheFolder: string): Promise<void> {
  const opened = openCapture(path, sink, { cacheFolder });
  if (!opened.ok) throw new UsageError(`${path}: ${english(opened.ending.message)}`);
  while (!stop.asked && (await opened.reader.step()));
  opened.reader.close();
  if (opened.temporary) opened.reader.discard();
}
