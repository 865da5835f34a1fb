// What stays of a flow's observations once it is over, for filters, the inspector and files: the first of each kind,
// within one bound of memory for all flows of a capture.
import { ownText } from '../decode/index.ts';
import type { SeenExchange, SeenFacts } from '../protocols/index.ts';
import { NONE } from './short-list.ts';
import type { HttpExchange, Observed } from './types.ts';

/** Of each kind that are kept of one flow. */
export const MAX_SEEN = 16;
/** Characters that are kept of all flows; a character takes one or two bytes. */
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** What an entry takes beside its texts, in characters. */
const ENTRY = 40;
/** Names whose question is kept once for all flows. */
const MAX_QUESTIONS = 65_536;
/** Of a URI. */
const MAX_URI = 1_024;
/** Of any other text. */
const MAX_TEXT = 255;

/** Makes summaries until the bound of characters is reached; later ones only count what there was. */
export class SeenKeeper {
  private left: number;
  private readonly questions = new Map<string, SeenFacts>();

  /** @param characters the bound, of all flows together */
  constructor(characters = MAX_CHARACTERS) {
    this.left = characters;
  }

  /**
   * @param before what was kept of the same flow earlier; its room is free again
   * @returns null where nothing of interest was observed
   */
  keep(o: Observed, before: SeenFacts | null): SeenFacts | null {
    if (before !== null) this.left += sizeOf(before);
    const asked = askedIn(o);
    const all =
      Math.max(o.http.length, o.httpRequests) + o.rpc.length + o.smb.length + o.commands.length + asked.length;
    if (all === 0) return null;
    const seen = all === 1 && asked.length === 1 ? this.question(asked[0]!) : summary(o, asked, all);
    const size = sizeOf(seen);
    if (size > this.left) return { http: NONE, rpc: NONE, smb: NONE, commands: NONE, questions: NONE, more: all };
    this.left -= size;
    return seen;
  }

  /** Nothing but one question was seen: one summary for all flows that asked it, as clients ask again and again. */
  private question(name: string): SeenFacts {
    let seen = this.questions.get(name);
    if (seen !== undefined) return seen;
    seen = { http: NONE, rpc: NONE, smb: NONE, commands: NONE, questions: [ownText(name)], more: 0 };
    if (this.questions.size < MAX_QUESTIONS) this.questions.set(seen.questions[0]!, seen);
    return seen;
  }
}

/** Names that were asked for, each once. */
function askedIn({ dns }: Observed): readonly string[] {
  if (dns.length === 0) return NONE;
  const asked = new Set<string>();
  for (const d of dns) if (!d.response && d.name !== '') asked.add(d.name);
  return [...asked];
}

function summary(o: Observed, asked: readonly string[], all: number): SeenFacts {
  const http = first(o.http, exchange);
  const rpc = first(o.rpc, ({ uuid, operation, times }) => ({ uuid, operation, times }));
  const smb = first(o.smb, ({ what, name }) => ({ what, name: ownText(name) }));
  const commands = first(o.commands, ({ verb, argument }) => `${verb} ${argument}`.trim());
  const questions = first(asked, ownText);
  const kept = http.length + rpc.length + smb.length + commands.length + questions.length;
  return { http, rpc, smb, commands, questions, more: all - kept };
}

function first<T, K>(list: readonly T[], kept: (thing: T) => K): readonly K[] {
  return list.length === 0 ? NONE : list.slice(0, MAX_SEEN).map(kept);
}

function exchange({ request, response }: HttpExchange): SeenExchange {
  return {
    method: part(request?.method, MAX_TEXT),
    uri: part(request?.target, MAX_URI),
    host: part(request?.host, MAX_TEXT),
    agent: part(request?.agent, MAX_TEXT),
    status: response?.status ?? 0,
    contentType: part(response?.contentType, MAX_TEXT),
  };
}

/** The beginning of a text, which keeps nothing of the head that it was cut from. */
function part(text: string | null | undefined, most: number): string | null {
  return text ? ownText(text.slice(0, most)) : (text ?? null);
}

function sizeOf(s: SeenFacts): number {
  let size = 0;
  for (const h of s.http)
    for (const text of [h.method, h.uri, h.host, h.agent, h.contentType]) size += text?.length ?? 0;
  for (const { name } of s.smb) size += name.length;
  for (const text of s.commands) size += text.length;
  for (const text of s.questions) size += text.length;
  const entries = s.http.length * 3 + s.rpc.length * 2 + s.smb.length + s.commands.length + s.questions.length;
  return size + ENTRY * entries;
}
