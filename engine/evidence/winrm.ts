// Evidence of WinRM: a host is administered over HTTP (MS-WSMV, 2.1). Of kind rpc, as other remote administration is.
//
// Exempt: hosts of administrators, where the network was learned (known.ts), and hosts that forward their events to a
// collector, which is under the same path.
import { say } from '../../contract/index.ts';
import { Gathered, pathOf, short } from './http-look.ts';
import type { Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const WINRM: Rule = { name: 'winrm', kind: 'rpc', points: 2, title: 'rule-winrm' };

export const WINRM_RULES: readonly Rule[] = [WINRM];

const PATH = /^\/wsman/i;
/** Where a collector is asked for subscriptions, and where events are sent (Windows Event Forwarding). */
const FORWARDING = /^\/wsman\/subscription(?:manager|s)\//i;

export function winrmJudge(): Judge {
  return {
    wants: SHOWS.exchanges,
    look(flow, found) {
      if (flow.exchanges.length === 0) return;
      const gathered = new Gathered();
      for (const { request } of flow.exchanges) {
        if (request === null) continue;
        const path = pathOf(request.target);
        if (!PATH.test(path) || FORWARDING.test(path)) continue;
        gathered.note(WINRM, request.packet, short(path), () =>
          say('ev-winrm', { host: flow.initiatorText, peer: flow.responderText, path: short(path) }),
        );
      }
      gathered.tell(found);
    },
  };
}
