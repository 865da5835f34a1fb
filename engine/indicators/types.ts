// Types of entries, as lists tell them apart, and the kinds that people see.
import type { IndicatorKind } from '../../contract/index.ts';

/** The place of a type is its code in the store. */
export const TYPES = [
  'address',
  'network',
  'port-pair',
  'domain',
  'exact-domain',
  'url',
  'certificate-sha1',
  'certificate-sha256',
  'serial',
  'ja3',
  'ja3s',
  'ja4',
  'hassh',
  'md5',
  'sha1',
  'sha256',
  'digest',
] as const;
/** `digest`: a hash of which its list does not say what it is of; it is met as whatever has that value. */
export type IndicatorType = (typeof TYPES)[number];

export const TYPE: Readonly<Record<IndicatorType, number>> = Object.fromEntries(
  TYPES.map((type, code) => [type, code]),
) as Record<IndicatorType, number>;

const KINDS: Readonly<Partial<Record<IndicatorType, IndicatorKind>>> = {
  'exact-domain': 'domain',
  'certificate-sha1': 'certificate',
  'certificate-sha256': 'certificate',
  md5: 'file',
  sha1: 'file',
  sha256: 'file',
  digest: 'file',
};

export function kindOf(type: IndicatorType): IndicatorKind {
  return KINDS[type] ?? (type as IndicatorKind);
}

/** Bytes of a value that is a hash. */
export const DIGEST_BYTES: Readonly<Partial<Record<IndicatorType, number>>> = {
  'certificate-sha1': 20,
  'certificate-sha256': 32,
  ja3: 16,
  ja3s: 16,
  hassh: 16,
  md5: 16,
  sha1: 20,
  sha256: 32,
};

/** How lists of all publishers call them, lower case. `hash`: a file's, of which kind its length tells. */
const NAMES: ReadonlyMap<string, IndicatorType | 'hash'> = new Map<string, IndicatorType | 'hash'>(
  (
    [
      [
        'address',
        'ip ipv4 ipv6 ip-src ip-dst ip_address ipaddress address addr ip-addr ipv4-addr ipv6-addr intel::addr',
      ],
      ['network', 'cidr network net subnet netblock ip-range intel::subnet'],
      ['port-pair', 'ip:port ip-port port-pair ip-src|port ip-dst|port'],
      ['domain', 'domain domain-name fqdn dns intel::domain'],
      ['exact-domain', 'hostname host exact-domain'],
      ['url', 'url link intel::url'],
      ['certificate-sha1', 'x509-fingerprint-sha1 certificate-sha1 cert-sha1 ssl-sha1 tls-sha1 intel::cert_hash'],
      ['certificate-sha256', 'x509-fingerprint-sha256 certificate-sha256 cert-sha256'],
      ['serial', 'serial serial-number serial_number certificate-serial'],
      ['ja3', 'ja3 ja3-fingerprint-md5 ja3_md5 ja3-md5 intel::ja3'],
      ['ja3s', 'ja3s ja3s-fingerprint-md5'],
      ['ja4', 'ja4'],
      ['hassh', 'hassh hassh-md5 hasshserver hasshserver-md5'],
      ['md5', 'md5 md5_hash filehash-md5 file-md5'],
      ['sha1', 'sha1 sha-1 sha1_hash filehash-sha1 file-sha1'],
      ['sha256', 'sha256 sha-256 sha256_hash filehash-sha256 file-sha256'],
      ['hash', 'hash file filehash file-hash intel::file_hash'],
    ] as const
  ).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
);

/** @param name in any case */
export function typeNamed(name: string): IndicatorType | 'hash' | null {
  return NAMES.get(name.trim().toLowerCase()) ?? null;
}
