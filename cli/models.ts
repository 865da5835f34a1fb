// Which model and which baseline a command scores with.
import { english, say as message } from '../contract/index.ts';
import {
  isCalibrated,
  isOfModel,
  modelInUse,
  proveModel,
  shippedFile,
  storedBaseline as readBaseline,
  usableModel,
  type BaselineDocument,
  type Model,
} from '../engine/host.ts';
import { say, UsageError, type Folders } from './context.ts';
import { ROOT } from './product.ts';

export const DEFAULT_MODEL = shippedFile(ROOT);
/** In place of a file: the model that is shipped, and the one that was adopted in the window. */
export const SHIPPED = 'shipped';
const ADOPTED = 'adopted';

export interface ChosenModel {
  readonly model: Model;
  readonly file: string;
  /** In words: where it comes from. */
  readonly origin: 'as shipped' | 'adopted in the window' | 'as named';
}

/**
 * @param said a file, 'shipped' or 'adopted'; null is the adopted one where there is one, else the shipped one
 * @throws UsageError where none is adopted @throws SaidError for one that cannot be used
 */
export function chooseModel(said: string | null, folders: Folders): ChosenModel {
  if (said === SHIPPED) return { model: usableModel(DEFAULT_MODEL), file: DEFAULT_MODEL, origin: 'as shipped' };
  if (said !== null && said !== ADOPTED) return { model: usableModel(said), file: said, origin: 'as named' };
  const { model, file, adopted, note } = modelInUse(ROOT, folders.data);
  if (said === ADOPTED && !adopted)
    throw new UsageError(note === null ? 'no model was adopted in the window' : english(note));
  if (note !== null) say(`${english(note)} The shipped model is used.`);
  return { model, file, origin: adopted ? 'adopted in the window' : 'as shipped' };
}

/**
 * Before a command judges: finds out whether the model can, and tells on stderr where it is another than the shipped one
 * that nobody named in the call. @throws SaidError where it cannot be used
 */
export async function readyModel({ model, file, origin }: ChosenModel): Promise<void> {
  await proveModel(file, model);
  if (origin !== 'adopted in the window') return;
  say(`Judged by the model ${model.name}, which was adopted in the window; \`--model shipped\` takes the shipped one.`);
}

/** 'sightline-2026-11, as shipped'. */
export function modelText({ model, origin }: ChosenModel): string {
  return `${model.name}, ${origin}`;
}

/** @param name of the network, null for the one without */
export function storedBaseline(folders: Folders, name: string | null = null): BaselineDocument | null {
  const { document, note } = readBaseline(folders.data, name);
  if (note !== null) say(english(note));
  return document;
}

/**
 * What was learned of this network; null is the foreign baseline.
 * @param called the network of the interface, which goes before the one without a name; '' for none
 * @throws UsageError for a name under which nothing was learned
 */
export function chooseBaseline(
  model: Model,
  folders: Folders,
  o: { readonly foreign: boolean; readonly network: string | null },
  called = '',
): BaselineDocument | null {
  const own = o.foreign || o.network !== null || called === '' ? null : storedBaseline(folders, called);
  if (own !== null && isOfModel(own, model)) {
    say(`Verdicts stand on what is learned of '${called}'.`);
    return own;
  }
  const doc = o.foreign ? null : storedBaseline(folders, o.network);
  if (doc === null && o.network !== null)
    throw new UsageError(`nothing is learned by the name '${o.network}'; \`sightline learn --list\` says what is`);
  if (doc !== null && !isOfModel(doc, model))
    say('The learned thresholds belong to another model and are not used. Run `sightline learn` again.');
  if (!isCalibrated(model) && (doc === null || !isOfModel(doc, model))) {
    const { suspicious } = model.thresholds['all'] ?? { suspicious: Infinity };
    say(english(message('uncalibrated-model', { name: model.name, threshold: String(suspicious) })));
  }
  return doc;
}
