// The window as a page on loopback: static files, the contract over a WebSocket, captures dropped on the page, files
// saved.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MessageChannel, type Worker } from 'node:worker_threads';
import { WebSocketServer, type WebSocket } from 'ws';
import { decode, encode, errorText, MessagePace } from '../contract/index.ts';
import type { DeskOptions } from '../engine/host-desk.ts';
import { keepCode, log, startWorker } from '../engine/host-options.ts';
import { Connections, MAX_WINDOWS, refuseBroken, refuseSocket } from './connections.ts';
import type { Begin, FromDesk, ToDesk } from './desk-worker.ts';
import { Guard, HEADERS, SUBPROTOCOL } from './guard.ts';
import { Uploads } from './uploads.ts';

export interface ServeOptions {
  readonly desk: DeskOptions;
  /** Folder of the built window. */
  readonly files: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly begin: Begin | null;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};
const MAX_MESSAGE = 4 * 1024 * 1024;
/** A window that does not take what it is sent is disconnected; its page attaches again. */
const MAX_UNSENT = 64 * 1024 * 1024;
const MAX_TOKEN = 200;
const PATIENCE = 10_000;
/** A head must be whole after so long, ms; looked at this often. */
const HEAD_TIME = 10_000;
const HEAD_LOOK = 2_000;
/** Close code of a peer that breaks a rule (RFC 6455, section 7.4.1). */
const POLICY = 1008;
const FLOOD = 'This window asks faster than it may.';
const FULL = `Sightline serves ${MAX_WINDOWS} windows at once, and so many are open.`;

export class WindowServer {
  private readonly guard = new Guard();
  private readonly options: ServeOptions;
  private readonly http: Server;
  private readonly worker: Worker;
  private readonly sockets: WebSocketServer;
  private readonly connections = new Connections();
  private readonly uploads: Uploads;
  private windows = 0;
  private closing = false;
  private hasFailed = false;
  private asks = 0;
  private readonly asked = new Map<number, (path: string | null) => void>();
  private ended: () => void = () => undefined;
  private readonly over: Promise<void>;
  /** What the desk has to say before any window is there. */
  onSaid: (message: string) => void = () => undefined;
  /** The link was used. */
  onEntered: () => void = () => undefined;
  /** The engine ended by itself: nothing can be served any more. */
  onFailed: () => void = () => undefined;

