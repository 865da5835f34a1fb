// What else the engine is asked in its process: streams, packets that match, objects, preferences. Everything that
// comes back is bounded.
import { createHash } from 'node:crypto';
import { type Message, SaidError, say } from '../../contract/index.ts';
import { type FilterAnswer, framesLetThrough } from './filtering.ts';
import { matcherOf, type Sought } from './matcher.ts';
import { CodedStreams, leftOut, MAX_OBJECT } from './work-objects.ts';
import { type FollowedPieces, fillBodies, pieces } from './work-follow.ts';
import { printed, type Printed, type PrintOrders } from './work-print.ts';
import { partsOf, type StreamKind, type StreamPart } from './work-parts.ts';
import { type EnginePreference, preferenceList, setPreference } from './work-preferences.ts';
import type { WorkEngine, WorkSession } from './engine.ts';
import { walk } from './work-tree.ts';

export type Work =
  /** What a frame's connection can be followed as, by the engine's names, and the filters that say so. */
  | { readonly do: 'ways'; readonly frame: number }
  | { readonly do: 'follow'; readonly follow: string; readonly filter: string; readonly limit: number }
  /** Numbers of frames that match a filter. */
  | { readonly do: 'match'; readonly filter: string; readonly skip: number; readonly limit: number }
  | { readonly do: 'parts'; readonly of: StreamKind; readonly frames: readonly number[] }
  | { readonly do: 'objects'; readonly tap: string; readonly limit: number }
  | { readonly do: 'object'; readonly tap: string; readonly index: number }
  /** Which of some frames is the first with a text in its tree. */
  | { readonly do: 'search'; readonly frames: readonly number[]; readonly sought: Sought }
  /** What is written of frames: as many of the first of them as one answer may hold. */
  | ({ readonly do: 'print'; readonly frames: readonly number[] } & PrintOrders)
  | { readonly do: 'preferences' }
  /** The engine's own file of colouring rules. */
  | { readonly do: 'colours' }
  /** Whether the engine takes a preference; it has it from then on. */
  | { readonly do: 'prefer'; readonly module: string; readonly name: string; readonly value: string };

