// Evidence of command servers by how their requests are written: default paths of frameworks, panels of malware, and
// queries that nobody can read towards an address.
//
// Exempt: requests with a Referer for the frameworks' paths; well known hosts, private peers and certificate checks for
// panels; video by address for queries.
import { say } from '../../contract/index.ts';
import type { HttpRequest } from '../observe/index.ts';
import { FRAMEWORK_PATHS, GENERIC_PATHS, PANEL_PATHS } from './data/command-paths.ts';
import { Gathered, hostOf, isOcsp, isToStranger, pathOf, queryOf, short, shownHost, isMedia } from './http-look.ts';
import { isPublicIp4Name } from './hosts.ts';
import { Distinct, Recent } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const PATHS: Rule = {
  name: 'framework-default-path',
  kind: 'framework',
  points: 3,
  title: 'rule-framework-default-path',
  technique: 'T1071.001',
};
const ONE_PATH: Rule = {
  name: 'framework-path-alone',
  kind: 'framework',
  points: 1,
  title: 'rule-framework-path-alone',
};
const PANEL: Rule = { name: 'c2-uri', kind: 'framework', points: 3, title: 'rule-c2-uri', technique: 'T1071.001' };
const ENCODED: Rule = { name: 'c2-uri-encoded', kind: 'framework', points: 2, title: 'rule-c2-uri-encoded' };
const GENERIC: Rule = { name: 'c2-uri-generic', kind: 'framework', points: 1, title: 'rule-c2-uri-generic' };
const QUERY: Rule = {
  name: 'opaque-query-to-address',
  kind: 'query',
  points: 2,
  title: 'rule-opaque-query-to-address',
  technique: 'T1071.001',
};

export const FRAMEWORK_RULES: readonly Rule[] = [PATHS, ONE_PATH, PANEL, ENCODED, GENERIC, QUERY];

const PAIRS = 4_096;
const HOUR = 3_600;
/** Different paths of one framework that one pair must show. */
const SURE = 2;
const PATH_NUMBERS = new Map([...FRAMEWORK_PATHS.keys()].map((path, i) => [path, i]));
/** A long path of base64's letters and nothing else. */
const ENCODED_PATH = /^\/[A-Za-z0-9+/]{80,}$/;
const QUERY_LENGTH = 80;
const VIDEO_BYTES = 300_000;

export function frameworkJudge(): Judge {
  const pairs = new Recent<Distinct>(PAIRS);
  return {
    wants: SHOWS.exchanges,
    look(flow, found) {
      if (flow.exchanges.length > 0) look(flow, found, pairs);
    },
  };
}

function look(flow: FlowLook, found: Found, pairs: Recent<Distinct>): void {
  const gathered = new Gathered();
  for (const { request } of flow.exchanges) {
    if (request === null) continue;
    frameworkPath(flow, request, gathered, pairs);
    opaqueQuery(flow, request, gathered);
    if (flow.peerPublic && isToStranger(request) && !isOcsp(request)) panel(flow, request, gathered);
  }
  gathered.tell(found);
}

function frameworkPath(flow: FlowLook, request: HttpRequest, gathered: Gathered, pairs: Recent<Distinct>): void {
  const path = pathOf(request.target);
  const framework = FRAMEWORK_PATHS.get(path);
  if (framework === undefined || request.referer !== null) return;
  const key = `${flow.initiator}>${flow.responder} ${framework}`;
  const seen = pairs.recall(key, () => new Distinct(FRAMEWORK_PATHS.size, HOUR));
  // The table's own text: a part of the target would keep the whole of it.
  seen.add(PATH_NUMBERS.get(path)!, request.seconds);
  const host = shownHost(flow, request);
  if (seen.size >= SURE)
    gathered.note(
      PATHS,
      request.packet,
      path,
      () => say('ev-framework-default-path', { framework, path, host, n: seen.size }),
      seen.size,
    );
  else gathered.note(ONE_PATH, request.packet, path, () => say('ev-framework-path-alone', { framework, path, host }));
}

function panel(flow: FlowLook, request: HttpRequest, gathered: Gathered): void {
  const path = pathOf(request.target);
  const lower = path.toLowerCase();
  const { packet } = request;
  const host = shownHost(flow, request);
  const shown = short(path);
  const known = PANEL_PATHS.find(([ending]) => lower.endsWith(ending));
  if (known !== undefined)
    gathered.note(PANEL, packet, shown, () => say('ev-c2-uri', { path: shown, host, known: known[1] }));
  else if (ENCODED_PATH.test(request.target) && /[a-z]/.test(path) && /[A-Z]/.test(path) && /\d/.test(path))
    gathered.note(ENCODED, packet, shown, () => say('ev-c2-uri-encoded', { path: shown, host, n: path.length }));
  else if (request.referer === null && GENERIC_PATHS.some((generic) => generic.test(lower)))
    gathered.note(GENERIC, packet, shown, () => say('ev-c2-uri-generic', { path: shown, host }));
}

function opaqueQuery(flow: FlowLook, request: HttpRequest, gathered: Gathered): void {
  const path = pathOf(request.target);
  if (path !== '/' && path !== '/index.php') return;
  const query = queryOf(request.target);
  if (query.length < QUERY_LENGTH || !isPublicIp4Name(hostOf(request))) return;
  // Players ask for parts (RFC 9110, 14).
  if (request.range || isMedia(flow) || isLargeAnswer(flow)) return;
  gathered.note(QUERY, request.packet, short(query), () =>
    say('ev-opaque-query-to-address', { host: shownHost(flow, request), n: query.length, query: short(query) }),
  );
}

function isLargeAnswer(flow: FlowLook): boolean {
  return flow.observed.http.some(
    ({ response: r }) =>
      r !== null && r.contentLength > VIDEO_BYTES && /^(?:video\/|application\/octet)/.test(r.contentType ?? ''),
  );
}
