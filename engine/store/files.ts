// Small files of the user's data folder: they are read without waiting, written whole or not at all, and private to the
// user.
import { foreign, type Message, SaidError, say } from '../../contract/index.ts';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;
const MAX_SMALL = 64 * 1024 * 1024;

export type PlainText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'odd'; readonly message: Message };

/** Says what a path is that is no regular file, or null when it is one. */
export function oddKind(stat: {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}): Message | null {
  if (stat.isFile()) return null;
  if (stat.isDirectory()) return say('is-folder');
  if (stat.isFIFO()) return say('is-pipe');
  return stat.isSocket() ? say('is-socket') : say('is-device');
}

/** The text of a small file. A pipe, a device or a folder in its place is reported and not waited for. */
export function readPlain(path: string, limit = MAX_SMALL): PlainText {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO') return { kind: 'odd', message: say('is-socket') };
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'odd', message: foreign(plainReason(message)) };
  }
  try {
    const stat = fstatSync(fd);
    const odd = oddKind(stat);
    if (odd !== null) return { kind: 'odd', message: odd };
    if (stat.size > limit) return { kind: 'odd', message: say('is-too-large') };
    const bytes = Buffer.alloc(stat.size);
    let done = 0;
    for (let got = 1; got > 0 && done < bytes.length; done += got)
      got = readSync(fd, bytes, done, bytes.length - done, done);
    return { kind: 'text', text: bytes.toString('utf8', 0, done) };
  } catch (error) {
    return { kind: 'odd', message: foreign(plainReason((error as Error).message)) };
  } finally {
    closeSync(fd);
  }
}

/**
 * A regular file of the user's, opened to be read; nothing is waited for.
 * @returns its descriptor, for the caller to close, and its bytes
 * @throws SaidError where it is no regular file, and what the system throws where it cannot be opened
 */
export function openPlain(path: string): { readonly fd: number; readonly size: number } {
  // A pipe that nobody writes to would hold the whole process.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stat = fstatSync(fd);
  const odd = oddKind(stat);
  if (odd === null) return { fd, size: stat.size };
  closeSync(fd);
  throw new SaidError(odd);
}

/** Node's 'EACCES: permission denied, open …' without code and call. */
export function plainReason(message: string): string {
  return message.replace(/^E[A-Z0-9]+: /, '').replace(/, [a-z]+( '.*)?$/s, '');
}

/**
 * Writes a small file in one step, so that readers see either the old or the new text. Throws when it cannot, and
 * leaves the old one.
 */
export function writePlain(path: string, text: string): void {
  privateFolder(dirname(path));
  // Of a name that nobody can put a link at before, and never through one.
  const fresh = `${path}.new-${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    const fd = openSync(fresh, 'wx', PRIVATE_FILE);
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Makes a folder, and those above it, that only its owner can look into. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
}

/** Sets an odd file aside under a name that tells when. @returns the name, or null where it could not be renamed */
export function setAside(path: string): string | null {
  const aside = `${path}.damaged-${Date.now()}`;
  try {
    renameSync(path, aside);
    return aside;
  } catch {
    return null;
  }
}

const OURS = /^(settings\.json|recent\.json|baseline\.json|sightline\.(sqlite|lock))/;

/**
 * Takes other users' rights from the data folder and from our files in it, however an earlier version made them. A
 * folder that belongs to somebody else, or that everybody writes into (/tmp), stays as it is; links are not followed.
 */
export function tighten(folder: string): void {
  const mine = process.getuid?.();
  if (mine === undefined) return;
  const narrow = (path: string, mode: number): void => {
    try {
      const stat = lstatSync(path);
      const shared = (stat.mode & 0o1000) !== 0;
      if (stat.uid !== mine || stat.isSymbolicLink() || shared || (stat.mode & 0o077) === 0) return;
      if (stat.isDirectory() === (mode === PRIVATE_FOLDER)) chmodSync(path, mode);
    } catch {
      /* gone, or not ours to change */
    }
  };
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  narrow(folder, PRIVATE_FOLDER);
  narrow(join(folder, 'captures'), PRIVATE_FOLDER);
  for (const name of names) if (OURS.test(name)) narrow(join(folder, name), PRIVATE_FILE);
}
