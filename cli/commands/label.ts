// `sightline label`: labels flows of a capture, takes labels away, or lists them.
import { EXIT, type FlowRow, flowRow, type Label, LABELS, packetRow } from '../../contract/index.ts';
import {
  type Analysis,
  captureIdentity,
  flowId,
  flowKey,
  flowRecord,
  packetBytes,
  type Store,
  StoreProblem,
} from '../../engine/host.ts';
import { commentsAt, labelIn } from '../../engine/host-exchange.ts';
import { READING } from '../common-flags.ts';
import { loadLabels, saveLabels } from '../labels-file.ts';
import { type Folders, print, printAll, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, onOff, freeText, path } from '../flags.ts';
import { table } from '../table.ts';
import { Tally } from '../tally.ts';
import { openStore, readAnalysis } from '../whole-capture.ts';

const COLUMNS = [
  { title: 'Label' },
  { title: 'Flow', right: true },
  { title: 'Initiator' },
  { title: 'Responder' },
  { title: 'App' },
];

export const command = defineCommand({
  name: 'label',
  summary: 'Label flows, or list labels',
  usage: 'FILE [--flows 3,7-9 | --all] [--as benign|malicious|unsure | --remove]',
  takesPaths: true,
  flags: {
    flows: freeText('LIST', 'flow numbers as `score` prints them'),
    all: onOff('every flow of the capture'),
    as: choice('LABEL', 'what they are', LABELS),
    remove: onOff('take the label away'),
    'from-comments': onOff('take over the labels that comments of its packets say (`export --as pcapng`)'),
    save: path('FILE', 'write its labels, and what was done with its incidents, to a file'),
    load: path('FILE', 'take over what --save wrote, of the same capture'),
    ...READING,
  },
  apart: [
    ['as', 'remove'],
    ['flows', 'all'],
    ['save', 'load', 'as', 'remove', 'flows', 'all', 'from-comments'],
    ['from-comments', 'as', 'remove', 'flows', 'all'],
  ],
  examples: ['sightline label capture.pcap --flows 1 --as malicious', 'sightline label capture.pcap'],
  run: async (o, paths, folders) => {
    const changes = o.as !== null || o.remove;
    if ((o.flows !== null || o.all) && !changes)
      throw new UsageError('say what of these flows: --as LABEL or --remove');
    const file = paths[0];
    if (file === undefined || paths.length > 1) throw new UsageError('label takes one capture file');
    if (o.save !== null || o.load !== null) return carry(file, o, folders);
    const { analysis, path: at, ending, done } = await readAnalysis(file, folders);
    const commented = o['from-comments'] ? labelsInComments(analysis, at) : null;
    done();
    const tally = new Tally(o['partial-ok']);
    tally.ended(file, ending);
    const store = openStore(folders);
    const capture = captureIdentity(file);
    if (commented !== null) {
      for (const [label, rows] of commented) setLabels(store, capture, keysOf(analysis, file, rows), label);
      const n = [...commented.values()].reduce((sum, rows) => sum + rows.length, 0);
      print(n === 0 ? 'No packet has a comment with a label.' : `${n} labels were taken from comments.`);
    } else if (changes) {
      const rows = rowsOf(analysis);
      const chosen = o.all ? [...rows.values()] : parseFlows(o.flows, rows);
      setLabels(store, capture, keysOf(analysis, file, chosen), o.as);
      print(`${chosen.length} flows ${o.as === null ? 'are no longer labelled' : `labelled ${o.as}`}.`);
    } else list(analysis, file, store.labels(capture));
    store.close();
    return tally.code();
  },
});

/** Labels and the journal to a file, or from one. */
async function carry(
  file: string,
  o: { readonly save: string | null; readonly load: string | null },
  folders: Folders,
): Promise<number> {
  const store = openStore(folders);
  try {
    const capture = captureIdentity(file);
    const { labels, tags, entries } =
      o.save === null ? loadLabels(store, capture, o.load!) : await saveLabels(store, capture, o.save);
    const done = o.save === null ? 'taken over' : `written to ${o.save}`;
    const tagged = tags === 0 ? '' : `, ${tags} tags`;
    print(`${labels} labels${tagged} and ${entries} entries about incidents are ${done}.`);
    return EXIT.clean;
  } finally {
    store.close();
  }
}

/** Flows by the label that a comment of their first packet says. */
function labelsInComments(analysis: Analysis, path: string): ReadonlyMap<Label, FlowRow[]> {
  const found = new Map<Label, FlowRow[]>();
  const bytes = packetBytes(path);
  try {
    for (const row of rowsOf(analysis).values()) {
      const first = packetRow(analysis.flows.columns.firstPacket[row]!);
      const label = labelIn(commentsAt(analysis, bytes, first));
      if (label !== null) (found.get(label) ?? found.set(label, []).get(label)!).push(row);
    }
  } finally {
    bytes.close();
  }
  return found;
}

/** Rows of the capture's flows by their numbers. */
function rowsOf(analysis: Analysis): ReadonlyMap<number, FlowRow> {
  const rows = Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRow(row));
  return new Map(rows.map((row) => [flowId(analysis, row), row]));
}

/** Flow numbers, and ranges of them in which every flow of the capture counts. */
function parseFlows(text: string | null, rows: ReadonlyMap<number, FlowRow>): FlowRow[] {
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

function keysOf(analysis: Analysis, file: string, rows: readonly FlowRow[]): string[] {
  if (rows.length === 0) throw new UsageError('say which flows: --flows 3,7-9 or --all');
  return rows.map((row) => flowKey(flowRecord(analysis, file, row)));
}

/** @param label null takes it away @throws UsageError where the store refuses */
function setLabels(store: Store, capture: string, keys: readonly string[], label: Label | null): void {
  try {
    store.setLabels(capture, keys, label);
  } catch (error) {
    if (error instanceof StoreProblem) throw new UsageError(`${error.message} No flow was labelled.`);
    throw error;
  }
}

/** Prints the labelled flows. @param labels by flow key */
function list(analysis: Analysis, file: string, labels: ReadonlyMap<string, Label>): void {
  const labelled = Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRow(row))
    .map((row) => flowRecord(analysis, file, row))
    .flatMap((f) => {
      const l = labels.get(flowKey(f));
      return l === undefined
        ? []
        : [[l, String(f.id), `${f.src}:${f.sport ?? ''}`, `${f.dst}:${f.dport ?? ''}`, f.app]];
    });
  if (labelled.length === 0) print('No flow of this capture is labelled.');
  else printAll(table(COLUMNS, labelled));
}
