// Where the bytes of captures and their results stand. Names are ids and numbers of chance; nothing that anybody typed
// becomes a part of a path.
//
//   captures/ID/capture          the bytes as they were uploaded
//   captures/ID/result-LEASE     what the worker found that had the lease
//   incoming/run-…/              uploads on their way
//   work/run-…/                  what workers make for themselves
//
// `run-…` names a process, so that what a server leaves that was killed goes when one begins (`engine/read/leftovers.ts`).
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { removeLeftovers, runName } from '../../engine/host.ts';

const ID = /^[A-Za-z0-9_-]{22}$/;
const RESULT = 'result-';
const PRIVATE = 0o700;
/** What nothing points at may be on its way into the store for so long, ms. */
const SETTLED_AFTER = 10 * 60_000;

export class Places {
  private readonly folder: string;
  /** Compiled code of workers, kept from one to the next. */
  readonly code: string;

  /** @throws where the folder cannot be made */
  constructor(folder: string) {
    this.folder = folder;
    this.code = folder;
    for (const name of ['captures', 'incoming', 'work'])
      mkdirSync(join(folder, name), { recursive: true, mode: PRIVATE });
    for (const name of ['incoming', 'work']) removeLeftovers(join(folder, name));
  }

  /** The bytes of a capture. */
  capture(id: string): string {
    return join(this.home(id), 'capture');
  }

  result(id: string, lease: string): string {
    return join(this.home(id), `${RESULT}${checked(lease)}`);
  }

  /** A fresh folder for an upload or a worker; its maker removes it. */
  fresh(what: 'incoming' | 'work'): string {
    const path = join(this.folder, what, `${runName()}-${randomBytes(8).toString('hex')}`);
    mkdirSync(path, { mode: PRIVATE });
    return path;
  }

  /** A folder with whole bytes in it becomes the capture's; on disk when it returns. */
  keep(from: string, id: string): void {
    renameSync(from, this.home(id));
    synced(this.home(id));
    synced(join(this.folder, 'captures'));
  }

  /** A whole result goes to its place; on disk when it returns. @throws where the capture is gone */
  keepResult(from: string, id: string, lease: string): void {
    renameSync(from, this.result(id, lease));
    synced(this.home(id));
  }

  removeResult(id: string, lease: string): void {
    rmSync(this.result(id, lease), { force: true });
  }

  /** The bytes of a capture and all its results. */
  remove(id: string): void {
    rmSync(this.home(id), { recursive: true, force: true });
  }

  has(id: string): boolean {
    return existsSync(this.capture(id));
  }

  /**
   * Removes what nothing points at: captures that the store does not know, results that are nobody's. Both are left by
   * servers that were killed between two steps.
   * @param known leases of results and of workers by capture; null for a capture that is not there
   * @returns how many were removed
   */
  async sweep(known: (id: string) => Promise<ReadonlySet<string> | null>, now = Date.now()): Promise<number> {
    let removed = 0;
    for (const id of readdirSync(join(this.folder, 'captures')).filter((name) => ID.test(name))) {
      const home = this.home(id);
      const stat = statSync(home, { throwIfNoEntry: false });
      if (stat === undefined || now - stat.mtimeMs < SETTLED_AFTER) continue;
      const leases = await known(id);
      const gone = leases === null ? [home] : leftovers(home).filter((name) => !leases.has(name.slice(RESULT.length)));
      for (const name of gone) rmSync(leases === null ? name : join(home, name), { recursive: true, force: true });
      removed += gone.length;
    }
    return removed;
  }

  private home(id: string): string {
    return join(this.folder, 'captures', checked(id));
  }
}

function leftovers(home: string): string[] {
  return readdirSync(home).filter((name) => name.startsWith(RESULT));
}

/** @throws for what is no id of ours, and so no part of a path */
function checked(id: string): string {
  if (!ID.test(id)) throw new Error('no id');
  return id;
}

/** A name in a folder is on disk once the folder is. */
function synced(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
