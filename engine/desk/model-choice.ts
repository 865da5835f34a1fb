// Adopting a model, and going back to the one that is shipped.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { SaidError, say } from '../../contract/index.ts';
import type { Model } from '../detect/index.ts';
import { writeWhole } from '../exchange/index.ts';
import { adoptedFile, modelInUse, type ModelInUse, shippedFile, usableModel } from '../session/index.ts';
import { setAside } from '../store/index.ts';

/** The model in use; an adopted one that cannot be used any more is set aside, so that it is not asked for again. */
export function chosenModel(root: string, dataFolder: string): ModelInUse {
  const chosen = modelInUse(root, dataFolder);
  if (chosen.note !== null) setAside(adoptedFile(dataFolder));
  return chosen;
}

/**
 * Copies a model among the user's files, from where it is used from now on.
 * @param path null goes back to the model that is shipped
 * @throws SaidError where it cannot be used
 */
export async function adoptModel(root: string, dataFolder: string, path: string | null): Promise<Model> {
  const own = adoptedFile(dataFolder);
  if (path === null) {
    rmSync(own, { force: true });
    return usableModel(shippedFile(root));
  }
  if (!isAbsolute(path)) throw new SaidError(say('path-not-whole', { path }));
  const model = usableModel(path);
  mkdirSync(dirname(own), { recursive: true });
  await writeWhole(own, readFileSync(path, 'utf8'));
  return model;
}
