// Every answer that is none: a status, a code for scripts, a sentence for people. Nothing else leaves the server: no
// stack, no text of a library, no path.
import type { FastifyError, FastifyReply } from 'fastify';
import { english, foreign, type Message, say } from '../../contract/index.ts';
import type { Outcome } from '../captures.ts';
import type { Refusal, RefusalCode } from '../contract.ts';
import { newId, StoreError } from '../store/index.ts';

const STATUS: Readonly<Record<RefusalCode, number>> = {
  'bad-request': 400,
  'not-signed-in': 401,
  'wrong-name-or-password': 401,
  'locked-out': 429,
  'not-allowed': 403,
  'wrong-origin': 403,
  'wrong-host': 421,
  'no-csrf-token': 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'over-quota': 413,
  'no-capture': 422,
  'too-slow': 408,
  'too-many': 429,
  busy: 503,
  fault: 500,
};
const SOON = 5;

/** Thrown by hooks and routes: the request is refused. */
export class Refused extends Error {
  readonly code: RefusalCode;
  readonly why: Message;
  /** Seconds. */
  readonly after: number | null;
  constructor(code: RefusalCode, why: Message, after: number | null = null) {
    super(english(why));
    this.code = code;
    this.why = why;
    this.after = after;
  }

  get statusCode(): number {
    return STATUS[this.code];
  }
}

/** What was asked for. @throws Refused */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Refused(outcome.code, outcome.why);
  return outcome.value;
}

/** The same answer for what there is not and for what is somebody else's. */
export function notHere(): Refused {
  return new Refused('not-found', say('no-such-thing'));
}

/** Errors of Fastify by their status; its texts name the field that is wrong, and nothing of ours. */
function refusedBy(error: FastifyError): Refused | null {
  if (error.validation !== undefined)
    return new Refused('bad-request', say('request-not-understood', { why: error.message }));
  switch (error.statusCode) {
    case 400:
    case 411:
    case 415:
      return new Refused('bad-request', say('request-not-understood', { why: foreign(error.message) }));
    case 403:
    case 404:
      return notHere();
    case 408:
      return new Refused('too-slow', say('too-slow'));
    case 413:
      return new Refused('too-large', say('too-large-request'));
    default:
      return null;
  }
}

export function refusalOf(error: unknown, onFault: (text: string) => void): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof StoreError && error.failure !== 'fault' && error.failure !== 'refers')
    return new Refused('busy', say('server-busy'), SOON);
  const known = error instanceof Error ? refusedBy(error as FastifyError) : null;
  if (known !== null) return known;
  const id = newId();
  onFault(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new Refused('fault', say('server-fault', { id }));
}

export function refusalBody({ code, why, message, after }: Refused): Refusal {
  return { error: { code, message: why, text: message, ...(after === null ? {} : { after }) } };
}

/** Sends it. */
export function refuse(reply: FastifyReply, refused: Refused): FastifyReply {
  if (refused.after !== null) reply.header('retry-after', String(refused.after));
  return reply.code(refused.statusCode).type('application/json; charset=utf-8').send(refusalBody(refused));
}
