// A request of Statistics that may take long: how far it is, and giving it up.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Message, type Replies, type Request, type RequestKind, saidBy } from '../../contract/index.ts';
import { client } from '../wire/client.ts';

/** What is fast shows no progress, ms. */
const PATIENCE = 180;
const LOOK_EVERY = 200;

export interface Counting {
  /** Share done, 0 to 1; null where nothing runs, or not for long. */
  readonly done: number | null;
  /** Why there is no answer: the user gave it up, or what went wrong. */
  readonly stopped: Message | null;
  readonly cancel: () => void;
  /** @returns null where it was given up, failed, or another was asked for since */
  readonly ask: <K extends RequestKind>(kind: K, body: Request<K>) => Promise<Replies[K] | null>;
}

export function useCounting(): Counting {
  const [done, setDone] = useState<number | null>(null);
  const [stopped, setStopped] = useState<Message | null>(null);
  const running = useRef<{ readonly cancel: () => void } | null>(null);
  const cancel = useCallback(() => running.current?.cancel(), []);
  const ask = useCallback(async <K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K] | null> => {
    running.current?.cancel();
    const job = client.begin(kind, body);
    const mine = (running.current = { cancel: job.cancel });
    setStopped(null);
    let over = false;
    const look = async (): Promise<void> => {
      const progress = await client.ask('statsProgress', {}).catch(() => null);
      if (over || running.current !== mine) return;
      setDone(progress?.done ?? 0);
      setTimeout(() => void look(), LOOK_EVERY);
    };
    const timer = setTimeout(() => void look(), PATIENCE);
    try {
      const value = await job.answer;
      return running.current === mine ? value : null;
    } catch (error) {
      if (running.current !== mine) return null;
      setStopped(saidBy(error));
      return null;
    } finally {
      over = true;
      clearTimeout(timer);
      if (running.current === mine) {
        running.current = null;
        setDone(null);
      }
    }
  }, []);
  useEffect(() => () => running.current?.cancel(), []);
  return { done, stopped, cancel, ask };
}
