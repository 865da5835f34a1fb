// Facts of a flow that is over, of which a large capture has hundreds of thousands: what most flows do not have stands
// in objects of its own, and texts that many flows share are there once.
import { ownText } from '../decode/index.ts';
import type { DnsCounts, FlowFacts, HttpFacts, QuicFacts, Resolution, SeenFacts } from './facts.ts';
import type { SshSide } from './ssh.ts';

/** What a TLS handshake told. */
type Hello = Pick<
  FlowFacts,
  | 'serverName'
  | 'ja3'
  | 'ja3s'
  | 'ja4'
  | 'retryJa3'
  | 'retryJa4'
  | 'tlsVersion'
  | 'tlsSuite'
  | 'alpn'
  | 'certificate'
  | 'clientCertificate'
  | 'chain'
>;

const NO_HELLO: Hello = {
  serverName: null,
  ja3: null,
  ja3s: null,
  ja4: null,
  retryJa3: null,
  retryJa4: null,
  tlsVersion: -1,
  tlsSuite: -1,
  alpn: null,
  certificate: null,
  clientCertificate: null,
  chain: [],
};

type Rare = Pick<FlowFacts, 'quic' | 'ssh'>;
const NOTHING_RARE: Rare = { quic: null, ssh: null };

/** Different texts of each kind, and counts, that are kept once. */
const MAX_SHARED = 65_536;
/** Counts above this are not shared: nearly all flows ask for one name or two. */
const FEW = 64;

class KeptFacts implements FlowFacts {
  readonly http: HttpFacts | null;
  readonly dnsCounts: DnsCounts | null;
  readonly dnsQuery: string | null;
  readonly resolution: Resolution | null;
  readonly seen: SeenFacts | null;
  private readonly hello: Hello;
  private readonly rare: Rare;

  constructor(f: FlowFacts, hello: Hello, http: HttpFacts | null, counts: DnsCounts | null, dnsQuery: string | null) {
    this.http = http;
    this.dnsCounts = counts;
    this.dnsQuery = dnsQuery;
    this.resolution = f.resolution;
    this.seen = f.seen;
    this.hello = hello;
    this.rare = f.quic === null && f.ssh === null ? NOTHING_RARE : { quic: f.quic, ssh: f.ssh };
  }

  get tls(): null {
    return null;
  }

  get dns(): null {
    return null;
  }

  get serverName(): string | null {
    return this.hello.serverName;
  }

  get ja3(): string | null {
    return this.hello.ja3;
  }

  get ja3s(): string | null {
    return this.hello.ja3s;
  }

  get ja4(): string | null {
    return this.hello.ja4;
  }

  get retryJa3(): string | null {
    return this.hello.retryJa3;
  }

  get retryJa4(): string | null {
    return this.hello.retryJa4;
  }

  get tlsVersion(): number {
    return this.hello.tlsVersion;
  }

  get tlsSuite(): number {
    return this.hello.tlsSuite;
  }

  get alpn(): string | null {
    return this.hello.alpn;
  }

  get certificate(): Hello['certificate'] {
    return this.hello.certificate;
  }

  get clientCertificate(): Hello['clientCertificate'] {
    return this.hello.clientCertificate;
  }

  get chain(): Hello['chain'] {
    return this.hello.chain;
  }

  get quic(): QuicFacts | null {
    return this.rare.quic;
  }

  get ssh(): readonly [SshSide, SshSide] | null {
    return this.rare.ssh;
  }
}

/** Makes facts small that will not change any more. */
export class FactsKeeper {
  private readonly texts = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<number, DnsCounts>();

  /** @param f of a flow that is over, or as they were saved */
  keep(f: FlowFacts): FlowFacts {
    return new KeptFacts(f, this.hello(f), this.http(f.http), this.countsOf(f), once(this.names, f.dnsQuery));
  }

  private once(text: string | null): string | null {
    return once(this.texts, text);
  }

  private hello(f: FlowFacts): Hello {
    if (hasNoHello(f)) return NO_HELLO;
    return {
      serverName: once(this.names, f.serverName),
      ja3: this.once(f.ja3),
      ja3s: this.once(f.ja3s),
      ja4: this.once(f.ja4),
      retryJa3: this.once(f.retryJa3),
      retryJa4: this.once(f.retryJa4),
      tlsVersion: f.tlsVersion,
      tlsSuite: f.tlsSuite,
      alpn: this.once(f.alpn),
      certificate: f.certificate,
      clientCertificate: f.clientCertificate,
      chain: f.chain,
    };
  }

  private http(h: HttpFacts | null): HttpFacts | null {
    if (h === null) return null;
    return {
      method: this.once(h.method),
      host: once(this.names, h.host),
      userAgent: this.once(h.userAgent),
      // A part of a request's head would keep the whole of it.
      target: ownText(h.target),
      fields: h.fields,
      status: h.status,
      contentType: this.once(h.contentType),
      sentType: this.once(h.sentType),
    };
  }

  private countsOf({ dns, dnsCounts }: FlowFacts): DnsCounts | null {
    const counted = dns ?? dnsCounts;
    if (counted === null) return null;
    const { queries, responses, noSuchName } = counted;
    if (queries >= FEW || responses >= FEW || noSuchName >= FEW) return { queries, responses, noSuchName };
    const key = (queries * FEW + responses) * FEW + noSuchName;
    let shared = this.counts.get(key);
    if (shared === undefined) this.counts.set(key, (shared = { queries, responses, noSuchName }));
    return shared;
  }
}

/** Key by key, since each flow that ends is asked. */
function hasNoHello(f: FlowFacts): boolean {
  return (
    f.serverName === null &&
    f.ja3 === null &&
    f.ja3s === null &&
    f.ja4 === null &&
    f.retryJa3 === null &&
    f.retryJa4 === null &&
    f.tlsVersion < 0 &&
    f.tlsSuite < 0 &&
    f.alpn === null &&
    f.certificate === null &&
    f.clientCertificate === null
  );
}

/** The same text, in memory of its own, that everybody has who asked for it. */
function once(known: Map<string, string>, text: string | null): string | null {
  if (text === null) return null;
  const before = known.get(text);
  if (before !== undefined) return before;
  const own = ownText(text);
  if (known.size < MAX_SHARED) known.set(own, own);
  return own;
}
