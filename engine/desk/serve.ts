// The desk at the end of a wire: requests checked and answered, notices merged. The wire is a MessagePort or a
// WebSocket; both look the same here.
import {
  MAX_PENDING,
  NOTICES_A_SECOND,
  REQUESTS,
  type Answer,
  type AnswerMessage,
  type HostMessage,
  type Notice,
  type RequestKind,
  saidBy,
  say,
} from '../../contract/index.ts';
import { log, stackOf } from '../log/index.ts';
import { Cancelled, TimeSlices } from '../view/index.ts';
import { type Desk, Refused } from './desk.ts';
import type { Asker } from './asker.ts';
import { handlers } from './handlers.ts';

/** The first rows are reported at once; once a window has some, notices come less often. */
const FIRST_ROWS = 100_000;
const READING_GAP = 250;

export interface Wire {
  send(message: HostMessage): void;
}

export interface Served {
  /** One message as it arrived, not checked yet. */
  receive(message: unknown): void;
  /** A file that the desk wrote for this window, by its id. */
  file(id: string): string | null;
  close(): void;
}

export function serve(desk: Desk, wire: Wire): Served {
  const asker: Asker = { client: 'unnamed', jobs: new Map(), files: new Map() };
  // While a file is read, fewer: both sides need their time for the reading.
  const gap = (): number =>
    desk.session?.phase === 'reading' && desk.session.analysis.packetCount > FIRST_ROWS
      ? READING_GAP
      : 1000 / NOTICES_A_SECOND;
  const notices = throttled(gap, () =>
    wire.send({ notice: 'state', session: desk.state(), views: desk.viewStates(asker.client) }),
  );
  const quiet = desk.listen((notice: Notice | 'changed') => {
    if (notice === 'changed') notices.soon();
    else wire.send(notice);
  });

  const answer = (id: number, said: Answer<RequestKind>): void =>
    wire.send({ id, answer: said } satisfies AnswerMessage);
  return {
    receive(message) {
      const parsed = envelope(message);
      if (parsed === null) return;
      const { id, kind, body } = parsed;
      if (!Object.hasOwn(REQUESTS, kind))
        return answer(id, { ok: false, reason: 'bad-request', message: say('no-such-request') });
      const problem = REQUESTS[kind as RequestKind].check(body, kind);
      if (problem !== null)
        return answer(id, { ok: false, reason: 'bad-request', message: say('bad-request', { problem }) });
      // A second request of the same number would replace the first one and escape the count.
      if (asker.jobs.has(id))
        return answer(id, { ok: false, reason: 'bad-request', message: say('request-under-way') });
      if (asker.jobs.size >= MAX_PENDING)
        return answer(id, { ok: false, reason: 'busy', message: say('too-many-requests') });
      const turns = new TimeSlices();
      asker.jobs.set(id, turns);
      void answerTo(desk, asker, kind as RequestKind, body, turns).then((said) => {
        asker.jobs.delete(id);
        answer(id, said);
      });
    },
    file: (id) => asker.files.get(id) ?? null,
    close() {
      quiet();
      notices.stop();
      for (const job of asker.jobs.values()) job.cancel();
    },
  };
}

async function answerTo(
  desk: Desk,
  asker: Asker,
  kind: RequestKind,
  body: unknown,
  turns: TimeSlices,
): Promise<Answer<RequestKind>> {
  try {
    // The schema has checked that the body is this kind's.
    const handle = handlers[kind] as (d: Desk, a: Asker, b: unknown, t: TimeSlices) => unknown;
    return { ok: true, value: (await handle(desk, asker, body, turns)) as never };
  } catch (error) {
    if (error instanceof Refused) {
      log('desk', () => `request ${kind} refused: ${error.reason}: ${stackOf(error)}`);
      return { ok: false, reason: error.reason, message: error.said };
    }
    if (error instanceof Cancelled) return { ok: false, reason: 'cancelled', message: say('cancelled') };
    log('desk', () => `request ${kind} failed: ${stackOf(error)}`);
    return { ok: false, reason: 'failed', message: saidBy(error) };
  }
}

function envelope(message: unknown): { id: number; kind: string; body: unknown } | null {
  if (typeof message !== 'object' || message === null) return null;
  const { id, kind, body } = message as Record<string, unknown>;
  return typeof id === 'number' && Number.isInteger(id) && typeof kind === 'string' ? { id, kind, body } : null;
}

/** Calls at once, then not again before `gap()` ms; requests in between become one call at the end. */
function throttled(gap: () => number, call: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  let owed = false;
  const go = (): void => {
    owed = false;
    call();
    timer = setTimeout(() => {
      timer = null;
      if (owed) go();
    }, gap());
  };
  return {
    soon() {
      if (timer === null) go();
      else owed = true;
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => undefined, 0);
      owed = false;
    },
  };
}
