// What stands for the page: it talks to the host over the port that its window was given.
import type { Answer, HostMessage, RequestKind } from '../../contract/index.ts';
import type { Window } from './stand-in.ts';

/** A page that talks to the host over the port that it was given. */
export class Page {
  readonly window: Window;
  private asked = 0;
  private readonly waiting = new Map<number, (answer: Answer<RequestKind>) => void>();

  constructor(window: Window) {
    this.window = window;
    this.take();
    window.on('port', () => this.take());
  }

  ask(kind: RequestKind, body: unknown): Promise<Answer<RequestKind>> {
    const id = ++this.asked;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.window.port?.postMessage({ id, kind, body });
    });
  }

  /** @returns the key of the refusal, or 'done' */
  async said(kind: RequestKind, body: unknown): Promise<string> {
    const answer = await this.ask(kind, body);
    return answer.ok ? 'done' : answer.message.say;
  }

  private take(): void {
    this.window.port?.on('message', (message: HostMessage) => {
      if ('id' in message) this.waiting.get(message.id)?.(message.answer);
    });
  }
}

export async function until(met: () => unknown, what: string): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await met())) {
    if (performance.now() > end) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
