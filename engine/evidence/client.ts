// Evidence of odd clients of HTTP: agents that no browser of today sends, requests without agent or host, bare POSTs.
// All of one kind; a bare POST of an odd client is corrected upward (corrections.ts).
//
// Exempt: well known hosts (those of connectivity checks are), private peers, certificate checks (but for odd agents).
import { say } from '../../contract/index.ts';
import type { HttpRequest } from '../observe/index.ts';
import { ODD_AGENTS, PLAIN_AGENTS } from './data/odd-agents.ts';
import { Gathered, isGetOrPost, isOcsp, isToStranger, short, shownHost } from './http-look.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const ODD_AGENT: Rule = { name: 'http-odd-agent', kind: 'client', points: 2, title: 'rule-http-odd-agent' };
const NO_AGENT: Rule = { name: 'http-no-agent', kind: 'client', points: 2, title: 'rule-http-no-agent' };
const NO_HOST: Rule = { name: 'http-no-host', kind: 'client', points: 1, title: 'rule-http-no-host' };
const FEW_HEADERS: Rule = {
  name: 'http-post-few-headers',
  kind: 'client',
  points: 2,
  title: 'rule-http-post-few-headers',
};
const BARE: Rule = { name: 'http-post-bare', kind: 'client', points: 1, title: 'rule-http-post-bare' };

export const CLIENT_RULES: readonly Rule[] = [ODD_AGENT, NO_AGENT, NO_HOST, FEW_HEADERS, BARE];

const FEW = 6;
const AGENT_LOOKED_AT = 400;

export function clientJudge(): Judge {
  return { wants: SHOWS.exchanges, look };
}

function look(flow: FlowLook, found: Found): void {
  if (flow.exchanges.length === 0) return;
  const gathered = new Gathered();
  for (const { request } of flow.exchanges) {
    if (request === null) continue;
    if (isGetOrPost(request) && request.host === null)
      gathered.note(NO_HOST, request.packet, request.method, () =>
        say('ev-http-no-host', { path: short(request.target), peer: flow.responderText }),
      );
    if (flow.peerPublic && isToStranger(request)) client(flow, request, gathered);
  }
  gathered.tell(found);
}

function client(flow: FlowLook, request: HttpRequest, gathered: Gathered): void {
  const { packet, agent } = request;
  const host = shownHost(flow, request);
  if (agent !== null && isOddAgent(agent))
    gathered.note(ODD_AGENT, packet, short(agent), () => say('ev-http-odd-agent', { agent: short(agent), host }));
  if (!isGetOrPost(request) || isOcsp(request)) return;
  if (agent === null)
    gathered.note(NO_AGENT, packet, short(request.target), () =>
      say('ev-http-no-agent', { path: short(request.target), host }),
    );
  if (request.method !== 'POST' || request.referer !== null || request.origin !== null) return;
  gathered.note(BARE, packet, short(request.target), () =>
    say('ev-http-post-bare', { path: short(request.target), host }),
  );
  const fields = new Set(request.fieldNames).size;
  if (fields <= FEW)
    gathered.note(FEW_HEADERS, packet, short(request.target), () =>
      say('ev-http-post-few-headers', { path: short(request.target), host, n: fields }),
    );
}

/** Whether an agent is one that no browser of today sends. */
export function isOddAgent(agent: string): boolean {
  if (PLAIN_AGENTS.test(agent)) return false;
  const looked = agent.slice(0, AGENT_LOOKED_AT);
  return ODD_AGENTS.some((odd) => odd.test(looked));
}
