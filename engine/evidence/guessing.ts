// Evidence of password guessing: many short connections to a service that asks for a password, quickly one after
// another.
//
// Exempt: connections with a long answer or that last (copies by script, pools of databases, clients of shares), and
// attempts as slow as somebody types them.
import { say } from '../../contract/index.ts';
import { LOGIN_PORTS } from './data/login-ports.ts';
import { Starts } from './recent.ts';
import { RecentBy } from './recent-by.ts';
import type { FlowLook, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const SSH_FLOWS = 6;
const SSH_SPACING = 20;
const SSH_BYTES = 5_000;
const FLOWS = 8;
/** Seconds between attempts: somebody who types needs longer. */
const SPACING = 3;
/** Seconds that an attempt may last. */
const LONGEST = 30;
const SSH_PORT = 22;
const MAX_PAIRS = 8_192;

const SSH: Rule = {
  name: 'ssh-brute-force',
  kind: 'guessing',
  points: 3,
  title: 'rule-ssh-brute-force',
  technique: 'T1110',
};
const OTHER: Rule = { name: 'brute-force', kind: 'guessing', points: 3, title: 'rule-brute-force', technique: 'T1110' };

export const GUESSING_RULES: readonly Rule[] = [SSH, OTHER];

export function guessingJudge(): Judge {
  const ssh = new RecentBy(MAX_PAIRS, () => new Starts(SSH_FLOWS, SSH_FLOWS * SSH_SPACING));
  const others = new RecentBy(MAX_PAIRS, () => new Starts(FLOWS, FLOWS * SPACING));
  return {
    wants: SHOWS.tcpOver,
    look(flow, found) {
      if (!flow.over || flow.transport !== 'tcp' || flow.refused) return;
      const { port } = flow;
      const back = flow.observed.payload[1];
      if ((flow.app === 'SSH' || port === SSH_PORT) && back < SSH_BYTES) {
        const starts = ssh.recall(flow.initiator, flow.responder);
        starts.add(flow.start);
        if (starts.size >= SSH_FLOWS && starts.span / SSH_FLOWS < SSH_SPACING)
          found(SSH, attempts(flow, starts, 'SSH'));
      }
      const service = LOGIN_PORTS.get(port);
      if (service === undefined || back > service.most || flow.end - flow.start > LONGEST) return;
      const starts = others.recall(flow.initiator, flow.responder, port);
      starts.add(flow.start);
      if (starts.size >= FLOWS && starts.span / FLOWS < SPACING) found(OTHER, attempts(flow, starts, service.name));
    },
  };
}

function attempts(flow: FlowLook, starts: Starts, service: string) {
  return say('ev-guessing', {
    host: flow.initiatorText,
    peer: flow.responderText,
    service,
    flows: starts.size,
    seconds: Math.max(1, Math.round(starts.span)),
  });
}
