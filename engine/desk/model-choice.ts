// Adopting a model, and going back to the one that is shipped.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { SaidError, say } from '../../contract/index.ts';
import { type Model, withCard } from '../detect/index.ts';
import { writeWhole } from '../exchange/index.ts';
import { adoptedAs, adoptedFile, modelInUse, type ModelInUse, shippedFile, usableModel } from '../session/index.ts';
import { setAside } from '../store/index.ts';
import { proveModel } from '../workers/index.ts';

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
  const adopted = (kind: Model['kind']): string => adoptedAs(dataFolder, kind);
  if (path === null) {
    rmSync(adopted('onnx'), { force: true });
    rmSync(adopted('trees'), { force: true });
    return usableModel(shippedFile(root));
  }
  if (!isAbsolute(path)) throw new SaidError(say('path-not-whole', { path }));
  const model = usableModel(path);
  await proveModel(path, model);
  const own = adopted(model.kind);
  mkdirSync(dirname(own), { recursive: true });
  await writeWhole(own, model.kind === 'onnx' ? withCard(model) : readFileSync(path));
  rmSync(adopted(model.kind === 'onnx' ? 'trees' : 'onnx'), { force: true });
  return model;
}
