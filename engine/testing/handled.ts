// A request that a desk handles, without the wire in between; and why one is refused.
import assert from 'node:assert/strict';
import { english, type Replies, type Request, type RequestKind, SaidError } from '../../contract/index.ts';
import type { Asker } from '../desk/asker.ts';
import type { Desk } from '../desk/desk.ts';
import { handlers } from '../desk/handlers.ts';
import { TimeSlices } from '../view/index.ts';

type Handler<K extends RequestKind> = (
  desk: Desk,
  asker: Asker,
  body: Request<K>,
  turns: TimeSlices,
) => Replies[K] | Promise<Replies[K]>;

export async function handled<K extends RequestKind>(
  desk: Desk,
  asker: Asker,
  kind: K,
  body: Request<K>,
  turns = new TimeSlices(),
): Promise<Replies[K]> {
  return (handlers[kind] as Handler<K>)(desk, asker, body, turns);
}

/** @returns the sentence of a refusal in English, 'done' where there was none */
export async function refusal(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    assert.ok(error instanceof SaidError, String(error));
    return english(error.said);
  }
  return 'done';
}
