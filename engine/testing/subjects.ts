// A capture as filters and pieces are asked of it in tests: read to its end, with nothing judged.
import assert from 'node:assert/strict';
import { type Subject, unscored } from '../filter/index.ts';
import { packetBytes } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { feed } from './captures.ts';

/** @param path of a capture that can be opened */
export async function subjectOf(path: string): Promise<Subject> {
  const analysis = new Analysis({ completed: () => undefined });
  assert.ok(await feed(path, analysis), path);
  analysis.finish();
  return unscored(analysis, packetBytes(path));
}
