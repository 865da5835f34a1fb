// Reads a capture from its first to its last readable packet through an analysis.
import { say } from '../../contract/index.ts';
import { type CaptureReader, type Ending, openCapture } from '../read/index.ts';
import type { Analysis } from './analysis.ts';

/** @param onStep after each block read; @returns false to stop, then flows that are open complete all the same */
export async function readThrough(
  path: string,
  analysis: Analysis,
  cacheFolder: string,
  onStep?: (reader: CaptureReader) => boolean | Promise<boolean>,
): Promise<Ending> {
  const opened = openCapture(path, analysis, { cacheFolder });
  if (!opened.ok) return opened.ending;
  const { reader } = opened;
  try {
    let stopped = false;
    while (!stopped && (await reader.step())) stopped = onStep !== undefined && !(await onStep(reader));
    analysis.finish();
    return stopped ? stoppedAfter(analysis.packetCount) : reader.ending();
  } finally {
    reader.close();
    if (opened.temporary) reader.discard();
  }
}

/** How a file ends that the user stopped reading. */
export function stoppedAfter(packets: number): Ending {
  return { kind: 'refused', message: say('stopped-after', { packets }) };
}
