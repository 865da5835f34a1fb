// One client of the campaign: brings its captures, confirms them, and asks until each is done. A server that goes away
// in the middle is asked again; whether an upload without an answer got in is asked by its name, which nobody else has.
import { setTimeout as sleep } from 'node:timers/promises';
import { API, type Capture, type CaptureRow, NAME_HEADER, type Page } from '../../platform/contract.ts';

const GIVE_UP = 500_000;
const ASK_EVERY = 400;
const AFTER_FAULT = 300;

export interface Brought {
  readonly name: string;
  readonly id: string;
  readonly state: Capture['state'];
  /** ms from its first byte to its result. */
  readonly took: number;
}

export class Client {
  private readonly ports: readonly number[];
  private readonly key: string;
  private readonly end = performance.now() + GIVE_UP;
  private asked = 0;
  retries = 0;
  /** Uploads that were refused because the campaign killed two processes that looked at them. */
  killedLooks = 0;

  /** @param ports of servers, any of which may be asked */
  constructor(ports: readonly number[], key: string) {
    this.ports = ports;
    this.key = key;
    this.asked = Math.floor(key.length % ports.length);
  }

  async bring(captures: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<Brought[]> {
    const under = await Promise.all(captures.map((c) => this.one(c.name, c.bytes)));
    return under;
  }

  private async one(name: string, bytes: Uint8Array): Promise<Brought> {
    const began = performance.now();
    const id = await this.uploaded(name, bytes);
    await this.until(async () => {
      const got = await this.ask(
        'POST',
        `/uploads/${id}/confirm`,
        JSON.stringify({ analyse: true }),
        'application/json',
      );
      return got.ok ? true : null;
    });
    const state = await this.until(async () => {
      const got = await this.ask('GET', `/captures/${id}`);
      if (got.status === 404) throw new Error(`${name} is lost`);
      if (!got.ok) return null;
      const capture = (await got.json()) as Capture;
      if (capture.state.at === 'done' || capture.state.at === 'failed') return capture.state;
      await sleep(ASK_EVERY);
      return null;
    });
    return { name, id, state, took: performance.now() - began };
  }

  private uploaded(name: string, bytes: Uint8Array): Promise<string> {
    let doubtful = false;
    return this.until(async () => {
      if (doubtful) {
        const got = await this.ask('GET', `/captures?search=${encodeURIComponent(name)}`);
        if (!got.ok) return null;
        const known = ((await got.json()) as Page<CaptureRow>).items.find((row) => row.name === name);
        if (known !== undefined) return known.id;
      }
      doubtful = true;
      const got = await this.ask('POST', '/uploads', bytes, 'application/octet-stream', { [NAME_HEADER]: name });
      if (got.ok) return ((await got.json()) as Capture).id;
      if (got.status >= 500 || got.status === 429) return null;
      const text = await got.text();
      // The campaign killed the process that looked at it, and the next one too: it is brought again, as a person would.
      if (text.includes('"upload-look-ended"')) {
        this.killedLooks++;
        return null;
      }
      throw new Error(`${name} is refused with ${got.status}: ${text}`);
    });
  }

  private ask(
    method: string,
    path: string,
    body?: Uint8Array | string,
    type?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const port = this.ports[this.asked++ % this.ports.length]!;
    return fetch(`http://127.0.0.1:${port}${API}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(type === undefined ? {} : { 'content-type': type }),
        ...more,
      },
      ...(body === undefined ? {} : { body: body as RequestInit['body'] }),
      signal: AbortSignal.timeout(60_000),
    });
  }

  /** Asks again until there is an answer. */
  private async until<T>(ask: () => Promise<T | null>): Promise<T> {
    for (;;) {
      try {
        const got = await ask();
        if (got !== null) return got;
      } catch (error) {
        // fetch's own errors: nobody is there, or the connection broke.
        if (!(error instanceof TypeError) && !(error instanceof DOMException)) throw error;
        this.retries++;
      }
      if (performance.now() > this.end) throw new Error('no answer in time');
      await sleep(AFTER_FAULT);
    }
  }
}
