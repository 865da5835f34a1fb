// The product under the campaign: the served window's host with two windows, one that shows the live capture and one that
// reads captures. Every request has ten seconds; what is later hangs.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import {
  english,
  type HostMessage,
  type Replies,
  type Request,
  type RequestKind,
  type SessionState,
} from '../../contract/index.ts';
import { type Client, type Served, served } from '../capture/client.ts';
import { pause, type Rig } from '../capture/rig.ts';

/** Whatever takes longer hangs, ms. */
export const LIMIT = 10_000;
const INSIDE = join(import.meta.dirname, 'inside.mjs');
const LOOK = 20;
const GREETING = /^Sightline is at |^The link works once/;

export type Said<K extends RequestKind> =
  | { readonly at: 'answered'; readonly value: Replies[K] }
  | { readonly at: 'refused'; readonly why: string }
  /** The host is not there any more. */
  | { readonly at: 'gone' }
  | { readonly at: 'late' };

export interface HostPlace {
  readonly data: string;
  readonly cache: string;
  /** Socket by which threads are ended. */
  readonly control: string;
  readonly clock: { readonly library: string; readonly step: string };
  /** The folder that has `dist` in it. */
  readonly root: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One of a host's windows. */
export class Pane {
  state: SessionState | null = null;
  readonly client: Client;

  constructor(client: Client, heard: (said: string) => void) {
    this.client = client;
    client.onNotice = (m: HostMessage) => {
      if (!('notice' in m)) return;
      if (m.notice === 'state') this.state = m.session;
      else if (m.notice === 'said') heard(english(m.message));
    };
  }
}

export class Host {
  /** What it said of itself: to its windows, and in the terminal. */
  readonly said: string[] = [];
  readonly ended: Promise<Exit>;
  exit: Exit | null = null;
  readonly live: Pane;
  readonly reading: Pane;
  private readonly served: Served;
  private readonly control: string;
  /** Captures in tabs that it offers from the run before. */
  readonly offered: string[] = [];
  /** Requests that had no answer in time, by kind. */
  readonly late: string[] = [];

  private constructor(host: Served, second: Client, control: string) {
    this.served = host;
    this.control = control;
    this.ended = new Promise((resolve) => {
      host.child.once('close', (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
    const heard = (text: string): void => {
      this.said.push(text);
    };
    for (const stream of [host.child.stdout!, host.child.stderr!])
      stream.on('data', (piece: Buffer) => {
        const text = piece.toString().trim();
        if (!GREETING.test(text)) heard(text);
      });
    this.live = new Pane(host.client, heard);
    this.reading = new Pane(second, heard);
  }

  static async start(rig: Rig, place: HostPlace): Promise<Host> {
    // Of a host that was killed.
    rmSync(place.control, { force: true });
    const begun = await served(rig, {
      root: place.root,
      node: ['--import', INSIDE],
      environment: {
        SIGHTLINE_CACHE: place.cache,
        SIGHTLINE_DATA_HOME: place.data,
        SIGHTLINE_FAULTS: place.control,
        SIGHTLINE_FAULTS_CLOCK: place.clock.step,
        LD_PRELOAD: place.clock.library,
      },
    });
    const host = new Host(begun, await begun.attach(), place.control);
    const hello = await host.ask(host.live, 'hello', { client: 'live' });
    await host.ask(host.reading, 'hello', { client: 'reading' });
    if (hello.at !== 'answered') throw new Error(`the host does not greet: ${JSON.stringify(hello)}`);
    host.said.push(...hello.value.notes.map(english));
    host.offered.push(...hello.value.tabs.flatMap(({ content }) => ('path' in content ? content.path : [])));
    // Tabs of the run before are closed: each window has one of its own.
    for (const pane of [host.live, host.reading]) {
      const made = await host.ask(pane, 'newTab', {});
      if (made.at === 'answered') await host.ask(pane, 'showTab', { tab: made.value.tab });
    }
    for (const { tab } of hello.value.tabs) await host.ask(host.live, 'closeTab', { tab });
    return host;
  }

  get pid(): number {
    return this.served.pid;
  }

  async ask<K extends RequestKind>(pane: Pane, kind: K, body: Request<K>, limit = LIMIT): Promise<Said<K>> {
    if (this.exit !== null) return { at: 'gone' };
    let timer: NodeJS.Timeout | null = null;
    const late = new Promise<Said<K>>((resolve) => {
      timer = setTimeout(() => resolve({ at: 'late' }), limit);
    });
    const answer = pane.client.ask(kind, body).then(
      (value): Said<K> => ({ at: 'answered', value }),
      (error: unknown): Said<K> => ({ at: 'refused', why: error instanceof Error ? error.message : String(error) }),
    );
    const gone = this.ended.then((): Said<K> => ({ at: 'gone' }));
    const said = await Promise.race([answer, gone, late]);
    clearTimeout(timer!);
    if (said.at === 'late') this.late.push(kind);
    return said;
  }

  /** @returns whether it came true in time */
  async until(ready: () => boolean, limit = LIMIT): Promise<boolean> {
    for (const end = performance.now() + limit; performance.now() < end; await pause(LOOK)) if (ready()) return true;
    return ready();
  }

  /** Ends the newest thread of this name. @returns whether there was one, null where the host does not answer */
  endThread(name: string): Promise<boolean | null> {
    return new Promise((resolve) => {
      const socket = createConnection(this.control);
      let told = '';
      socket.on('error', () => resolve(null));
      socket.on('data', (piece) => {
        told += piece.toString();
      });
      socket.on('end', () =>
        resolve(told === '' ? null : (JSON.parse(told) as { ended: number | null }).ended !== null),
      );
      socket.setTimeout(LIMIT, () => socket.destroy(new Error('late')));
      socket.write(`${name}\n`);
    });
  }

  /** Processes below the host whose command has this in it. */
  below(sign: string): number[] {
    return descendants(this.pid).filter((pid) => commandOf(pid).includes(sign));
  }

  kill(signal: NodeJS.Signals): void {
    this.served.child.kill(signal);
  }

  /** Where the host sees its disks. */
  mount(...args: readonly string[]): boolean {
    return spawnSync('nsenter', ['-m', '-t', String(this.pid), ...args], { stdio: 'ignore' }).status === 0;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function descendants(pid: number): number[] {
  let tasks: string[];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  const children = tasks.flatMap((task) => {
    try {
      return readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether a process is there, a finished one that nobody has asked for left out. */
export function there(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
