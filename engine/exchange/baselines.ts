// What was learned of networks, kept as files of the user's: one without a name, and one for each that has one.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isNetworkName, type Message, say } from '../../contract/index.ts';
import { type BaselineDocument, loadBaseline, mergeBaselines, type Merged } from '../detect/index.ts';
import { PRIVATE_FOLDER, readPlain } from '../store/index.ts';
import { writeWhole } from './whole-file.ts';

const FOLDER = 'baselines';
const ENDING = '.json';

/** What was learned of a network, and where it cannot be read, why not: verdicts are then against other networks. */
interface StoredBaseline {
  readonly document: BaselineDocument | null;
  readonly note: Message | null;
}

/** A baseline that was kept; `merged` says what moved where another was there before. */
interface KeptBaseline {
  readonly document: BaselineDocument;
  readonly merged: Merged | null;
}

/** Where a baseline is kept. @param folder the user's data folder @param name of the network, null for the one without */
export function baselinePath(folder: string, name: string | null = null): string {
  return name === null ? join(folder, 'baseline.json') : join(folder, FOLDER, `${name}${ENDING}`);
}

/** @param folder the user's data folder @param name of the network, null for the one without */
export function storedBaseline(folder: string, name: string | null = null): StoredBaseline {
  const path = baselinePath(folder, name);
  const said = readPlain(path);
  if (said.kind === 'none') return { document: null, note: null };
  const document = said.kind === 'text' ? loadBaseline(said.text) : null;
  if (document !== null) return { document, note: null };
  const why = said.kind === 'odd' ? said.message : say('it-is-damaged');
  return { document, note: say('baseline-unreadable', { path, why }) };
}

/** Networks of which a baseline is there: the one without a name first. @param folder the user's data folder */
export function learnedNetworks(folder: string): (string | null)[] {
  const unnamed = existsSync(baselinePath(folder)) ? [null] : [];
  const named = existsSync(join(folder, FOLDER)) ? readdirSync(join(folder, FOLDER)) : [];
  const names = named.filter((f) => f.endsWith(ENDING)).map((f) => f.slice(0, -ENDING.length));
  return [...unnamed, ...names.filter(isNetworkName).sort()];
}

/**
 * Keeps what was learned.
 * @param merge beside what was known before; else in its place
 * @returns null, and nothing is kept, where what was known before was learned with another model @throws WriteError
 */
export async function keepBaseline(
  folder: string,
  name: string | null,
  fresh: BaselineDocument,
  merge: boolean,
): Promise<KeptBaseline | null> {
  const old = merge ? storedBaseline(folder, name).document : null;
  const merged = old === null ? null : mergeBaselines(old, fresh);
  if (old !== null && merged === null) return null;
  const document = merged?.document ?? fresh;
  const path = baselinePath(folder, name);
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  await writeBaseline(path, document);
  return { document, merged };
}

/** @throws WriteError */
export async function writeBaseline(path: string, document: BaselineDocument): Promise<void> {
  await writeWhole(path, `${JSON.stringify(document, null, 1)}\n`);
}

export function forgetBaseline(folder: string, name: string | null): void {
  rmSync(baselinePath(folder, name), { force: true });
}
