// x509.log (Zeek: base/files/x509). A line a certificate, once for each way in which it was shown.
import { hash, type KeyObject, X509Certificate } from 'node:crypto';
import { addressText, NET_IP4, NET_IP6 } from '../../decode/index.ts';
import { derAt, derChildren, derInteger, type DerNode, derOid, explicitChild } from '../../rules/index.ts';
import { byteText } from '../talks/byte-text.ts';
import type { Stamp } from '../talks/stamp.ts';
import type { Column } from './column.ts';

export interface X509Line {
  readonly at: Stamp;
  readonly certificate: CertificateTold;
  /** The first of its chain. */
  readonly ofHost: boolean;
  readonly ofClient: boolean;
}

export interface CertificateTold {
  readonly fingerprint: string;
  readonly version: number;
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  /** Seconds since 1970; null where the certificate holds no time. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  readonly keyAlgorithm: string;
  readonly signature: string;
  readonly keyType: string | null;
  readonly keyLength: number | null;
  readonly exponent: string | null;
  readonly curve: string | null;
  /** Null without the extension. */
  readonly names: Readonly<Record<'dns' | 'uri' | 'email' | 'ip', readonly string[]>> | null;
  readonly constraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
}

/** OpenSSL's names of key algorithms, by object identifier. */
const KEY_ALGORITHMS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'rsaEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.10045.2.1': 'id-ecPublicKey',
  '1.2.840.10040.4.1': 'dsaEncryption',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
};
/** Bits of a curve, by its OpenSSL name. */
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
};
const [BASIC_CONSTRAINTS, SUBJECT_NAMES] = ['2.5.29.19', '2.5.29.17'];
const MAX_NAMES = 256;
const FORMS = { 1: 'email', 2: 'dns', 6: 'uri' } as const;

/** @returns null where it cannot be read */
export function certificateTold(der: Uint8Array): CertificateTold | null {
  try {
    const x = new X509Certificate(der);
    const shape = shapeOf(der);
    if (shape === null) return null;
    return {
      fingerprint: hash('sha256', der, 'hex'),
      version: shape.version,
      serial: x.serialNumber,
      subject: nameText(x.subject),
      issuer: nameText(x.issuer),
      notBefore: secondsOf(x.validFromDate),
      notAfter: secondsOf(x.validToDate),
      keyAlgorithm: KEY_ALGORITHMS[shape.keyAlgorithm] ?? shape.keyAlgorithm,
      signature: x.signatureAlgorithm ?? x.signatureAlgorithmOid,
      ...keyOf(x),
      names: shape.names,
      constraints: shape.constraints,
    };
  } catch {
    return null;
  }
}

function secondsOf(date: Date): number | null {
  const ms = date.getTime();
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : null;
}

type KeyTold = Pick<CertificateTold, 'keyType' | 'keyLength' | 'exponent' | 'curve'>;

function keyOf(x: X509Certificate): KeyTold {
  const none: KeyTold = { keyType: null, keyLength: null, exponent: null, curve: null };
  let key: KeyObject;
  try {
    key = x.publicKey;
  } catch {
    // A kind of key that OpenSSL does not know.
    return none;
  }
  const details = key.asymmetricKeyDetails;
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return {
        ...none,
        keyType: 'rsa',
        keyLength: details?.modulusLength ?? null,
        exponent: details?.publicExponent === undefined ? null : String(details.publicExponent),
      };
    case 'dsa':
      return { ...none, keyType: 'dsa', keyLength: details?.modulusLength ?? null };
    case 'ec': {
      const curve = details?.namedCurve ?? null;
      return { ...none, keyType: 'ecdsa', keyLength: curve === null ? null : (CURVE_BITS[curve] ?? null), curve };
    }
    default:
      return { ...none, keyType: key.asymmetricKeyType?.toUpperCase() ?? null };
  }
}

/** A name as RFC 2253 has it, the last part first; characters beyond ASCII as `\C3\A4`. @param lines of Node's */
function nameText(lines: string | undefined): string {
  const parts = (lines ?? '').split('\n').filter((part) => part !== '');
  return parts
    .reverse()
    .join(',')
    .replace(/[^\x20-\x7e]/gu, octets);
}

