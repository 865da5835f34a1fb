// Files and folders of a call, one after another; a folder gives all files below it, in order of name.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRecord, FileStatus, Verdict } from '../contract/index.ts';
import { captureFiles, type Ending } from '../engine/host.ts';
import { UsageError } from './context.ts';

export function* inputFiles(paths: readonly string[]): Generator<string> {
  if (paths.length === 0) throw new UsageError('a capture file or folder is needed');
  for (const path of paths) yield* below(path);
}

function* below(path: string): Generator<string> {
  let folder = false;
  try {
    folder = path !== '-' && statSync(path).isDirectory();
  } catch {
    folder = false;
  }
  // A live capture's folder is one capture, not many.
  if (!folder || captureFiles(path) !== null) yield path;
  else for (const name of readdirSync(path).sort()) yield* below(join(path, name));
}

/** The record that closes each file's records. */
export function fileRecord(file: string, ending: Ending, packets: number, flows: number, verdicts?: Record<Verdict, number>): FileRecord {
  const status: FileStatus = ending.kind;
  const error = ending.kind === 'ok' ? null : 'offset' in ending ? `${ending.message}, at byte ${ending.offset}` : ending.message;
  return { type: 'file', file, packets, flows, malicious: verdicts?.malicious ?? 0, suspicious: verdicts?.suspicious ?? 0, status, error };
}

/** A sentence for people where a file did not end well, null where it did. */
export function endingSentence(file: string, ending: Ending): string | null {
  switch (ending.kind) {
    case 'ok': return null;
    case 'partial': return `${file}: ${ending.message}, at byte ${ending.offset.toLocaleString('en-US')}; all before it is shown.`;
    case 'unreadable': return `${file}: cannot be read: ${ending.message} (byte ${ending.offset.toLocaleString('en-US')}).`;
    case 'refused': return `${file}: refused: ${ending.message}.`;
  }
}
