// Group G: what the TLS handshake shows. Fingerprints (JA3, JA4) are facts and never stand here.
import {
  certificateCovers,
  type ClientHello,
  type HelloPart,
  EXT_ALPN,
  EXT_ECH,
  EXT_GROUPS,
  EXT_PSK,
  EXT_SERVER_NAME,
  EXT_SIGNATURES,
  EXT_VERSIONS,
  isGrease,
  type TlsFacts,
} from '../protocols/index.ts';
import type { FactsGroup } from './context.ts';
import type { Evidence } from './evidence.ts';
import { nameShape } from './name-shape.ts';
import { feature, places, rowsOf } from './rows.ts';

const CERTIFICATE: Evidence = { by: 'certificate' };
const hello = (server: boolean, part: HelloPart): ReturnType<typeof rowsOf> =>
  rowsOf({ by: 'hello', server, part }, 'conditional');
const offeredVersions = hello(false, EXT_VERSIONS);
const offeredSuites = hello(false, 'suites');
const offeredAlpn = hello(false, EXT_ALPN);
const serverName = hello(false, EXT_SERVER_NAME);
const selectedSuite = hello(true, 'suites');
const certified = rowsOf(CERTIFICATE, 'conditional');
const alerted = rowsOf({ by: 'alerts' }, 'conditional');

const FEATURES = [
  feature('tls', 'flag', 'a TLS hello was seen', '出现 TLS 握手', { by: 'hello', server: false, part: 'whole' }),
  offeredVersions(
    'tls_offered',
    'version',
    'highest version offered: 0 SSL 3, 1 to 4 for TLS 1.0 to 1.3',
    '提供的最高 TLS 版本',
  ),
  hello(true, 'version')('tls_selected', 'version', 'version selected, the same scale', '选定的 TLS 版本'),
  offeredSuites('tls_suites', 'count', 'cipher suites offered', '提供的密码套件数'),
  offeredSuites('tls_suites_aead', 'share', 'offered suites with GCM, CCM or ChaCha20', '提供的 AEAD 套件占比'),
  offeredSuites(
    'tls_suites_legacy',
    'share',
    'offered suites with RC4, DES, export or no encryption',
    '提供的过时套件占比',
  ),
  offeredSuites('tls_suites_forward', 'share', 'offered suites with (EC)DHE or TLS 1.3', '提供的前向保密套件占比'),
  hello(false, 'extensions')('tls_extensions', 'count', 'extensions offered', '提供的扩展数'),
  hello(false, EXT_GROUPS)('tls_groups', 'count', 'groups offered', '提供的组数'),
  hello(false, EXT_SIGNATURES)('tls_signatures', 'count', 'signature algorithms offered', '提供的签名算法数'),
  offeredAlpn('tls_alpn', 'count', 'application protocols offered', '提供的应用协议数'),
  offeredAlpn('tls_alpn_h2', 'flag', 'HTTP/2 offered', '提供 HTTP/2'),
  offeredAlpn('tls_alpn_http', 'flag', 'HTTP/1.1 offered', '提供 HTTP/1.1'),
  offeredSuites('tls_grease', 'flag', 'GREASE values offered', '提供 GREASE 值'),
  hello(false, EXT_ECH)('tls_ech', 'flag', 'encrypted client hello offered', '提供加密的 Client Hello'),
  hello(false, EXT_PSK)('tls_resumed', 'flag', 'a ticket or pre-shared key was offered', '提供会话票据或预共享密钥'),
  hello(false, 'session')('tls_session_id', 'B', 'session id length', '会话 ID 长度'),
  serverName('sni', 'flag', 'a server name was given', '给出了服务器名'),
  serverName('sni_length', 'characters', 'length of the server name', '服务器名长度'),
  serverName('sni_labels', 'count', 'labels of the server name', '服务器名的段数'),
  serverName('sni_digits', 'share', 'digits in the server name', '服务器名中数字的占比'),
  serverName('sni_entropy', 'bits', 'entropy of the server name’s characters', '服务器名字符的熵'),
  serverName('sni_address', 'flag', 'the server name is an address', '服务器名是地址'),
  selectedSuite('tls_suite_aead', 'flag', 'the selected suite is GCM, CCM or ChaCha20', '选定的套件为 AEAD'),
  selectedSuite('tls_suite_forward', 'flag', 'the selected suite has (EC)DHE or is TLS 1.3', '选定的套件具有前向保密'),
  hello(true, 'extensions')(
    'tls_server_extensions',
    'count',
    'extensions in the server hello',
    'Server Hello 的扩展数',
  ),
  hello(true, EXT_ALPN)(
    'tls_alpn_selected',
    'flag',
    'the server selected an application protocol',
    '服务器选定了应用协议',
  ),
  certified('cert', 'flag', 'a certificate was visible', '可见证书'),
  certified('cert_self_signed', 'flag', 'subject equals issuer', '自签名证书'),
  certified('cert_validity', 'days', 'not after minus not before', '证书有效期'),
  certified('cert_age', 'days', 'age of the certificate', '证书已签发时间'),
  certified('cert_covers_name', 'flag', 'the certificate covers the server name', '证书与服务器名相符'),
  certified('cert_chain', 'count', 'certificates sent', '发送的证书数'),
  certified('cert_rsa', 'flag', 'RSA key', 'RSA 密钥'),
  certified('cert_key', 'bits', 'key size', '密钥长度'),
  certified('cert_names', 'count', 'subject alternative names', '证书备用名称数'),
  certified('cert_subject', 'characters', 'length of the subject', '证书主题长度'),
  certified('cert_client', 'flag', 'the client sent a certificate', '客户端发送了证书'),
  alerted('tls_alerts', 'count', 'alerts in the clear', '明文 TLS 警报'),
  alerted('tls_alert_fatal', 'flag', 'one of them was fatal', '其中有致命警报'),
];
const AT = places(FEATURES);

