// What a flow's own bytes say of it. One object a flow that has facts at all; texts are bounded.

export interface CertificateFacts {
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
  client: ClientHello | null;
  server: ServerHello | null;
  ja3: string | null;
  ja3s: string | null;
  ja4: string | null;
  certificates: CertificateFacts[];
  chainLength: number;
  alerts: number;
  /** What was last worked out from these facts, and from which of them; a flow is scored several times. */
  described: { readonly client: ClientHello | null; readonly server: ServerHello | null; readonly chain: number; readonly alerts: number; readonly values: Float32Array } | null;
}

export interface FlowFacts {
  /** While the flow is open; afterwards only what follows stays. */
  tls: TlsFacts | null;
  serverName: string | null;
  ja3: string | null;
  ja3s: string | null;
  ja4: string | null;
  certificate: CertificateFacts | null;
  httpHost: string | null;
  httpUserAgent: string | null;
  httpMethod: string | null;
  httpStatus: number;
  dnsQuery: string | null;
  /** Name that the capture's own DNS gave for the responder's address, before the flow began. */
  resolvedName: string | null;
}

export function noFacts(): FlowFacts {
  return { tls: null, serverName: null, ja3: null, ja3s: null, ja4: null, certificate: null, httpHost: null, httpUserAgent: null, httpMethod: null, httpStatus: 0, dnsQuery: null, resolvedName: null };
}

export function noTls(): TlsFacts {
  return { client: null, server: null, ja3: null, ja3s: null, ja4: null, certificates: [], chainLength: 0, alerts: 0, described: null };
}
