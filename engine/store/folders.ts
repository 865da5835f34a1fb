// Where a user's files are: the cache folder for what can be made again, the data folder for what cannot.
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The capture helper that was built with this product; SIGHTLINE_HELPER names another.
 * @param root the product's own folder
 */
export function helperPath(root: string, env: NodeJS.ProcessEnv = process.env): string {
  return (
    env['SIGHTLINE_HELPER'] ??
    join(root, 'dist', 'native', process.platform === 'win32' ? 'sightline-capture.exe' : 'sightline-capture')
  );
}

export interface Folders {
  readonly cache: string;
  readonly data: string;
}

/** XDG folders; SIGHTLINE_CACHE and SIGHTLINE_DATA_HOME override them. */
export function folders(env: NodeJS.ProcessEnv = process.env): Folders {
  return {
    cache: env['SIGHTLINE_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sightline'),
    data: env['SIGHTLINE_DATA_HOME'] ?? join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'sightline'),
  };
}
