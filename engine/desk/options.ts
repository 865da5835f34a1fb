// What a host gives its desk: the same wherever the window is shown.
import { join } from 'node:path';
import { folders } from '../store/index.ts';
import type { DeskOptions } from './desk.ts';

/** @param root the product's own folder @param native windows may name files of the machine */
export function deskOptions(root: string, version: string, native: boolean, env: NodeJS.ProcessEnv = process.env): DeskOptions {
  const { cache, data } = folders(env);
  const helper = env['SIGHTLINE_HELPER'] ?? join(root, 'dist', 'native', process.platform === 'win32' ? 'sightline-capture.exe' : 'sightline-capture');
  return { product: 'Sightline', version, root, native, helper, cacheFolder: cache, dataFolder: data };
}
