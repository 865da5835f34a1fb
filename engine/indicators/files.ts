// Files and folders that somebody names, and how each is written: told by what stands in it, never by its name, but for
// *.allow, which are entries that never hit.
import { readdirSync, readSync, statSync, closeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import { openPlain } from '../store/index.ts';

/** How deep folders are followed, and files of all of them. */
const MAX_DEPTH = 16;
const MAX_FILES = 100_000;
const PIECE = 1_048_576;
const ALLOW = '.allow';
const MANIFEST = 'manifest.json';
/** Bytes of a feed's manifest. */
const LARGEST_MANIFEST = 67_108_864;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One list: a file, or the events of a feed. */
export interface ListFiles {
  readonly given: string;
  readonly path: string;
  readonly files: readonly string[];
  readonly allow: boolean;
  /** Why there is nothing to read. */
  readonly wrong: Message | null;
}

/** @param allow whether all of them are entries that never hit */
export function listsAt(given: string, allow: boolean): readonly ListFiles[] {
  const isAllowed = (path: string): boolean => allow || path.toLowerCase().endsWith(ALLOW);
  const bad = (path: string, wrong: Message): ListFiles => ({ given, path, files: [], allow, wrong });
  const kind = kindOf(given);
  if (kind === 'none') return [bad(given, say('indicators-no-file'))];
  if (kind === 'file') {
    const events = basename(given) === MANIFEST ? feedOf(given) : null;
    if (events !== null) return [{ given, path: given, files: events, allow, wrong: null }];
    return [{ given, path: given, files: [given], allow: isAllowed(given), wrong: null }];
  }
  const found: ListFiles[] = [];
  let files = 0;
  const walk = (folder: string, depth: number): void => {
    let names: string[];
    try {
      names = readdirSync(folder).sort();
    } catch {
      found.push(bad(folder, say('rules-folder-unreadable')));
      return;
    }
    const feed = names.includes(MANIFEST) ? feedOf(join(folder, MANIFEST)) : null;
    if (feed !== null) {
      found.push({ given, path: folder, files: feed, allow, wrong: null });
      return;
    }
    for (const name of names) {
      if (name.startsWith('.')) continue;
      const path = join(folder, name);
      const is = kindOf(path);
      if (is === 'folder' && depth < MAX_DEPTH) walk(path, depth + 1);
      else if (is === 'folder') found.push(bad(path, say('rules-folder-deep', { max: MAX_DEPTH })));
      else if (is === 'file' && ++files <= MAX_FILES)
        found.push({ given, path, files: [path], allow: isAllowed(path), wrong: null });
    }
  };
  walk(given, 0);
  if (files > MAX_FILES) found.push(bad(given, say('indicators-many-files', { max: MAX_FILES })));
  return found.length > 0 ? found : [bad(given, say('indicators-empty-folder'))];
}

/** The same text as long as nothing that is named has changed, for whoever watches: names, sizes, times of change. */
export function listStamp(paths: readonly string[]): string {
  return paths
    .flatMap((path) => listsAt(path, false).flatMap((list) => [list.path, ...list.files]))
    .map((path) => {
      try {
        const { size, mtimeMs, ino } = statSync(path);
        return `${path} ${size} ${mtimeMs} ${ino}`;
      } catch {
        return path;
      }
    })
    .join('\n');
}

function kindOf(path: string): 'file' | 'folder' | 'none' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'none';
  }
}

/** The events that a manifest of MISP names, as files beside it; null where it is no such manifest. */
function feedOf(manifest: string): readonly string[] | null {
  try {
    const { fd, size } = openPlain(manifest);
    try {
      if (size > LARGEST_MANIFEST) return null;
      const bytes = Buffer.alloc(size);
      let done = 0;
      for (let got = 1; got > 0 && done < size; done += got) got = readSync(fd, bytes, done, size - done, done);
      const said: unknown = JSON.parse(bytes.toString('utf8', 0, done));
      if (typeof said !== 'object' || said === null || Array.isArray(said)) return null;
      const names = Object.keys(said);
      // A name that is no UUID would lead out of the folder.
      if (names.length === 0 || !names.every((name) => UUID.test(name))) return null;
      return names.slice(0, MAX_FILES).map((name) => join(dirname(manifest), `${name}.json`));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Pieces of a file as Latin-1, without the mark of UTF-8 before them. @throws SaidError for what is no text */
export function* piecesOf(path: string): Generator<string> {
  let opened: ReturnType<typeof openPlain>;
  try {
    opened = openPlain(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new SaidError(say('indicators-no-file'));
    throw new SaidError(saidBy(error));
  }
  const { fd } = opened;
  const bytes = Buffer.allocUnsafe(PIECE);
  try {
    let first = true;
    for (;;) {
      const got = readSync(fd, bytes, 0, PIECE, null);
      if (got === 0) return;
      let from = 0;
      if (first) {
        const why = notText(bytes.subarray(0, got));
        if (why !== null) throw new SaidError(why);
        if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) from = 3;
        first = false;
      }
      yield bytes.toString('latin1', from, got);
    }
  } finally {
    closeSync(fd);
  }
}

const PACKED: readonly (readonly [how: string, first: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 3, 4]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];
/** Bytes that are looked at, and NULs among them by which this is no text: a few are refused by their line. */
const LOOKED = 4_096;
const MANY = 0.05;

function notText(bytes: Buffer): Message | null {
  for (const [how, first] of PACKED)
    if (first.every((b, i) => bytes[i] === b)) return say('indicators-packed', { how });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return say('indicators-wide');
  const begin = bytes.subarray(0, LOOKED);
  const zeros = begin.reduce((n, b) => n + Number(b === 0), 0);
  return zeros > begin.length * MANY ? say('indicators-binary') : null;
}
