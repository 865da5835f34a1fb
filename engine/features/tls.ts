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
  nameEntropy,
  type TlsFacts,
} from '../protocols/index.ts';
import { feature, type Feature, type FactsGroup } from './context.ts';

const c = 'conditional' as const;
/** A feature of the client's hello, of the server's, of the certificate. */
const client = (name: string, unit: string, meaning: string, zh: string, part: HelloPart): Feature =>
  feature(name, unit, meaning, zh, { by: 'hello', server: false, part }, c);
const server = (name: string, unit: string, meaning: string, zh: string, part: HelloPart): Feature =>
  feature(name, unit, meaning, zh, { by: 'hello', server: true, part }, c);
const certified = (name: string, unit: string, meaning: string, zh: string): Feature =>
  feature(name, unit, meaning, zh, { by: 'certificate' }, c);

const FEATURES = [
  feature('tls', 'flag', 'a TLS hello was seen', '出现 TLS 握手', { by: 'hello', server: false, part: 'whole' }),
  client(
    'tls_offered',
    'version',
    'highest version offered: 0 SSL 3, 1 to 4 for TLS 1.0 to 1.3',
    '提供的最高 TLS 版本',
    EXT_VERSIONS,
  ),
  server('tls_selected', 'version', 'version selected, the same scale', '选定的 TLS 版本', 'version'),
  client('tls_suites', 'count', 'cipher suites offered', '提供的密码套件数', 'suites'),
  client('tls_suites_aead', 'share', 'offered suites with GCM, CCM or ChaCha20', '提供的 AEAD 套件占比', 'suites'),
  client(
    'tls_suites_legacy',
    'share',
    'offered suites with RC4, DES, export or no encryption',
    '提供的过时套件占比',
    'suites',
  ),
  client('tls_suites_forward', 'share', 'offered suites with (EC)DHE or TLS 1.3', '提供的前向保密套件占比', 'suites'),
  client('tls_extensions', 'count', 'extensions offered', '提供的扩展数', 'extensions'),
  client('tls_groups', 'count', 'groups offered', '提供的组数', EXT_GROUPS),
  client('tls_signatures', 'count', 'signature algorithms offered', '提供的签名算法数', EXT_SIGNATURES),
  client('tls_alpn', 'count', 'application protocols offered', '提供的应用协议数', EXT_ALPN),
  client('tls_alpn_h2', 'flag', 'HTTP/2 offered', '提供 HTTP/2', EXT_ALPN),
  client('tls_alpn_http', 'flag', 'HTTP/1.1 offered', '提供 HTTP/1.1', EXT_ALPN),
  client('tls_grease', 'flag', 'GREASE values offered', '提供 GREASE 值', 'suites'),
  client('tls_ech', 'flag', 'encrypted client hello offered', '提供加密的 Client Hello', EXT_ECH),
  client('tls_resumed', 'flag', 'a ticket or pre-shared key was offered', '提供会话票据或预共享密钥', EXT_PSK),
  client('tls_session_id', 'B', 'session id length', '会话 ID 长度', 'session'),
  client('sni', 'flag', 'a server name was given', '给出了服务器名', EXT_SERVER_NAME),
  client('sni_length', 'characters', 'length of the server name', '服务器名长度', EXT_SERVER_NAME),
  client('sni_labels', 'count', 'labels of the server name', '服务器名的段数', EXT_SERVER_NAME),
  client('sni_digits', 'share', 'digits in the server name', '服务器名中数字的占比', EXT_SERVER_NAME),
  client('sni_entropy', 'bits', 'entropy of the server name’s characters', '服务器名字符的熵', EXT_SERVER_NAME),
  client('sni_address', 'flag', 'the server name is an address', '服务器名是地址', EXT_SERVER_NAME),
  server('tls_suite_aead', 'flag', 'the selected suite is GCM, CCM or ChaCha20', '选定的套件为 AEAD', 'suites'),
  server(
    'tls_suite_forward',
    'flag',
    'the selected suite has (EC)DHE or is TLS 1.3',
    '选定的套件具有前向保密',
    'suites',
  ),
  server('tls_server_extensions', 'count', 'extensions in the server hello', 'Server Hello 的扩展数', 'extensions'),
  server('tls_alpn_selected', 'flag', 'the server selected an application protocol', '服务器选定了应用协议', EXT_ALPN),
  certified('cert', 'flag', 'a certificate was visible', '可见证书'),
  certified('cert_self_signed', 'flag', 'subject equals issuer', '自签名证书'),
  certified('cert_validity', 'days', 'not after minus not before', '证书有效期'),
  certified('cert_age', 'days', 'flow start minus not before', '证书已签发时间'),
  certified('cert_covers_name', 'flag', 'the certificate covers the server name', '证书与服务器名相符'),
  certified('cert_chain', 'count', 'certificates sent', '发送的证书数'),
  certified('cert_rsa', 'flag', 'RSA key', 'RSA 密钥'),
  certified('cert_key', 'bits', 'key size', '密钥长度'),
  certified('cert_names', 'count', 'subject alternative names', '证书备用名称数'),
  certified('cert_subject', 'characters', 'length of the subject', '证书主题长度'),
  feature('cert_client', 'flag', 'the client sent a certificate', '客户端发送了证书', { by: 'certificate' }, c),
  feature('tls_alerts', 'count', 'alerts in the clear', '明文 TLS 警报', { by: 'alerts' }, c),
  feature('tls_alert_fatal', 'flag', 'one of them was fatal', '其中有致命警报', { by: 'alerts' }, c),
];

