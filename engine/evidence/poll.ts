// Evidence of requests that come again and again: polls of a few paths, and the same POST repeated. Of kind beacon, as
// regular connections are (beacon.ts).
//
// Exempt: well known hosts, certificate checks, requests with a Referer or for parts, files that pages and players
// load, bursts; for repeated POSTs private peers too.
import { interval, type Message, say } from '../../contract/index.ts';
import { ownText } from '../decode/index.ts';
import type { HttpRequest } from '../observe/index.ts';
import { Gathered, hostOf, isGetOrPost, isOcsp, isToStranger, pathOf, short, shownHost } from './http-look.ts';
import { Recent, Starts } from './recent.ts';
import { RecentBy } from './recent-by.ts';
import type { FlowLook, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';
import { textHash } from './text-hash.ts';

const POLL: Rule = { name: 'http-poll', kind: 'beacon', points: 2, title: 'rule-http-poll', technique: 'T1071.001' };
const REPEATED_POST: Rule = {
  name: 'repeated-post',
  kind: 'beacon',
  points: 2,
  title: 'rule-repeated-post',
  technique: 'T1071.001',
};
export const POLL_RULES: readonly Rule[] = [POLL, REPEATED_POST];

const HOUR = 3_600;
const PAIRS = 4_096;
const POSTS = 4_096;
/** Latest requests of a pair that are looked at. */
const REQUESTS = 64;
const POLLS = 6;
const PATHS = 4;
/** Requests that come faster on average are no poll but a burst, seconds. */
const SHORTEST_GAP = 1;
const REPEATS = 4;
/** Characters of a host and of a path by which a POST is known again. */
const MAX_HOST = 255;
const MAX_PATH = 200;
const PAGE_FILES = /\.(?:css|js|png|jpg|gif|ts|mp4|m4s|flv|m3u8)$/i;

interface Asked {
  readonly seconds: number;
  /** Hash of its path: texts of attackers are not kept. */
  readonly path: number;
  /** A file that pages and players load. */
  readonly file: boolean;
}

/** The latest requests of a pair to hosts that are not well known. */
class Polls {
  private readonly asked: Asked[] = [];
  private referer = -Infinity;

  empty(): void {
    this.asked.length = 0;
    this.referer = -Infinity;
  }

  /** @returns whether the requests of the last hour are a poll, by now */
  add(request: HttpRequest): boolean {
    const now = request.seconds;
    if (request.referer !== null) this.referer = now;
    const path = pathOf(request.target);
    this.asked.push({ seconds: now, path: textHash(path), file: PAGE_FILES.test(path) });
    while (this.asked.length > REQUESTS || now - this.asked[0]!.seconds > HOUR) this.asked.shift();
    const n = this.asked.length;
    if (n < POLLS || this.span < (n - 1) * SHORTEST_GAP || now - this.referer <= HOUR) return false;
    const paths = new Set<number>();
    const most = Math.max(PATHS, Math.floor(n / 3));
    let files = 0;
    for (const { path, file } of this.asked) {
      paths.add(path);
      if (paths.size > most) return false;
      if (file) files++;
    }
    return files < n;
  }

  get count(): number {
    return this.asked.length;
  }

  get span(): number {
    return this.asked.at(-1)!.seconds - this.asked[0]!.seconds;
  }
}

export function pollJudge(): Judge {
  const pairs = new RecentBy(PAIRS, () => new Polls());
  const posts = new Recent<Starts>(POSTS);
  return {
    wants: SHOWS.exchanges,
    look(flow, found) {
      if (flow.exchanges.length === 0) return;
      const gathered = new Gathered();
      for (const { request } of flow.exchanges) {
        if (request === null || request.range || !isGetOrPost(request) || !isToStranger(request) || isOcsp(request))
          continue;
        poll(flow, request, gathered, pairs);
        if (flow.peerPublic && request.method === 'POST') post(flow, request, gathered, posts);
      }
      gathered.tell(found);
    },
  };
}

function poll(flow: FlowLook, request: HttpRequest, gathered: Gathered, pairs: RecentBy<Polls>): void {
  const polls = pairs.recall(flow.initiator, flow.responder);
  if (!polls.add(request)) return;
  const said = (): Message =>
    say('ev-http-poll', {
      host: shownHost(flow, request),
      peer: flow.responderText,
      n: polls.count,
      time: interval(polls.span),
      path: short(pathOf(request.target)),
    });
  gathered.note(POLL, request.packet, short(request.target), said, polls.count);
}

function post(flow: FlowLook, request: HttpRequest, gathered: Gathered, posts: Recent<Starts>): void {
  const path = pathOf(request.target);
  const to = hostOf(request).slice(0, MAX_HOST) || String(flow.responder);
  // Own, since V8 keeps what a text was put together of, and of a part the whole head.
  const key = ownText(`${flow.initiator} ${to} ${path.slice(0, MAX_PATH)}`);
  const times = posts.recall(key, () => new Starts(REQUESTS, HOUR));
  if (times.add(request.seconds) < REPEATS) return;
  const said = (): Message =>
    say('ev-repeated-post', {
      host: shownHost(flow, request),
      path: short(path),
      n: times.size,
      time: interval(times.span),
    });
  gathered.note(REPEATED_POST, request.packet, short(request.target), said, times.size);
}
