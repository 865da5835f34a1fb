// Which model judges where nobody names one: the one that a user adopted in the window, else the one that is shipped.
// The window and the command line look at the same file. An adopted model is a copy among the user's files; the shipped
// one stays where it is, to go back to.
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import {
  isOnnx,
  LARGEST_CARD,
  LARGEST_ONNX,
  loadModel,
  type Model,
  type ModelResult,
  onnxModel,
} from '../detect/index.ts';

/** Larger files are no models: the shipped one has a few megabytes. */
const LARGEST = 256 * 1024 * 1024;

export interface ModelInUse {
  readonly model: Model;
  readonly file: string;
  readonly adopted: boolean;
  /** Why the adopted one is not used; null where there is nothing to say. */
  readonly note: Message | null;
}

/** Where an adopted model is, by its kind. */
export function adoptedAs(dataFolder: string, kind: Model['kind']): string {
  return join(dataFolder, 'models', kind === 'onnx' ? 'adopted.onnx' : 'adopted.json');
}

/** The adopted model; where there is none, where one of trees would be. */
export function adoptedFile(dataFolder: string): string {
  const onnx = adoptedAs(dataFolder, 'onnx');
  return isFile(onnx) ? onnx : adoptedAs(dataFolder, 'trees');
}

export function shippedFile(root: string): string {
  return join(root, 'models', 'default.json');
}

export function hasAdopted(dataFolder: string): boolean {
  return isFile(adoptedFile(dataFolder));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
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

/**
 * Reads a model: ours or ml-random-forest's as JSON, or ONNX, of which `FILE.json` beside it may say more. Whether the
 * runtime takes an ONNX model is found out by `proveModel`.
 * @throws SaidError that names the file
 */
export function usableModel(path: string): Model {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new SaidError(say('no-such-file', { path }));
  try {
    if (stat.size > LARGEST) throw new SaidError(say('model-too-large'));
    const bytes = readFileSync(path);
    const loaded = isOnnx(bytes, path) ? onnxIn(bytes, path) : loadModel(bytes.toString('utf8'));
    if (!loaded.ok) throw new SaidError(loaded.message);
    return loaded.model;
  } catch (error) {
    throw new SaidError(say('model-not-used', { path, why: saidBy(error) }));
  }
}

function onnxIn(bytes: Uint8Array, path: string): ModelResult {
  if (bytes.length > LARGEST_ONNX) throw new SaidError(say('model-too-large'));
  const beside = `${path}.json`;
  if (!isFile(beside)) return onnxModel(bytes, null, basename(path));
  if (statSync(beside).size > LARGEST_CARD) throw new SaidError(say('onnx-card-too-large'));
  return onnxModel(bytes, readFileSync(beside, 'utf8'), basename(path));
}
