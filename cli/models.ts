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
  if (!loaded.ok) throw new UsageError(`${file}: ${english(loaded.message)}`);
  return loaded.model;
}

/** @param name of the network, null for the one without */
export function storedBaseline(folders: Folders, name: string | null = null): BaselineDocument | null {
  const { document, note } = readBaseline(folders.data, name);
  if (note !== null) say(english(note));
  return document;
}

/**
 * What was learned of this network; null is the foreign baseline.
 * @throws UsageError for a name under which nothing was learned
 */
export function chooseBaseline(
  model: Model,
  folders: Folders,
  o: { readonly foreign: boolean; readonly network: string | null },
): BaselineDocument | null {
  const doc = o.foreign ? null : storedBaseline(folders, o.network);
  if (doc === null && o.network !== null)
    throw new UsageError(`nothing is learned by the name '${o.network}'; \`sightline learn --list\` says what is`);
  if (doc !== null && ownBaseline(model, doc) === null)
    say('The learned thresholds belong to another model and are not used. Run `sightline learn` again.');
  return doc;
}
