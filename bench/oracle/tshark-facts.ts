// What tshark says of handshakes: hellos, certificates, SSH key exchange, by packet. Cached, since the oracle does not
// change.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { conversation } from './tshark.ts';

/** Where `conversation` looks: the order of the columns in tshark.ts. */
const ENDS = [
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
  'frame.protocols',
];
const HELLO = [
  'type',
  'version',
  'ciphersuite',
  'extension.type',
  'extensions.supported_version',
  'extensions_alpn_str',
  'sig_hash_alg',
  'sig_hash_alg_len',
  'extensions_server_name',
  'ja3',
  'ja3s',
];
const FIELDS = [
  'frame.number',
  ...ENDS,
  ...HELLO.map((f) => `tls.handshake.${f}`),
  ...HELLO.map((f) => `dtls.handshake.${f}`),
  'quic.version',
  'ssh.protocol',
  'ssh.kex.hassh',
  'ssh.kex.hasshserver',
  'tls.handshake.extensions_supported_group',
  'tls.handshake.certificate',
  'dtls.handshake.certificate',
];

export interface OracleHello {
  readonly no: number;
  /** '' without TCP or UDP. */
  readonly ends: string;
  readonly over: 'tcp' | 'udp' | 'quic';
  readonly types: readonly string[];
  readonly version: string;
  readonly suites: string;
  readonly extensions: string;
  readonly versions: string;
  readonly alpn: string;
  readonly signatures: string;
  /** Bytes of each list that `signatures` is made of. */
  readonly signatureSizes: string;
  readonly serverName: string;
  readonly ja3: string;
  readonly ja3s: string;
  /** SHA-256 of each certificate's bytes. */
  readonly certificates: readonly string[];
}

export interface OracleSsh {
  readonly no: number;
  readonly ends: string;
  readonly banner: string;
  readonly hassh: string;
  readonly hasshServer: string;
}

