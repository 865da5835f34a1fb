// What a host gives its desk: the same wherever the window is shown.
import { folders, helperPath } from '../store/index.ts';

export interface DeskOptions {
  readonly product: string;
  readonly version: string;
  /** The product's own folder: models, assets, the built helper. */
  readonly root: string;
  readonly cacheFolder: string;
  readonly dataFolder: string;
  readonly helper: string;
  /** Windows may name files of the machine. */
  readonly native: boolean;
  /** People who do not know of each other look at it: what one of them looks for is not remembered and not told. */
  readonly isShared?: boolean;
}

/** @param root the product's own folder @param native windows may name files of the machine */
export function deskOptions(
  root: string,
  version: string,
  native: boolean,
  env: NodeJS.ProcessEnv = process.env,
): DeskOptions {
  const { cache, data } = folders(env);
  return {
    product: 'Sightline',
    version,
    root,
    native,
    helper: helperPath(root, env),
    cacheFolder: cache,
    dataFolder: data,
  };
}
