// A file of the user's that appears only when it is whole: it is written beside its place under another name, then
// moved.
import { type MessageKey, SaidError, saidBy, say } from '../../contract/index.ts';
import {
  closeSync,
  fsync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What is written is collected up to this many characters or bytes before it goes to disk. */
const PIECE = 262_144;
/** File systems allow 255 bytes in a name; ours needs room for what stands before and behind. */
const MAX_NAME_PART = 80;
/** Only the user reads what is exported of traffic. */
const PRIVATE = 0o600;

const OF_OTHERS = 'EOTHERS';

const REASONS: Readonly<Record<string, MessageKey>> = {
  ENOSPC: 'write-no-room',
  EDQUOT: 'write-quota',
  EFBIG: 'write-too-large',
  EACCES: 'write-forbidden',
  EPERM: 'write-forbidden',
  EROFS: 'write-read-only',
  EISDIR: 'write-folder',
  ENOTEMPTY: 'write-folder',
  EEXIST: 'write-exists',
  ENOENT: 'write-no-folder',
  ENOTDIR: 'write-file-for-folder',
  ENAMETOOLONG: 'write-name-long',
  ELOOP: 'write-loop',
  EIO: 'write-io',
  EMFILE: 'write-many-files',
  ENXIO: 'write-nobody-reads',
  [OF_OTHERS]: 'write-of-others',
};

/** Something could not be written: for people. */
export class WriteError extends SaidError {
  /** The system's word, like 'ENOSPC'. */
  readonly code: string;

  constructor(path: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const known = REASONS[code];
    super(say('not-written', { path, why: known === undefined ? saidBy(cause) : { say: known } }), cause);
    this.code = code;
  }
}

/**
 * A link or a pipe that another user put there: what is written would go where they want it, or to them. Linux itself
 * refuses so in folders like /tmp (fs.protected_symlinks), and elsewhere nobody does.
 */
function isOfOthers(named: Stats): boolean {
  if (!named.isSymbolicLink() && !named.isFIFO()) return false;
  return process.geteuid !== undefined && named.uid !== process.geteuid() && named.uid !== 0;
}

/** Files that are being written; they are removed when the process ends before they are done. */
const unfinished = new Set<WholeFile>();
let watching = false;
let made = 0;

export class WholeFile {
  readonly path: string;
  private readonly target: string;
  /** Where it is written; null for a device or a pipe, which is written in place. */
  private readonly beside: string | null;
  private fd: number | null;
  private waiting: (string | Uint8Array)[] = [];
  private size = 0;

  /** @throws WriteError when nothing can be written there */
  constructor(path: string) {
    this.path = path;
    try {
      const named = lstatSync(path, { throwIfNoEntry: false });
      if (named !== undefined && isOfOthers(named)) throw Object.assign(new Error('of others'), { code: OF_OTHERS });
      const there = statSync(path, { throwIfNoEntry: false });
      if (there?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
      const inPlace = there !== undefined && !there.isFile();
      // A link stays a link; the file that it leads to is replaced.
      this.target = there === undefined || inPlace ? path : realpathSync(path);
      const own = `${process.pid}-${Date.now().toString(36)}-${made++}`;
      const name = `.${basename(this.target).slice(0, MAX_NAME_PART / 4)}.${own}.part`;
      this.beside = inPlace ? null : join(dirname(this.target), name);
      if (there === undefined && Buffer.byteLength(basename(path)) > 255)
        throw Object.assign(new Error('name'), { code: 'ENAMETOOLONG' });
      this.fd = this.beside === null ? openSync(path, 'w') : openSync(this.beside, 'wx', PRIVATE);
    } catch (error) {
      throw new WriteError(path, error);
    }
    unfinished.add(this);
    if (!watching) {
      watching = true;
      process.on('exit', () => {
        for (const file of unfinished) file.discard();
      });
    }
  }

  /** @throws WriteError; the file is given up then */
  write(data: string | Uint8Array): void {
    // The caller may use its bytes again (and a Buffer's `slice` is no copy).
    this.waiting.push(typeof data === 'string' || data.length > PIECE ? data : new Uint8Array(data));
    this.size += data.length;
    if (this.size >= PIECE) this.flush();
  }

  /** Puts what was written in its place, on disk. @throws WriteError; what was there before stays then */
  async commit(): Promise<void> {
    await this.settle();
    this.place();
  }

  /** All that needs room is done: what is left is the move. @throws WriteError */
  async settle(): Promise<void> {
    this.flush();
    const fd = this.open();
    try {
      // Pipes and devices have nothing to be synchronised.
      if (this.beside !== null) await promisify(fsync)(fd);
      this.fd = null;
      closeSync(fd);
    } catch (error) {
      this.discard();
      throw new WriteError(this.path, error);
    }
  }

  /** After `settle`. @throws WriteError */
  place(): void {
    try {
      if (this.beside !== null) renameSync(this.beside, this.target);
    } catch (error) {
      this.discard();
      throw new WriteError(this.path, error);
    }
    unfinished.delete(this);
  }

  /** Leaves nothing behind; does nothing after `commit`. */
  discard(): void {
    if (!unfinished.delete(this)) return;
    this.waiting = [];
    try {
      if (this.fd !== null) closeSync(this.fd);
      if (this.beside !== null) rmSync(this.beside, { force: true });
    } catch {
      // The file could not be removed; nothing more can be done.
    }
    this.fd = null;
  }

  private open(): number {
    if (this.fd === null) throw new WriteError(this.path, new SaidError(say('write-given-up')));
    return this.fd;
  }

  private flush(): void {
    if (this.size === 0) return;
    const { waiting } = this;
    this.waiting = [];
    this.size = 0;
    const texts = waiting.filter((w): w is string => typeof w === 'string');
    this.put(
      texts.length === waiting.length
        ? Buffer.from(texts.join(''))
        : Buffer.concat(waiting.map((w) => (typeof w === 'string' ? Buffer.from(w) : w))),
    );
  }

  private put(data: Uint8Array): void {
    const fd = this.open();
    try {
      for (let at = 0; at < data.length;) at += writeSync(fd, data, at, data.length - at);
    } catch (error) {
      this.discard();
      throw new WriteError(this.path, error);
    }
  }
}

/** Puts a whole small file in its place. @throws WriteError */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const file = new WholeFile(path);
  file.write(data);
  await file.commit();
}

/** Several files that belong together: none is moved to its place before all of them are on disk. @throws WriteError */
export async function commitAll(files: readonly WholeFile[]): Promise<void> {
  try {
    for (const file of files) await file.settle();
    for (const file of files) file.place();
  } catch (error) {
    for (const file of files) file.discard();
    throw error;
  }
}
