// A whole server for tests, with a store and a folder of its own, and browsers that ask it: requests whose every header
// the test decides.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Captures } from '../captures.ts';
import { API, CSRF_HEADER, type Me } from '../contract.ts';
import { openCaptures } from '../queue/index.ts';
import { type PlatformServer, type ServerOptions, startServer } from '../server/index.ts';
import { openStore, type Sql } from '../store/index.ts';
import { checkAnswer } from './answers.ts';

export const PASSWORD = 'correct horse 1';
export const SECRET = 'what nobody is to read';

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-platform-'));
  readonly faults: string[] = [];
  sql!: Sql;
  captures!: Captures;
  server!: PlatformServer;
  private addresses = 0;
  private tls = false;

  /** @param more than a server that everybody may register at @param place its store @param held captures and results */
  async start(
    more: Partial<ServerOptions> = {},
    place = join(this.folder, 'store.sqlite'),
    held = join(this.folder, 'captures'),
  ): Promise<void> {
    const pages = join(this.folder, 'pages');
    mkdirSync(join(pages, 'assets'), { recursive: true });
    writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Sightline</title>');
    writeFileSync(join(pages, 'assets', 'main.js'), '"use strict";');
    writeFileSync(join(this.folder, 'secret.txt'), SECRET);
    this.sql = await openStore(place);
    mkdirSync(held, { recursive: true });
    this.captures = await openCaptures({ sql: this.sql, folder: held, workers: 1, memory: 1024, seconds: 120 });
    const options: ServerOptions = {
      address: '127.0.0.1',
      port: 0,
      names: [],
      tls: null,
      behindProxy: false,
      pages,
      version: 'test',
      perMinute: 100_000,
      pace: { bytes: 1000, within: 5000 },
      registration: 'open',
      limits: { fileBytes: 10_000_000, accountBytes: 100_000_000, waiting: 20 },
      onFault: (text) => this.faults.push(text),
      ...more,
    };
    this.tls = options.tls !== null;
    this.server = await startServer({ sql: this.sql, captures: this.captures, options });
  }

  async end(): Promise<void> {
    await this.server.close();
    await this.captures.close();
    await this.sql.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  browser(): Browser {
    return new Browser(this.server.port, this.server.address, this.tls);
  }

  /** A browser of a new account. */
  async account(name = `account${++this.addresses}`): Promise<Browser> {
    const browser = this.browser();
    const got = await browser.post('/register', { name, password: PASSWORD });
    if (got.status !== 201) throw new Error(`register answers ${got.status}: ${got.text}`);
    browser.name = name;
    // All of a test comes from one address, which may register some accounts an hour.
    await this.sql.run('DELETE FROM counters WHERE name LIKE $1', ['register %']);
    return browser;
  }

  async admin(): Promise<Browser> {
    const browser = await this.account();
    await this.sql.run('UPDATE accounts SET admin = 1 WHERE name = $1', [browser.name]);
    return browser;
  }
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Writes the body by itself, and ends the request. */
  readonly write?: (request: ClientRequest) => void;
}

/** Keeps cookies and the token as a browser and its page do. */
export class Browser {
  port: number;
  readonly origin: string;
  private readonly tls: boolean;
  name = '';
  cookie: string | null = null;
  csrf: string | null = null;

  /** @param origin that its pages are of @param tls whether it speaks to the server by TLS */
  constructor(port: number, origin: string, tls: boolean) {
    this.port = port;
    this.origin = origin;
    this.tls = tls;
  }

  /** As the page asks: with its origin, its cookie and its token. @param path below /api/v1 */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Got> {
    const got = await this.raw(API + path, {
      method,
      headers: {
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...(method === 'GET' ? {} : { origin: this.origin }),
        ...(method === 'GET' || this.csrf === null ? {} : { [CSRF_HEADER]: this.csrf }),
        ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
    });
    this.keep(got);
    checkAnswer(method, path, got);
    return got;
  }

  get(path: string, headers?: Record<string, string>): Promise<Got> {
    return this.ask('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Got> {
    return this.ask('POST', path, body, headers);
  }

  /** A request with nothing that is not said. @param path from the root */
  raw(path: string, { method = 'GET', headers = {}, body, write }: Asked = {}): Promise<Got> {
    const options: RequestOptions & { rejectUnauthorized: boolean } = {
      host: '127.0.0.1',
      port: this.port,
      path,
      method,
      // Of a DELETE nobody writes the length by himself.
      headers: { ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }), ...headers },
      agent: false,
      rejectUnauthorized: false,
    };
    return new Promise((resolve, reject) => {
      const request = (this.tls ? httpsRequest : httpRequest)(options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString(),
          }),
        );
      });
      request.on('error', reject);
      if (write === undefined) request.end(body);
      else write(request);
    });
  }

  private keep({ headers, text, status }: Got): void {
    const set = headers['set-cookie'];
    const [first] = Array.isArray(set) ? set : [];
    if (first !== undefined) this.cookie = first.split(';')[0]!;
    if (status < 300 && text.startsWith('{"account"')) this.csrf = (JSON.parse(text) as Me).csrf;
  }
}

export function bodyOf<T>(got: Got): T {
  if (got.status >= 300) throw new Error(`${got.status}: ${got.text}`);
  return JSON.parse(got.text) as T;
}

/** The code of a refusal; the status where it is none. */
export function codeOf(got: Got): string {
  if (got.status < 400) return String(got.status);
  return (JSON.parse(got.text) as { error: { code: string } }).error.code;
}

/** The smallest capture: the head of a pcap, and one packet (ARP). */
export function tinyCapture(): Buffer {
  const frame = Buffer.from(
    'ffffffffffff0242ac110002080600010800060400010242ac110002ac110002000000000000ac110001',
    'hex',
  );
  const head = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
  const record = Buffer.alloc(16);
  record.writeUInt32LE(1_700_000_000, 0);
  record.writeUInt32LE(frame.length, 8);
  record.writeUInt32LE(frame.length, 12);
  return Buffer.concat([head, record, frame]);
}
