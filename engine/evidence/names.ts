// Evidence in names: dynamic names, cheap top-level domains, names that look made by chance, drop sites, and sites that
// tell a host its address. A DNS flow carries it for the name that was asked, any other flow for its peer.
//
// Exempt: well known names for the cheap and the random ones; reverse names; name servers of a large cloud; relays of
// Tor, whose names are made up.
import { say } from '../../contract/index.ts';
import { ADDRESS_LOOKUPS, CHEAP_TLDS, DROP_SITES, DYNAMIC_DNS } from './data/telling-names.ts';
import { certificateOf } from '../protocols/index.ts';
import { isTorCertificate } from './certificate.ts';
import { short } from './http-look.ts';
import { isPopular } from './popular.ts';
import { nameScore } from './random-name.ts';
import { Recent } from './recent.ts';
import { registeredName } from './registered.ts';
import type { EvidencePeer, FlowLook, Found, Judge, Rule } from './rule.ts';

const DYNAMIC: Rule = { name: 'dynamic-dns', kind: 'name', points: 2, title: 'rule-dynamic-dns', technique: 'T1568' };
const CHEAP: Rule = { name: 'cheap-tld', kind: 'name', points: 1, title: 'rule-cheap-tld' };
const RANDOM: Rule = { name: 'dga-name', kind: 'name', points: 1, title: 'rule-dga-name', technique: 'T1568.002' };
const DROP: Rule = { name: 'drop-site', kind: 'name', points: 0, title: 'rule-drop-site' };
const LOOKUP: Rule = { name: 'ip-lookup', kind: 'lookup', points: 1, title: 'rule-ip-lookup', technique: 'T1016' };

export const NAME_RULES: readonly Rule[] = [DYNAMIC, CHEAP, RANDOM, DROP, LOOKUP];

const RANDOM_SCORE = 1.1;
const DNS_PORT = 53;
const REMEMBERED = 4_096;

export function namesJudge(): Judge {
  /** What names say, so that a name that is asked again and again is looked at once. */
  const known = new Recent<readonly Rule[]>(REMEMBERED);
  return {
    look(flow, found) {
      if (flow.observed.dns.length === 0) {
        if (isTorCertificate(certificateOf(flow.facts))) return;
        for (const name of flow.names) tell(name, 'peer', [], found, known);
        return;
      }
      // Names of the neighbourhood (mDNS, LLMNR) are nobody's in the world.
      if (flow.port !== DNS_PORT) return;
      for (const m of newQuestions(flow)) {
        const registered = registeredName(m.name);
        if (registered !== '') tell(m.name, { name: registered }, [m.packet], found, known);
      }
    },
  };
}

/** Each name of a flow once. */
function newQuestions(flow: FlowLook): FlowLook['observed']['dns'] {
  const { dns } = flow.observed;
  if (dns.length < 2) return dns;
  const names = new Set<string>();
  return dns.filter((m) => {
    if (names.has(m.name)) return false;
    names.add(m.name);
    return true;
  });
}

function tell(
  name: string,
  peer: EvidencePeer,
  packets: readonly number[],
  found: Found,
  known: Recent<readonly Rule[]>,
): void {
  const lower = name.toLowerCase();
  let rules = known.known(lower);
  if (rules === null) known.set(lower, (rules = rulesOf(lower)));
  for (const rule of rules) found(rule, sentence(rule, short(lower)), { peer, packets, shows: short(name) });
}

function sentence(rule: Rule, name: string): ReturnType<typeof say> {
  if (rule === DYNAMIC) return say('ev-dynamic-dns', { name });
  if (rule === CHEAP) return say('ev-cheap-tld', { name, ending: name.slice(name.lastIndexOf('.')) });
  if (rule === RANDOM) return say('ev-dga-name', { name });
  return rule === DROP ? say('ev-drop-site', { name }) : say('ev-ip-lookup', { name });
}

/** Rules that a name carries, lower case. */
export function rulesOf(name: string): readonly Rule[] {
  const rules: Rule[] = [];
  if (!name.includes('.') || name.endsWith('.arpa')) return rules;
  const lookup = isUnder(name, ADDRESS_LOOKUPS);
  if (lookup) rules.push(LOOKUP);
  if (!lookup && isUnder(name, DYNAMIC_DNS)) rules.push(DYNAMIC);
  if (isUnder(name, DROP_SITES)) rules.push(DROP);
  if (isPopular(name)) return rules;
  if (CHEAP_TLDS.has(name.slice(name.lastIndexOf('.') + 1))) rules.push(CHEAP);
  if (!name.includes('awsdns') && nameScore(name) > RANDOM_SCORE) rules.push(RANDOM);
  return rules;
}

/** The name or one of its parents, two labels or more, is in the set. */
function isUnder(name: string, names: ReadonlySet<string>): boolean {
  for (let rest = name; rest.includes('.'); rest = rest.slice(rest.indexOf('.') + 1)) if (names.has(rest)) return true;
  return false;
}
