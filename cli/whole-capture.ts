// Captures that are read whole with their packets kept, and the store of labels: for commands that label and export.
import { english } from '../contract/index.ts';
import { Analysis, type Ending, loadIndex, openCapture, saveIndex, Store, StoreProblem } from '../engine/host.ts';
import { byVlan, say, telling, UsageError, usualTimeouts, type Folders } from './context.ts';
import { isPlainFile } from './inputs.ts';

export interface WholeCapture {
  readonly analysis: Analysis;
  /** Where its packets can be read again, until `done`. */
  readonly path: string;
  readonly ending: Ending;
  readonly done: () => void;
}

/**
 * Reads a whole capture with its packets kept, for commands that need rows and bytes again.
 * @throws UsageError when it cannot be read
 */
export async function readAnalysis(file: string, folders: Folders): Promise<WholeCapture> {
  const known = isPlainFile(file) && usualTimeouts() ? loadIndex(folders.cache, file, byVlan()) : null;
  if (known !== null) return { analysis: known.analysis, path: file, ending: known.ending, done: () => undefined };
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: telling.timeouts });
  const opened = openCapture(file, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) throw new UsageError(`${file}: ${english(opened.ending.message)}`);
  while (await opened.reader.step()) {
    /* whole file */
  }
  analysis.finish();
  const ending = opened.reader.ending();
  opened.reader.close();
  const done = (): void => {
    if (opened.temporary) opened.reader.discard();
  };
  if (ending.kind === 'unreadable' || ending.kind === 'refused') {
    done();
    throw new UsageError(`${file}: ${english(ending.message)}`);
  }
  if (!opened.temporary && usualTimeouts()) saveIndex(folders.cache, file, analysis, ending, byVlan());
  return { analysis, path: opened.reader.source.path, ending, done };
}

/** @throws UsageError where the store cannot be used */
export function openStore(folders: Folders): Store {
  try {
    const store = new Store(folders.data);
    for (const note of store.notes) say(english(note));
    return store;
  } catch (error) {
    if (error instanceof StoreProblem) throw new UsageError(error.message);
    throw error;
  }
}
