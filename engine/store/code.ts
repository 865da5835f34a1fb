// Compiled code of our own files, kept by Node (its compile cache) from one start to the next. Node keeps a folder for
// each version of itself, each set of flags and each user, and an entry for each file, which another content of the file
// makes void; in a folder that cannot be written it keeps nothing and says nothing.
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';

const WRITTEN_BY_OTHERS = 0o022;
/** Nobody but its owner renames what is in such a folder. */
const STICKY = 0o1000;

/**
 * Has what this thread loads from now on taken from the cache folder and kept there.
 *
 * Nothing proves compiled code: who can write it decides what is run. So it is used only where nobody but this user and
 * root can write: a command called by `sudo` that keeps the user's folders compiles anew.
 *
 * @param cache the user's cache folder, which may not be there yet
 */
export function keepCode(cache: string): void {
  const folder = join(cache, 'code');
  const user = process.getuid?.();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (user === undefined || onlyOwn(folder, user)) enableCompileCache(folder);
  } catch {
    // No folder, no kept code: starting takes longer.
  }
}

/**
 * Whether nobody but a user and root can put anything in a folder, or another folder in its place.
 * @throws where it is not there
 */
export function onlyOwn(folder: string, user: number): boolean {
  const real = realpathSync(folder);
  for (let at = real; ; at = dirname(at)) {
    const { mode, uid } = statSync(at);
    if (uid !== user && uid !== 0) return false;
    if ((mode & WRITTEN_BY_OTHERS) !== 0 && (at === real || (mode & STICKY) === 0)) return false;
    if (at === dirname(at)) return true;
  }
}
