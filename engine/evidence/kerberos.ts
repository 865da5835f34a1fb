// Evidence of Kerberos: accounts and passwords that are tried at a controller (RFC 4120, 7.5.9).
//
// Exempt: KDC_ERR_PREAUTH_REQUIRED, the ordinary first answer, and a password that is mistyped a few times.
import { say } from '../../contract/index.ts';
import { Starts } from './recent.ts';
import { RecentBy } from './recent-by.ts';
import type { Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const MINUTE = 60;
const FAILURES = 8;
const MAX_PAIRS = 8_192;
/** Errors in observations are 1000 and their code. */
const ERROR = 1_000;
/** KDC_ERR_C_PRINCIPAL_UNKNOWN, KDC_ERR_CLIENT_REVOKED, KDC_ERR_PREAUTH_FAILED. */
const FAILED: ReadonlySet<number> = new Set([ERROR + 6, ERROR + 18, ERROR + 24]);

const GUESSING: Rule = {
  name: 'kerberos-guessing',
  kind: 'kerberos',
  points: 3,
  title: 'rule-kerberos-guessing',
  technique: 'T1110',
};

export const KERBEROS_RULES: readonly Rule[] = [GUESSING];

export function kerberosJudge(): Judge {
  const failures = new RecentBy(MAX_PAIRS, () => new Starts(FAILURES, MINUTE));
  return {
    wants: SHOWS.kerberos,
    look(flow, found) {
      if (!flow.over || flow.observed.kerberos.length === 0) return;
      const failed = flow.observed.kerberos.filter((type) => FAILED.has(type)).length;
      if (failed === 0) return;
      const times = failures.recall(flow.initiator, flow.responder);
      for (let i = 0; i < failed; i++) times.add(flow.start);
      if (times.size < FAILURES) return;
      const said = say('ev-kerberos-guessing', {
        host: flow.initiatorText,
        peer: flow.responderText,
        failures: times.size,
        seconds: Math.max(1, Math.round(times.span)),
      });
      found(GUESSING, said);
    },
  };
}