export const tls: FactsGroup = {
  letter: 'G',
  where: 'facts',
  title: 'TLS',
  source: 'features/tls.ts',
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
    if (name !== null)
      out.set(
        [name.length, name.split('.').length, digitShare(name), nameEntropy(name), isAddressName(name) ? 1 : 0],
        18,
      );
  }
  if (t.server)
    out.set(
      [
        isAead(t.server.suite) ? 1 : 0,
        isForward(t.server.suite) ? 1 : 0,
        t.server.extensions.length,
        t.server.alpn === null ? 0 : 1,
      ],
      23,
    );
  const certificate = t.certificate;
  out[27] = certificate ? 1 : 0;
  if (certificate) {
    const name = hello?.serverName ?? null;
    out.set(
      [
        certificate.selfSigned ? 1 : 0,
        (certificate.notAfter - certificate.notBefore) / 86_400,
        (startSeconds - certificate.notBefore) / 86_400,
        name === null ? NaN : certificateCovers(certificate, name) ? 1 : 0,
        t.chainLength,
        certificate.keyType === 'rsa' ? 1 : 0,
        certificate.keyBits,
        certificate.alternativeNames.length,
        certificate.subject.length,
      ],
      28,
    );
  }
  out[37] = t.clientCertificate === null ? 0 : 1;
  out[38] = t.alerts;
  out[39] = t.fatal ? 1 : 0;
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
  const share = (test: (suite: number) => boolean): number =>
    suites.length === 0 ? NaN : suites.filter(test).length / suites.length;
  return Float32Array.from([
    versionScale(offered.length > 0 ? Math.max(...offered) : hello.version),
    NaN,
    suites.length,
    share(isAead),
    share(isLegacy),
    share(isForward),
    hello.extensions.filter((x) => !isGrease(x)).length,
    hello.groups.filter((x) => !isGrease(x)).length,
    hello.signatures.length,
    hello.alpn.length,
    hello.alpn.includes('h2') ? 1 : 0,
    hello.alpn.includes('http/1.1') ? 1 : 0,
    hello.suites.some(isGrease) || hello.extensions.some(isGrease) ? 1 : 0,
    hello.extensions.includes(EXT_ECH) ? 1 : 0,
  ]);
}

function versionScale(version: number): number {
  return version >>> 8 === 3 ? version & 0xff : version === 0xfeff ? 2 : version === 0xfefd ? 3 : NaN;
}

/** Suites with authenticated encryption, by their registered numbers (IANA TLS parameters). */
function isAead(s: number): boolean {
  return (
    s >>> 8 === 0x13 ||
    (s >= 0x9c && s <= 0xad) ||
    (s >= 0xc02b && s <= 0xc032) ||
    (s >= 0xc09c && s <= 0xc0af) ||
    (s >= 0xcca8 && s <= 0xccae) ||
    (s >= 0xc050 && s <= 0xc063) ||
    (s >= 0xc07a && s <= 0xc08d) ||
    (s >= 0xcc13 && s <= 0xcc15)
  );
}

function isForward(s: number): boolean {
  return (
    s >>> 8 === 0x13 ||
    s >>> 8 === 0xcc ||
    (s >= 0xc006 && s <= 0xc01f) ||
    (s >= 0xc023 && s <= 0xc024) ||
    (s >= 0xc027 && s <= 0xc028) ||
    (s >= 0xc02b && s <= 0xc02c) ||
    (s >= 0xc02f && s <= 0xc030) ||
    (s >= 0x11 && s <= 0x16) ||
    s === 0x33 ||
    s === 0x39 ||
    s === 0x67 ||
    s === 0x6b ||
    s === 0x9e ||
    s === 0x9f ||
    s === 0x32 ||
    s === 0x38 ||
    s === 0x40 ||
    s === 0x6a ||
    s === 0xa2 ||
    s === 0xa3
  );
}

function isLegacy(s: number): boolean {
  return (
    s <= 0x1b ||
    (s >= 0x26 && s <= 0x2e) ||
    (s >= 0x60 && s <= 0x66) ||
    s === 0x8a ||
    s === 0x8e ||
    s === 0x92 ||
    s === 0xc001 ||
    s === 0xc002 ||
    s === 0xc003 ||
    s === 0xc006 ||
    s === 0xc007 ||
    s === 0xc008 ||
    s === 0xc00b ||
    s === 0xc00c ||
    s === 0xc00d ||
    s === 0xc010 ||
    s === 0xc011 ||
    s === 0xc012
  );
}

/** Share of digits among a name's characters. */
export function digitShare(name: string): number {
  let n = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c >= 48 && c <= 57) n++;
  }
  return n / Math.max(1, name.length);
}

export function isAddressName(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}
