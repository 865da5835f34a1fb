// Files and folders of a call, one after another. A folder gives every file below it once, in order of name, and says
// what of it cannot be read: no pipe, device or circle of links in a folder makes a command wait or fail.
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, type Stats } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve, sep } from 'node:path';
import {
  count,
  english,
  errorText,
  type FileRecord,
  type FileStatus,
  foreign,
  type Gravity,
  type Verdict,
} from '../contract/index.ts';
import { captureFiles, type Ending, type Model } from '../engine/host.ts';
import { folders, say, UsageError } from './context.ts';

/** A capture to be read, or something in a folder that is none. */
export type Input =
  | {
      readonly kind: 'file';
      /** What opens it. */ readonly path: string;
      /** What it is called. */ readonly name: string;
    }
  | { readonly kind: 'bad'; readonly name: string; readonly ending: Extract<Ending, { kind: 'unreadable' }> };

/** Where links to files stand whose names are no UTF-8. */
const NAMES = 'names';
const REPLACED = '\ufffd';
/** How deep folders are followed; a circle of mounts or links ends here at the latest. */
const MAX_DEPTH = 200;

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'the link leads to nothing',
  ELOOP: 'links lead in a circle',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ENAMETOOLONG: 'the path is too long',
  ENOTDIR: 'the link leads to nothing',
};

function bad(name: string, message: string): Input {
  return { kind: 'bad', name, ending: { kind: 'unreadable', offset: 0, message: foreign(message) } };
}

function failure(name: string, error: unknown): Input {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return bad(name, MESSAGES[code] ?? errorText(error));
}

/** Device and number of a file: the same for every name and link it has. */
function identity(stat: Stats): string {
  return `${stat.dev}:${stat.ino}`;
}

function oddKind(stat: Stats): string | null {
  if (stat.isFIFO()) return 'a named pipe in a folder is not waited for; name it by itself to read it';
  if (stat.isSocket()) return 'this is a socket';
  return stat.isFile() ? null : 'this is a device';
}

/** What a file that was made of several captures is called. */
export const CALLED = new Map<string, string>();

/** Every capture that a call names. @param note hears what was left out for good reason */
export function* inputs(paths: readonly string[], note: (sentence: string) => void = say): Generator<Input> {
  if (paths.length === 0) throw new UsageError('a capture file or folder is needed');
  const walk = new Walk(note);
  try {
    for (const path of paths) yield* walk.named(path);
  } finally {
    walk.end();
  }
}

class Walk {
  /** Files and folders that were given already. */
  private readonly seen = new Set<string>();
  private readonly links: string[] = [];
  private readonly note: (sentence: string) => void;

  constructor(note: (sentence: string) => void) {
    this.note = note;
  }

  *named(given: string): Generator<Input> {
    if (given === '-') {
      yield { kind: 'file', path: given, name: given };
      return;
    }
    const path = given.includes(REPLACED) ? this.unspelt(given) : given;
    // A path that is missing or cannot be opened is reported when it is opened.
    const stat = statOrNull(path);
    if (stat !== null) this.seen.add(identity(stat));
    // The folder of a live capture is one capture.
    if (stat?.isDirectory() === true && captureFiles(path) === null) yield* this.below(path, given, 0);
    else yield { kind: 'file', path, name: CALLED.get(given) ?? given };
  }

  end(): void {
    for (const link of this.links) rmSync(link, { force: true });
  }

