// The queue under load and under kills, through the real server: `npm run campaign:queue`, one part by `-- --only load`,
// `kills` or `postgres`; `--seed N`, `--kills N`. Writes its sections of docs/platform-campaign.md.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packetsOf, pcap, testRandom, tcp, udp } from '../../engine/testing/packets.ts';
import { residentBytes } from '../../platform/analysis/index.ts';
import { makeKey } from '../../platform/accounts/index.ts';
import { newId, openStore, type Sql } from '../../platform/store/index.ts';
import { postgresPrograms, TestPostgres } from '../../platform/testing/postgres.ts';
import { auditOf, beginAudit, fairness } from './audit.ts';
import { type Brought, Client } from './client.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '28' },
    kills: { type: 'string', default: '50' },
    captures: { type: 'string', default: '200' },
  },
});
const SEED = Number(values.seed);
const KILLS = Number(values.kills);
const CLIENTS = 20;
const UPLOADS = Number(values.captures);
const LEASE = 5_000;
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const random = testRandom(SEED);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** A capture of a few kilobytes to half a megabyte; no two are alike. */
function capture(seed: number): Uint8Array {
  const one = testRandom(seed);
  const flows = 1 + Math.floor(one() ** 3 * 600);
  const frames: number[][] = [];
  for (let f = 0; f < flows; f++) {
    const client = `10.${seed & 255}.${f & 255}.1:${1024 + Math.floor(one() * 60_000)}`;
    const server = `172.16.${f & 15}.${1 + (f & 63)}:${one() < 0.5 ? 80 : 443}`;
    frames.push(
      tcp(client, server, { flags: 'S' }),
      tcp(server, client, { flags: 'SA' }),
      tcp(client, server, { flags: 'PA', data: `GET /${seed}/${f} HTTP/1.1\r\nHost: h${f}.example\r\n\r\n` }),
      tcp(server, client, { flags: 'PA', data: `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${seed % 90_000}` }),
      udp(client, '10.0.0.53:53', `${seed} ${f}`),
    );
  }
  return pcap(packetsOf(frames));
}

/** Servers that are begun again when they are killed. */
class Servers {
  private readonly place: string;
  private readonly folder: string;
  private readonly children: (ChildProcess | null)[];
  readonly ports: readonly number[];
  private closed = false;
  starts = 0;

  constructor(place: string, folder: string, ports: readonly number[]) {
    this.place = place;
    this.folder = folder;
    this.ports = ports;
    this.children = ports.map(() => null);
  }

  async begin(): Promise<void> {
    await Promise.all(this.ports.map((_, i) => this.start(i)));
  }

  get pids(): readonly number[] {
    return this.children.flatMap((child) => (child?.exitCode === null && child.pid !== undefined ? child.pid : []));
  }

  close(): void {
    this.closed = true;
    for (const child of this.children) child?.kill('SIGKILL');
  }

  private start(i: number): Promise<void> {
    this.starts++;
    const workers = this.ports.length === 1 ? 2 : 1;
    const args = [this.place, this.folder, String(this.ports[i]), String(workers), String(LEASE)];
    const child = fork(SERVER, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.children[i] = child;
    return new Promise((resolve) => {
      child.once('message', () => resolve());
      child.once('exit', () => {
        if (this.children[i] === child) this.children[i] = null;
        if (!this.closed) void sleep(100).then(() => this.start(i).then(resolve));
      });
    });
  }
}

/** Processes that a process began and that score captures. */
function workersOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    return children.filter((p) => p > 0 && readFileSync(`/proc/${p}/cmdline`, 'utf8').includes('analysis/child'));
  } catch {
    return [];
  }
}

interface Part {
  readonly name: string;
  readonly lines: readonly string[];
  readonly good: boolean;
}

interface Setting {
  readonly name: string;
  readonly servers: number;
  readonly postgres: TestPostgres | null;
  readonly kills: number;
}

