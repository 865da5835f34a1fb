// Where files go that the user has saved, and how the window gets at them.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { type SavedFile, say } from '../../contract/index.ts';
import { type Desk, Refused } from './desk.ts';
import type { Asker } from './asker.ts';
import { fileSize } from './save.ts';

/** What the user said; null where nothing was. Only the desktop program names files. */
export function chosenPath(desk: Desk, asked: string | null): string | null {
  if (asked === null) return null;
  if (!desk.options.native) throw new Refused('refused', say('only-desktop-names-files'));
  if (!isAbsolute(asked)) throw new Refused('refused', say('whole-path-wanted'));
  return asked;
}

export function downloads(): string {
  return process.env['SIGHTLINE_SAVE_TO'] ?? join(homedir(), 'Downloads');
}

export function stampNow(): string {
  return new Date().toISOString().replace(/[:T]/g, '-').slice(0, 19);
}

/** A file that was saved, as the window may fetch it. */
export function fetchable(asker: Asker, path: string): SavedFile {
  const id = randomUUID();
  asker.files.set(id, path);
  return { name: basename(path), path, bytes: fileSize(path), id };
}
