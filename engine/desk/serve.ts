// The desk at the end of a wire: requests checked and answered, notices merged. The wire is a MessagePort or a
// WebSocket; both look the same here.
import {
  MAX_MESSAGE_UNITS,
  MAX_PENDING,
  MAX_UNITS_UNDER_WAY,
  MessagePace,
  MESSAGES_A_SECOND,
  NOTICES_A_SECOND,
  OF_CAPTURE,
  REQUESTS,
  type Answer,
  type AnswerMessage,
  type HostMessage,
  type Request,
  type RequestKind,
  saidBy,
  say,
  unitsOf,
} from '../../contract/index.ts';
import { log, stackOf } from '../log/index.ts';
import { Cancelled, TimeSlices } from '../view/index.ts';
import { type Desk, Refused } from './desk.ts';
import type { Asker } from './asker.ts';
import { type Grants, meantBy } from './grants.ts';
import { handlers } from './handlers.ts';

/** The first rows are reported at once; once a window has some, notices come less often. */
const FIRST_ROWS = 100_000;
const READING_GAP = 250;
/** What is in tabs that a window does not show, ms. */
const TABS_GAP = 250;

export interface Wire {
  send(message: HostMessage): void;
  /** The window floods the host and is let go: nothing of it is answered any more. */
  end?(): void;
}

export interface Served {
  /** One message as it arrived, not checked yet. */
  receive(message: unknown): void;
  /** A file that the desk wrote for this window, by its id. */
  file(id: string): string | null;
  close(): void;
}

/** @param grants where the window is not believed: all that it can name then. Without them it names files as they are */
export function serve(desk: Desk, wire: Wire, grants: Grants | null = null): Served {
  const asker: Asker = { client: 'unnamed', jobs: new Map(), files: new Map() };
  const { shared, tabs } = desk;
  const shown = (): Desk => tabs.of(asker.client);
  const leave = tabs.attach(() => asker.client);
  // While a file is read, fewer: both sides need their time for the reading.
  const gap = (): number => {
    const { session } = shown();
    return session?.phase === 'reading' && session.analysis.packetCount > FIRST_ROWS
      ? READING_GAP
      : 1000 / NOTICES_A_SECOND;
  };
  const notices = throttled(gap, () => {
    const now = shown();
    wire.send({ notice: 'state', tab: now.tab, session: now.state(), views: now.viewStates(asker.client) });
  });
  let told = '';
  const others = throttled(
    () => TABS_GAP,
    () => {
      const now = tabs.states();
      const text = JSON.stringify(now);
      if (text === told) return;
      told = text;
      wire.send({ notice: 'tabs', tabs: now });
    },
  );
  const quiet = shared.listen((notice, from) => {
    if (notice === 'changed') {
      others.soon();
      if (from === null || from === shown()) notices.soon();
    } else if (notice.notice === 'alert' && from !== null && from !== shown())
      wire.send({ notice: 'elsewhere', tab: from.tab, name: from.session?.options.name ?? '', alert: notice.alert });
    else wire.send(notice);
  });

  const pace = new MessagePace(performance.now());
  let underWay = 0;
  let isLetGo = false;
  const answer = (id: number, said: Answer<RequestKind>): void =>
    wire.send({ id, answer: said } satisfies AnswerMessage);
  return {
    receive(message) {
      if (isLetGo) return;
      const speed = pace.take(performance.now());
      if (speed === 'flood') {
        isLetGo = true;
        log('desk', () => `window ${asker.client} floods the host and is let go`);
        for (const job of asker.jobs.values()) job.cancel();
        return wire.end?.();
      }
      const parsed = envelope(message);
      if (parsed === null) return;
      const { id, kind, body, tab, session } = parsed;
      if (speed === 'too-fast')
        return answer(id, { ok: false, reason: 'busy', message: say('too-fast', { most: MESSAGES_A_SECOND }) });
      const units = unitsOf(message);
      if (units > MAX_MESSAGE_UNITS)
        return answer(id, { ok: false, reason: 'bad-request', message: say('message-too-large') });
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
      if (underWay + units > MAX_UNITS_UNDER_WAY)
        return answer(id, { ok: false, reason: 'busy', message: say('too-much-under-way') });
      // A page that is loaded again is where it was; one that names a tab which is gone by now comes to the front one.
      const named = tab === null ? null : (tabs.desks.find((d) => d.tab === tab) ?? null);
      const client = kind === 'hello' ? (body as Request<'hello'>).client : asker.client;
      const meant = named ?? (tab === null || kind === 'hello' ? tabs.of(client) : null);
      if (meant === null) return answer(id, { ok: false, reason: 'cancelled', message: say('no-such-tab') });
      // Another window may have opened another file in the tab, which this one has not heard of.
      const open = meant.session?.options.number;
      if (open !== undefined && session !== undefined && open !== session && OF_CAPTURE.has(kind as RequestKind))
        return answer(id, { ok: false, reason: 'stale', message: say('other-capture') });
      const turns = new TimeSlices();
      asker.jobs.set(id, turns);
      meant.busy++;
      underWay += units;
      void answerTo(meant, asker, grants, kind as RequestKind, body, turns).then((said) => {
        asker.jobs.delete(id);
        meant.busy--;
        underWay -= units;
        answer(id, said);
      });
    },
    file: (id) => asker.files.get(id) ?? null,
    close() {
      quiet();
      leave();
      notices.stop();
      others.stop();
      for (const job of asker.jobs.values()) job.cancel();
    },
  };
}

async function answerTo(
  desk: Desk,
  asker: Asker,
  grants: Grants | null,
  kind: RequestKind,
  body: unknown,
  turns: TimeSlices,
): Promise<Answer<RequestKind>> {
  try {
    // The schema has checked that the body is this kind's.
    const handle = handlers[kind as keyof typeof handlers] as
      | ((d: Desk, a: Asker, b: unknown, t: TimeSlices) => unknown)
      | undefined;
    if (handle === undefined) throw new Refused('not-found', say('no-such-request'));
    const meant = grants === null ? body : meantBy(kind, body, grants, desk, asker);
    return { ok: true, value: (await handle(desk, asker, meant, turns)) as never };
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

interface Envelope {
  readonly id: number;
  readonly kind: string;
  readonly body: unknown;
  readonly tab: number | null;
  /** Undefined where it is not said. */
  readonly session: number | null | undefined;
}

function envelope(message: unknown): Envelope | null {
  if (typeof message !== 'object' || message === null) return null;
  const { id, kind, body, tab, session } = message as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isInteger(id) || typeof kind !== 'string') return null;
  const seen = typeof session === 'number' || session === null ? session : undefined;
  return { id, kind, body, tab: typeof tab === 'number' ? tab : null, session: seen };
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