  constructor(o: ServeOptions) {
    this.options = o;
    this.over = new Promise((resolve) => {
      this.ended = resolve;
    });
    this.uploads = new Uploads(o.desk.cacheFolder);
    keepCode(o.desk.cacheFolder);
    this.worker = startWorker(import.meta.url, 'desk-worker', { workerData: o.desk });
    this.worker.on('message', (message: FromDesk) => this.hear(message));
    this.worker.on('error', (error) => this.failed(error.stack ?? error.message));
    this.worker.on('exit', (code) => {
      log('web', () => `the desk's thread ended with ${code}`);
      // Without an error too: nobody answers the windows any more.
      if (!this.closing) this.failed(`its thread ended with ${code}`);
      this.ended();
    });
    this.http = createServer(
      { connectionsCheckingInterval: HEAD_LOOK, headersTimeout: HEAD_TIME, requestTimeout: 0 },
      (request, response) => {
        request.on('error', () => undefined);
        response.on('error', () => undefined);
        void this.answer(request, response).catch(() => response.destroy());
      },
    );
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE,
      perMessageDeflate: false,
      handleProtocols: () => SUBPROTOCOL,
    });
    this.http.on('connection', (socket) => this.connections.take(socket));
    this.http.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseBroken(error.code, socket as Socket));
    this.http.on('connect', (_request, socket) => refuseSocket(socket as Socket, 403, 'Sightline is no proxy.'));
    this.http.on('upgrade', (request, socket, head) => this.upgrade(request, socket as Socket, head));
  }

  /** Listens on loopback only. @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(this.options.port, '127.0.0.1', resolve);
    });
    const address = this.http.address();
    this.guard.port = typeof address === 'object' && address !== null ? address.port : 0;
    log('web', () => `listens on 127.0.0.1:${this.guard.port}`);
    this.post({ kind: 'listening', port: this.guard.port });
    if (this.options.begin !== null) this.post({ kind: 'begin', open: this.options.begin });
    return this.guard.port;
  }

  /** A link that opens the window once. */
  link(): string {
    return `http://127.0.0.1:${this.guard.port}/#token=${this.guard.newToken()}`;
  }

  /** The desk's thread, for tests that end it. */
  get thread(): Worker {
    return this.worker;
  }

  async close(): Promise<void> {
    this.closing = true;
    this.http.close();
    this.http.closeAllConnections();
    for (const ws of this.sockets.clients) ws.terminate();
    this.post({ kind: 'end' });
    const patience = new Promise<void>((resolve) => {
      setTimeout(resolve, PATIENCE).unref();
    });
    await Promise.race([this.over, patience]);
    await this.worker.terminate();
    this.uploads.end();
  }

  private failed(why: string): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.onSaid(`The engine ended: ${why}`);
    this.onFailed();
  }

  private hear(message: FromDesk): void {
    switch (message.kind) {
      case 'said':
        return this.onSaid(message.message);
      case 'failed':
        return this.failed(message.message);
      case 'closed':
        return this.uploads.closed(message.path);
      case 'ended':
        return this.ended();
      case 'ready':
        return;
      case 'file':
        this.asked.get(message.ask)?.(message.path);
        this.asked.delete(message.ask);
    }
  }

  private post(message: ToDesk, transfer: MessagePortList = []): void {
    this.worker.postMessage(message, transfer);
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (request.url !== '/contract' || !this.guard.knownSocket(request) || !this.guard.originAllowed(request))
      return refuseSocket(socket, 403, 'Only the window itself attaches here.');
    if (this.sockets.clients.size >= MAX_WINDOWS) return refuseSocket(socket, 503, FULL);
    this.connections.know(socket);
    this.sockets.handleUpgrade(request, socket, head, (ws) => this.attach(ws));
  }

  private attach(ws: WebSocket): void {
    const window = ++this.windows;
    log('web', () => `window ${window} attached`);
    const { port1, port2 } = new MessageChannel();
    this.post({ kind: 'window', window, port: port2 }, [port2]);
    port1.on('message', (message: unknown) => {
      if (ws.bufferedAmount > MAX_UNSENT) ws.terminate();
      else ws.send(encode(message));
    });
    const pace = new MessagePace(performance.now());
    ws.on('message', (data: Buffer, binary: boolean) => {
      // Before it is read: a flood must not wait in the desk's thread.
      if (pace.take(performance.now()) === 'flood') return ws.close(POLICY, FLOOD);
      if (!binary) return;
      const message = decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      if (message !== null) port1.postMessage(message);
    });
    // The library closes the socket with the code that says why: 1009 for a message that is too large, 1002 for a
    // broken frame.
    ws.on('error', () => undefined);
    ws.on('close', (code) => {
      log('web', () => `window ${window} gone with ${code}`);
      port1.close();
      this.post({ kind: 'gone', window });
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (!this.guard.hostAllowed(request)) return refuse(response, 403, 'Sightline answers at 127.0.0.1 only.');
    const url = URL.parse(`http://127.0.0.1${request.url ?? '/'}`);
    if (url === null || !(request.url ?? '/').startsWith('/'))
      return refuse(response, 400, 'This is no address of the window.');
    if (request.method === 'POST' && url.pathname === '/enter') return this.enter(request, response);
    if (request.method === 'POST' && url.pathname === '/upload')
      return this.upload(request, response, url.searchParams.get('name') ?? 'capture');
    if (request.method !== 'GET') return refuse(response, 405, 'This cannot be done.');
    if (url.pathname === '/session') return this.session(request, response);
    if (url.pathname.startsWith('/saved/')) return this.saved(response, url.pathname.slice(7));
    // The window's own files need no secret.
    this.file(response, url.pathname);
  }

  /** Gives the session's secret for the link's token, once. */
  private async enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.guard.originAllowed(request)) return refuse(response, 403, 'Only the window itself enters.');
    let token = '';
    for await (const piece of request) {
      token += String(piece);
      if (token.length > MAX_TOKEN) return refuse(response, 403, 'This is no token of a link.');
    }
    const secret = this.guard.redeem(token);
    if (secret === null)
      return refuse(
        response,
        403,
        'This link was used already. Press Enter in the terminal where Sightline runs for a new one.',
      );
    this.onEntered();
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify({ secret }));
  }

  /** Whether a page's secret is this session's, and there is room for one more window. */
  private session(request: IncomingMessage, response: ServerResponse): void {
    if (!this.guard.known(request))
      return refuse(
        response,
        403,
        'Open Sightline with the link that it printed. Press Enter in the terminal where it runs for a new one.',
      );
    if (this.sockets.clients.size >= MAX_WINDOWS) return refuse(response, 503, FULL);
    response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
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
    response
      .writeHead(200, {
        'Content-Type': type,
        'Cache-Control': inside.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store',
      })
      .end(bytes);
  }

  /** A capture from the page: kept in the cache folder, then opened like any file. */
  private async upload(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (!this.guard.originAllowed(request) || !this.guard.known(request))
      return refuse(response, 403, 'Only the window itself brings captures.');
    this.connections.know(request.socket);
    let path: string;
    try {
      path = await this.uploads.take(request, name);
    } catch (error) {
      return refuse(response, 500, errorText(error));
    }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ path }));
  }

  /** A file that the desk wrote for a window. Its name is 122 bits of chance, told to that window alone. */
  private async saved(response: ServerResponse, id: string): Promise<void> {
    const ask = ++this.asks;
    const path = await new Promise<string | null>((resolve) => {
      this.asked.set(ask, resolve);
      this.post({ kind: 'file', ask, id });
    });
    const stat = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
    if (path === null || stat?.isFile() !== true) return refuse(response, 404, 'This file is no longer there.');
    if (response.socket !== null) this.connections.know(response.socket);
    const name = path.slice(path.lastIndexOf('/') + 1);
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': stat.size,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    });
    await pipeline(createReadStream(path, { end: Math.max(0, stat.size - 1) }), response);
  }
}

type MessagePortList = NonNullable<Parameters<Worker['postMessage']>[1]>;

function refuse(response: ServerResponse, status: number, sentence: string): void {
  log('web', () => `${response.req.method} ${response.req.url} refused with ${status}: ${sentence}`);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
