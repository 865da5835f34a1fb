// Group G: what the TLS handshake shows. Fingerprints (JA3, JA4) are facts and never stand here.
import { certificateCovers, type ClientHello, EXT_ECH, isGrease, type FlowFacts, type TlsFacts } from '../protocols/index.ts';
import { feature, type IngestGroup } from './context.ts';

const c = 'conditional' as const;
const FEATURES = [
  feature('tls', 'flag', 'a TLS hello was seen'), feature('tls_offered', 'version', 'highest version offered: 0 SSL 3, 1 to 4 for TLS 1.0 to 1.3', c), feature('tls_selected', 'version', 'version selected, the same scale', c),
  feature('tls_suites', 'count', 'cipher suites offered', c), feature('tls_suites_aead', 'share', 'offered suites with GCM, CCM or ChaCha20', c), feature('tls_suites_legacy', 'share', 'offered suites with RC4, DES, export or no encryption', c), feature('tls_suites_forward', 'share', 'offered suites with (EC)DHE or TLS 1.3', c),
  feature('tls_extensions', 'count', 'extensions offered', c), feature('tls_groups', 'count', 'groups offered', c), feature('tls_signatures', 'count', 'signature algorithms offered', c),
  feature('tls_alpn', 'count', 'application protocols offered', c), feature('tls_alpn_h2', 'flag', 'HTTP/2 offered', c), feature('tls_alpn_http', 'flag', 'HTTP/1.1 offered', c),
  feature('tls_grease', 'flag', 'GREASE values offered', c), feature('tls_ech', 'flag', 'encrypted client hello offered', c), feature('tls_resumed', 'flag', 'a ticket or pre-shared key was offered', c), feature('tls_session_id', 'B', 'session id length', c),
  feature('sni', 'flag', 'a server name was given', c), feature('sni_length', 'characters', 'length of the server name', c), feature('sni_labels', 'count', 'labels of the server name', c), feature('sni_digits', 'share', 'digits in the server name', c), feature('sni_entropy', 'bits', 'entropy of the server name’s characters', c), feature('sni_address', 'flag', 'the server name is an address', c),
  feature('tls_suite_aead', 'flag', 'the selected suite is GCM, CCM or ChaCha20', c), feature('tls_suite_forward', 'flag', 'the selected suite has (EC)DHE or is TLS 1.3', c), feature('tls_server_extensions', 'count', 'extensions in the server hello', c), feature('tls_alpn_selected', 'flag', 'the server selected an application protocol', c),
  feature('cert', 'flag', 'a certificate was visible', c), feature('cert_self_signed', 'flag', 'subject equals issuer', c), feature('cert_validity', 'days', 'not after minus not before', c), feature('cert_age', 'days', 'flow start minus not before', c), feature('cert_covers_name', 'flag', 'the certificate covers the server name', c),
  feature('cert_chain', 'count', 'certificates sent', c), feature('cert_rsa', 'flag', 'RSA key', c), feature('cert_key', 'bits', 'key size', c), feature('cert_names', 'count', 'subject alternative names', c), feature('cert_subject', 'characters', 'length of the subject', c), feature('tls_alerts', 'count', 'alerts in the clear', c),
];

export const tls: IngestGroup = {
  letter: 'G', where: 'ingest', title: 'TLS', source: 'features/tls.ts',
  features: FEATURES,
  fill(v, out, at) {
    const facts = v.facts;
    out.fill(NaN, at, at + FEATURES.length);
    out[at] = facts?.tls ? 1 : 0;
    if (!facts?.tls) return;
    const block = cached(facts.tls, v.startSeconds);
    out.set(block, at);
  },
};

/** A flow is scored several times; its handshake is described once. */
function cached(t: TlsFacts, startSeconds: number): Float32Array {
  const known = t.described;
  if (known !== null && known.client === t.client && known.server === t.server && known.chain === t.chainLength && known.alerts === t.alerts) return known.values;
  const values = describe(t, startSeconds);
  t.described = { client: t.client, server: t.server, chain: t.chainLength, alerts: t.alerts, values };
  return values;
}

