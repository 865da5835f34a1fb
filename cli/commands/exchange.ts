import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXIT, type FlowRow } from '../../contract/index.ts';
import {
  captureIdentity,
  exportGoodx,
  flowKey,
  flowRecord,
  type ImportedRow,
  type LabelledSource,
  packetBytes,
  parseRow,
} from '../../engine/host.ts';
import { print, say, telling, UsageError, type Folders } from '../context.ts';
import { endingSentence, inputs } from '../inputs.ts';
import { Tally } from '../tally.ts';
import { openStore, readAnalysis } from './label.ts';

export interface ExportOptions {
  readonly to: string | null;
  readonly unlabelledAsGood: boolean;
  /** A capture that is cut is no error. */
  readonly partialOk: boolean;
  readonly product: string;
}

/** Labelled captures to goodx.csv, badx.csv, manifest.json in a folder. */
export async function exportLabelled(paths: readonly string[], o: ExportOptions, folders: Folders): Promise<number> {
  const { to } = o;
  if (to === null) throw new UsageError('say where to: --to FOLDER');
  if (paths.length === 0) throw new UsageError('export takes capture files');
  const store = openStore(folders);
  const tally = new Tally(o.partialOk);
  async function* sources(): AsyncGenerator<LabelledSource> {
    for (const input of inputs(paths)) {
      if (input.kind === 'bad') {
        tally.ended(input.ending);
        say(endingSentence(input.name, input.ending)!);
        continue;
      }
      const { analysis, path, ending, done } = await readAnalysis(input.path, folders);
      tally.ended(ending);
      const sentence = endingSentence(input.name, ending);
      if (sentence !== null) say(sentence);
      const capture = captureIdentity(input.path);
      const labels = store.labels(capture);
      const keys = new Map<number, string>();
      const bytes = packetBytes(path);
      yield {
        file: basename(input.name),
        sha256: capture,
        analysis,
        bytes,
        labelOf: (row: FlowRow) => {
          let key = keys.get(row);
          if (key === undefined) keys.set(row, (key = flowKey(flowRecord(analysis, input.path, row))));
          return labels.get(key) ?? null;
        },
      };
      bytes.close();
      done();
    }
  }
  const rows = await exportGoodx(to, sources(), {
    product: o.product,
    timeouts: telling.timeouts,
    unlabelledAsGood: o.unlabelledAsGood,
  });
  store.close();
  print(`${rows.good} rows in ${join(to, 'goodx.csv')}, ${rows.bad} in ${join(to, 'badx.csv')}.`);
  if (rows.unreadable > 0) say(`${rows.unreadable} packets were left out, because their bytes can no longer be read.`);
  if (rows.good + rows.bad === 0)
    say('No flow was labelled benign or malicious; label some first: sightline label FILE --flows 3 --as malicious');
  return tally.code();
}

/** Reads rows of goodx/badx files or a folder that holds them. Damaged lines are named, none is dropped silently. */
export function readRows(paths: readonly string[]): { rows: ImportedRow[]; problems: string[] } {
  const rows: ImportedRow[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`${path} does not exist`);
    const files = statSync(path).isDirectory()
      ? ['goodx.csv', 'badx.csv'].map((f) => join(path, f)).filter((f) => existsSync(f))
      : [path];
    if (files.length === 0) throw new UsageError(`${path} holds neither goodx.csv nor badx.csv`);
    for (const file of files) {
      readFileSync(file, 'utf8')
        .split('\n')
        .forEach((line, i) => {
          if (line === '') return;
          const parsed = parseRow(line, i + 1);
          if (parsed.ok) rows.push(parsed.row);
          else problems.push(`${file}:${parsed.line}: ${parsed.message}`);
        });
    }
  }
  return { rows, problems };
}

export function importRows(paths: readonly string[], dataset: string | null, folders: Folders): number {
  if (paths.length === 0) throw new UsageError('import takes goodx.csv and badx.csv files, or a folder with them');
  const { rows, problems } = readRows(paths);
  const store = openStore(folders);
  const name = dataset ?? basename(paths[0]!);
  const count = store.importRows(name, rows);
  store.close();
  const good = rows.filter((r) => r.label === 'good').length;
  print(`${count} rows imported as '${name}': ${good} good, ${count - good} bad.`);
  for (const problem of problems.slice(0, 20)) say(problem);
  if (problems.length > 0) say(`${problems.length} lines could not be read.`);
  return problems.length > 0 ? EXIT.error : EXIT.clean;
}
