// Tells SQLite's errors apart: busy, full, not writable, damaged. Only the last of these is damage.
import { errorText, type Message, SaidError, say } from '../../contract/index.ts';
import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { plainReason } from './files.ts';

/** Primary result codes (sqlite.org/rescode.html). */
export const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
} as const;

export type ProblemKind = 'locked' | 'full' | 'read-only' | 'damaged' | 'failed';

/** The store could not do what was asked; nothing of it was done. */
export class StoreProblem extends SaidError {
  readonly kind: ProblemKind;
  constructor(kind: ProblemKind, said: Message) {
    super(said);
    this.kind = kind;
  }
}

/** SQLite's primary result code of an error, -1 when it is none of SQLite's. */
export function codeOf(error: unknown): number {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : -1;
}

/** @param path of the store's file */
export function problemOf(error: unknown, path: string): StoreProblem {
  if (error instanceof StoreProblem) return error;
  const kind = kindOf(error, path);
  const why = plainReason(errorText(error));
  switch (kind) {
    case 'locked':
      return new StoreProblem(kind, say('store-locked', { path }));
    case 'full':
      return new StoreProblem(kind, say('store-full', { path }));
    case 'read-only':
      return new StoreProblem(kind, say('store-read-only', { path, why }));
    case 'damaged':
      return new StoreProblem(kind, say('store-damaged', { path, why }));
    case 'failed':
      return new StoreProblem(kind, say('store-failed', { path, why }));
  }
}

function kindOf(error: unknown, path: string): ProblemKind {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return 'full';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return 'read-only';
  switch (codeOf(error)) {
    case SQLITE.busy:
    case SQLITE.locked:
    case SQLITE.protocol:
      return 'locked';
    case SQLITE.full:
      return 'full';
    case SQLITE.readOnly:
      return 'read-only';
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return 'damaged';
    case SQLITE.io:
    case SQLITE.cannotOpen:
      return cause(path);
    default:
      return 'failed';
  }
}

/** SQLite's 'disk I/O error' and 'unable to open' do not say why: the disk is full, or the folder cannot be written. */
function cause(path: string): ProblemKind {
  try {
    const folder = dirname(path);
    const disk = statfsSync(folder);
    // With less than one page of free disk no transaction can begin.
    if (disk.bavail * disk.bsize < 65_536) return 'full';
    accessSync(folder, constants.W_OK);
    return 'failed';
  } catch (error) {
    return ['EACCES', 'EROFS', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))
      ? 'read-only'
      : 'failed';
  }
}
