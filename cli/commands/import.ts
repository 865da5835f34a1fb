// `sightline import`: rows of goodx.csv and badx.csv into the store.
import { basename } from 'node:path';
import { EXIT } from '../../contract/index.ts';
import { print, say, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { freeText } from '../flags.ts';
import { readRows } from '../imported-rows.ts';
import { openStore } from '../whole-capture.ts';

const SHOWN_PROBLEMS = 20;

export const command = defineCommand({
  name: 'import',
  summary: 'Rows of goodx.csv and badx.csv into the store',
  usage: 'FILE|FOLDER…',
  takesPaths: true,
  flags: { dataset: freeText('NAME', "what to call them (default: the first file's name)") },
  examples: ['sightline import goodx.csv badx.csv --dataset first'],
  run: ({ dataset }, paths, folders) => {
    if (paths.length === 0) throw new UsageError('import takes goodx.csv and badx.csv files, or a folder with them');
    const { rows, problems } = readRows(paths);
    const store = openStore(folders);
    const name = dataset ?? basename(paths[0]!);
    const count = store.importRows(name, rows);
    store.close();
    const good = rows.filter((r) => r.label === 'good').length;
    print(`${count} rows imported as '${name}': ${good} good, ${count - good} bad.`);
    for (const problem of problems.slice(0, SHOWN_PROBLEMS)) say(problem);
    if (problems.length > 0) say(`${problems.length} lines could not be read.`);
    return problems.length > 0 ? EXIT.error : EXIT.clean;
  },
});
