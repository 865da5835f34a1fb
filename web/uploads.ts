// Captures that were dropped on the page: files of this run alone, in the cache folder. Each goes when its capture is
// closed, all go when Sightline ends, and what a killed run left goes when the next one begins.
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { removeLeftovers, runName } from '../engine/host-options.ts';

/** File systems take 255 bytes; what is opened from here may get an ending. */
const MAX_NAME_BYTES = 200;
/** Folders that versions before this one made. */
const OLDER = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export class Uploads {
  private readonly own: string;

  constructor(cacheFolder: string) {
    const folder = join(cacheFolder, 'uploads');
    removeLeftovers(folder, OLDER);
    this.own = join(folder, runName());
  }

  /** Keeps what a page sends. A failed one leaves nothing. @returns its path */
  async take(from: Readable, name: string): Promise<string> {
    const folder = join(this.own, randomUUID());
    const path = join(folder, harmlessName(name));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      await pipeline(from, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return path;
  }

  /** The capture at this path is closed. Nothing happens where it was not brought by a page. */
  closed(path: string): void {
    if (!path.startsWith(this.own + sep)) return;
    const [folder] = path.slice(this.own.length + 1).split(sep);
    rmSync(join(this.own, folder!), { recursive: true, force: true });
  }

  /** Sightline ends. */
  end(): void {
    rmSync(this.own, { recursive: true, force: true });
  }
}

/**
 * A file name of letters, digits and a few signs, whose end stays, cut between characters to what a file system takes.
 */
export function harmlessName(name: string): string {
  const plain = name
    .toWellFormed()
    .replace(/[^\p{L}\p{M}\p{N}._ -]+/gu, '_')
    .replace(/^\.+/, '');
  // Letters stay together with their marks, so that no character is cut.
  const characters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(plain)].map((s) => s.segment);
  let bytes = 0;
  let from = characters.length;
  while (from > 0 && bytes + Buffer.byteLength(characters[from - 1]!) <= MAX_NAME_BYTES)
    bytes += Buffer.byteLength(characters[--from]!);
  return (
    characters
      .slice(from)
      .join('')
      .replace(/^[. ]+/, '') || 'capture'
  );
}
