// Evidence of mining: the protocols by which work is fetched from a pool (Stratum and its kin). It may be wished, so it
// is called mining and not malware.
//
// Exempt: JSON-RPC with methods of the ordinary names `login` and `submit`, unless a login has a wallet with it or the
// answer is a job.
import { say } from '../../contract/index.ts';
import { firstText } from './first-bytes.ts';
import type { FlowLook, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const MINING: Rule = {
  name: 'mining-protocol',
  kind: 'mining',
  points: 3,
  title: 'rule-mining-protocol',
  technique: 'T1496',
};

export const MINING_RULES: readonly Rule[] = [MINING];

const ORDINARY = /"(?:login|submit)"/;
const WALLET = /"params" ?: ?\{ ?"login" ?:/;
const JOB = /"job"/;

export function miningJudge(): Judge {
  return {
    wants: SHOWS.sights,
    look(flow, found) {
      const { sights } = flow.observed;
      for (let i = 0; i < sights.length; i++) {
        const s = sights[i]!;
        if (s.pattern !== 'mining' || s.dir !== 0 || (ORDINARY.test(s.text) && !isMining(flow))) continue;
        const said = say('ev-mining-protocol', { host: flow.initiatorText, peer: flow.responderText, port: flow.port });
        found(MINING, said, { packets: [s.packet], shows: s.text });
        return;
      }
    },
  };
}

function isMining(flow: FlowLook): boolean {
  return WALLET.test(firstText(flow, 0)) || JOB.test(firstText(flow, 1));
}
