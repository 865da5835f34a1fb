// `sightline export`: packets of labelled flows to goodx.csv, badx.csv and a manifest in a folder.
import { basename, join } from 'node:path';
import type { FlowRow } from '../../contract/index.ts';
import {
  captureIdentity,
  exportGoodx,
  flowKey,
  flowRecord,
  type LabelledSource,
  packetBytes,
  type Store,
} from '../../engine/host.ts';
import { READING } from '../common-flags.ts';
import { print, say, telling, UsageError, type Folders } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff, path } from '../flags.ts';
import { PRODUCT } from '../product.ts';
import { Tally, type FileInput } from '../tally.ts';
import { openStore, readAnalysis, type WholeCapture } from '../whole-capture.ts';

const NO_ROWS =
  'No flow was labelled benign or malicious; label some first: sightline label FILE --flows 3 --as malicious';

export const command = defineCommand({
  name: 'export',
  summary: 'Labelled captures to goodx.csv, badx.csv and a manifest',
  usage: 'FILE… --to FOLDER',
  takesPaths: true,
  flags: {
    to: path('FOLDER', 'where to write'),
    'unlabelled-as-good': onOff('rows of unlabelled flows count as good'),
    ...READING,
  },
  examples: ['sightline export capture.pcap --to dataset/'],
  run: async (o, paths, folders) => {
    const { to } = o;
    if (to === null) throw new UsageError('say where to: --to FOLDER');
    if (paths.length === 0) throw new UsageError('export takes capture files');
    const store = openStore(folders);
    const tally = new Tally(o['partial-ok']);
    const rows = await exportGoodx(to, labelledSources(paths, store, tally, folders), {
      product: PRODUCT,
      timeouts: telling.timeouts,
      unlabelledAsGood: o['unlabelled-as-good'],
    });
    store.close();
    print(`${rows.good} rows in ${join(to, 'goodx.csv')}, ${rows.bad} in ${join(to, 'badx.csv')}.`);
    if (rows.unreadable > 0)
      say(`${rows.unreadable} packets were left out, because their bytes can no longer be read.`);
    if (rows.good + rows.bad === 0) say(NO_ROWS);
    return tally.code();
  },
});

/** One capture after another, each open while it is exported. */
async function* labelledSources(
  paths: readonly string[],
  store: Store,
  tally: Tally,
  folders: Folders,
): AsyncGenerator<LabelledSource> {
  for (const input of tally.captures(paths)) {
    const capture = await readAnalysis(input.path, folders);
    tally.ended(input.name, capture.ending);
    const source = labelled(input, capture, store);
    yield source;
    source.bytes.close();
    capture.done();
  }
}

function labelled(
  input: FileInput,
  { analysis, path }: WholeCapture,
  store: Store,
): LabelledSource & { bytes: ReturnType<typeof packetBytes> } {
  const sha256 = captureIdentity(input.path);
  const labels = store.labels(sha256);
  const keys = new Map<number, string>();
  const keyOf = (row: FlowRow): string => {
    const known = keys.get(row);
    if (known !== undefined) return known;
    const key = flowKey(flowRecord(analysis, input.path, row));
    keys.set(row, key);
    return key;
  };
  return {
    file: basename(input.name),
    sha256,
    analysis,
    bytes: packetBytes(path),
    labelOf: (row) => labels.get(keyOf(row)) ?? null,
  };
}
