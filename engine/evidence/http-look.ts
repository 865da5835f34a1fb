// What rules about HTTP share: a request's host and path, which requests are left alone, and one finding a rule and look.
import type { HttpRequest } from '../observe/index.ts';
import type { Message } from '../../contract/index.ts';
import { hostName } from './hosts.ts';
import { isPopular } from './popular.ts';
import type { FlowLook, Found, Rule } from './rule.ts';

const SHOWN = 120;
const MAX_PACKETS = 16;

/** A text that is not ours, as long as a sentence bears it. */
export function short(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}

/** The request whose host was asked for last, and what was said: one judge after another asks about the same. */
let latest: HttpRequest | null = null;
let latestHost = '';
let latestStranger = false;

/** Host of a request without port, lower case; '' without. */
export function hostOf(request: HttpRequest | null): string {
  if (request === null) return '';
  if (request !== latest) {
    latestHost = request.host ? hostName(request.host) : '';
    latestStranger = latestHost === '' || !isPopular(latestHost);
    latest = request;
  }
  return latestHost;
}

/** The host as a sentence names it: the peer's address where the request names none. */
export function shownHost(flow: FlowLook, request: HttpRequest | null): string {
  return short(request?.host ?? flow.responderText);
}

const ABSOLUTE = /^[a-z]{1,8}:\/\/[^/?#]*/i;

/** Path of a target without query; that of a proxy's absolute target too (RFC 9112, 3.2.2). */
export function pathOf(target: string): string {
  const at = target.indexOf('?');
  const path = (at < 0 ? target : target.slice(0, at)).replace(ABSOLUTE, '');
  return path === '' ? '/' : path;
}

/** Query of a target, '' without. */
export function queryOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}

export function isGetOrPost(request: HttpRequest): boolean {
  return request.method === 'GET' || request.method === 'POST';
}

/** Questions whether a certificate is still good: software asks them without saying who it is. */
export function isOcsp(request: HttpRequest): boolean {
  return (request.contentType?.includes('ocsp') ?? false) || (request.host?.toLowerCase().includes('ocsp') ?? false);
}

/** To a host that is not well known. A request without Host is. */
export function isToStranger(request: HttpRequest | null): boolean {
  return hostOf(request) === '' || latestStranger;
}

/** What one look finds: each rule once, with the packets that show it. */
export class Gathered {
  /** Made when something is found: in most looks nothing is. */
  private byRule: Map<Rule, { said: Message; packets: number[]; shows: string; amount: number }> | null = null;

  /** @param amount the number that the sentence says, where it grows */
  note(rule: Rule, packet: number, shows: string, said: () => Message, amount = 0): void {
    const byRule = (this.byRule ??= new Map());
    const known = byRule.get(rule);
    if (known === undefined) {
      byRule.set(rule, { said: said(), packets: [packet], shows, amount });
      return;
    }
    if (amount > known.amount) {
      known.said = said();
      known.amount = amount;
    }
    if (known.packets.length < MAX_PACKETS && !known.packets.includes(packet)) known.packets.push(packet);
  }

  tell(found: Found): void {
    if (this.byRule === null) return;
    for (const [rule, { said, packets, shows, amount }] of this.byRule) found(rule, said, { packets, shows, amount });
  }
}

/** Bytes of an answer from which data may be a part of a film. */
const FILM_BYTES = 300_000;

/** Whether a connection brings films or sound: as their type says, or as parts of something large. */
export function isMedia(flow: FlowLook): boolean {
  const large = flow.observed.payload[1] > FILM_BYTES;
  return flow.observed.http.some(({ request, response }) => {
    const type = response?.contentType ?? '';
    if (/^(?:video|audio)\//.test(type)) return true;
    if (!type.startsWith('application/octet-stream')) return false;
    return isPart(request?.target) || (large && request?.range === true);
  });
}

/** A target that names a range of bytes. */
export function isPart(target: string | undefined): boolean {
  return target !== undefined && /\brange[/=]\d+-\d+/i.test(target);
}
