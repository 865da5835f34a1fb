// What a flow's own bytes say of it. One object a flow that has facts at all; texts are bounded.
import type { DnsFacts } from './dns-facts.ts';
import type { SshSide } from './ssh.ts';

export interface CertificateFacts {
  /** Of the certificate's bytes, hexadecimal. */
  readonly sha256: string;
  readonly sha1: string;
  /** Serial number, hexadecimal, lower case. */
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  readonly selfSigned: boolean;
  /** Seconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyType: string;
  readonly keyBits: number;
  readonly alternativeNames: readonly string[];
}

export interface ClientHello {
  readonly recordVersion: number;
  readonly version: number;
  readonly suites: readonly number[];
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatures: readonly number[];
  readonly versions: readonly number[];
  readonly alpn: readonly string[];
  readonly serverName: string | null;
  readonly sessionIdLength: number;
  readonly hasTicket: boolean;
  readonly hasPsk: boolean;
  /** Everything that fingerprints are made of, as one text: equal for equal clients. */
  readonly shape: string;
}

export interface ServerHello {
  readonly version: number;
  readonly selectedVersion: number;
  readonly suite: number;
  readonly extensions: readonly number[];
  readonly alpn: string | null;
  readonly isRetry: boolean;
}

export interface TlsFacts {
  /** The client's hello; its second, where the server asked for one. */
  client: ClientHello | null;
  server: ServerHello | null;
  /** Of the client's first hello: what it says before anybody has answered. */
  ja3: string | null;
  ja4: string | null;
  /**
   * Of the hello that answered a retry: HelloRetryRequest (RFC 8446, 4.1.4), DTLS's HelloVerifyRequest (RFC 6347,
   * 4.2.1), QUIC's Retry (RFC 9000, 8.1.2).
   */
  retryJa3: string | null;
  retryJa4: string | null;
  /** Of the server's hello; of its request for another one while there is none. */
  ja3s: string | null;
  /** The server's own certificate, where it is visible, and the client's if it sent one. */
  certificate: CertificateFacts | null;
  clientCertificate: CertificateFacts | null;
  /** The server's certificates behind its own, the first few. */
  chain: readonly CertificateFacts[];
  chainLength: number;
  /** Alerts in the clear, and whether one was fatal. */
  alerts: number;
  fatal: boolean;
  /** What was last worked out from these facts, and from which of them; a flow is scored several times. */
  described: {
    readonly client: ClientHello | null;
    readonly server: ServerHello | null;
    readonly chain: number;
    readonly alerts: number;
    readonly clientCertificate: CertificateFacts | null;
    readonly values: Float32Array;
  } | null;
}

/** The first request of a connection and the first answer. */
export interface HttpFacts {
  method: string | null;
  host: string | null;
  userAgent: string | null;
  target: string;
  /** Fields of the first request's head. */
  fields: number;
  status: number;
  /** Content type of the first answer, lower case. */
  contentType: string | null;
  /** Content type of what the first request carried. */
  sentType: string | null;
}

export interface QuicFacts {
  version: number;
  /** Lengths of the ids in the client's first packet. */
  destinationId: number;
  sourceId: number;
  token: boolean;
  /** Initial packets that could be opened. */
  opened: number;
}

/** DNS messages of a flow. */
export interface DnsCounts {
  readonly queries: number;
  readonly responses: number;
  /** Responses that say that there is no such name. */
  readonly noSuchName: number;
}

/** The capture's own DNS answer that gave the responder's address before the flow began. */
export interface Resolution {
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  /** Seconds since the epoch when the answer was seen, and the row of its packet. */
  readonly at: number;
  readonly packet: number;
}

/** One request of HTTP/1 with its answer. */
export interface SeenExchange {
  readonly method: string | null;
  readonly uri: string | null;
  readonly host: string | null;
  readonly agent: string | null;
  /** 0 without an answer. */
  readonly status: number;
  readonly contentType: string | null;
}

/** What the whole of a flow said, the first of each kind. */
export interface SeenFacts {
  readonly http: readonly SeenExchange[];
  /** Interfaces of DCERPC, by UUID; the operation is -1 where it was only opened. */
  readonly rpc: readonly { readonly uuid: string; readonly operation: number; readonly times: number }[];
  readonly smb: readonly { readonly what: 'share' | 'pipe' | 'file'; readonly name: string }[];
  /** Commands of SMTP and FTP with what they were about. */
  readonly commands: readonly string[];
  /** Names that DNS asked for, each once. */
  readonly questions: readonly string[];
  /** How much more there was than is kept. */
  readonly more: number;
}

export interface FlowFacts {
  /** While the flow is open; afterwards only what follows stays. */
  tls: TlsFacts | null;
  serverName: string | null;
  ja3: string | null;
  ja3s: string | null;
  ja4: string | null;
  retryJa3: string | null;
  retryJa4: string | null;
  /** Selected version and suite, -1 without a server hello; application protocol that the server chose. */
  tlsVersion: number;
  tlsSuite: number;
  alpn: string | null;
  certificate: CertificateFacts | null;
  clientCertificate: CertificateFacts | null;
  /** As of `TlsFacts`. */
  chain: readonly CertificateFacts[];
  http: HttpFacts | null;
  quic: QuicFacts | null;
  /** Client's and server's. */
  ssh: readonly [SshSide, SshSide] | null;
  /** While the flow is open; afterwards its counts stay. */
  dns: DnsFacts | null;
  dnsCounts: DnsCounts | null;
  dnsQuery: string | null;
  resolution: Resolution | null;
  /** Kept where packets are, and where payloads are observed. */
  seen: SeenFacts | null;
}

const NO_CHAIN: readonly CertificateFacts[] = [];

export function noFacts(): FlowFacts {
  return {
    tls: null,
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
    chain: NO_CHAIN,
    http: null,
    quic: null,
    ssh: null,
    dns: null,
    dnsCounts: null,
    dnsQuery: null,
    resolution: null,
    seen: null,
  };
}

export function noHttp(): HttpFacts {
  return {
    method: null,
    host: null,
    userAgent: null,
    target: '',
    fields: 0,
    status: 0,
    contentType: null,
    sentType: null,
  };
}

export function noTls(): TlsFacts {
  return {
    client: null,
    server: null,
    ja3: null,
    ja4: null,
    retryJa3: null,
    retryJa4: null,
    ja3s: null,
    certificate: null,
    clientCertificate: null,
    chain: NO_CHAIN,
    chainLength: 0,
    alerts: 0,
    fatal: false,
    described: null,
  };
}

/** The server name that the client asked for, of an open flow or of one that is over; null without. */
export function serverNameOf(facts: FlowFacts | null): string | null {
  return facts?.serverName ?? facts?.tls?.client?.serverName ?? null;
}

/** Certificates of the server's chain behind its own, of an open flow or of one that is over. */
export function chainOf(facts: FlowFacts): readonly CertificateFacts[] {
  return facts.tls?.chain ?? facts.chain;
}

/** The server's certificate where it was visible, of an open flow or of one that is over. */
export function certificateOf(facts: FlowFacts | null): CertificateFacts | null {
  return facts?.tls?.certificate ?? facts?.certificate ?? null;
}
