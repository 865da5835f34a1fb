// `sightline export`: captures in the forms of other tools (docs/formats.md); without `--as` packets of labelled flows
// to goodx.csv, badx.csv and a manifest in a folder.
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
  type TableForm,
} from '../../engine/host.ts';
import { type PayloadChoice, PAYLOADS } from '../../engine/host-exchange.ts';
import { READING } from '../common-flags.ts';
import { print, printAll, say, stop, telling, UsageError, type Folders } from '../context.ts';
import { defineCommand } from '../define.ts';
import { writeFeatures } from '../feature-table.ts';
import { exportAll, type Export } from '../export-run.ts';
import { choice, onOff, path } from '../flags.ts';
import { judge } from '../judged.ts';
import { PRODUCT } from '../product.ts';
import { Tally, type FileInput } from '../tally.ts';
import { openStore, readAnalysis, type WholeCapture } from '../whole-capture.ts';

const NO_ROWS =
  'No flow was labelled benign or malicious; label some first: sightline label FILE --flows 3 --as malicious';

const FORMS = [
  'goodx',
  'zeek',
  'zeek-json',
  'eve',
  'ipfix',
  'netflow9',
  'csv',
  'parquet',
  'arrow',
  'ecs',
  'pcapng',
  'anonymous',
] as const;
type Form = (typeof FORMS)[number];

/** What writes a form is loaded when it is asked for. */
async function exportOf(
  form: Exclude<Form, 'goodx' | TableForm>,
  to: string,
  folders: Folders,
  store: Store,
  o: { readonly key: string | null; readonly payload: PayloadChoice | null },
): Promise<Export> {
  switch (form) {
    case 'zeek':
      return (await import('../export-zeek.ts')).zeekExport(to, 'tsv');
    case 'zeek-json':
      return (await import('../export-zeek.ts')).zeekExport(to, 'json');
    case 'eve':
      return (await import('../export-eve.ts')).eveExport(to);
    case 'ipfix':
    case 'netflow9':
      return (await import('../export-netflow.ts')).netflowExport(to, form);
    case 'ecs':
      return (await import('../export-ecs.ts')).ecsExport(to, await judge(folders), store);
    case 'pcapng':
      return (await import('../export-pcapng.ts')).pcapngExport(to, await judge(folders), store);
    case 'anonymous': {
      const { anonymousExport, anonymousKey } = await import('../export-anonymous.ts');
      return anonymousExport(to, await judge(folders), anonymousKey(o.key), o.payload ?? 'cut');
    }
  }
}

export const command = defineCommand({
  name: 'export',
  summary: 'Captures in the forms of other tools; labelled ones to goodx.csv, badx.csv and a manifest',
  usage: 'FILE… --to FOLDER [--as FORM]',
  takesPaths: true,
  flags: {
    as: choice('FORM', 'in which form', FORMS, 'goodx'),
    to: path('FOLDER', 'where to write: a folder for goodx and zeek, a file for all others'),
    'unlabelled-as-good': onOff('rows of unlabelled flows count as good'),
    key: path(
      'FILE',
      'anonymous: a key, 64 hexadecimal digits: the same one gives the same addresses and names; without it one that nobody keeps',
    ),
    payload: choice(
      'WHAT',
      'anonymous: payloads go away, are zeros, are zeros but for DNS and TLS hellos with other names, or stay as they are (without it cut)',
      PAYLOADS,
    ),
    ...READING,
  },
  examples: [
    'sightline export capture.pcap --to dataset/',
    'sightline export capture.pcap --as zeek --to logs/',
    'sightline export capture.pcap --as pcapng --to marked.pcapng',
    'sightline export capture.pcap --as anonymous --payload names --to public.pcapng',
  ],
  run: async (o, paths, folders) => {
    const { to } = o;
    if (to === null) throw new UsageError('say where to: --to FOLDER');
    if (paths.length === 0) throw new UsageError('export takes capture files');
    if (o.as !== 'anonymous' && (o.key !== null || o.payload !== null))
      throw new UsageError('--key and --payload are for --as anonymous');
    if (o.as !== 'goodx' && o['unlabelled-as-good']) throw new UsageError('--unlabelled-as-good is for --as goodx');
    const tally = new Tally(o['partial-ok']);
    const store = openStore(folders);
    if (o.as !== 'goodx') {
      try {
        if (o.as === 'csv' || o.as === 'parquet' || o.as === 'arrow')
          return await writeFeatures(paths, to, o['partial-ok'], folders, { form: o.as, store });
        const said = await exportAll(await exportOf(o.as, to, folders, store, o), paths, tally, folders);
        printAll(said);
        return tally.code(stop.asked);
      } finally {
        store.close();
      }
    }
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
