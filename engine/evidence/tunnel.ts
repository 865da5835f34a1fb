// Evidence of data in echo requests (ICMP over IPv4). An ordinary ping has one length and one payload.
import { say } from '../../contract/index.ts';
import { IPPROTO_ICMP } from '../decode/index.ts';
import type { EchoFacts } from '../observe/index.ts';
import type { Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const LEAST = 2;
const STARTS = 4;
const MANY_PACKETS = 20;
const MANY_LENGTHS = 4;
const LONGEST = 1_400;
const LONG = 300;
const SOME_LENGTHS = 2;

const TUNNEL: Rule = {
  name: 'icmp-tunnel',
  kind: 'icmp-tunnel',
  points: 2,
  title: 'rule-icmp-tunnel',
  technique: 'T1095',
};

export const TUNNEL_RULES: readonly Rule[] = [TUNNEL];

export function tunnelJudge(): Judge {
  return {
    wants: SHOWS.echo,
    look(flow, found) {
      const { echo } = flow.observed;
      if (echo === null || flow.columns.ipProtocol[flow.row] !== IPPROTO_ICMP || !isTunnel(echo)) return;
      const said = say('ev-icmp-tunnel', {
        host: flow.initiatorText,
        peer: flow.responderText,
        requests: echo.requests,
        bytes: echo.longestRequest,
      });
      found(TUNNEL, said, { amount: echo.requests });
    },
  };
}

function isTunnel(echo: EchoFacts): boolean {
  if (echo.requests < LEAST || echo.replies < LEAST || echo.starts < STARTS || echo.longestRequest >= LONGEST)
    return false;
  const packets = echo.requests + echo.replies;
  if (packets >= MANY_PACKETS && echo.lengthClasses >= MANY_LENGTHS) return true;
  return echo.longestRequest >= LONG && echo.lengthClasses >= SOME_LENGTHS;
}
