// Which model judges where nobody names one: the one that a user adopted in the window, else the one that is shipped.
// The window and the command line look at the same file. An adopted model is a copy among the user's files; the shipped
// one stays where it is, to go back to.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import { loadModel, type Model } from '../detect/index.ts';

/** Larger files are no models: the shipped one has a few megabytes. */
const LARGEST = 256 * 1024 * 1024;

export interface ModelInUse {
  readonly model: Model;
  readonly file: string;
  readonly adopted: boolean;
  /** Why the adopted one is not used; null where there is nothing to say. */
  readonly note: Message | null;
}

export function adoptedFile(dataFolder: string): string {
  return join(dataFolder, 'models', 'adopted.json');
}

export function shippedFile(root: string): string {
  return join(root, 'models', 'default.json');
}

export function hasAdopted(dataFolder: string): boolean {
  return statSync(adoptedFile(dataFolder), { throwIfNoEntry: false })?.isFile() === true;
}

/** The model in use; where the adopted one cannot be used any more, the shipped one, and why. */
export function modelInUse(root: string, dataFolder: string): ModelInUse {
  let note: Message | null = null;
  if (hasAdopted(dataFolder)) {
    const file = adoptedFile(dataFolder);
    try {
      return { model: usableModel(file), file, adopted: true, note };
    } catch (error) {
      note = saidBy(error);
    }
  }
  const file = shippedFile(root);
  return { model: usableModel(file), file, adopted: false, note };
}

/** @throws SaidError that names the file */
export function usableModel(path: string): Model {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new SaidError(say('no-such-file', { path }));
  try {
    if (stat.size > LARGEST) throw new SaidError(say('model-too-large'));
    const loaded = loadModel(readFileSync(path, 'utf8'));
    if (!loaded.ok) throw new SaidError(loaded.message);
    return loaded.model;
  } catch (error) {
    throw new SaidError(say('model-not-used', { path, why: saidBy(error) }));
  }
}
