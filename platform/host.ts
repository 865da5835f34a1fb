// The platform's one door for the command line: a store, the captures in it, and the server before them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasAdmin, invite } from './accounts/index.ts';
import { openCaptures } from './queue/index.ts';
import { type ServerOptions, startServer } from './server/index.ts';
import { openStore } from './store/index.ts';

const PRIVATE = 0o700;

export interface PlatformOptions {
  readonly server: ServerOptions;
  /** A file or `postgres://…`; null for a file in the folder. */
  readonly store: string | null;
  /** Holds captures and results, and the store where it is a file. */
  readonly folder: string;
  readonly workers: number;
  /** Of a worker, MiB. */
  readonly memory: number;
  /** That one capture is analysed at most. */
  readonly seconds: number;
  /** Makes an invitation for an administrator though there is one. */
  readonly inviteAdmin: boolean;
}

export interface Platform {
  readonly address: string;
  /** Whoever follows it becomes an administrator, once; null where there is one and nobody asked. */
  readonly adminLink: string | null;
  close(): Promise<void>;
}

/** @throws what the store, the folder or the network say */
export async function startPlatform(o: PlatformOptions): Promise<Platform> {
  mkdirSync(o.folder, { recursive: true, mode: PRIVATE });
  const sql = await openStore(o.store ?? join(o.folder, 'platform.sqlite'));
  try {
    const { folder, workers, memory, seconds } = o;
    const captures = await openCaptures({ sql, folder, workers, memory, seconds });
    try {
      const server = await startServer({ sql, captures, options: o.server });
      const wanted = o.inviteAdmin || !(await hasAdmin(sql));
      const code = wanted ? (await invite(sql, { note: '', days: 1 }, true, Date.now())).code : null;
      return {
        address: server.address,
        // Behind the '#', which no browser sends and no log holds.
        adminLink: code === null ? null : `${server.address}/#invitation=${code}`,
        close: async () => {
          await server.close();
          await captures.close();
          await sql.close();
        },
      };
    } catch (error) {
      await captures.close();
      throw error;
    }
  } catch (error) {
    await sql.close();
    throw error;
  }
}
