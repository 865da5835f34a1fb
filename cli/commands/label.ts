import { LABELS, type FlowRow, type Label, english } from '../../contract/index.ts';
import {
  Analysis,
  captureIdentity,
  type Ending,
  flowId,
  flowKey,
  flowRecord,
  loadIndex,
  openCapture,
  saveIndex,
  Store,
  StoreProblem,
} from '../../engine/host.ts';
import { byVlan, print, printAll, say, telling, UsageError, type Folders } from '../context.ts';
import { endingSentence, isPlainFile } from '../inputs.ts';
import { table } from '../table.ts';
import { Tally } from '../tally.ts';

export interface LabelOptions {
  readonly as: string | null;
  readonly flows: string | null;
  readonly all: boolean;
  readonly remove: boolean;
  /** A capture that is cut is no error. */
  readonly partialOk: boolean;
}

export interface WholeCapture {
  readonly analysis: Analysis;
  /** Where its packets can be read again, until `done`. */
  readonly path: string;
  readonly ending: Ending;
  readonly done: () => void;
}

/** Reads a whole capture with its packets kept, for commands that need rows and bytes again. @throws UsageError when it cannot be read */
export async function readAnalysis(file: string, folders: Folders): Promise<WholeCapture> {
  const known = isPlainFile(file) ? loadIndex(folders.cache, file, byVlan()) : null;
  if (known !== null) return { analysis: known.analysis, path: file, ending: known.ending, done: () => undefined };
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: telling.timeouts });
  const opened = openCapture(file, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) throw new UsageError(`${file}: ${opened.ending.message}`);
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
    throw new UsageError(`${file}: ${ending.message}`);
  }
  if (!opened.temporary) saveIndex(folders.cache, file, analysis, ending, byVlan());
  return { analysis, path: opened.reader.source.path, ending, done };
}

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

export async function label(paths: readonly string[], o: LabelOptions, folders: Folders): Promise<number> {
  const file = paths[0];
  if (file === undefined || paths.length > 1) throw new UsageError('label takes one capture file');
  if (o.as !== null && !LABELS.includes(o.as as Label)) throw new UsageError(`--as takes ${LABELS.join(', ')}`);
  const { analysis, ending, done } = await readAnalysis(file, folders);
  done();
  const tally = new Tally(o.partialOk);
  tally.ended(ending);
  const sentence = endingSentence(file, ending);
  if (sentence !== null) say(sentence);
  const store = openStore(folders);
  const capture = captureIdentity(file);
  const count = analysis.flows.columns.count;
  const rows = new Map(Array.from({ length: count }, (_, row) => [flowId(analysis, row as FlowRow), row]));
  const chosen = o.all ? [...rows.values()] : parseFlows(o.flows, rows);
  if (o.as !== null || o.remove) {
    if (chosen.length === 0) throw new UsageError('say which flows: --flows 3,7-9 or --all');
    const keys = chosen.map((row) => flowKey(flowRecord(analysis, file, row as FlowRow)));
    try {
      store.setLabels(capture, keys, o.remove ? null : (o.as as Label));
    } catch (error) {
      if (error instanceof StoreProblem) throw new UsageError(`${error.message} No flow was labelled.`);
      throw error;
    }
    print(`${chosen.length} flows ${o.remove ? 'are no longer labelled' : `labelled ${o.as}`}.`);
  } else {
    const labels = store.labels(capture);
    const labelled = Array.from({ length: count }, (_, row) => flowRecord(analysis, file, row as FlowRow)).flatMap(
      (f) => {
        const l = labels.get(flowKey(f));
        return l ? [[l, String(f.id), `${f.src}:${f.sport ?? ''}`, `${f.dst}:${f.dport ?? ''}`, f.app]] : [];
      },
    );
    if (labelled.length === 0) print('No flow of this capture is labelled.');
    else
      printAll(
        table(
          [
            { title: 'Label' },
            { title: 'Flow', right: true },
            { title: 'Initiator' },
            { title: 'Responder' },
            { title: 'App' },
          ],
          labelled,
        ),
      );
  }
  store.close();
  return tally.code();
}

/** Flow numbers, and ranges of them in which every flow of the capture counts. */
function parseFlows(text: string | null, rows: ReadonlyMap<number, number>): number[] {
  if (text === null) return [];
  return text.split(',').flatMap((part) => {
    const m = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    const from = Number(m?.[1]);
    const to = Number(m?.[2] ?? m?.[1]);
    const found = [...rows].filter(([id]) => id >= from && id <= to).map(([, row]) => row);
    if (!m || found.length === 0)
      throw new UsageError(`'${part}' names no flow of this capture; 'sightline flows' lists their numbers`);
    return found;
  });
}
