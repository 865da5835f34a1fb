// Which lines of a packet's tree, and which facts of a flow, a rule can be made from.
import type { FlowDetail, RuleSource } from '../../contract/index.ts';

type Of = RuleSource['of'];

/** Fields of Wireshark by their names. */
const OF_FIELD: ReadonlyMap<string, Of> = new Map<string, Of>([
  ['tls.handshake.extensions_server_name', 'server-name'],
  ['tls.handshake.certificate', 'certificate'],
  ['tls.handshake.ja3', 'ja3'],
  ['tls.handshake.ja3_full', 'ja3'],
  ['tls.handshake.ja3s', 'ja3s'],
  ['tls.handshake.ja3s_full', 'ja3s'],
  ['tls.handshake.ja4', 'ja4'],
  ['tls.handshake.ja4_r', 'ja4'],
  ['ssh.kex.hassh', 'hassh'],
  ['dns.qry.name', 'dns-name'],
  ['dns.resp.name', 'dns-name'],
  ['http.host', 'host'],
  ['http2.headers.authority', 'host'],
  ['http.request.uri', 'url'],
  ['http.request.full_uri', 'url'],
  ['http.request.uri.path', 'url'],
  ['http2.headers.path', 'url'],
]);

/** @returns null for a field that is no name, URL or fingerprint */
export function sourceOfField(field: string): Of | null {
  return OF_FIELD.get(field) ?? null;
}

/** What of a flow a rule can be made from, with its value as it is shown. */
export function sourcesOfFlow(detail: FlowDetail): readonly { readonly of: Of; readonly value: string }[] {
  const { certificate } = detail;
  const tls = certificate !== null || detail.ja3 !== null || detail.ja4 !== null;
  const all: readonly (readonly [Of, string | null])[] = [
    ['server-name', tls ? detail.name : null],
    ['certificate', certificate?.subject ?? null],
    ['ja3', detail.ja3],
    ['ja3s', detail.ja3s],
    ['ja4', detail.ja4],
    ['hassh', detail.facts.find(({ name }) => name === 'hassh')?.value ?? null],
    ['host', detail.httpHost],
    ['dns-name', detail.dnsQuery],
    ['address', detail.responder],
  ];
  return all.flatMap(([of, value]) => (value === null || value === '' ? [] : [{ of, value }]));
}
