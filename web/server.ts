// The window as a page on loopback: static files, the contract over a WebSocket, captures dropped on the page, files saved.
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { WebSocketServer, type WebSocket } from 'ws';
import { decode, encode } from '../contract/index.ts';
import type { DeskOptions } from '../engine/host-desk.ts';
import type { Begin, FromDesk, ToDesk } from './desk-worker.ts';
import { Guard, HEADERS } from './guard.ts';

export interface ServeOptions {
  readonly desk: DeskOptions;
  /** Folder of the built window. */
  readonly files: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly begin: Begin | null;
}

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.woff2': 'font/woff2', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json' };
const MAX_MESSAGE = 4 * 1024 * 1024;
const PATIENCE = 10_000;

export class WindowServer {
  private readonly guard = new Guard();
  private readonly options: ServeOptions;
  private readonly http: Server;
  private readonly worker: Worker;
  private readonly sockets: WebSocketServer;
  private windows = 0;
  private asks = 0;
  private readonly asked = new Map<number, (path: string | null) => void>();
  private ended: () => void = () => undefined;
  /** What the desk has to say before any window is there. */
  onSaid: (message: string) => void = () => undefined;

  constructor(o: ServeOptions) {
    this.options = o;
    const here = import.meta.url;
    this.worker = new Worker(new URL(`./desk-worker.${here.endsWith('.ts') ? 'ts' : 'js'}`, here), { workerData: o.desk });
    this.worker.on('message', (message: FromDesk) => this.hear(message));
    this.worker.on('error', (error) => { this.onSaid(`The engine ended: ${error.stack ?? error.message}`); process.exitCode = 2; void this.close(); });
    this.http = createServer((request, response) => void this.answer(request, response).catch(() => response.destroy()));
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
    this.http.on('upgrade', (request, socket, head) => {
      if (request.url !== '/contract' || !this.guard.known(request) || !this.guard.originAllowed(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (ws) => this.attach(ws));
    });
  }

  /** Listens on loopback only. @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(this.options.port, '127.0.0.1', resolve);
    });
    const address = this.http.address();
    this.guard.port = typeof address === 'object' && address !== null ? address.port : 0;
    if (this.options.begin !== null) this.post({ kind: 'begin', open: this.options.begin });
    return this.guard.port;
  }

  /** A link that opens the window once. */
  link(): string {
    return `http://127.0.0.1:${this.guard.port}/?token=${this.guard.newToken()}`;
  }

  async close(): Promise<void> {
    this.http.close();
    this.http.closeAllConnections();
    for (const ws of this.sockets.clients) ws.terminate();
    const done = new Promise<void>((resolve) => { this.ended = resolve; setTimeout(resolve, PATIENCE).unref(); });
    this.post({ kind: 'end' });
    await done;
    await this.worker.terminate();
  }

  private hear(message: FromDesk): void {
    if (message.kind === 'said') this.onSaid(message.message);
    else if (message.kind === 'ended') this.ended();
    else if (message.kind === 'file') {
      this.asked.get(message.ask)?.(message.path);
      this.asked.delete(message.ask);
    }
  }

  private post(message: ToDesk, transfer: MessagePortList = []): void {
    this.worker.postMessage(message, transfer);
  }

  private attach(ws: WebSocket): void {
    const window = ++this.windows;
    const { port1, port2 } = new MessageChannel();
    this.post({ kind: 'window', window, port: port2 }, [port2]);
    port1.on('message', (message: unknown) => ws.send(encode(message)));
    ws.on('message', (data: Buffer, binary: boolean) => {
      if (!binary) return;
      const message = decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      if (message !== null) port1.postMessage(message);
    });
    ws.on('error', () => ws.terminate());
    ws.on('close', () => {
      port1.close();
      this.post({ kind: 'gone', window });
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const url = new URL(`http://127.0.0.1${request.url ?? '/'}`);
    if (!this.guard.hostAllowed(request)) return refuse(response, 403, 'Sightline answers at 127.0.0.1 only.');
    if (url.pathname === '/' && url.searchParams.has('token')) {
      const cookie = this.guard.redeem(url.searchParams.get('token'));
      if (cookie === null && !this.guard.known(request)) return refuse(response, 403, 'This link was used already. Press Enter in the terminal where Sightline runs for a new one.');
      if (cookie !== null) response.setHeader('Set-Cookie', cookie);
      response.writeHead(303, { Location: '/' }).end();
      return;
    }
    if (!this.guard.known(request)) return refuse(response, 403, 'Open Sightline with the link that it printed. Press Enter in the terminal where it runs for a new one.');
    if (request.method === 'POST' && url.pathname === '/upload') return this.upload(request, response, url.searchParams.get('name') ?? 'capture');
    if (request.method !== 'GET') return refuse(response, 405, 'This cannot be done.');
    if (url.pathname.startsWith('/saved/')) return this.saved(response, url.pathname.slice(7));
    this.file(response, url.pathname);
  }

  private file(response: ServerResponse, path: string): void {
    const inside = normalize(path === '/' ? '/index.html' : path);
    const type = TYPES[extname(inside)];
    if (type === undefined || inside.includes('..')) return refuse(response, 404, 'There is no such file.');
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(this.options.files, inside));
    } catch {
      return refuse(response, 404, 'There is no such file.');
    }
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': inside.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store' }).end(bytes);
  }

  /** A capture from the page: kept in the cache folder, then opened like any file. */
  private async upload(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (!this.guard.originAllowed(request)) return refuse(response, 403, 'Only the window itself brings captures.');
    const folder = join(this.options.desk.cacheFolder, 'uploads', randomUUID());
    const path = join(folder, name.replace(/[^\p{L}\p{N}._ -]+/gu, '_').replace(/^\.+/, '').slice(-120) || 'capture');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      await pipeline(request, createWriteStream(path, { mode: 0o600 }));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      return refuse(response, 500, error instanceof Error ? error.message : String(error));
    }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ path }));
  }

  private async saved(response: ServerResponse, id: string): Promise<void> {
    const ask = ++this.asks;
    const path = await new Promise<string | null>((resolve) => { this.asked.set(ask, resolve); this.post({ kind: 'file', ask, id }); });
    const stat = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
    if (path === null || stat === undefined) return refuse(response, 404, 'This file is no longer there.');
    const name = path.slice(path.lastIndexOf('/') + 1);
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': stat.size, 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` });
    await pipeline(createReadStream(path), response);
  }
}

type MessagePortList = NonNullable<Parameters<Worker['postMessage']>[1]>;

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