  private *below(folder: string, name: string, depth: number): Generator<Input> {
    let entries: Buffer[];
    try {
      entries = readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare);
    } catch (error) {
      yield failure(name, error);
      return;
    }
    for (const raw of entries) {
      const text = raw.toString();
      const shown = join(name, text);
      try {
        yield* this.entry(Buffer.from(text).equals(raw) ? join(folder, text) : this.link(folder, raw), shown, depth);
      } catch (error) {
        yield failure(shown, error);
      }
    }
  }

  private *entry(path: string, name: string, depth: number): Generator<Input> {
    const stat = statSync(path);
    if (stat.isDirectory() && lstatSync(path).isSymbolicLink() && within(path)) {
      this.note(`${name} leads to a folder that it lies in, and is not followed.`);
      return;
    }
    if (this.seen.has(identity(stat))) return;
    this.seen.add(identity(stat));
    const odd = stat.isDirectory() ? null : oddKind(stat);
    if (odd !== null) yield bad(name, odd);
    else if (!stat.isDirectory() || captureFiles(path) !== null) yield { kind: 'file', path, name };
    else if (depth >= MAX_DEPTH) yield bad(name, `more than ${MAX_DEPTH} folders lie in each other`);
    else yield* this.below(path, name, depth + 1);
  }

  /** A name that is no UTF-8 cannot be given to Node as text, so a link in the cache folder leads to the file. */
  private link(folder: string, raw: Buffer): string {
    const target = Buffer.concat([Buffer.from(`${realpathSync(folder)}/`), raw]);
    const names = join(folders().cache, NAMES);
    mkdirSync(names, { recursive: true, mode: 0o700 });
    const path = join(names, `${createHash('sha256').update(target).digest('hex').slice(0, 32)}-${process.pid}`);
    rmSync(path, { force: true });
    symlinkSync(target, path);
    this.links.push(path);
    return path;
  }

  /** Node has put a sign in place of bytes that are no UTF-8: the one name of the folder that gives this is meant. */
  private unspelt(given: string): string {
    if (statOrNull(given) !== null) return given;
    const above = dirname(resolve(given));
    const folder = above.includes(REPLACED) ? this.unspelt(above) : above;
    let found: Buffer[];
    try {
      found = readdirSync(folder, { encoding: 'buffer' }).filter((raw) => raw.toString() === basename(given));
    } catch {
      return given;
    }
    if (found.length > 1)
      throw new UsageError(`${given}: ${found.length} names that are no UTF-8 look like this one; name their folder`);
    return found.length === 0 ? given : this.link(folder, found[0]!);
  }
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Whether a path can be read more than once: a pipe is read once, and opening one waits for its writer. */
export function isPlainFile(path: string): boolean {
  return path !== '-' && statOrNull(path)?.isFile() === true;
}

/** Whether a link leads to a folder above it; following it would never end. */
function within(link: string): boolean {
  const target = realpathSync(link);
  const place = realpathSync(dirname(link));
  return place === target || place.startsWith(target.endsWith(sep) ? target : `${target}${sep}`);
}

/** The record that closes each file's records. */
export function fileRecord(
  file: string,
  ending: Ending,
  packets: number,
  flows: number,
  judged?: {
    readonly verdicts: Record<Verdict, number>;
    readonly incidents: Record<Gravity, number>;
    readonly model: Pick<Model, 'name' | 'sha256'>;
  },
): FileRecord {
  const status: FileStatus = ending.kind;
  const { malicious, suspicious } = judged?.verdicts ?? { malicious: 0, suspicious: 0 };
  const incidents = judged === undefined ? 0 : judged.incidents.malicious + judged.incidents.suspicious;
  const by = judged === undefined ? {} : { model: judged.model.name, model_sha256: judged.model.sha256 };
  return {
    type: 'file',
    file,
    packets,
    flows,
    malicious,
    suspicious,
    incidents,
    status,
    error: errorOf(ending),
    ...by,
  };
}

function errorOf(ending: Ending): string | null {
  if (ending.kind === 'ok') return null;
  const said = english(ending.message);
  return 'offset' in ending ? `${said}, at byte ${ending.offset}` : said;
}

/** A sentence for people where a file did not end well, null where it did. */
export function endingSentence(file: string, ending: Ending): string | null {
  switch (ending.kind) {
    case 'ok':
      return null;
    case 'partial':
      return `${file}: ${english(ending.message)}, at byte ${count(ending.offset)}; all before it is shown.`;
    case 'unreadable':
      return `${file}: cannot be read: ${english(ending.message)}${atByte(ending.offset)}.`;
    case 'refused':
      return `${file}: refused: ${english(ending.message)}.`;
  }
}

function atByte(offset: number): string {
  return offset > 0 ? ` (byte ${count(offset)})` : '';
}