function octets(c: string): string {
  return [...Buffer.from(c, 'utf8')].map((b) => `\\${b.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

interface Shape {
  readonly version: number;
  readonly keyAlgorithm: string;
  readonly names: CertificateTold['names'];
  readonly constraints: CertificateTold['constraints'];
}

/** What Node's reader does not tell (RFC 5280, 4.1). */
function shapeOf(der: Uint8Array): Shape | null {
  const whole = derAt(der, 0, der.length);
  const tbs = whole === null ? undefined : derChildren(der, whole)[0];
  if (tbs === undefined) return null;
  const fields = derChildren(der, tbs);
  const versioned = explicitChild(der, tbs, 0);
  const key = fields[versioned === undefined ? 5 : 6];
  const algorithm = key === undefined ? undefined : derChildren(der, key)[0];
  const oid = algorithm === undefined ? undefined : derChildren(der, algorithm)[0];
  const extensions = extensionsOf(der, explicitChild(der, tbs, 3));
  const constraints = extensions.get(BASIC_CONSTRAINTS!);
  const names = extensions.get(SUBJECT_NAMES!);
  return {
    version: (derInteger(der, versioned) ?? 0) + 1,
    keyAlgorithm: oid === undefined ? '' : derOid(der, oid),
    constraints: constraints === undefined ? null : constraintsOf(der, constraints),
    names: names === undefined ? null : namesOf(der, names),
  };
}

/** @returns what stands within each extension, by its object identifier */
function extensionsOf(der: Uint8Array, list: DerNode | undefined): ReadonlyMap<string, DerNode> {
  const found = new Map<string, DerNode>();
  for (const extension of list === undefined ? [] : derChildren(der, list)) {
    const parts = derChildren(der, extension);
    const value = parts.at(-1);
    const inside = value === undefined ? null : derAt(der, value.from, value.to);
    if (parts.length >= 2 && inside !== null) found.set(derOid(der, parts[0]!), inside);
  }
  return found;
}

function constraintsOf(der: Uint8Array, node: DerNode): { readonly ca: boolean; readonly pathLength: number | null } {
  const parts = derChildren(der, node);
  const flag = parts.find((p) => p.tag === 1);
  const length = parts.find((p) => p.tag === 2);
  return { ca: flag !== undefined && der[flag.from] !== 0, pathLength: derInteger(der, length) };
}

function namesOf(der: Uint8Array, node: DerNode): CertificateTold['names'] {
  const names = { dns: [] as string[], uri: [] as string[], email: [] as string[], ip: [] as string[] };
  for (const name of derChildren(der, node).slice(0, MAX_NAMES)) {
    const bytes = Buffer.from(der.subarray(name.from, name.to));
    const form = name.tagClass === 2 ? FORMS[name.tag as 1 | 2 | 6] : undefined;
    if (form !== undefined) names[form].push(byteText(bytes.toString('latin1')));
    else if (name.tagClass === 2 && name.tag === 7 && bytes.length === 4) names.ip.push(addressText(NET_IP4, bytes));
    else if (name.tagClass === 2 && name.tag === 7 && bytes.length === 16) names.ip.push(addressText(NET_IP6, bytes));
  }
  return names;
}

type Of<T> = (told: CertificateTold) => T;

function of<T extends string | number | null>(value: Of<T>): (line: X509Line) => T {
  return ({ certificate }) => value(certificate);
}

const moment = (seconds: number | null): Stamp | null => (seconds === null ? null : { seconds, nanoseconds: 0 });

function nameColumn(form: 'dns' | 'uri' | 'email' | 'ip'): Column<X509Line> {
  return {
    name: `san.${form}`,
    type: form === 'ip' ? 'vector[addr]' : 'vector[string]',
    of: ({ certificate: { names } }) => (names === null || names[form].length === 0 ? null : names[form]),
  };
}

export const X509: readonly Column<X509Line>[] = [
  { name: 'ts', type: 'time', of: ({ at }) => at },
  { name: 'fingerprint', type: 'string', of: of((c) => c.fingerprint) },
  { name: 'certificate.version', type: 'count', of: of((c) => c.version) },
  { name: 'certificate.serial', type: 'string', of: of((c) => c.serial) },
  { name: 'certificate.subject', type: 'string', of: of((c) => c.subject) },
  { name: 'certificate.issuer', type: 'string', of: of((c) => c.issuer) },
  { name: 'certificate.not_valid_before', type: 'time', of: ({ certificate: c }) => moment(c.notBefore) },
  { name: 'certificate.not_valid_after', type: 'time', of: ({ certificate: c }) => moment(c.notAfter) },
  { name: 'certificate.key_alg', type: 'string', of: of((c) => c.keyAlgorithm) },
  { name: 'certificate.sig_alg', type: 'string', of: of((c) => c.signature) },
  { name: 'certificate.key_type', type: 'string', of: of((c) => c.keyType) },
  { name: 'certificate.key_length', type: 'count', of: of((c) => c.keyLength) },
  { name: 'certificate.exponent', type: 'string', of: of((c) => c.exponent) },
  { name: 'certificate.curve', type: 'string', of: of((c) => c.curve) },
  nameColumn('dns'),
  nameColumn('uri'),
  nameColumn('email'),
  nameColumn('ip'),
  { name: 'basic_constraints.ca', type: 'bool', of: ({ certificate: c }) => c.constraints?.ca ?? null },
  { name: 'basic_constraints.path_len', type: 'count', of: of((c) => c.constraints?.pathLength ?? null) },
  { name: 'host_cert', type: 'bool', of: ({ ofHost }) => ofHost },
  { name: 'client_cert', type: 'bool', of: ({ ofClient }) => ofClient },
];
