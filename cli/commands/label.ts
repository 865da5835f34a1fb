import { EXIT, LABELS, type FlowRow, type Label } from '../../contract/index.ts';
import { Analysis, captureIdentity, flowId, flowKey, flowRecord, loadIndex, openCapture, saveIndex, Store } from '../../engine/host.ts';
import { say, UsageError, type Folders } from '../context.ts';
import { table } from '../table.ts';

export interface LabelOptions {
  readonly as: string | null;
  readonly flows: string | null;
  readonly all: boolean;
  readonly remove: boolean;
}

/** Reads a whole capture with its packets kept, for commands that need rows and bytes again. */
export async function readAnalysis(file: string, folders: Folders): Promise<{ analysis: Analysis; path: string; done: () => void }> {
  const known = file === '-' ? null : loadIndex(folders.cache, file);
  if (known !== null) return { analysis: known.analysis, path: file, done: () => undefined };
  const analysis = new Analysis({ completed: () => undefined });
  const opened = openCapture(file, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) throw new UsageError(`${file}: ${opened.ending.message}`);
  while (await opened.reader.step()) { /* whole file */ }
  analysis.finish();
  const ending = opened.reader.ending();
  if (ending.kind === 'unreadable' || ending.kind === 'refused') throw new UsageError(`${file}: ${ending.message}`);
  opened.reader.close();
  if (!opened.temporary) saveIndex(folders.cache, file, analysis, ending);
  return { analysis, path: opened.reader.source.path, done: () => { if (opened.temporary) opened.reader.discard(); } };
}

export function openStore(folders: Folders): Store {
  const store = new Store(folders.data);
  if (store.movedAside !== null) say(`The label store could not be read; it was moved to ${store.movedAside} and a new one was made. Captures are untouched.`);
  return store;
}

export async function label(paths: readonly string[], o: LabelOptions, folders: Folders): Promise<number> {
  const file = paths[0];
  if (file === undefined || paths.length > 1) throw new UsageError('label takes one capture file');
  if (o.as !== null && !LABELS.includes(o.as as Label)) throw new UsageError(`--as takes ${LABELS.join(', ')}`);
  const { analysis, done } = await readAnalysis(file, folders);
  done();
  const store = openStore(folders);
  const capture = captureIdentity(file);
  const count = analysis.flows.columns.count;
  const rows = new Map(Array.from({ length: count }, (_, row) => [flowId(analysis, row as FlowRow), row]));
  const chosen = o.all ? [...rows.values()] : parseFlows(o.flows, rows);
  if (o.as !== null || o.remove) {
    if (chosen.length === 0) throw new UsageError('say which flows: --flows 3,7-9 or --all');
    for (const row of chosen) {
      const key = flowKey(flowRecord(analysis, file, row as FlowRow));
      if (o.remove) store.removeLabel(capture, key);
      else store.setLabel(capture, key, o.as as Label);
    }
    process.stdout.write(`${chosen.length} flows ${o.remove ? 'are no longer labelled' : `labelled ${o.as}`}.\n`);
  } else {
    const labels = store.labels(capture);
    const labelled = Array.from({ length: count }, (_, row) => flowRecord(analysis, file, row as FlowRow)).flatMap((f) => { const l = labels.get(flowKey(f)); return l ? [[l, String(f.id), `${f.src}:${f.sport ?? ''}`, `${f.dst}:${f.dport ?? ''}`, f.app]] : []; });
    process.stdout.write(labelled.length === 0 ? 'No flow of this capture is labelled.\n' : `${table([{ title: 'Label' }, { title: 'Flow', right: true }, { title: 'Initiator' }, { title: 'Responder' }, { title: 'App' }], labelled)}\n`);
  }
  store.close();
  return EXIT.clean;
}

/** Flow numbers, and ranges of them in which every flow of the capture counts. */
function parseFlows(text: string | null, rows: ReadonlyMap<number, number>): number[] {
  if (text === null) return [];
  return text.split(',').flatMap((part) => {
    const m = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    const from = Number(m?.[1]);
    const to = Number(m?.[2] ?? m?.[1]);
    const found = [...rows].filter(([id]) => id >= from && id <= to).map(([, row]) => row);
    if (!m || found.length === 0) throw new UsageError(`'${part}' names no flow of this capture; 'sightline flows' lists their numbers`);
    return found;
  });
}
