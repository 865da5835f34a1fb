// What this project asks over all groups of its own data, and whether it was reached.
import { type Goal, type GroupFigures, type Message, say, type TlsFigures } from '../../contract/index.ts';
import { eachOnce, FALSE_PER_THOUSAND, falsePerThousand } from './groups.ts';

/** Shares or counts. */
const BUSY_SHARE = 0.04;
const BACKGROUND_INCIDENTS = 3;
const CHANNELS_FOUND = { n: 53, all: 76 };
const TLS_FALSE = 0.01;

/** '62.3 %'; a dash where there is nothing to have a share of. */
export function shareText(n: number, of: number): string {
  return of === 0 ? '–' : `${((100 * n) / of).toFixed(1)} %`;
}

function measuredShare(n: number, all: number): Message {
  return say('lab-share', { n, all, share: shareText(n, all) });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Nothing is asked of data that this project does not know. @param background incidents on background only */
export function goalsOf(groups: readonly GroupFigures[], tls: TlsFigures, background: number): Goal[] {
  const both = eachOnce(groups);
  if (both.some((g) => g.malicious === 0)) return [];
  const busy = both.reduce((n, g) => n + g.busy, 0);
  const busyRaised = both.reduce((n, g) => n + g.busyRaised, 0);
  const found = tls.own + tls.inherited;
  const { n, all } = CHANNELS_FOUND;
  return [
    ...groups.flatMap(groupGoals),
    {
      what: say('lab-goal-busy'),
      wanted: say('lab-at-most', { amount: percent(BUSY_SHARE) }),
      measured: measuredShare(busyRaised, busy),
      met: busyRaised <= BUSY_SHARE * busy,
    },
    {
      what: say('lab-goal-background'),
      wanted: say('lab-at-most', { amount: BACKGROUND_INCIDENTS }),
      measured: String(background),
      met: background <= BACKGROUND_INCIDENTS,
    },
    {
      what: say('lab-goal-channels'),
      wanted: say('lab-at-least', { amount: say('lab-of-share', { n, all, share: shareText(n, all) }) }),
      measured: measuredShare(found, tls.channels),
      met: found >= (n / all) * tls.channels,
    },
    {
      what: say('lab-goal-tls'),
      wanted: say('lab-at-most', { amount: percent(TLS_FALSE) }),
      measured: measuredShare(tls.benignRaised, tls.benignPeers),
      met: tls.benignRaised <= TLS_FALSE * tls.benignPeers,
    },
  ];
}

function groupGoals(g: GroupFigures): Goal[] {
  const goals: Goal[] = [];
  const group = g.name;
  if (g.wantRaised !== null && g.malicious > 0)
    goals.push({
      what: say('lab-goal-raised', { group }),
      wanted: say('lab-at-least', { amount: percent(g.wantRaised) }),
      measured: measuredShare(g.raised, g.malicious),
      met: g.raised / g.malicious >= g.wantRaised,
    });
  if (g.wantBenign !== null && g.benign > 0)
    goals.push({
      what: say('lab-goal-benign', { group }),
      wanted: say('lab-at-most', { amount: percent(g.wantBenign) }),
      measured: measuredShare(g.falseCaptures, g.benign),
      met: g.falseCaptures / g.benign <= g.wantBenign,
    });
  if (g.wantRaised === null && g.benignFlows > 0) {
    const rate = falsePerThousand(g);
    goals.push({
      what: say('lab-goal-rate', { group }),
      wanted: say('lab-at-most', { amount: FALSE_PER_THOUSAND }),
      measured: rate.toFixed(2),
      met: rate <= FALSE_PER_THOUSAND,
    });
  }
  return goals;
}
