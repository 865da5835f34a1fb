// A process with a desk on one capture, and the sockets of the windows that look at it. It ends when nobody has looked for
// a while, when it takes too much, and when those who opened it may no longer see the capture.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WebSocket } from 'ws';
import type { DeskOptions } from '../../engine/host-desk.ts';
import { same } from '../../web/guard.ts';
import { residentBytes } from '../analysis/index.ts';
import type { FromWindowHost, ToWindowHost } from './child.ts';

/** Nobody has looked for so long, ms. */
const IDLE = 60_000;
const LOOK_EVERY = 5_000;
const MEMORY = 2e9;
const HEAP = 1_024;
/** Windows of one host at once. */
const MOST_SOCKETS = 8;
const MOST_TOKENS = 64;
/** A window that does not take what it is sent is disconnected; its page attaches again. */
const MOST_UNSENT = 64 * 1024 * 1024;

/** Whoever opened it: whether he still may see the capture. */
export type StillMay = () => Promise<boolean>;

export interface HostOptions {
  readonly capture: string;
  readonly path: string;
  /** What the window calls the capture: letters, digits and a few signs. */
  readonly name: string;
  /** A folder of its own, which goes with it. */
  readonly scratch: string;
  readonly desk: Omit<DeskOptions, 'cacheFolder' | 'dataFolder'>;
  readonly ended: () => void;
}

interface Entry {
  readonly stillMay: StillMay;
  readonly sockets: Set<WebSocket>;
}

export class WindowHost {
  /** Part of its address; it opens nothing by itself. */
  readonly id = randomBytes(16).toString('base64url');
  readonly capture: string;
  private readonly o: HostOptions;
  private readonly child: ChildProcess;
  private readonly tokens = new Map<string, StillMay>();
  private readonly entries = new Map<string, Entry>();
  private readonly sockets = new Map<number, WebSocket>();
  private readonly watch: NodeJS.Timeout;
  private windows = 0;
  private seen = Date.now();
  private over = false;

  constructor(o: HostOptions) {
    this.o = o;
    this.capture = o.capture;
    const here = import.meta.url;
    this.child = fork(fileURLToPath(new URL(`./child.${here.endsWith('.ts') ? 'ts' : 'js'}`, here)), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [`--max-old-space-size=${HEAP}`],
      env: { PATH: process.env['PATH'] ?? '' },
    });
    this.child.on('message', (message: FromWindowHost) => this.says(message.window, message.bytes));
    this.child.on('error', () => this.end());
    this.child.on('exit', () => this.end());
    // The desk names a capture by its path.
    const path = join(o.scratch, o.name);
    symlinkSync(o.path, path);
    const desk = { ...o.desk, cacheFolder: join(o.scratch, 'cache'), dataFolder: join(o.scratch, 'data') };
    this.tell({ kind: 'setup', setup: { desk, path } });
    this.watch = setInterval(() => void this.look(), LOOK_EVERY);
    this.watch.unref();
  }

  get alive(): boolean {
    return !this.over;
  }

  /** A token that lets one page in, once. */
  newToken(stillMay: StillMay): string {
    const token = randomBytes(32).toString('base64url');
    const [oldest] = this.tokens.keys();
    if (this.tokens.size >= MOST_TOKENS) this.tokens.delete(oldest!);
    this.tokens.set(token, stillMay);
    this.seen = Date.now();
    return token;
  }

  /** Takes a token. @returns the page's secret, or null */
  async redeem(token: string): Promise<string | null> {
    const stillMay = [...this.tokens].find(([known]) => same(known, token))?.[1];
    this.tokens.delete(token);
    if (stillMay === undefined || !(await stillMay())) return null;
    const secret = randomBytes(32).toString('base64url');
    this.entries.set(secret, { stillMay, sockets: new Set() });
    return secret;
  }

  /** Whether a page's secret is good, and who it belongs to may still see the capture. */
  async knows(secret: string): Promise<boolean> {
    const entry = this.entryOf(secret);
    return entry !== null && (await entry.stillMay());
  }

  get full(): boolean {
    return this.sockets.size >= MOST_SOCKETS;
  }

  /** A socket whose secret is known. At once: the page asks as soon as it is open, and the process hears in order. */
  attach(ws: WebSocket, secret: string): void {
    const entry = this.entryOf(secret);
    if (this.over || entry === null || ws.readyState !== ws.OPEN) {
      ws.terminate();
      return;
    }
    const window = ++this.windows;
    this.sockets.set(window, ws);
    entry.sockets.add(ws);
    this.tell({ kind: 'window', window });
    ws.on('message', (bytes: Buffer, binary: boolean) => {
      this.seen = Date.now();
      if (binary) this.tell({ kind: 'asks', window, bytes: new Uint8Array(bytes) });
    });
    ws.on('error', () => undefined);
    ws.on('close', () => {
      this.seen = Date.now();
      this.sockets.delete(window);
      entry.sockets.delete(ws);
      this.tell({ kind: 'gone', window });
    });
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.watch);
    for (const ws of this.sockets.values()) ws.terminate();
    this.child.kill('SIGKILL');
    rmSync(this.o.scratch, { recursive: true, force: true });
    this.o.ended();
  }

  private entryOf(secret: string): Entry | null {
    return [...this.entries].find(([known]) => same(known, secret))?.[1] ?? null;
  }

  private async look(): Promise<void> {
    if (residentBytes(this.child.pid ?? 0) > MEMORY) return this.end();
    if (this.sockets.size === 0 && Date.now() - this.seen > IDLE) return this.end();
    for (const [secret, { stillMay, sockets }] of this.entries) {
      // A store that is away says nothing about anybody.
      if (await stillMay().catch(() => true)) continue;
      for (const ws of sockets) ws.terminate();
      this.entries.delete(secret);
    }
  }

  private says(window: number, bytes: Uint8Array): void {
    const ws = this.sockets.get(window);
    if (ws === undefined) return;
    if (ws.bufferedAmount > MOST_UNSENT) ws.terminate();
    else ws.send(bytes);
  }

  private tell(message: ToWindowHost): void {
    if (!this.over && this.child.connected) this.child.send(message);
  }
}