export interface OracleCertificate {
  readonly sha256: string;
  /** Values of the name's attributes, in order. */
  readonly subject: readonly string[];
  readonly issuer: readonly string[];
  /** As tshark writes them. */
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface OracleFacts {
  readonly hellos: OracleHello[];
  readonly ssh: OracleSsh[];
  readonly certificates: OracleCertificate[];
}

/** @returns what tshark finds in the handshakes of a capture */
export function oracleFacts(file: string, cacheRoot: string | undefined, relative: string): OracleFacts {
  const cache = cacheRoot === undefined ? null : join(cacheRoot, `${relative}.facts.json`);
  if (cache !== null && existsSync(cache)) return JSON.parse(readFileSync(cache, 'utf8')) as OracleFacts;
  const facts: OracleFacts = { hellos: [], ssh: [], certificates: [] };
  const ran = spawnSync(
    'tshark',
    [
      '-n',
      '-r',
      file,
      '-Y',
      'tls.handshake or dtls.handshake or ssh',
      '-T',
      'fields',
      ...FIELDS.flatMap((f) => ['-e', f]),
    ],
    { maxBuffer: 1024 ** 3, encoding: 'latin1', timeout: 120_000 },
  );
  if (ran.error) throw ran.error;
  let anyCertificate = false;
  for (const line of ran.stdout.split('\n')) {
    const f = line.split('\t');
    if (f.length < FIELDS.length) continue;
    const at = (name: string): string => f[FIELDS.indexOf(name)]!;
    const c = conversation((i) => f[i - 9]!, at('frame.protocols'));
    const ends = c === null ? '' : [c.from, c.to].sort().join(' ');
    const over = at('frame.protocols').includes(':quic') ? 'quic' : (c?.kind ?? 'tcp');
    for (const prefix of ['tls', 'dtls']) {
      const h = (name: string): string => at(`${prefix}.handshake.${name}`);
      if (h('type') === '') continue;
      const certificates = h('certificate')
        .split(',')
        .filter((x) => x !== '');
      if (certificates.length > 0) anyCertificate = true;
      facts.hellos.push({
        no: Number(f[0]),
        ends,
        over,
        types: h('type').split(','),
        version: h('version'),
        suites: h('ciphersuite'),
        extensions: h('extension.type'),
        versions: h('extensions.supported_version'),
        alpn: h('extensions_alpn_str'),
        signatures: h('sig_hash_alg'),
        signatureSizes: h('sig_hash_alg_len'),
        serverName: h('extensions_server_name'),
        ja3: h('ja3'),
        ja3s: h('ja3s'),
        certificates: certificates.map((hex) =>
          createHash('sha256')
            .update(Buffer.from(hex.replaceAll(':', ''), 'hex'))
            .digest('hex'),
        ),
      });
    }
    if (at('ssh.kex.hassh') !== '' || at('ssh.kex.hasshserver') !== '' || at('ssh.protocol') !== '')
      facts.ssh.push({
        no: Number(f[0]),
        ends,
        banner: at('ssh.protocol'),
        hassh: at('ssh.kex.hassh'),
        hasshServer: at('ssh.kex.hasshserver'),
      });
  }
  if (anyCertificate) facts.certificates.push(...oracleCertificates(file));
  if (cache !== null) {
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(cache, JSON.stringify(facts));
  }
  return facts;
}

type Json = { [key: string]: Json } | Json[] | string | null;

function oracleCertificates(file: string): OracleCertificate[] {
  const ran = spawnSync(
    'tshark',
    [
      '-n',
      '-r',
      file,
      '-Y',
      'tls.handshake.certificate or dtls.handshake.certificate',
      '-T',
      'json',
      '--no-duplicate-keys',
    ],
    { maxBuffer: 1024 ** 3, encoding: 'utf8', timeout: 180_000 },
  );
  if (ran.error) throw ran.error;
  const all: OracleCertificate[] = [];
  let packets: Json;
  try {
    packets = JSON.parse(ran.stdout) as Json;
  } catch {
    return all;
  }
  for (const prefix of ['tls', 'dtls']) {
    for (const list of found(packets, `${prefix}.handshake.certificates`)) {
      const bytes = several((list as Record<string, Json>)[`${prefix}.handshake.certificate`]);
      const trees = several((list as Record<string, Json>)[`${prefix}.handshake.certificate_tree`]);
      trees.forEach((tree, i) => {
        const hex = bytes[i];
        if (typeof hex !== 'string') return;
        const texts = (where: string): string[] => found(tree, where).flatMap((part) => strings(part));
        const times = found(tree, 'x509af.validity_element')
          .flatMap((v) => [...found(v, 'x509af.utcTime'), ...found(v, 'x509af.generalizedTime')])
          .flatMap(several)
          .map(String);
        all.push({
          sha256: createHash('sha256')
            .update(Buffer.from(hex.replaceAll(':', ''), 'hex'))
            .digest('hex'),
          subject: texts('x509af.subject_tree'),
          issuer: texts('x509af.issuer_tree'),
          notBefore: times[0] ?? '',
          notAfter: times[1] ?? '',
        });
      });
    }
  }
  return all;
}

function several(value: Json | undefined): Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Values of a key anywhere below, in order. */
function found(value: Json, key: string): Json[] {
  if (typeof value === 'string' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((v) => found(v, key));
  return Object.entries(value).flatMap(([k, v]) => (k === key ? [v] : found(v, key)));
}

/** Strings of a distinguished name, in order. */
function strings(value: Json): string[] {
  if (typeof value === 'string' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(strings);
  return Object.entries(value).flatMap(([k, v]) =>
    /^x509sat\.(\w*String|CountryName)$|^x509if\.(IA5String|ia5String)|^pkcs9.*String|^x509sat\.DirectoryString$/i.test(
      k,
    ) &&
    typeof v === 'string' &&
    !/^\d$/.test(v)
      ? [v]
      : strings(v),
  );
}
