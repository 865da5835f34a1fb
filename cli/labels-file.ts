// Labels and tags of a capture, and what was done with its incidents, as a file that another machine takes over.
import { readFileSync, statSync } from 'node:fs';
import { errorText, type JournalEntry, type Label, LABELS, tagsIn } from '../contract/index.ts';
import { journalEntry, type Store, type TagRow, writeWhole } from '../engine/host.ts';
import { UsageError } from './context.ts';

const FORMAT = 'sightline-labels';
const LARGEST = 256 * 1024 * 1024;

interface LabelRow {
  readonly flow: string;
  readonly label: Label;
  readonly at: string;
}

/** How many of each went over. */
export interface Carried {
  readonly labels: number;
  readonly tags: number;
  readonly entries: number;
}

/** @throws WriteError */
export async function saveLabels(store: Store, capture: string, path: string): Promise<Carried> {
  const labels = store.labelRows(capture);
  const tags = store.tags(capture);
  const entries = store.journal(capture);
  await writeWhole(
    path,
    `${JSON.stringify({ format: FORMAT, version: 1, capture, labels, tags, journal: entries }, null, 1)}\n`,
  );
  return { labels: labels.length, tags: tags.length, entries: entries.length };
}

/** @throws UsageError for a file of another capture, or one that is none */
export function loadLabels(store: Store, capture: string, path: string): Carried {
  const said = read(path);
  if (said['format'] !== FORMAT || said['version'] !== 1) throw new UsageError(`${path} holds no labels of Sightline`);
  if (said['capture'] !== capture) throw new UsageError(`${path} holds the labels of another capture`);
  const labels = listOf(said['labels']).map((row) => labelOf(row) ?? odd(path));
  const entries = listOf(said['journal']).map((row): JournalEntry => journalEntry(row) ?? odd(path));
  // Files of earlier versions have no tags.
  const tags = listOf(said['tags']).map((row) => tagOf(row) ?? odd(path));
  store.takeOver(capture, labels, entries, tags);
  return { labels: labels.length, tags: tags.length, entries: entries.length };
}

function read(path: string): Readonly<Record<string, unknown>> {
  try {
    if (statSync(path).size > LARGEST) throw new UsageError(`${path} is too large for a file of labels`);
    const said: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${errorText(error)}`);
  }
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((v) => typeof v === 'object' && v !== null) : [];
}

function labelOf({ flow, label, at }: Readonly<Record<string, unknown>>): LabelRow | null {
  if (typeof flow !== 'string' || typeof at !== 'string' || !(LABELS as readonly unknown[]).includes(label))
    return null;
  return { flow, label: label as Label, at };
}

function tagOf({ flow, tag, at }: Readonly<Record<string, unknown>>): TagRow | null {
  if (typeof flow !== 'string' || typeof at !== 'string' || typeof tag !== 'string') return null;
  const [word] = tagsIn(tag);
  return word === undefined ? null : { flow, tag: word, at };
}

function odd(path: string): never {
  throw new UsageError(`${path} is damaged: nothing of it was taken over`);
}
