// Real captures that stand beside the repository, and reading one to its end.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCapture, type PacketSink } from '../read/index.ts';

export const SHARED_DATA =
  process.env['SIGHTLINE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
/** Why tests of real captures are skipped; false where they are not. */
export const WITHOUT_SHARED = existsSync(join(SHARED_DATA, 'corpus')) ? false : 'shared data is absent';

const FOLDERS = ['corpus/ndpi', 'corpus/malware-samples', 'corpus/otrf', 'malformed/tcpdump'] as const;

/** @param bytes of the largest @returns files of four folders that differ much, in the order of folders and names */
export function mixedCaptures(bytes: number, chosen: (index: number) => boolean): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(SHARED_DATA, folder))
      .sort()
      .map((name) => join(SHARED_DATA, folder, name)),
  ).filter((path, i) => chosen(i) && statSync(path).isFile() && statSync(path).size < bytes);
}

/** @returns every capture of a folder and of those within it, by name */
export function capturesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pcap|pcapng|cap)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** @returns every capture of the corpus, by name */
export function corpusCaptures(): string[] {
  return capturesIn(join(SHARED_DATA, 'corpus'));
}

/** Has a sink hear a capture to its end. @returns false where it cannot be opened */
export async function feed(path: string, sink: PacketSink): Promise<boolean> {
  const opened = openCapture(path, sink, { cacheFolder: join(tmpdir(), 'sightline-feed') });
  if (!opened.ok) return false;
  const { reader, temporary } = opened;
  while (await reader.step());
  reader.close();
  if (temporary) reader.discard();
  return true;
}
