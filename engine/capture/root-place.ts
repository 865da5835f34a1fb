// A host that runs as root opens the place of a capture itself and hands the helper its descriptor: the helper gives up
// root before it makes anything, and would otherwise need a right of its own to folders that are root's.
import { closeSync, constants, fchownSync, mkdirSync, openSync, rmdirSync, unlinkSync } from 'node:fs';
import type { CaptureFiles } from './plan.ts';

export interface RootPlace {
  readonly descriptor: number;
  /** The helper has it. */
  given(): void;
  /** The capture did not begin: removes what was made for it, as far as it is empty. */
  undo(): void;
}

const NOBODY = 65534;

function id(text: string | undefined): number {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

/** Whom the helper becomes (native/sightline-capture/privileges.cpp): who was lent root, else nobody. */
function heir(env: NodeJS.ProcessEnv): { readonly user: number; readonly group: number; readonly lent: boolean } {
  const user = id(env['SUDO_UID']) || id(env['PKEXEC_UID']);
  return { user: user || NOBODY, group: id(env['SUDO_GID']) || NOBODY, lent: user !== 0 };
}

/** @returns null where this process is not root; throws when the place cannot be made */
export function rootPlace(files: CaptureFiles, env: NodeJS.ProcessEnv = process.env): RootPlace | null {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return null;
  return files.kind === 'ring' ? ringPlace(files.folder, env) : filePlace(files.path, env);
}

function ringPlace(folder: string, env: NodeJS.ProcessEnv): RootPlace {
  const made = makes(() => mkdirSync(folder, { mode: 0o700 }));
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const { user, group } = heir(env);
  // Segments are made by who the helper becomes. Only what was not there before is given away.
  if (made) fchownSync(descriptor, user, group);
  return place(descriptor, () => {
    if (made) rmdirSync(folder);
  });
}

function filePlace(path: string, env: NodeJS.ProcessEnv): RootPlace {
  const { O_WRONLY, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW } = constants;
  let descriptor = -1;
  const made = makes(() => {
    descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  });
  if (!made) descriptor = openSync(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
  const { user, group, lent } = heir(env);
  if (made && lent) fchownSync(descriptor, user, group);
  return place(descriptor, () => {
    if (made) unlinkSync(path);
  });
}

/** @returns whether it was made; false when it is there already */
function makes(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function place(descriptor: number, remove: () => void): RootPlace {
  return {
    descriptor,
    given: () => closeSync(descriptor),
    undo: () => {
      try {
        remove();
      } catch {
        /* it holds something, or is gone */
      }
    },
  };
}
