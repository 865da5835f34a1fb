// Commands that do one thing with one capture: it is read to its end, something is done, and how it ended is told.
import { english, SaidError } from '../contract/index.ts';
import { type Folders, stop, UsageError } from './context.ts';
import { type ReadCapture, readCapture } from './read-capture.ts';
import { Tally } from './tally.ts';

/**
 * @param paths of the call: one @param job what is done; a SaidError of it is about this capture
 * @returns the exit code
 */
export async function withCapture(
  command: string,
  paths: readonly string[],
  partialOk: boolean,
  folders: Folders,
  job: (c: ReadCapture, tally: Tally) => Promise<void>,
): Promise<number> {
  if (paths.length !== 1) throw new UsageError(`${command} takes one capture file`);
  const tally = new Tally(partialOk);
  for (const input of tally.captures(paths)) {
    const read = await readCapture(input, folders);
    if (!read.ok) {
      tally.ended(input.name, read.ending);
      continue;
    }
    const { capture } = read;
    try {
      await job(capture, tally);
      tally.ended(input.name, capture.ending);
    } catch (error) {
      if (!(error instanceof SaidError)) throw error;
      throw new UsageError(`${input.name}: ${english(error.said)}`);
    } finally {
      capture.close();
    }
  }
  return tally.code(stop.asked);
}
