// Files and folders to a set: in steps of a piece of a file each, so that whoever loads may do something between them.
import { basename, dirname, join } from 'node:path';
import { SaidError, saidBy, say } from '../../contract/index.ts';
import { listsAt, type ListFiles, piecesOf } from './files.ts';
import { Intake, type ListRead } from './intake.ts';
import { JsonReader } from './json-reader.ts';
import { OpenIocReader } from './openioc.ts';
import { IndicatorSet } from './set.ts';
import { type ListReader, TableReader } from './table-reader.ts';

export interface LoadOptions {
  /** Files and folders of entries that never hit. */
  readonly allow?: readonly string[];
  /** Seconds since the epoch: what has expired by then is counted. Without it, the clock's. */
  readonly now?: number;
}

/** Milliseconds after which somebody else may have the thread. */
const TURN = 8;

/** Loads without a pause: for a thread that has nothing else to do. */
export function loadIndicatorsNow(paths: readonly string[], o: LoadOptions = {}): IndicatorSet {
  const steps = loading(paths, o);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Loads with pauses. @param stopped asked between steps; then null comes */
export async function loadIndicators(
  paths: readonly string[],
  o: LoadOptions = {},
  stopped: () => boolean = () => false,
): Promise<IndicatorSet | null> {
  const steps = loading(paths, o);
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < TURN) continue;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (stopped()) {
      steps.return(undefined as never);
      return null;
    }
    began = performance.now();
  }
}

function* loading(paths: readonly string[], o: LoadOptions): Generator<undefined, IndicatorSet> {
  const now = o.now ?? Date.now() / 1000;
  const intake = new Intake(now);
  const lists = [
    ...unique(paths).flatMap((path) => listsAt(path, false)),
    ...unique(o.allow ?? []).flatMap((path) => listsAt(path, true)),
  ];
  const names = namesOf(lists);
  for (const [i, list] of lists.entries()) {
    const read: ListRead = {
      path: list.path,
      name: names[i]!,
      given: list.given,
      allow: list.allow,
      format: null,
      entries: 0,
      again: 0,
      refused: 0,
      warned: 0,
      expired: 0,
      byType: {},
      wrong: list.wrong,
    };
    intake.begin(read);
    for (const file of list.files) yield* reading(intake, read, list, file);
    if (read.wrong === null && read.entries === 0 && read.again === 0 && read.refused === 0)
      read.wrong = say('indicators-empty');
  }
  return IndicatorSet.of(intake, now);
}

function* reading(intake: Intake, read: ListRead, list: ListFiles, file: string): Generator<undefined> {
  let reader: ListReader | null = null;
  try {
    for (const piece of piecesOf(file)) {
      reader ??= readerOf(piece, intake, read);
      // A thread that does other things too waits for no more than a part of a piece.
      for (let at = 0; at < piece.length; at += STEP) {
        reader.push(piece.slice(at, at + STEP));
        yield;
      }
    }
    reader?.end();
  } catch (error) {
    if (!(error instanceof SaidError)) throw error;
    if (list.files.length === 1) read.wrong = saidBy(error);
    else intake.refuse(0, say('indicator-misp-file', { name: basename(file) }));
  }
}

/** Bytes between two pauses. */
const STEP = 131_072;

/** How a file is written, by what it begins with. */
export function readerOf(piece: string, intake: Intake, read: ListRead): ListReader {
  const begin = piece.slice(0, 4_096).trimStart();
  if (begin.startsWith('{') || /^\[\s*[{\]]/.test(begin)) return new JsonReader(intake, read);
  if (/^<(?:\?xml|!--|!DOCTYPE|ioc\b|OpenIOC\b|[\w-]+:(?:ioc|OpenIOC)\b)/i.test(begin))
    return new OpenIocReader(intake, read);
  return new TableReader(intake, read);
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}

/** By which lists are called: their files' names, with their folders' where two have the same. */
function namesOf(lists: readonly ListFiles[]): readonly string[] {
  const own = lists.map((list) => basename(list.path));
  return own.map((name, i) => {
    const path = lists[i]!.path;
    return own.indexOf(name) === own.lastIndexOf(name) ? name : join(basename(dirname(path)), name);
  });
}
