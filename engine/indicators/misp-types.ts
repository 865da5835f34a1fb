// Attributes of MISP by their types (misp-project.org/datamodels): `a|b` holds two values, of which one may be an entry.
import { type IndicatorType, typeNamed } from './types.ts';

export interface TypedText {
  readonly type: IndicatorType;
  readonly text: string;
}

/** Types whose names mean something else elsewhere, or that are left out on purpose. */
const TYPES: Readonly<Record<string, IndicatorType>> = {
  'ip-src': 'address',
  'ip-dst': 'address',
  'ip-src|port': 'port-pair',
  'ip-dst|port': 'port-pair',
  domain: 'domain',
  hostname: 'exact-domain',
  url: 'url',
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
  'ja3-fingerprint-md5': 'ja3',
  'hassh-md5': 'hassh',
  'hasshserver-md5': 'hassh',
  'x509-fingerprint-sha1': 'certificate-sha1',
  'x509-fingerprint-sha256': 'certificate-sha256',
  'malware-sample': 'md5',
};

/** @returns the entries of an attribute; null for a type that is not asked */
export function mispValues(type: string, value: string): readonly TypedText[] | null {
  const bar = value.indexOf('|');
  if (type === 'domain|ip') {
    const parts: TypedText[] = [
      { type: 'domain', text: value.slice(0, bar < 0 ? value.length : bar) },
      { type: 'address', text: value.slice(bar + 1) },
    ];
    return bar < 0 ? parts.slice(0, 1) : parts;
  }
  if (type === 'hostname|port') return [{ type: 'exact-domain', text: bar < 0 ? value : value.slice(0, bar) }];
  if (type.startsWith('filename|') || type === 'malware-sample') {
    const of = type === 'malware-sample' ? 'md5' : typeNamed(type.slice('filename|'.length));
    return of === 'md5' || of === 'sha1' || of === 'sha256' ? [{ type: of, text: value.slice(bar + 1) }] : null;
  }
  const found = Object.hasOwn(TYPES, type) ? TYPES[type]! : null;
  if (found === null) return null;
  const text = found === 'address' && value.includes('/') ? value.trim() : value;
  return [{ type: found === 'address' && value.includes('/') ? 'network' : found, text }];
}

/** STIX calls an address with a slash by the name of an address. */
export function isExact(type: IndicatorType, text: string): IndicatorType {
  return type === 'address' && text.includes('/') ? 'network' : type;
}