async function part(o: Setting): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-campaign-'));
  const place = o.postgres?.create() ?? join(folder, 'store.sqlite');
  const sql = await openStore(place);
  await beginAudit(sql);
  const keys = await accounts(sql);
  const first = 20_000 + Math.floor(Math.random() * 20_000);
  const held = join(folder, 'captures');
  mkdirSync(held);
  const servers = new Servers(
    place,
    held,
    Array.from({ length: o.servers }, (_, i) => first + i),
  );
  await servers.begin();
  const began = performance.now();
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(...servers.pids.map(residentBytes)), 250);
  const killed = { server: 0, worker: 0, database: 0 };
  let running = true;
  const killing = o.kills > 0 ? kill(o, servers, killed, () => running) : Promise.resolve();
  const clients = keys.map(({ key }) => new Client(servers.ports, key));
  let at = 0;
  const shares = keys.map((_, i) =>
    i === 0 ? UPLOADS - (CLIENTS - 1) * Math.floor(UPLOADS / 25) : Math.floor(UPLOADS / 25),
  );
  try {
    const brought = await Promise.all(
      clients.map((client, c) =>
        client.bring(
          Array.from({ length: shares[c]! }, (_, i) => {
            const seed = SEED * 1_000 + at++;
            return { name: `client ${c} capture ${i}.pcap`, bytes: capture(seed) };
          }),
        ),
      ),
    );
    const seconds = (performance.now() - began) / 1000;
    running = false;
    await killing;
    clearInterval(sampling);
    const killedLooks = clients.reduce((n, client) => n + client.killedLooks, 0);
    const told = await report(o, { sql, killedLooks, brought, keys, memory, seconds, killed, servers, held });
    for (const line of told.lines) console.log(line);
    return told;
  } finally {
    running = false;
    clearInterval(sampling);
    servers.close();
    await sql.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function accounts(sql: Sql): Promise<{ readonly id: string; readonly key: string }[]> {
  const made: { id: string; key: string }[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const id = newId();
    const insert = 'INSERT INTO accounts(id, name, known_as, password, created) VALUES($1, $2, $2, $3, $4)';
    await sql.run(insert, [id, `client${i}`, '-', Date.now()]);
    const key = await makeKey(sql, id, { name: 'campaign' }, Date.now());
    made.push({ id, key: key!.key });
  }
  return made;
}

/** Ends something with `kill -9`, at random, so many times. */
async function kill(
  o: Setting,
  servers: Servers,
  killed: Record<'server' | 'worker' | 'database', number>,
  running: () => boolean,
): Promise<void> {
  for (let n = 0; n < o.kills && running();) {
    await sleep(300 + random() * 1_500);
    if (!running()) return;
    const what = pick(
      o.postgres === null ? (['server', 'worker'] as const) : (['server', 'worker', 'database'] as const),
    );
    if (what === 'database') {
      await o.postgres!.kill();
      await sleep(random() * 500);
      await started(o.postgres!);
    } else {
      const pids = what === 'server' ? servers.pids : servers.pids.flatMap(workersOf);
      if (pids.length === 0) continue;
      process.kill(pick(pids), 'SIGKILL');
    }
    killed[what]++;
    n++;
  }
}

/** Each part has its section in the document, which a later run of it replaces. */
function keep(): void {
  const path = join(ROOT, 'docs', 'platform-campaign.md');
  const told = new Map<string, string>();
  if (existsSync(path))
    for (const section of readFileSync(path, 'utf8')
      .split(/^(?=## )/m)
      .slice(1))
      told.set(/^## (.*)$/m.exec(section)![1]!, section.trim());
  for (const { name, lines } of parts) told.set(name, lines.join('\n').trim());
  const sections = NAMES.flatMap((name) => told.get(name) ?? []);
  writeFileSync(path, `${[HEAD, ...sections].join('\n\n')}\n`);
}

/** What the killed one left may be in use for a moment. */
async function started(postgres: TestPostgres): Promise<void> {
  for (let left = 20; ; left--) {
    try {
      return await postgres.start();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(300);
    }
  }
}

interface Ended {
  readonly killedLooks: number;
  readonly sql: Sql;
  readonly brought: readonly (readonly Brought[])[];
  readonly keys: readonly { readonly id: string }[];
  readonly memory: readonly number[];
  readonly seconds: number;
  readonly killed: Readonly<Record<'server' | 'worker' | 'database', number>>;
  readonly servers: Servers;
  readonly held: string;
}

/** Means of the first and of the last quarter of samples, and the most, MB. */
function memoryText(memory: readonly number[]): string {
  const quarter = Math.max(1, Math.floor(memory.length / 4));
  const mean = (part: readonly number[]): number => part.reduce((x, y) => x + y, 0) / Math.max(1, part.length);
  const figures = [mean(memory.slice(0, quarter)), mean(memory.slice(-quarter)), Math.max(...memory)];
  return figures.map((bytes) => Math.round(bytes / 1e6)).join(', ');
}

async function report(o: Setting, e: Ended): Promise<Part> {
  const steps = await auditOf(e.sql);
  const all = e.brought.flat();
  const ends = new Map<string, number>();
  for (const s of steps) if (s.what === 'end') ends.set(s.capture, (ends.get(s.capture) ?? 0) + 1);
  const results = await e.sql.rows<{ capture: string; lease: string; verdict: string | null }>(
    'SELECT capture, lease, verdict FROM results',
  );
  const twice = [...ends.values()].filter((n) => n > 1).length;
  const lost = all.filter((b) => (ends.get(b.id) ?? 0) === 0).length;
  const doubled = new Set(all.map((b) => b.id)).size;
  const failed = all.filter((b) => b.state.at === 'failed');
  const faults = steps.filter(({ what }) => what === 'fault').length;
  const killedTwice = failed.filter((b) => b.state.at === 'failed' && b.state.why.say === 'analysis-ended').length;
  // The file of every result that counts, and no other.
  const wrongFiles = results.filter(({ capture: id, lease, verdict }) => {
    const files = readdirSync(join(e.held, 'captures', id)).filter((name) => name.startsWith('result-'));
    return verdict === null ? false : !files.includes(`result-${lease}`);
  }).length;
  const fair = fairness(steps);
  const took = all.map((b) => b.took / 1000).toSorted((x, y) => x - y);
  const at = (share: number): string => took[Math.min(took.length - 1, Math.floor(took.length * share))]!.toFixed(1);
  const waits = e.keys.map(({ id }) => fair.longestWait.get(id) ?? 0);
  // The second time that a worker ended is the capture's end.
  const unasked = Math.max(0, faults + killedTwice - e.killed.worker);
  const good =
    unasked === 0 &&
    lost === 0 &&
    twice === 0 &&
    wrongFiles === 0 &&
    doubled === UPLOADS &&
    failed.length === killedTwice &&
    (e.servers.ports.length > 1 || fair.outOfTurn === 0) &&
    fair.outOfTurn === 0;
  const lines = [
    `## ${o.name}`,
    '',
    `${new Date().toISOString().slice(0, 10)}, seed ${SEED}.`,
    '',
    '| what | figure |',
    '|---|---|',
    `| uploads, clients | ${UPLOADS} (${e.brought[0]!.length} of the first, ${e.brought[1]!.length} of each other), ${CLIENTS} |`,
    `| answered with a result | ${all.length - lost} |`,
    `| lost | ${lost} |`,
    `| results written twice | ${twice} |`,
    `| results without their file | ${wrongFiles} |`,
    `| failed because the campaign killed their worker twice | ${killedTwice} |`,
    `| workers that ended without the campaign's doing | ${unasked} |`,
    `| uploads brought again because the campaign killed two looks at them | ${e.killedLooks} |`,
    `| failed otherwise | ${failed.length - killedTwice} |`,
    `| takes from the queue, those again after a kill among them | ${fair.takes} |`,
    `| takes out of turn | ${fair.outOfTurn} |`,
    `| captures of others between two of the first client, at most | ${waits[0]} |`,
    `| captures of others between two of any other client, at most | ${Math.max(...waits.slice(1))} |`,
    `| seconds in all | ${e.seconds.toFixed(0)} |`,
    `| seconds from upload to result: median, 90 %, most | ${at(0.5)}, ${at(0.9)}, ${at(1)} |`,
    `| server's memory, MB: first quarter, last quarter, most | ${memoryText(e.memory)} |`,
    `| killed with SIGKILL: server, worker, database | ${e.killed.server}, ${e.killed.worker}, ${e.killed.database} |`,
    ...failed.flatMap(({ name, state }) =>
      state.at === 'failed' && state.why.say !== 'analysis-ended' ? [`| ${name} | ${state.text} |`] : [],
    ),
    `| server starts | ${e.servers.starts} |`,
    '',
  ];
  return { name: o.name, lines, good };
}

const NAMES = ['Load: SQLite, one server', 'Kills: SQLite, one server', 'Kills: PostgreSQL, two servers'] as const;
const HEAD = `# The queue under load and under kills

\`npm run campaign:queue\` (one part: \`-- --only load\`, \`kills\`, \`postgres\`): ${UPLOADS} uploads by ${CLIENTS} clients at
once through the real server, over HTTP. Steps are written down by triggers of the database, not by the queue. A take is
out of turn when another account waited that was served longer ago. Clients ask again when a server goes away; whether
an upload without an answer got in is asked by its name, which no other has. A lease is ${LEASE / 1000} s in the campaign,
30 s otherwise.`;

const parts: Part[] = [];
const wanted = (name: string): boolean => values.only === undefined || values.only === name;
if (wanted('load')) parts.push(await part({ name: NAMES[0], servers: 1, postgres: null, kills: 0 }));
if (wanted('kills')) parts.push(await part({ name: NAMES[1], servers: 1, postgres: null, kills: KILLS }));
const programs = postgresPrograms();
if (wanted('postgres') && 'folder' in programs) {
  const postgres = new TestPostgres(programs.folder);
  await postgres.start();
  try {
    parts.push(await part({ name: NAMES[2], servers: 2, postgres, kills: KILLS }));
  } finally {
    await postgres.end();
  }
} else if ('why' in programs) console.log(programs.why);
keep();
const bad = parts.filter((p) => !p.good);
for (const { name } of bad) console.log(`NOT AS IT SHALL BE: ${name}`);
process.exit(bad.length > 0 ? 1 : 0);
