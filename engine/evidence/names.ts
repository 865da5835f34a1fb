// Evidence in names: dynamic names, cheap top-level domains, names that look made by chance, drop sites, and sites that
// tell a host its address. A DNS flow carries it for the name that was asked, any other flow for its peer.
//
// Exempt: well known names for the cheap and the random ones; reverse names; name servers of a large cloud; relays of
// Tor, whose names are made up.
import { say } from '../../contract/index.ts';
import { rememberedByName } from '../features/index.ts';
import { ADDRESS_LOOKUPS, CHEAP_TLDS, DROP_SITES, DYNAMIC_DNS } from './data/telling-names.ts';
import { certificateOf } from '../protocols/index.ts';
import { isTorCertificate } from './certificate.ts';
import { short } from './http-look.ts';
import { isPopular } from './popular.ts';
import { nameScore } from './random-name.ts';
import { registeredName } from './registered.ts';
import type { EvidencePeer, FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const DYNAMIC: Rule = { name: 'dynamic-dns', kind: 'name', points: 2, title: 'rule-dynamic-dns', technique: 'T1568' };
const CHEAP: Rule = { name: 'cheap-tld', kind: 'name', points: 1, title: 'rule-cheap-tld' };
const RANDOM: Rule = { name: 'dga-name', kind: 'name', points: 1, title: 'rule-dga-name', technique: 'T1568.002' };
const DROP: Rule = { name: 'drop-site', kind: 'name', points: 0, title: 'rule-drop-site' };
const LOOKUP: Rule = { name: 'ip-lookup', kind: 'lookup', points: 1, title: 'rule-ip-lookup', technique: 'T1016' };

export const NAME_RULES: readonly Rule[] = [DYNAMIC, CHEAP, RANDOM, DROP, LOOKUP];

const RANDOM_SCORE = 1.1;
const DNS_PORT = 53;
const NO_RULES: readonly Rule[] = [];
const NO_PACKETS: readonly number[] = [];

export function namesJudge(): Judge {
  return { wants: SHOWS.dns | SHOWS.http | SHOWS.facts, look };
}

function look(flow: FlowLook, found: Found): void {
  const { dns } = flow.observed;
  if (dns.length === 0) {
    if (isTorCertificate(certificateOf(flow.facts))) return;
    const { names } = flow;
    for (let i = 0; i < names.length; i++) tell(names[i]!, rulesOf(names[i]!.toLowerCase()), 'peer', NO_PACKETS, found);
    return;
  }
  // Names of the neighbourhood (mDNS, LLMNR) are nobody's in the world.
  if (flow.port !== DNS_PORT) return;
  for (let i = 0; i < dns.length; i++) {
    const { name, packet } = dns[i]!;
    const rules = rulesOf(name.toLowerCase());
    if (rules.length === 0 || wasAsked(dns, i)) continue;
    const registered = registeredName(name);
    if (registered !== '') tell(name, rules, { name: registered }, [packet], found);
  }
}

/** Whether a message before asked for the same name. */
function wasAsked(dns: FlowLook['observed']['dns'], at: number): boolean {
  for (let i = 0; i < at; i++) if (dns[i]!.name === dns[at]!.name) return true;
  return false;
}

function tell(
  name: string,
  rules: readonly Rule[],
  peer: EvidencePeer,
  packets: readonly number[],
  found: Found,
): void {
  if (rules.length === 0) return;
  const lower = name.toLowerCase();
  for (const rule of rules) found(rule, sentence(rule, short(lower)), { peer, packets, shows: short(name) });
}

function sentence(rule: Rule, name: string): ReturnType<typeof say> {
  if (rule === DYNAMIC) return say('ev-dynamic-dns', { name });
  if (rule === CHEAP) return say('ev-cheap-tld', { name, ending: name.slice(name.lastIndexOf('.')) });
  if (rule === RANDOM) return say('ev-dga-name', { name });
  return rule === DROP ? say('ev-drop-site', { name }) : say('ev-ip-lookup', { name });
}

/** Rules that a name carries, lower case. */
export const rulesOf = rememberedByName((name): readonly Rule[] => {
  if (!name.includes('.') || name.endsWith('.arpa')) return NO_RULES;
  const rules: Rule[] = [];
  const lookup = isUnder(name, ADDRESS_LOOKUPS);
  if (lookup) rules.push(LOOKUP);
  if (!lookup && isUnder(name, DYNAMIC_DNS)) rules.push(DYNAMIC);
  if (isUnder(name, DROP_SITES)) rules.push(DROP);
  if (isPopular(name)) return rules;
  if (CHEAP_TLDS.has(name.slice(name.lastIndexOf('.') + 1))) rules.push(CHEAP);
  if (!name.includes('awsdns') && nameScore(name) > RANDOM_SCORE) rules.push(RANDOM);
  return rules;
});

/** The name or one of its parents, two labels or more, is in the set. */
function isUnder(name: string, names: ReadonlySet<string>): boolean {
  for (let rest = name; rest.includes('.'); rest = rest.slice(rest.indexOf('.') + 1)) if (names.has(rest)) return true;
  return false;
}