/** An object that was sent, as its protocol names it. Texts are the capture's. */
export interface FoundObject {
  readonly frame: number;
  readonly host: string;
  readonly type: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type Worked =
  | { readonly did: 'ways'; readonly ways: readonly (readonly [kind: string, filter: string])[] }
  | ({ readonly did: 'follow' } & FollowedPieces)
  | ({ readonly did: 'match' } & FilterAnswer)
  | { readonly did: 'parts'; readonly parts: readonly StreamPart[] }
  | { readonly did: 'objects'; readonly objects: readonly FoundObject[]; readonly left: number }
  | { readonly did: 'object'; readonly bytes: Uint8Array }
  /** Place among the frames asked about, -1 where none has it. */
  | { readonly did: 'search'; readonly first: number }
  | { readonly did: 'print'; readonly packets: readonly Printed[] }
  | { readonly did: 'preferences'; readonly preferences: readonly EnginePreference[] }
  | { readonly did: 'colours'; readonly file: string }
  | { readonly did: 'prefer'; readonly problem: string | null };

const MAX_TEXT = 1000;

export function work(engine: WorkEngine, session: WorkSession | null, asked: Work): Worked {
  if (asked.do === 'preferences') return { did: 'preferences', preferences: preferenceList(engine) };
  if (asked.do === 'colours') return { did: 'colours', file: engine.ownColours };
  if (asked.do === 'prefer') {
    return { did: 'prefer', problem: setPreference(engine, asked.module, asked.name, asked.value) };
  }
  if (session === null) throw new SaidError(say('dissect-no-capture'));
  switch (asked.do) {
    case 'ways':
      return { did: 'ways', ways: ways(session, asked.frame) };
    case 'follow':
      return follow(session, asked.follow, asked.filter, asked.limit);
    case 'match':
      return { did: 'match', ...framesLetThrough(session, asked.filter, asked.skip, asked.limit) };
    case 'parts':
      return { did: 'parts', parts: partsOf(session, asked.of, asked.frames) };
    case 'search':
      return { did: 'search', first: search(session, asked.frames, asked.sought) };
    case 'objects':
      return objects(engine, session, asked.tap, asked.limit);
    case 'print':
      return { did: 'print', packets: printed(session, asked.frames, asked) };
    case 'object':
      return { did: 'object', bytes: objectsOf(engine, session, asked.tap)[asked.index]?.bytes() ?? new Uint8Array(0) };
  }
}

function ways(session: WorkSession, frame: number): (readonly [string, string])[] {
  const { follow: said } = session.getFrame(frame);
  return Array.from({ length: Math.min(64, said.size()) }, (_, i) => {
    const way = said.get(i);
    return [way.get(0), way.size() > 1 ? way.get(1) : ''] as const;
  });
}

function follow(session: WorkSession, kind: string, filter: string, limit: number): Worked {
  const { payloads } = session.follow(kind, filter);
  const found = pieces(payloads, limit);
  return { did: 'follow', ...(kind === 'HTTP' ? fillBodies(session, found, limit) : found) };
}

function search(session: WorkSession, frames: readonly number[], sought: Sought): number {
  const matches = matcherOf(sought);
  return frames.findIndex((number) => {
    for (const node of walk(session.getFrame(number).tree)) if (matches(node.label)) return true;
    return false;
  });
}

/** Bytes of an object are asked for once to say their hash, and not kept. */
function objects(engine: WorkEngine, session: WorkSession, tap: string, limit: number): Worked {
  const all = objectsOf(engine, session, tap);
  const found = all.slice(0, limit).map((o): FoundObject => {
    const bytes = o.bytes();
    return {
      frame: o.frame,
      host: o.host.slice(0, MAX_TEXT),
      type: o.type.slice(0, MAX_TEXT),
      name: o.name.slice(0, MAX_TEXT),
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  });
  return { did: 'objects', objects: found, left: all.length - found.length };
}

interface Lazy {
  readonly frame: number;
  readonly host: string;
  readonly type: string;
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

/** The list that was made last: what it holds can be had without making it again, which is not possible for all. */
let listed: { readonly session: WorkSession; readonly tap: string; readonly all: readonly Lazy[] } | null = null;

/** Objects in the order of the packets that end them, always the same. */
function objectsOf(engine: WorkEngine, session: WorkSession, tap: string): readonly Lazy[] {
  if (listed?.session !== session || listed.tap !== tap) listed = { session, tap, all: listOf(engine, session, tap) };
  return listed.all;
}

function listOf(engine: WorkEngine, session: WorkSession, tap: string): Lazy[] {
  const taps = new engine.MapInput();
  taps.set('tap0', `eo:${tap}`);
  const said = session.tap(taps);
  taps.delete();
  if (said.error !== '') throw new SaidError(say('no-such-objects', { kind: tap, why: said.error }));
  const web = tap === 'http';
  const coded = web ? new CodedStreams(session) : null;
  const all: Lazy[] = [];
  for (let t = 0; t < said.taps.size(); t++) {
    const one = said.taps.get(t);
    const n = one.objects?.size() ?? 0;
    for (let i = 0; i < n; i++) {
      const { pkt: frame, hostname: host, type, filename: name } = one.objects!.get(i);
      const plain = (): Uint8Array => objectBytes(session, `eo:${tap}_${i}`);
      all.push({ frame, host, type, name, bytes: () => coded?.undone(frame, plain()) ?? plain() });
    }
    one.delete();
  }
  if (web) all.push(...leftOut(session).map((o) => ({ ...o, bytes: () => o.bytes })));
  return all.sort((x, y) => x.frame - y.frame);
}

function objectBytes(session: WorkSession, token: string): Uint8Array {
  const { error, download } = session.download(token);
  if (error !== '') throw new SaidError(say('object-not-had', { why: error }));
  if (download.data.length > MAX_OBJECT * 1.4) throw new SaidError(tooLarge());
  return new Uint8Array(Buffer.from(download.data, 'base64'));
}

function tooLarge(): Message {
  return say('object-too-large', { most: MAX_OBJECT });
}
