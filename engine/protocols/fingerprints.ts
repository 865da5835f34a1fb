// JA3 and JA3S (github.com/salesforce/ja3), client JA4 (FoxIO, BSD-3 part only). Facts for people and look-ups, never
// model inputs.
import { hash } from 'node:crypto';
import type { ClientHello, ServerHello } from './facts.ts';
import { remembered } from './remember.ts';
import { EXT_ALPN, EXT_SERVER_NAME } from './tls-extensions.ts';
import { isGrease } from './tls-hello.ts';

/** MD5 of version, suites, extensions, groups, point formats; GREASE left out. */
export function ja3(hello: ClientHello): string {
  const join = (values: readonly number[]): string => values.filter((v) => !isGrease(v)).join('-');
  return hash(
    'md5',
    [hello.version, join(hello.suites), join(hello.extensions), join(hello.groups), hello.pointFormats.join('-')].join(
      ',',
    ),
    'hex',
  );
}

const answers = new Map<string, string>();
const MAX_ANSWERS = 4_096;

/** Servers answer in few different ways, so each is hashed once. */
export function ja3s(hello: ServerHello): string {
  const text = `${hello.version},${hello.suite},${hello.extensions.join('-')}`;
  return remembered(answers, text, MAX_ANSWERS, () => hash('md5', text, 'hex'));
}

const VERSION_CODES: Record<number, string> = {
  0x0304: '13',
  0x0303: '12',
  0x0302: '11',
  0x0301: '10',
  0x0300: 's3',
  0x0002: 's2',
  0xfeff: 'd1',
  0xfefd: 'd2',
  0xfefc: 'd3',
};

/** @param transport 't' for TCP, 'q' for QUIC, 'd' for DTLS */
export function ja4(hello: ClientHello, transport: 't' | 'q' | 'd'): string {
  const suites = hello.suites.filter((v) => !isGrease(v));
  const extensions = hello.extensions.filter((v) => !isGrease(v));
  const offered = hello.versions.filter((v) => !isGrease(v));
  // DTLS counts its versions downwards.
  const newest = transport === 'd' ? Math.min(...offered) : Math.max(...offered);
  const version = VERSION_CODES[offered.length > 0 ? newest : hello.version] ?? '00';
  const named = hello.extensions.includes(EXT_SERVER_NAME) ? 'd' : 'i';
  const two = (n: number): string => String(Math.min(n, 99)).padStart(2, '0');
  const head = `${transport}${version}${named}${two(suites.length)}${two(extensions.length)}${alpnCode(hello.alpn[0])}`;
  const hex = (values: readonly number[]): string[] => values.map((v) => v.toString(16).padStart(4, '0'));
  const b = suites.length === 0 ? '000000000000' : short(hex(suites).sort().join(','));
  const kept = hex(extensions.filter((v) => v !== EXT_SERVER_NAME && v !== EXT_ALPN))
    .sort()
    .join(',');
  const signatures = hex(hello.signatures.filter((v) => !isGrease(v))).join(',');
  const c = kept === '' ? '000000000000' : short(signatures === '' ? kept : `${kept}_${signatures}`);
  return `${head}_${b}_${c}`;
}

function short(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 12);
}

/**
 * Two characters for the first ALPN value (FoxIO, technical_details/JA4.md, 'ALPN Extension Value'): its first and last
 * where both are ASCII letters or digits, else the first and last of its hexadecimal form; '00' without a value.
 * FoxIO's Python code says '99' for what is not ASCII; its document, which FoxIO calls the right one, does not.
 * @param first octets as Latin-1
 */
function alpnCode(first: string | undefined): string {
  if (first === undefined || first.length === 0) return '00';
  const a = first.charCodeAt(0);
  const z = first.charCodeAt(first.length - 1);
  if (isAlphanumeric(a) && isAlphanumeric(z)) return String.fromCharCode(a, z);
  return HEX[(a >> 4) & 15]! + HEX[z & 15]!;
}

const HEX = '0123456789abcdef';

function isAlphanumeric(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a);
}
