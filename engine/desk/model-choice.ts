// Which model judges: the one that is shipped, or one that the user adopted. An adopted model is a copy among the
// user's files; the shipped one stays where it is, to go back to.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import { loadModel, type Model } from '../detect/index.ts';
import { writeWhole } from '../exchange/index.ts';

/** Larger files are no models: the shipped one has a few megabytes. */
const LARGEST = 256 * 1024 * 1024;

function adoptedFile(dataFolder: string): string {
  return join(dataFolder, 'models', 'adopted.json');
}

export function shippedFile(root: string): string {
  return join(root, 'models', 'default.json');
}

/** The file of the model in use. */
export function fileOfModel(root: string, dataFolder: string): string {
  return hasAdopted(dataFolder) ? adoptedFile(dataFolder) : shippedFile(root);
}

export function hasAdopted(dataFolder: string): boolean {
  return statSync(adoptedFile(dataFolder), { throwIfNoEntry: false })?.isFile() === true;
}

/** The model in use; where the adopted one cannot be used any more, the shipped one, and why. */
export function chosenModel(
  root: string,
  dataFolder: string,
): { readonly model: Model; readonly note: Message | null } {
  const file = fileOfModel(root, dataFolder);
  if (file === shippedFile(root)) return { model: readModel(file), note: null };
  try {
    return { model: readModel(file), note: null };
  } catch (error) {
    // It is set aside by not being there: what measures captures reads the same file.
    rmSync(file, { force: true });
    return { model: readModel(shippedFile(root)), note: say('model-not-used', { path: file, why: saidBy(error) }) };
  }
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
    return readModel(shippedFile(root));
  }
  if (!isAbsolute(path)) throw new SaidError(say('path-not-whole', { path }));
  const model = usableModel(path);
  mkdirSync(join(dataFolder, 'models'), { recursive: true });
  await writeWhole(own, readFileSync(path, 'utf8'));
  return model;
}

/** @throws SaidError that names the file */
export function usableModel(path: string): Model {
  try {
    return readModel(path);
  } catch (error) {
    throw new SaidError(say('model-not-used', { path, why: saidBy(error) }));
  }
}

export function readModel(file: string): Model {
  const { size } = statSync(file);
  if (size > LARGEST) throw new SaidError(say('model-too-large'));
  const loaded = loadModel(readFileSync(file, 'utf8'));
  if (!loaded.ok) throw new SaidError(loaded.message);
  return loaded.model;
}
