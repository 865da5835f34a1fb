// A window's host as the bench asks it: one more client of the server that a browser looks at, with lists of its own.
import { WebSocket } from 'ws';
import {
  type Answer,
  decode,
  encode,
  english,
  foreign,
  type HostMessage,
  type Replies,
  type Request,
  type RequestKind,
} from '../../contract/index.ts';
import type { App } from '../../e2e/harness.ts';

export class Host {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (answer: Answer<RequestKind>) => void>();
  private next = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('close', () => {
      for (const done of this.waiting.values())
        done({ ok: false, reason: 'failed', message: foreign('the host is gone') });
    });
    socket.on('message', (data: Buffer) => {
      const message = decode(new Uint8Array(data)) as HostMessage | null;
      if (message === null || !('id' in message)) return;
      this.waiting.get(message.id)?.(message.answer as Answer<RequestKind>);
      this.waiting.delete(message.id);
    });
  }

  static async of(app: App): Promise<Host> {
    const secret = await app.page.evaluate(() => sessionStorage.getItem('sightline.session') ?? '');
    const url = new URL(app.page.url());
    const socket = new WebSocket(`ws://${url.host}/contract`, ['sightline', secret], {
      headers: { Origin: url.origin },
      maxPayload: 2 ** 30,
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const host = new Host(socket);
    await host.ask('hello', { client: 'bench' });
    return host;
  }

  async ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    const id = this.next++;
    const answer = await new Promise<Answer<RequestKind>>((resolve) => {
      this.waiting.set(id, resolve);
      this.socket.send(encode({ id, kind, body }));
    });
    if (!answer.ok) throw new Error(`${kind}: ${english(answer.message)}`);
    return answer.value as Replies[K];
  }

  /** Sets filter and order of the list, and waits for its first rows. @returns ms and how many rows there are */
  async arrange(filter: string, column: string | null): Promise<{ readonly ms: number; readonly rows: number }> {
    const sort = column === null ? null : { column, descending: true };
    const begun = performance.now();
    const set = await this.ask('view', { which: 'packets', filter, sort });
    const { problem, view } = set;
    if (problem !== null) throw new Error(`${filter}: ${english(problem.message)}`);
    await this.ask('packets', { from: 0, count: 64, generation: view.generation });
    return { ms: performance.now() - begun, rows: view.matched };
  }

  close(): void {
    this.socket.close();
  }
}
