// The room where payloads become facts: TLS, DNS, HTTP/1, names by content and by port.
export { certificateCovers } from './certificate.ts';
export { noFacts } from './facts.ts';
export type { CertificateFacts, ClientHello, FlowFacts, ServerHello, TlsFacts } from './facts.ts';
export { ja3, ja3s, ja4 } from './fingerprints.ts';
export { Inspector, type HelloObserver } from './inspector.ts';
export { byPorts, sameService, tcpPorts, udpPorts } from './ports.ts';
export {
  EXT_ALPN,
  EXT_ECH,
  EXT_GROUPS,
  EXT_PSK,
  EXT_SERVER_NAME,
  EXT_SIGNATURES,
  EXT_VERSIONS,
  isGrease,
} from './tls-hello.ts';
export { nameEntropy } from './dns-facts.ts';
export { helloPart, type HelloPart } from './hello-parts.ts';
export { parseDns } from './dns.ts';
export { parseHttp } from './http.ts';
export { packetInfo } from './info.ts';
