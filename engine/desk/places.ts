// Where the user was in each capture, a small file in the data folder: opened again, a capture shows the same view,
// filters, order and packet.
import { join } from 'node:path';
import { type Message, PLACE_SHAPE, type Place, say } from '../../contract/index.ts';
import { isObject, readJson, type Remembered, writeJson } from './memory.ts';

const FILE = 'places.json';
/** Captures whose places are kept, the last ones. */
const MAX_PLACES = 60;

interface Kept {
  readonly path: string;
  readonly place: Place;
}

export class Places {
  private readonly folder: string;
  private kept: readonly Kept[];

  /** Places that were kept; the notes tell what a person must know of the file. */
  static read(folder: string): Remembered<Places> {
    const { value, notes } = readJson(join(folder, FILE), say('what-places'), (v): v is unknown[] => Array.isArray(v));
    // An entry that does not fit costs its place only: the capture opens at its beginning.
    return { value: new Places(folder, (value ?? []).filter(isKept)), notes };
  }

  private constructor(folder: string, kept: readonly Kept[]) {
    this.folder = folder;
    this.kept = kept;
  }

  of(path: string): Place | null {
    return this.kept.find((k) => k.path === path)?.place ?? null;
  }

  /** @returns what a person must know where it could not be written */
  keep(path: string, place: Place): Message[] {
    this.kept = [{ path, place }, ...this.kept.filter((k) => k.path !== path)].slice(0, MAX_PLACES);
    return writeJson(join(this.folder, FILE), 'places-not-written', this.kept, 0);
  }
}

function isKept(value: unknown): value is Kept {
  return isObject(value) && typeof value['path'] === 'string' && PLACE_SHAPE.check(value['place'], 'place') === null;
}