function describe(t: TlsFacts, startSeconds: number): Float32Array {
  const out = new Float32Array(FEATURES.length).fill(NaN);
  out[0] = 1;
  const hello = t.client;
  if (hello) {
    out.set(clientPart(hello), 1);
    out[2] = t.server ? versionScale(t.server.selectedVersion) : NaN;
    out[16] = hello.sessionIdLength;
    out[15] = hello.hasTicket || hello.hasPsk ? 1 : 0;
    const name = hello.serverName;
    out[17] = name === null ? 0 : 1;
    if (name !== null) out.set([name.length, name.split('.').length, digits(name), entropy(name), /^[\d.]+$|:/.test(name) ? 1 : 0], 18);
  }
  if (t.server) out.set([isAead(t.server.suite) ? 1 : 0, isForward(t.server.suite) ? 1 : 0, t.server.extensions.length, t.server.alpn === null ? 0 : 1], 23);
  const certificate = t.certificates[0];
  out[27] = certificate ? 1 : 0;
  if (certificate) {
    const name = hello?.serverName ?? null;
    out.set([
      certificate.selfSigned ? 1 : 0, (certificate.notAfter - certificate.notBefore) / 86_400, (startSeconds - certificate.notBefore) / 86_400, name === null ? NaN : certificateCovers(certificate, name) ? 1 : 0,
      t.chainLength, certificate.keyType === 'rsa' ? 1 : 0, certificate.keyBits, certificate.alternativeNames.length, certificate.subject.length,
    ], 28);
  }
  out[37] = t.alerts;
  return out;
}

const clientParts = new Map<string, Float32Array>();

/** What the client's lists say, places 1 to 14 of the group; equal hellos are described once. */
function clientPart(hello: ClientHello): Float32Array {
  let part = clientParts.get(hello.shape);
  if (part === undefined) {
    part = describeClient(hello);
    if (clientParts.size >= 8_192) clientParts.clear();
    clientParts.set(hello.shape, part);
  }
  return part;
}

function describeClient(hello: ClientHello): Float32Array {
  const suites = hello.suites.filter((s) => !isGrease(s) && s !== 0xff && s !== 0x5600);
  const offered = hello.versions.filter((x) => !isGrease(x) && x >>> 8 === 3);
  const share = (test: (suite: number) => boolean): number => (suites.length === 0 ? NaN : suites.filter(test).length / suites.length);
  return Float32Array.from([
    versionScale(offered.length > 0 ? Math.max(...offered) : hello.version), NaN,
    suites.length, share(isAead), share(isLegacy), share(isForward), hello.extensions.filter((x) => !isGrease(x)).length, hello.groups.filter((x) => !isGrease(x)).length, hello.signatures.length,
    hello.alpn.length, hello.alpn.includes('h2') ? 1 : 0, hello.alpn.includes('http/1.1') ? 1 : 0,
    hello.suites.some(isGrease) || hello.extensions.some(isGrease) ? 1 : 0, hello.extensions.includes(EXT_ECH) ? 1 : 0,
  ]);
}

function versionScale(version: number): number {
  return version >>> 8 === 3 ? version & 0xff : version === 0xfeff ? 2 : version === 0xfefd ? 3 : NaN;
}

/** Suites with authenticated encryption, by their registered numbers (IANA TLS parameters). */
function isAead(s: number): boolean {
  return s >>> 8 === 0x13 || (s >= 0x9c && s <= 0xad) || (s >= 0xc02b && s <= 0xc032) || (s >= 0xc09c && s <= 0xc0af) || (s >= 0xcca8 && s <= 0xccae) || (s >= 0xc050 && s <= 0xc063) || (s >= 0xc07a && s <= 0xc08d) || (s >= 0xcc13 && s <= 0xcc15);
}

function isForward(s: number): boolean {
  return s >>> 8 === 0x13 || s >>> 8 === 0xcc || (s >= 0xc006 && s <= 0xc01f) || (s >= 0xc023 && s <= 0xc024) || (s >= 0xc027 && s <= 0xc028) || (s >= 0xc02b && s <= 0xc02c) || (s >= 0xc02f && s <= 0xc030) || (s >= 0x11 && s <= 0x16) || s === 0x33 || s === 0x39 || s === 0x67 || s === 0x6b || s === 0x9e || s === 0x9f || s === 0x32 || s === 0x38 || s === 0x40 || s === 0x6a || s === 0xa2 || s === 0xa3;
}

function isLegacy(s: number): boolean {
  return s <= 0x1b || (s >= 0x26 && s <= 0x2e) || (s >= 0x60 && s <= 0x66) || s === 0x8a || s === 0x8e || s === 0x92 || s === 0xc001 || s === 0xc002 || s === 0xc003 || s === 0xc006 || s === 0xc007 || s === 0xc008 || s === 0xc00b || s === 0xc00c || s === 0xc00d || s === 0xc010 || s === 0xc011 || s === 0xc012;
}

function digits(name: string): number {
  return name.replace(/\D/g, '').length / Math.max(1, name.length);
}

/** Shannon entropy of a text's characters, bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const ch of text) counts.set(ch, (counts.get(ch) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

export function serverNameOf(facts: FlowFacts | null): string | null {
  return facts?.tls?.client?.serverName ?? facts?.serverName ?? null;
}
