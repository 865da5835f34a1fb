// Names of Wireshark's that would mean something else here, each with the name that does exist. They are refused, since
// a guess would give wrong rows.
import { type Message, say } from '../../contract/index.ts';
import { protocolNames } from '../decode/index.ts';

/** Wireshark means the packet that carries it; here it is known of the whole flow. */
const OF_FLOWS: ReadonlyMap<string, string> = new Map([
  ['tls.handshake.extensions_server_name', 'flow.server_name'],
  ['tls.handshake.ja3', 'flow.ja3'],
  ['tls.handshake.ja3s', 'flow.ja3s'],
  ['tls.handshake.ja4', 'flow.ja4'],
  ['dns.qry.name', 'flow.dns.name'],
  ['http.host', 'flow.http.host'],
  ['http.user_agent', 'flow.http.user_agent'],
  ['http.request.method', 'flow.http.method'],
  ['http.response.code', 'flow.http.status'],
  ['tls.certificate.subject', 'flow.certificate.subject'],
  ['tls.certificate.issuer', 'flow.certificate.issuer'],
  ['tls.certificate.self_signed', 'flow.certificate.self_signed'],
]);

/** Words that Protocol names begin with, beside the names themselves. */
const EXTRA_WORDS = [
  'tls',
  'ssl',
  'http',
  'http2',
  'dns',
  'quic',
  'ssh',
  'smb',
  'smb2',
  'dhcp',
  'bootp',
  'ntp',
  'ftp',
  'smtp',
  'sip',
  'rtp',
  'kerberos',
  'ldap',
  'geneve',
  'wlan',
  'sll',
  'dtls',
  'mdns',
  'icmpv4',
  'igmp',
];

/** @returns why a name of Wireshark's is refused, with the name to write instead; null for other names */
export function refusal(name: string): Message | null {
  const flow = OF_FLOWS.get(name);
  if (flow !== undefined) return say('of-flows', { name, instead: flow });
  if (name === 'frame.protocols') return say('list-of-layers');
  const word = name.toLowerCase();
  const shown = protocolNames().find((p) => protocolWord(p) === word);
  if (shown === undefined && !EXTRA_WORDS.includes(word)) return null;
  const column = shown ?? word.toUpperCase();
  return say('layer-not-known', { name, word, column });
}

function protocolWord(name: string): string {
  return name.toLowerCase().replace(/[ /(<].*$/, '');
}
