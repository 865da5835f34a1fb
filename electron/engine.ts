// The engine host as the shell has it: one process, started again when it is lost, told of windows, files to open and
// what a person chose. What it must hear while it is not there waits until it is.
import { randomBytes } from 'node:crypto';
import { GRANT, GRANT_BYTES, type PathUse } from '../contract/index.ts';
import { log } from '../engine/host-options.ts';
import type { Begin } from './begin.ts';
import type { HostProcess } from './shell.ts';

/** To the host process: what it serves, one port a window, what was chosen; `end` closes what is open. */
export type ToHost =
  | { readonly kind: 'begin'; readonly root: string; readonly version: string; readonly open: Begin | null }
  | { readonly kind: 'window' }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'grant'; readonly id: string; readonly path: string; readonly use: PathUse }
  | { readonly kind: 'captures'; readonly ask: number }
  | { readonly kind: 'end' };

/** From it. `captures` are the names of those that run. */
export type FromHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'granted'; readonly id: string }
  | { readonly kind: 'captures'; readonly ask: number; readonly names: readonly string[] };

/** Restarts within a minute, before giving up. */
const MAX_RESTARTS = 3;
const STEADY = 60_000;
/** A host that does not say what it captures is taken for one that captures nothing, ms. */
const ANSWER_TIME = 3_000;
/** To close what is open: a capture is made whole, labels are stored; ms. */
const END_TIME = 10_000;
/** Files that wait for the host. */
const MAX_WAITING = 64;

export interface EngineOptions {
  readonly root: string;
  readonly version: string;
  fork(): HostProcess;
  /** A new host has come: windows need new ports. */
  restarted(): void;
  /** It is lost again and again. */
  gaveUp(): void;
}

interface Granting {
  readonly path: string;
  readonly use: PathUse;
  readonly done: (id: string | null) => void;
}

export class Engine {
  private readonly options: EngineOptions;
  private host: HostProcess | null = null;
  private restarts = 0;
  private began = 0;
  private ending = false;
  private asks = 0;
  private waiting: readonly string[] = [];
  private readonly granting = new Map<string, Granting>();
  private readonly asked = new Map<number, (names: readonly string[]) => void>();
  private over: () => void = () => undefined;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  start(open: Begin | null): void {
    const { root, version } = this.options;
    const host = this.options.fork();
    this.host = host;
    this.began = performance.now();
    log('electron', () => `host started: ${open === null ? 'nothing to open' : JSON.stringify(open)}`);
    host.on('message', (message) => this.hear(message as FromHost));
    host.on('exit', (code) => this.lost(host, code));
    this.post({ kind: 'begin', root, version, open });
    for (const path of this.waiting) this.post({ kind: 'open', path });
    this.waiting = [];
    for (const [id, { path, use }] of this.granting) this.post({ kind: 'grant', id, path, use });
  }

  /** After it was given up. */
  startAgain(): void {
    if (this.host !== null || this.ending) return;
    this.restarts = 0;
    this.start(null);
    this.options.restarted();
  }

  /** @returns whether there is a host to take the port */
  connect(port: object): boolean {
    if (this.host === null) return false;
    this.host.postMessage({ kind: 'window' } satisfies ToHost, [port]);
    return true;
  }

  /** Also before there is a host: macOS hands over the file that Sightline is started with. */
  open(path: string): void {
    if (this.host === null) this.waiting = [...this.waiting, path].slice(-MAX_WAITING);
    else this.post({ kind: 'open', path });
  }

  /**
   * Tells the host what a person chose. Answered when the host knows it: the window's request goes another way, and
   * would be there earlier.
   *
   * @returns what the window says instead of the path; null where there is no host
   */
  grant(path: string, use: PathUse): Promise<string | null> {
    const id = `${GRANT}${randomBytes(GRANT_BYTES).toString('base64url')}`;
    if (this.host === null) return Promise.resolve(null);
    return new Promise((done) => {
      this.granting.set(id, { path, use, done });
      this.post({ kind: 'grant', id, path, use });
    });
  }

  /** @returns names of the captures that run */
  captures(): Promise<readonly string[]> {
    if (this.host === null) return Promise.resolve([]);
    const ask = ++this.asks;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(ask, []), ANSWER_TIME);
      this.asked.set(ask, (names) => {
        clearTimeout(timer);
        resolve(names);
      });
      this.post({ kind: 'captures', ask });
    });
  }

  /** Closes what is open and ends the host; one that does not end is ended. */
  async end(): Promise<void> {
    this.ending = true;
    const { host } = this;
    if (host === null) return;
    const gone = new Promise<void>((resolve) => {
      this.over = resolve;
    });
    this.post({ kind: 'end' });
    const timer = setTimeout(() => host.kill(), END_TIME);
    await gone;
    clearTimeout(timer);
  }

  private post(message: ToHost): void {
    this.host?.postMessage(message);
  }

  private hear(message: FromHost): void {
    if (message.kind === 'captures') this.answer(message.ask, message.names);
    else if (message.kind === 'granted') this.granted(message.id, message.id);
  }

  private answer(ask: number, names: readonly string[]): void {
    this.asked.get(ask)?.(names);
    this.asked.delete(ask);
  }

  private granted(id: string, told: string | null): void {
    this.granting.get(id)?.done(told);
    this.granting.delete(id);
  }

  private lost(host: HostProcess, code: number): void {
    if (this.host !== host) return;
    this.host = null;
    log('electron', () => `host ended with ${code}, restarts ${this.restarts}`);
    for (const ask of this.asked.keys()) this.answer(ask, []);
    if (!this.ending) {
      if (performance.now() - this.began > STEADY) this.restarts = 0;
      if (++this.restarts <= MAX_RESTARTS) {
        this.start(null);
        return this.options.restarted();
      }
    }
    for (const id of this.granting.keys()) this.granted(id, null);
    if (this.ending) this.over();
    else this.options.gaveUp();
  }
}
