// A served window for tests: its own folders, plain requests, sockets that show the session.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { decode, encode } from '../contract/index.ts';
import { WindowServer } from './server.ts';

export const ROOT = new URL('..', import.meta.url).pathname;

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-web-'));
  readonly files = join(this.folder, 'files');
  readonly server: WindowServer;
  readonly said: string[] = [];
  port = 0;
  secret = '';

  constructor() {
    mkdirSync(this.files);
    writeFileSync(join(this.files, 'index.html'), '<!doctype html><title>Sightline</title>');
    writeFileSync(join(this.folder, 'secret.html'), 'secret');
    const desk = {
      product: 'Sightline',
      version: 'test',
      root: ROOT,
      cacheFolder: join(this.folder, 'cache'),
      dataFolder: join(this.folder, 'data'),
      helper: '/nowhere',
      native: false,
    };
    this.server = new WindowServer({ desk, files: this.files, port: 0, begin: null });
    this.server.onSaid = (message) => this.said.push(message);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get shown(): Record<string, string> {
    return { 'x-sightline-session': this.secret, origin: this.origin };
  }

  async begin(): Promise<void> {
    this.port = await this.server.listen();
  }

  /** Enters with a new link. */
  async enter(): Promise<void> {
    const token = new URL(this.server.link()).hash.slice('#token='.length);
    const got = await this.get('/enter', { origin: this.origin }, 'POST', Buffer.from(token));
    this.secret = (JSON.parse(got.body) as { secret: string }).secret;
  }

  async end(): Promise<void> {
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get(path: string, headers: Record<string, string> = {}, method = 'GET', body?: Buffer): Promise<Got> {
    return new Promise((resolve, reject) => {
      const r = httpRequest({ host: '127.0.0.1', port: this.port, path, method, headers, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (p: Buffer) => parts.push(p));
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts).toString() }),
        );
      });
      r.on('error', reject);
      r.end(body);
    });
  }

  /** @returns the open socket, or the status that it was refused with */
  connect(
    headers: Record<string, string> = { origin: this.origin },
    protocols: readonly string[] = ['sightline', this.secret],
  ): Promise<WebSocket | number> {
    return new Promise((resolve) => {
      const ws = new WebSocket(`ws://127.0.0.1:${this.port}/contract`, [...protocols], { headers });
      ws.on('open', () => resolve(ws));
      ws.on('unexpected-response', (_r, response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      ws.on('error', () => resolve(0));
    });
  }

  async socket(): Promise<WebSocket> {
    const ws = await this.connect();
    if (!(ws instanceof WebSocket)) throw new Error(`refused with ${ws}`);
    return ws;
  }
}

let asked = 0;

/** One request of the contract and its answer. */
export function ask(
  ws: WebSocket,
  kind: string,
  body: unknown,
): Promise<{ readonly ok: boolean; readonly value: unknown; readonly message?: string }> {
  const id = ++asked;
  return new Promise((resolve) => {
    const hear = (data: Buffer): void => {
      const m = decode(new Uint8Array(data)) as { id?: number; answer: { ok: boolean; value: unknown } };
      if (m.id !== id) return;
      ws.off('message', hear);
      resolve(m.answer);
    };
    ws.on('message', hear);
    ws.send(encode({ id, kind, body }));
  });
}
