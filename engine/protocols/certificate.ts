// Certificates through Node's own X.509 reader, remembered by their hash, since the same few come again and again.
import { hash, X509Certificate } from 'node:crypto';
import type { CertificateFacts } from './facts.ts';
import { remembered } from './remember.ts';

const LIMIT = 4_096;
const known = new Map<string, CertificateFacts | null>();

/** @param der one certificate @returns null when it cannot be read */
export function certificateFacts(der: Uint8Array): CertificateFacts | null {
  const key = hash('sha256', der, 'hex');
  return remembered(known, key, LIMIT, () => read(der, key));
}

function read(der: Uint8Array, sha256: string): CertificateFacts | null {
  try {
    const certificate = new X509Certificate(der);
    let keyType = 'other';
    let keyBits = 0;
    try {
      const key = certificate.publicKey;
      keyType = key.asymmetricKeyType ?? 'other';
      const details = key.asymmetricKeyDetails;
      keyBits =
        details?.modulusLength ?? (details?.namedCurve ? Number(/\d{3}/.exec(details.namedCurve)?.[0] ?? 256) : 0);
    } catch {
      /* a key type that OpenSSL does not know */
    }
    return {
      sha256,
      sha1: hash('sha1', der, 'hex'),
      serial: certificate.serialNumber.toLowerCase().slice(0, 80),
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      selfSigned: certificate.subject === certificate.issuer,
      notBefore: Date.parse(certificate.validFrom) / 1000,
      notAfter: Date.parse(certificate.validTo) / 1000,
      keyType,
      keyBits,
      alternativeNames: (certificate.subjectAltName ?? '')
        .split(', ')
        .filter((n) => n !== '')
        .slice(0, 256)
        .map((n) => n.replace(/^(DNS|IP Address):/, '').slice(0, 255)),
    };
  } catch {
    return null;
  }
}

/** One line for people: what OpenSSL escapes in a name is written as it is. */
function oneLine(name: string | undefined): string {
  return (name ?? '')
    .replaceAll('\n', ', ')
    .replace(/\\([,+"\\<>;#= ])/g, '$1')
    .slice(0, 512);
}

/** Whether a certificate's names cover a server name; one leading wildcard label is honoured (RFC 6125, 6.4.3). */
export function certificateCovers(certificate: CertificateFacts, name: string): boolean {
  const wanted = name.toLowerCase();
  const common = /CN=([^,]+)/.exec(certificate.subject)?.[1];
  const { alternativeNames } = certificate;
  const names = alternativeNames.length === 0 && common ? [common] : alternativeNames;
  return names.some((n) => {
    const pattern = n.toLowerCase();
    return (
      pattern === wanted ||
      (pattern.startsWith('*.') &&
        wanted.endsWith(pattern.slice(1)) &&
        !wanted.slice(0, -pattern.length + 1).includes('.'))
    );
  });
}
