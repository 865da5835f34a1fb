// A desk that is asked as a window asks it: every request and answer goes through the wire's bytes.
import { join } from 'node:path';
import {
  type Answer,
  type AnswerMessage,
  decode,
  encode,
  type HostMessage,
  type Replies,
  type Request,
  type RequestKind,
} from '../../contract/index.ts';
import { Desk } from '../desk/desk.ts';
import { serve } from '../desk/serve.ts';
import { testDesk } from './desks.ts';

export interface AskedDesk {
  readonly desk: Desk;
  /** Throws with the refusal's sentence. */
  ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]>;
  close(): Promise<void>;
}

/** @param folder of the test, in which the desk has its data and its cache */
export function askDesk(folder: string): AskedDesk {
  const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
  const waiting = new Map<number, (answer: Answer<RequestKind>) => void>();
  const served = serve(desk, {
    send: (message) => {
      const heard = decode(encode(message)) as HostMessage;
      if (!('notice' in heard)) waiting.get((heard as AnswerMessage).id)?.((heard as AnswerMessage).answer);
    },
  });
  let requests = 0;
  return {
    desk,
    ask: async (kind, body) => {
      const id = ++requests;
      const answer = await new Promise<Answer<RequestKind>>((resolve) => {
        waiting.set(id, resolve);
        served.receive(decode(encode({ id, kind, body })));
      });
      waiting.delete(id);
      if (!answer.ok) throw new Error(`${kind}: ${JSON.stringify(answer.message)}`);
      return answer.value as never;
    },
    close: async () => {
      served.close();
      await desk.close();
    },
  };
}
