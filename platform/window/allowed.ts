// What a window of the platform may ask of its desk: to look at the one capture that it was opened on. Nothing that names
// a file of the server, captures, writes, learns, measures, or opens something else; and nothing that stays: labels and
// notes are the platform's own.
import { type RequestKind, REQUESTS, say, type AnswerMessage } from '../../contract/index.ts';

/** Every other kind of request is refused, those that are added later too. */
export const ALLOWED: ReadonlySet<string> = new Set<RequestKind>([
  'hello',
  'view',
  'check',
  'complete',
  'packets',
  'flows',
  'place',
  'strip',
  'range',
  'tree',
  'rows',
  'bytes',
  'flow',
  'reasons',
  'evidence',
  'alerts',
  'neighbour',
  'incidents',
  'incident',
  'incidentNumbers',
  'incidentPlace',
  'groupIncidents',
  'hosts',
  'host',
  'hostPlace',
  'hostAt',
  'follow',
  'nextStream',
  'objects',
  'search',
  'comments',
  'nextMark',
  'names',
  'colouringRules',
  'colourMatches',
  'conversations',
  'cancel',
  'statsTable',
  'statsProgress',
  'statsProperties',
  'statsGraph',
  'statsStream',
  'statsSequence',
  'flowGroups',
  'uniqueValues',
  'connections',
  'usedTags',
  'liveRates',
  'packetThreats',
  'flowThreats',
  'queue',
]);

/**
 * @param message as it came from a window, not checked yet
 * @returns the answer that refuses it, or null for one that the desk may have
 */
export function refusalFor(message: unknown): AnswerMessage | null {
  const { kind, id } = (message ?? {}) as { readonly kind?: unknown; readonly id?: unknown };
  if (typeof kind !== 'string' || typeof id !== 'number') return null;
  // What is no request at all is told so by the desk.
  if (ALLOWED.has(kind) || !Object.hasOwn(REQUESTS, kind)) return null;
  return { id, answer: { ok: false, reason: 'refused', message: say('window-only-shows') } };
}

/** A message as it leaves for a window: paths begin where the capture's folder ends. Columns of pages hold none. */
export function withoutFolder<T>(message: T, folder: string): T {
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(folder, '');
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  };
  return plain(message) as T;
}