export const tls: FactsGroup = {
  letter: 'G',
  where: 'facts',
  title: 'TLS',
  source: 'engine/features/tls.ts',
  features: FEATURES,
  fill(v, out, at) {
    const t = v.facts?.tls ?? null;
    if (t === null) out[at + AT.tls] = 0;
    else out.set(cached(t, v.startSeconds), at);
  },
};

/** A flow is scored several times; its handshake is described once. */
function cached(t: TlsFacts, startSeconds: number): Float32Array {
  const known = t.described;
  if (
    known !== null &&
    known.client === t.client &&
    known.server === t.server &&
    known.chain === t.chainLength &&
    known.alerts === t.alerts &&
    known.clientCertificate === t.clientCertificate
  )
    return known.values;
  const values = describe(t, startSeconds);
  t.described = {
    client: t.client,
    server: t.server,
    chain: t.chainLength,
    alerts: t.alerts,
    clientCertificate: t.clientCertificate,
    values,
  };
  return values;
}

/** The whole group of a flow with a hello. */
function describe(t: TlsFacts, startSeconds: number): Float32Array {
  const out = t.client === null ? new Float32Array(FEATURES.length).fill(NaN) : clientPart(t.client).slice();
  const name = t.client?.serverName ?? null;
  out[AT.tls] = 1;
  if (t.client !== null) {
    out[AT.tls_session_id] = t.client.sessionIdLength;
    out[AT.tls_resumed] = t.client.hasTicket || t.client.hasPsk ? 1 : 0;
    out[AT.sni] = name === null ? 0 : 1;
    if (t.server) out[AT.tls_selected] = versionScale(t.server.selectedVersion);
  }
  if (name !== null) {
    out[AT.sni_length] = name.length;
    const shape = nameShape(name);
    out[AT.sni_labels] = shape.labels;
    out[AT.sni_digits] = shape.digits;
    out[AT.sni_entropy] = shape.entropy;
    out[AT.sni_address] = shape.address ? 1 : 0;
  }
  if (t.server) {
    out[AT.tls_suite_aead] = AEAD[t.server.suite]!;
    out[AT.tls_suite_forward] = FORWARD[t.server.suite]!;
    out[AT.tls_server_extensions] = t.server.extensions.length;
    out[AT.tls_alpn_selected] = t.server.alpn === null ? 0 : 1;
  }
  const { certificate } = t;
  out[AT.cert] = certificate ? 1 : 0;
  if (certificate) {
    out[AT.cert_self_signed] = certificate.selfSigned ? 1 : 0;
    out[AT.cert_validity] = (certificate.notAfter - certificate.notBefore) / 86_400;
    out[AT.cert_age] = (startSeconds - certificate.notBefore) / 86_400;
    if (name !== null) out[AT.cert_covers_name] = certificateCovers(certificate, name) ? 1 : 0;
    out[AT.cert_chain] = t.chainLength;
    out[AT.cert_rsa] = certificate.keyType === 'rsa' ? 1 : 0;
    out[AT.cert_key] = certificate.keyBits;
    out[AT.cert_names] = certificate.alternativeNames.length;
    out[AT.cert_subject] = certificate.subject.length;
  }
  out[AT.cert_client] = t.clientCertificate === null ? 0 : 1;
  out[AT.tls_alerts] = t.alerts;
  out[AT.tls_alert_fatal] = t.fatal ? 1 : 0;
  return out;
}

