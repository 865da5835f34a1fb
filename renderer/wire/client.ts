// Requests and answers of this window. Late answers to old questions are the caller's to drop: `newest` does it.
import {
  type Answer,
  type HostMessage,
  type Notice,
  type Replies,
  type Request,
  type RequestKind,
  type Message,
  SaidError,
  say,
} from '../../contract/index.ts';
import type { Refusal } from './entry.ts';
import { connect, type Transport } from './transport.ts';

/** What the host refused or could not do. */
export class RequestError extends SaidError {
  readonly reason: string;
  constructor(reason: string, said: Message) {
    super(said);
    this.reason = reason;
  }
}

const RETRY = 700;
/** Somebody has to close a window first. */
const RETRY_FULL = 3000;
type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: RequestError) => void };

export class Client {
  onNotice: (notice: Notice) => void = () => undefined;
  /** The way to the host is there, or gone. */
  onWay: (open: boolean) => void = () => undefined;
  /** The host does not let this page in. */
  onRefused: (why: Refusal) => void = () => undefined;
  /** The tab that is on screen, which requests mean unless they say otherwise; null before the host has told it. */
  tab: number | null = null;
  private transport: Transport | null = null;
  private next = 1;
  private readonly waiting = new Map<number, Waiting>();

  start(): void {
    this.transport = connect({
      message: (message) => this.hear(message),
      open: () => this.onWay(true),
      closed: () => {
        for (const { reject } of this.waiting.values()) reject(new RequestError('gone', say('no-answer')));
        this.waiting.clear();
        this.onWay(false);
        setTimeout(() => this.start(), RETRY);
      },
      refused: (why) => {
        this.onRefused(why);
        if (why === 'full') setTimeout(() => this.start(), RETRY_FULL);
      },
    });
  }

  ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    return this.begin(kind, body).answer;
  }

  /** A request that may be given up: the host is told. */
  begin<K extends RequestKind>(
    kind: K,
    body: Request<K>,
    tab: number | null = this.tab,
  ): { readonly answer: Promise<Replies[K]>; readonly cancel: () => void } {
    const id = this.next++;
    const answer = new Promise<Replies[K]>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.transport?.send({ id, kind, body, tab });
    });
    return {
      answer,
      cancel: () => {
        if (this.waiting.has(id)) this.transport?.send({ id: this.next++, kind: 'cancel', body: { id } });
      },
    };
  }

  private hear(message: HostMessage): void {
    if ('notice' in message) {
      this.onNotice(message);
      return;
    }
    const found = this.waiting.get(message.id);
    if (!found) return;
    this.waiting.delete(message.id);
    const answer: Answer<RequestKind> = message.answer;
    if (answer.ok) found.resolve(answer.value as never);
    else found.reject(new RequestError(answer.reason, answer.message));
  }
}

export const client = new Client();

/** Calls of which only the last one's answer counts. */
export function newest<A extends readonly unknown[], R>(
  call: (...args: A) => Promise<R>,
): (...args: A) => Promise<R | null> {
  let generation = 0;
  return async (...args) => {
    const mine = ++generation;
    try {
      const value = await call(...args);
      return mine === generation ? value : null;
    } catch (error) {
      if (mine === generation) throw error;
      return null;
    }
  };
}
