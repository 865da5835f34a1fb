// Export objects: found when they are asked for, their bytes read again when they are saved. Nothing is opened.
import { Zip, ZipPassThrough } from 'fflate';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type ObjectKind,
  type ObjectPage,
  type ObjectRow,
  type Request,
  SaidError,
  say,
} from '../../contract/index.ts';
import { type DeepWork, findObjects, objectsIn, type TreeSource } from '../dissect/index.ts';
import { WholeFile } from '../exchange/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { DifferentNames, safeName } from './object-names.ts';

interface Listed {
  readonly key: string;
  readonly rows: readonly ObjectRow[];
  readonly left: number;
  readonly partial: boolean;
}

export class Objects {
  private readonly deep: DeepWork;
  /** Of the capture that is open; what dissectors are told and how much is read changes them. */
  private readonly listed = new Map<ObjectKind, Listed>();
  private told = 0;

  constructor(deep: DeepWork) {
    this.deep = deep;
    deep.setup.listen(() => this.told++);
  }

  async page(s: TreeSource, { kind, search, from, count }: Request<'objects'>, turns: TimeSlices): Promise<ObjectPage> {
    const { rows, left, partial } = await this.list(s, kind, turns);
    const matched = matching(rows, search);
    return { total: rows.length, matched: matched.length, rows: matched.slice(from, from + count), left, partial };
  }

  /**
   * @param path a file for one and for a zip, a folder that is made for several
   * @returns the files, and how many objects are in them
   */
  async save(
    s: TreeSource,
    { kind, search, picks, as }: Request<'saveObjects'>,
    path: string,
    turns: TimeSlices,
  ): Promise<{ readonly files: readonly string[]; readonly saved: number }> {
    const { rows } = await this.list(s, kind, turns);
    const numbers = picks ?? matching(rows, search).map((o) => o.number);
    const wanted = new Set(numbers.filter((n) => n < rows.length));
    if (wanted.size === 0) throw new SaidError(say('no-object-chosen'));
    const names = namesOf(rows.filter((o) => wanted.has(o.number)));
    const target = as === 'zip' ? new ZipTarget(path) : new FolderTarget(as === 'one' ? null : path, path);
    try {
      await objectsIn(this.deep, s, kind, turns, async (object) => {
        const row = rows[object.number];
        // Only what was listed by this name and hash is saved under it.
        if (!wanted.has(object.number) || row?.sha256 !== object.object.sha256) return;
        await target.add(names.get(object.number)!, await object.bytes());
      });
      return { files: await target.close(), saved: target.count };
    } finally {
      target.discard();
    }
  }

  /** The name that one object is saved under. */
  async nameOf(s: TreeSource, kind: ObjectKind, number: number, turns: TimeSlices): Promise<string> {
    const row = (await this.list(s, kind, turns)).rows[number];
    if (row === undefined) throw new SaidError(say('no-such-object'));
    return safeName(row.name, fallback(row));
  }

  private async list(s: TreeSource, kind: ObjectKind, turns: TimeSlices): Promise<Listed> {
    const key = `${s.session} ${s.analysis.packets.count} ${this.told}`;
    const known = this.listed.get(kind);
    if (known?.key === key) return known;
    const { found, left, partial } = await findObjects(this.deep, s, kind, turns);
    const rows = found.map(({ row, object: o }, number): ObjectRow => {
      const { host, type, name, bytes, sha256 } = o;
      return { number, packet: row, host, type, name, bytes, sha256 };
    });
    const listed = { key, rows, left, partial };
    this.listed.set(kind, listed);
    return listed;
  }
}

function matching(rows: readonly ObjectRow[], search: string): readonly ObjectRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((o) => {
    const said = `${o.packet + 1} ${o.host} ${o.type} ${o.name} ${o.sha256}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

function fallback(o: ObjectRow): string {
  return `object${o.packet + 1}`;
}

function namesOf(rows: readonly ObjectRow[]): Map<number, string> {
  const different = new DifferentNames();
  return new Map(rows.map((o) => [o.number, different.take(safeName(o.name, fallback(o)))]));
}

/** Files of their own, one in a place that was named or all in a folder of their own. */
class FolderTarget {
  count = 0;
  private readonly folder: string | null;
  private readonly path: string;
  private readonly files: string[] = [];

  constructor(folder: string | null, path: string) {
    this.folder = folder;
    this.path = path;
    mkdirSync(folder ?? dirname(path), { recursive: true });
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.folder === null ? this.path : join(this.folder, name);
    const out = new WholeFile(path);
    try {
      out.write(bytes);
      await out.commit();
    } finally {
      out.discard();
    }
    this.files.push(path);
    this.count++;
  }

  async close(): Promise<readonly string[]> {
    return this.files;
  }

  discard(): void {
    /* each file is whole or not there */
  }
}

/** One zip, written as objects come. They are stored as they are: most are packed already. */
class ZipTarget {
  count = 0;
  private readonly out: WholeFile;
  private readonly path: string;
  private readonly zip: Zip;
  private problem: Error | null = null;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.out = new WholeFile(path);
    this.zip = new Zip((error, data) => {
      if (error !== null) this.problem = error;
      else this.out.write(data);
    });
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    const entry = new ZipPassThrough(name);
    this.zip.add(entry);
    entry.push(bytes, true);
    if (this.problem !== null) throw this.problem;
    this.count++;
  }

  async close(): Promise<readonly string[]> {
    this.zip.end();
    await this.out.commit();
    return [this.path];
  }

  discard(): void {
    this.out.discard();
  }
}