const clientParts = new Map<string, Float32Array>();

/**
 * The group with what the client's lists say; equal hellos are described once. @returns shared, not to be written to
 */
function clientPart(of: ClientHello): Float32Array {
  let part = clientParts.get(of.shape);
  if (part === undefined) {
    part = describeClient(of);
    if (clientParts.size >= 8_192) clientParts.clear();
    clientParts.set(of.shape, part);
  }
  return part;
}

function describeClient(of: ClientHello): Float32Array {
  let highest = -1;
  for (const version of of.versions)
    if (!isGrease(version) && version >>> 8 === 3) highest = Math.max(highest, version);
  const suites = of.suites.filter((s) => !isGrease(s) && s !== 0xff && s !== 0x5600);
  const share = (is: Uint8Array): number => {
    let n = 0;
    for (let i = 0; i < suites.length; i++) n += is[suites[i]!]!;
    return suites.length === 0 ? NaN : n / suites.length;
  };
  const greasedSuites = countGrease(of.suites);
  const greasedExtensions = countGrease(of.extensions);
  const out = new Float32Array(FEATURES.length).fill(NaN);
  out[AT.tls_offered] = versionScale(highest >= 0 ? highest : of.version);
  out[AT.tls_suites] = suites.length;
  out[AT.tls_suites_aead] = share(AEAD);
  out[AT.tls_suites_legacy] = share(LEGACY);
  out[AT.tls_suites_forward] = share(FORWARD);
  out[AT.tls_extensions] = of.extensions.length - greasedExtensions;
  out[AT.tls_groups] = of.groups.length - countGrease(of.groups);
  out[AT.tls_signatures] = of.signatures.length;
  out[AT.tls_alpn] = of.alpn.length;
  out[AT.tls_alpn_h2] = of.alpn.includes('h2') ? 1 : 0;
  out[AT.tls_alpn_http] = of.alpn.includes('http/1.1') ? 1 : 0;
  out[AT.tls_grease] = greasedSuites + greasedExtensions > 0 ? 1 : 0;
  out[AT.tls_ech] = of.extensions.includes(EXT_ECH) ? 1 : 0;
  return out;
}

function countGrease(values: readonly number[]): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (isGrease(values[i]!)) n++;
  return n;
}

/**
 * The protocol's version as a step: 0 SSL 3, 1 to 4 for TLS 1.0 to 1.3. DTLS stands where the TLS version does that
 * it is made from (RFC 4347, RFC 6347).
 */
function versionScale(version: number): number {
  if (version >>> 8 === 3) return version & 0xff;
  return DTLS_STEPS.get(version) ?? NaN;
}

const DTLS_STEPS: ReadonlyMap<number, number> = new Map([
  [0xfeff, 2],
  [0xfefd, 3],
]);

/** Ranges of suites, both ends included, by their registered numbers (IANA, TLS parameters). */
type Ranges = readonly (readonly [from: number, to: number])[];

/** 1 for each of the 65,536 suites that is in a range. */
function members(ranges: Ranges): Uint8Array {
  const is = new Uint8Array(65_536);
  for (const [from, to] of ranges) is.fill(1, from, to + 1);
  return is;
}

/** Suites with authenticated encryption. */
const AEAD = members([
  [0x1300, 0x13ff],
  [0x9c, 0xad],
  [0xc02b, 0xc032],
  [0xc050, 0xc063],
  [0xc07a, 0xc08d],
  [0xc09c, 0xc0af],
  [0xcc13, 0xcc15],
  [0xcca8, 0xccae],
]);

/** Suites with forward secrecy. */
const FORWARD = members([
  [0x11, 0x16],
  [0x32, 0x33],
  [0x38, 0x39],
  [0x40, 0x40],
  [0x67, 0x67],
  [0x6a, 0x6b],
  [0x9e, 0x9f],
  [0xa2, 0xa3],
  [0x1300, 0x13ff],
  [0xc006, 0xc01f],
  [0xc023, 0xc024],
  [0xc027, 0xc028],
  [0xc02b, 0xc02c],
  [0xc02f, 0xc030],
  [0xcc00, 0xccff],
]);

/** Suites with RC4, DES, export keys or no encryption. */
const LEGACY = members([
  [0x00, 0x1b],
  [0x26, 0x2e],
  [0x60, 0x66],
  [0x8a, 0x8a],
  [0x8e, 0x8e],
  [0x92, 0x92],
  [0xc001, 0xc003],
  [0xc006, 0xc008],
  [0xc00b, 0xc00d],
  [0xc010, 0xc012],
]);
