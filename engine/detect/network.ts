// What was learned of a network beside scores: its peers, server names, clients' fingerprints, and who has which part.

/** Facts of one network, as a baseline keeps them. All lists are bounded by LIMITS. */
export interface NetworkFacts {
  /** Flows of each peer: registered names, and addresses of peers without a name. */
  readonly peers: Readonly<Record<string, number>>;
  readonly serverNames: readonly string[];
  /** By initiator address: TLS flows that it opened, and the fingerprints (JA4) of their hellos. */
  readonly clients: Readonly<Record<string, ClientFacts>>;
  /** Hosts that accept mail or send it. */
  readonly mailServers: readonly string[];
  /** Hosts that administer others from afar. */
  readonly administrators: readonly string[];
  readonly resolvers: readonly string[];
  /** `address:port` of peers to which connections start like clockwork. */
  readonly regular: readonly string[];
}

export interface ClientFacts {
  readonly flows: number;
  readonly ja4: readonly string[];
}

export const LIMITS = { peers: 20_000, serverNames: 20_000, clients: 4_096, ja4: 64, hosts: 1_024, text: 255 } as const;

/** Facts while they are gathered. */
export class NetworkNotes {
  private readonly peers = new Map<string, number>();
  private readonly serverNames = new Set<string>();
  private readonly clients = new Map<string, { flows: number; readonly ja4: Set<string> }>();
  private readonly roles = {
    mailServers: new Set<string>(),
    administrators: new Set<string>(),
    resolvers: new Set<string>(),
    regular: new Set<string>(),
  };

  peer(name: string, flows = 1): void {
    const known = this.peers.get(name);
    if (known === undefined && (this.peers.size >= LIMITS.peers || name.length > LIMITS.text)) return;
    this.peers.set(name, bothCounts(known ?? 0, flows));
  }

  serverName(name: string): void {
    addTo(this.serverNames, name, LIMITS.serverNames);
  }

  client(host: string, ja4: readonly string[], flows = 1): void {
    let known = this.clients.get(host);
    if (known === undefined) {
      if (this.clients.size >= LIMITS.clients) return;
      this.clients.set(host, (known = { flows: 0, ja4: new Set() }));
    }
    known.flows = bothCounts(known.flows, flows);
    for (const print of ja4) addTo(known.ja4, print, LIMITS.ja4);
  }

  role(role: keyof NetworkNotes['roles'], who: string): void {
    addTo(this.roles[role], who, LIMITS.hosts);
  }

  /** Adds what another baseline knows. */
  merge(other: NetworkFacts): void {
    for (const [name, flows] of Object.entries(other.peers)) this.peer(name, flows);
    for (const name of other.serverNames) this.serverName(name);
    for (const [host, { flows, ja4 }] of Object.entries(other.clients)) this.client(host, ja4, flows);
    for (const role of ['mailServers', 'administrators', 'resolvers', 'regular'] as const)
      for (const who of other[role]) this.role(role, who);
  }

  facts(): NetworkFacts {
    const { roles } = this;
    return {
      peers: Object.fromEntries([...this.peers].sort((a, b) => b[1] - a[1])),
      serverNames: [...this.serverNames].sort(),
      clients: Object.fromEntries([...this.clients].map(([host, c]) => [host, { flows: c.flows, ja4: [...c.ja4] }])),
      mailServers: [...roles.mailServers].sort(),
      administrators: [...roles.administrators].sort(),
      resolvers: [...roles.resolvers].sort(),
      regular: [...roles.regular].sort(),
    };
  }
}

function addTo(set: Set<string>, text: string, limit: number): void {
  if (set.size < limit && text.length <= LIMITS.text) set.add(text);
}

/** Whether facts that were read have the shape and the bounds that their readers count on. */
export function isNetwork(value: unknown): value is NetworkFacts {
  if (!isRecord(value)) return false;
  const { peers, clients } = value;
  if (!isRecord(peers) || !isRecord(clients)) return false;
  const counted = Object.values(peers);
  const hosts = Object.values(clients);
  return (
    counted.length <= LIMITS.peers &&
    counted.every(isCount) &&
    isTexts(value['serverNames'], LIMITS.serverNames) &&
    hosts.length <= LIMITS.clients &&
    hosts.every((c) => isRecord(c) && isCount(c['flows']) && isTexts(c['ja4'], LIMITS.ja4)) &&
    (['mailServers', 'administrators', 'resolvers', 'regular'] as const).every((r) => isTexts(value[r], LIMITS.hosts))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Two counts as one that can be written and read again, however large somebody made them. */
export function bothCounts(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function isTexts(value: unknown, limit: number): value is readonly string[] {
  return Array.isArray(value) && value.length <= limit && value.every((v) => typeof v === 'string');
}
