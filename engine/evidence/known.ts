// What was learned of the own network, as rules ask it: who is exempt from which kind, and what is new here.
//
// Exempt: administrators' hosts from kind rpc (never from exploits), mail servers from kind mail, resolvers as
// initiators from the counting rules of DNS, known peers and regular talkers from the kinds beacon, client and port.
// New here: a TLS peer that the network never had, with a fingerprint that its host never had.
import { say } from '../../contract/index.ts';
import type { NetworkFacts } from '../detect/index.ts';
import { isAddressName } from './hosts.ts';
import { registeredName } from './registered.ts';
import type { FlowLook, Found, Judge, Kind, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const NEW_HERE: Rule = { name: 'new-here', kind: 'new-here', points: 1, title: 'rule-new-here' };
export const NEW_HERE_RULES: readonly Rule[] = [NEW_HERE];

/** TLS flows by which a host's fingerprints are known well enough for another one to be news. */
const ENOUGH_FLOWS = 20;
/** Flows by which a peer belongs to the network's everyday. */
const KNOWN_FLOWS = 3;

const OF_PEERS: ReadonlySet<Kind> = new Set<Kind>(['beacon', 'client', 'port']);
const OF_RESOLVERS: ReadonlySet<Kind> = new Set<Kind>(['dns-tunnel', 'dns-random']);

export class KnownNetwork {
  private readonly peers: ReadonlyMap<string, number>;
  private readonly serverNames: ReadonlySet<string>;
  private readonly clients: ReadonlyMap<string, { readonly flows: number; readonly ja4: ReadonlySet<string> }>;
  private readonly mailServers: ReadonlySet<string>;
  private readonly administrators: ReadonlySet<string>;
  private readonly resolvers: ReadonlySet<string>;
  private readonly regular: ReadonlySet<string>;

  constructor(facts: NetworkFacts) {
    this.peers = new Map(Object.entries(facts.peers));
    this.serverNames = new Set(facts.serverNames);
    this.clients = new Map(
      Object.entries(facts.clients).map(([host, c]) => [host, { flows: c.flows, ja4: new Set(c.ja4) }]),
    );
    this.mailServers = new Set(facts.mailServers);
    this.administrators = new Set(facts.administrators);
    this.resolvers = new Set(facts.resolvers);
    this.regular = new Set(facts.regular);
  }

  /** Whether what a rule found in a flow is ordinary on this network. */
  exempts(rule: Rule, flow: FlowLook): boolean {
    const { kind } = rule;
    if (kind === 'rpc') return this.administrators.has(flow.initiatorText);
    if (kind === 'mail') return this.mailServers.has(flow.initiatorText);
    if (OF_RESOLVERS.has(kind)) return this.resolvers.has(flow.initiatorText);
    if (!OF_PEERS.has(kind)) return false;
    return this.regular.has(`${flow.responderText}:${flow.port}`) || this.flowsWith(flow) >= KNOWN_FLOWS;
  }

  /** A peer of TLS that the network never had, contacted in a way that the host never had. */
  judge(): Judge {
    return { wants: SHOWS.facts, look: (flow, found) => this.newHere(flow, found) };
  }

  private newHere(flow: FlowLook, found: Found): void {
    const ja4 = flow.facts?.ja4 ?? flow.facts?.tls?.ja4 ?? null;
    if (ja4 === null) return;
    const client = this.clients.get(flow.initiatorText);
    if (client === undefined || client.flows < ENOUGH_FLOWS || client.ja4.has(ja4)) return;
    if (this.peers.has(flow.responderText) || this.flowsWith(flow) > 0) return;
    if (flow.names.some((name) => this.serverNames.has(name))) return;
    const [packet] = flow.observed.firstPacket;
    found(NEW_HERE, say('ev-new-here', { host: flow.initiatorText, peer: flow.responderText, ja4 }), {
      packets: packet < 0 ? [] : [packet],
    });
  }

  /** Flows of the network's everyday with this peer: by its names, and where it has none by its address. */
  private flowsWith(flow: FlowLook): number {
    let most = 0;
    for (const name of peerNames(flow.responderText, flow.names)) most = Math.max(most, this.peers.get(name) ?? 0);
    return most;
  }
}

/** By what a peer is remembered: the registered names it goes by, else its address. */
export function peerNames(address: string, names: readonly string[]): readonly string[] {
  const registered = names.filter((name) => !isAddressName(name)).map((name) => registeredName(name));
  const known = [...new Set(registered.filter((name) => name !== ''))];
  return known.length > 0 ? known : [address];
}
