// Debian's PostgreSQL, started by a test in a folder of its own, on a socket in that folder and no port.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PostgreSQL refuses root; Debian's package makes this account. */
const ACCOUNT = 'postgres';
const STARTS_WITHIN = 60_000;

/** @returns the folder with `initdb`, or why there is none */
export function postgresPrograms(): { readonly folder: string } | { readonly why: string } {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = [...versions.map((v) => `${debian}/${v}/bin`), ...(process.env['PATH'] ?? '').split(':')].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
  if (found === undefined) return { why: 'PostgreSQL is not installed (apt-get install postgresql)' };
  if (process.getuid?.() === 0 && asAccount() === null) return { why: `there is no account ${ACCOUNT} to run it as` };
  return { folder: found };
}

/** Ids of the account that it runs as where we are root; null where there is none. */
function asAccount(): { readonly uid: number; readonly gid: number } | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, ACCOUNT], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

export class TestPostgres {
  private readonly programs: string;
  private readonly folder: string;
  private readonly rights: { readonly uid?: number; readonly gid?: number };
  private server: ChildProcess | null = null;
  private databases = 0;

  /** @param programs as `postgresPrograms` says */
  constructor(programs: string) {
    this.programs = programs;
    this.folder = mkdtempSync(join(tmpdir(), 'sightline-pg-'));
    const account = process.getuid?.() === 0 ? asAccount() : null;
    this.rights = account ?? {};
    const data = join(this.folder, 'data');
    mkdirSync(data, { mode: 0o700 });
    if (account !== null) for (const path of [this.folder, data]) chownSync(path, account.uid, account.gid);
    this.call('initdb', ['-D', data, '-U', ACCOUNT, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
  }

  /** Begins, also after `kill`. */
  async start(): Promise<void> {
    const { folder } = this;
    const options = ['listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=60'];
    this.server = spawn(
      join(this.programs, 'postgres'),
      ['-D', join(folder, 'data'), ...options.flatMap((o) => ['-c', o])],
      { ...this.rights, cwd: folder, stdio: 'ignore' },
    );
    const end = performance.now() + STARTS_WITHIN;
    while (!this.ready()) {
      if (performance.now() > end || this.server.exitCode !== null) throw new Error('PostgreSQL does not begin');
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }

  /** A fresh database. @returns its address */
  create(): string {
    const name = `test${++this.databases}`;
    this.call('createdb', ['-h', this.folder, '-U', ACCOUNT, name]);
    return `postgres://${ACCOUNT}@localhost/${name}?host=${encodeURIComponent(this.folder)}`;
  }

  /** As when the machine loses power: `kill -9` of the server; its children end by themselves. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { server } = this;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => {
      server.once('exit', resolve);
    });
    server.kill(signal);
    await gone;
  }

  async end(): Promise<void> {
    await this.kill('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private ready(): boolean {
    return spawnSync(join(this.programs, 'pg_isready'), ['-q', '-h', this.folder], { stdio: 'ignore' }).status === 0;
  }

  private call(program: string, args: readonly string[]): void {
    const done = spawnSync(join(this.programs, program), [...args], {
      ...this.rights,
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
  }
}
