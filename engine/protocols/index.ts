// The room where payloads become facts: server names, certificates, fingerprints, questions, versions, and a flow's
// service.
//
// The inspector (`inspector.ts`) looks into payloads: TLS hellos, certificates of both sides and alerts, DTLS, QUIC
// Initials (opened with the keys that RFC 9001 gives everybody), SSH banners and key exchanges, DNS, HTTP/1 heads,
// message lengths of 30 protocols (`framing.ts`). What opens a direction is put together from segments, fragments and
// CRYPTO frames in whatever order they come (`pieces.ts`: 16 KiB a direction, from a pool of 64 MiB that gives up the
// oldest). First bytes that are too few to tell anything, or stand behind a hole, are held until they do
// (`opening.ts`). DNS over TCP is read however segments cut it (`dns-stream.ts`). A QUIC connection that moves to other
// addresses is known there by its connection ids (`quic-ids.ts`), as far as they were seen in the clear and have four
// octets.
//
// Where the server asks for a second hello (HelloRetryRequest, HelloVerifyRequest, QUIC's Retry), JA3 and JA4 are the
// first hello's, `ja3_retry` and `ja4_retry` the second's; features are made of the second. Two names are kept apart:
// the Protocol column's, which is Wireshark's and leans on ports, and the service, which content alone tells, whatever
// the port. A flow's `app` is the service where there is one. Both ask the same rows (`tcp-services.ts`,
// `udp-services.ts`), and each row says where the column shows it. When only scores are wanted, looking stops once a
// connection's facts are known. TLS inside of OpenVPN, EAP and RDP-UDP is recognised as what carries it and not opened;
// keys that a capture brings along are not used.
export { AddressNames } from './address-names.ts';
export { certificateCovers, certificateFacts } from './certificate.ts';
export { certificateOf, chainOf, noFacts, serverNameOf } from './facts.ts';
export type {
  CertificateFacts,
  ClientHello,
  FlowFacts,
  HttpFacts,
  SeenExchange,
  SeenFacts,
  ServerHello,
  TlsFacts,
} from './facts.ts';
export { ja3, ja3s, ja4 } from './fingerprints.ts';
export { PayloadInspector, type HelloObserver } from './inspector.ts';
export { byPorts, sameService, tcpPorts, udpPorts } from './ports.ts';
export {
  EXT_ALPN,
  EXT_ECH,
  EXT_GROUPS,
  EXT_PSK,
  EXT_SERVER_NAME,
  EXT_SIGNATURES,
  EXT_VERSIONS,
} from './tls-extensions.ts';
export { QuicHandshake } from './quic.ts';
export { isGrease, parseClientHello, parseServerHello } from './tls-hello.ts';
export { TLS_SUITES, TLS_VERSIONS } from './tls-names.ts';
export { nameEntropy } from './dns-facts.ts';
export { helloPart, type HelloPart } from './hello-parts.ts';
export { type DnsMessage, eachAddress, parseDns } from './dns.ts';
export { looksLikeHttp, parseHttp } from './http.ts';
export { recogniseTcp } from './recognise.ts';
export { packetInfo } from './info.ts';
export { Holder, ReassemblyPool } from './pool.ts';
export { remembered } from './remember.ts';
