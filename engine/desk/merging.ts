// Several captures of a window's user as one file.
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Message, say } from '../../contract/index.ts';
import { mergeCaptures } from '../exchange/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { type Desk, Refused } from './desk.ts';

/** @returns how many packets there are, and what of a capture could not be read */
export async function mergeInto(
  desk: Desk,
  paths: readonly string[],
  to: string,
  turns: TimeSlices,
): Promise<{ readonly packets: number; readonly notes: readonly Message[] }> {
  mkdirSync(dirname(to), { recursive: true });
  const merged = await mergeCaptures(paths, to, desk.options.cacheFolder, turns);
  if ('message' in merged) {
    const { path, message } = merged;
    throw new Refused('refused', say('not-merged', { name: basename(path), why: message }));
  }
  const notes = merged.endings.flatMap(({ path, packets, ending }) =>
    ending.kind === 'ok' ? [] : [say('merged-in-part', { name: basename(path), packets, why: ending.message })],
  );
  return { packets: merged.packets, notes };
}
