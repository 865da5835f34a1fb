// Which model and which baseline a command scores with.
import { english } from '../contract/index.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  loadModel,
  ownBaseline,
  storedBaseline as readBaseline,
  type BaselineDocument,
  type Model,
} from '../engine/host.ts';
import { say, UsageError, type Folders } from './context.ts';
import { ROOT } from './product.ts';

export const DEFAULT_MODEL = join(ROOT, 'models', 'default.json');

/** @param path of a model; null for the one that is shipped @throws UsageError for one that cannot be used */
export function chooseModel(path: string | null): Model {
  const file = path ?? DEFAULT_MODEL;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`the model ${file} cannot be read`);
  }
  const loaded = loadModel(text);
  if (!loaded.ok) throw new UsageError(`${file}: ${loaded.message}`);
  return loaded.model;
}

export function baselineFile(folders: Folders): string {
  return join(folders.data, 'baseline.json');
}

export function storedBaseline(folders: Folders): BaselineDocument | null {
  const { document, note } = readBaseline(folders.data);
  if (note !== null) say(english(note));
  return document;
}

/** What was learned of this network, where it was learned with this model; null is the foreign baseline. */
export function chooseBaseline(model: Model, folders: Folders, foreign: boolean): BaselineDocument | null {
  const doc = foreign ? null : storedBaseline(folders);
  if (doc === null || ownBaseline(model, doc) !== null) return doc;
  say('The learned baseline belongs to another model and is not used. Run `sightline learn` again.');
  return null;
}
