// Certificates and the server's side of a TLS 1.2 handshake, made for tests: what a reader sees of them is whole, and the
// signature is none.
import { certificateRecord, serverHello } from './packets.ts';

/** A certificate whose names and times a test chooses; self-signed unless an issuer is said. */
export interface MadeCertificate {
  /** As OpenSSL writes it: `C=UK, O=Firm, CN=a.test`. */
  readonly subject: string;
  readonly issuer?: string;
  /** Seconds since the epoch. */
  readonly notBefore: number;
  readonly names?: readonly string[];
  /** Bytes of its serial number; 1 without. */
  readonly serial?: readonly number[];
}

const YEAR = 365 * 86_400;
/** Object identifiers of attributes (X.520), of ecdsa-with-SHA256, id-ecPublicKey, prime256v1 and subjectAltName. */
const ATTRIBUTES: Readonly<Record<string, readonly number[]>> = {
  CN: [0x55, 4, 3],
  C: [0x55, 4, 6],
  L: [0x55, 4, 7],
  ST: [0x55, 4, 8],
  O: [0x55, 4, 10],
  OU: [0x55, 4, 11],
};
const ECDSA = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const EC_KEY = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const ALTERNATIVE_NAMES = [0x55, 0x1d, 0x11];

const SEQUENCE = 0x30;
const SET = 0x31;
const OID = 6;
const UTF8 = 0x0c;
const GENERALIZED_TIME = 0x18;

/** One value of DER (X.690, 8.1): tag, length, contents. */
function der(tag: number, ...contents: readonly (readonly number[])[]): number[] {
  const all = contents.flat();
  const { length } = all;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return [tag, ...size, ...all];
}

function distinguishedName(text: string): number[] {
  const parts = text.split(', ').map((part) => {
    const at = part.indexOf('=');
    const oid = ATTRIBUTES[part.slice(0, at)]!;
    return der(SET, der(SEQUENCE, der(OID, oid), der(UTF8, [...Buffer.from(part.slice(at + 1))])));
  });
  return der(SEQUENCE, ...parts);
}

function time(seconds: number): number[] {
  const text = new Date(seconds * 1_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(GENERALIZED_TIME, [...Buffer.from(text)]);
}

function alternativeNames(names: readonly string[]): number[] {
  const list = der(SEQUENCE, ...names.map((name) => der(0x82, [...Buffer.from(name)])));
  return der(0xa3, der(SEQUENCE, der(SEQUENCE, der(OID, ALTERNATIVE_NAMES), der(4, list))));
}

/** A certificate (RFC 5280, 4.1) of a year, with a key of no worth. */
export function certificateBytes({
  subject,
  issuer = subject,
  notBefore,
  names = [],
  serial = [1],
}: MadeCertificate): Uint8Array {
  const algorithm = der(SEQUENCE, der(OID, ECDSA));
  const point = [4, ...new Array<number>(64).fill(1)];
  const key = der(SEQUENCE, der(SEQUENCE, der(OID, EC_KEY), der(OID, P256)), der(3, [0, ...point]));
  const signed = der(
    SEQUENCE,
    der(0xa0, der(2, [2])),
    der(2, serial),
    algorithm,
    distinguishedName(issuer),
    der(SEQUENCE, time(notBefore), time(notBefore + YEAR)),
    distinguishedName(subject),
    key,
    names.length === 0 ? [] : alternativeNames(names),
  );
  return Uint8Array.from(der(SEQUENCE, signed, algorithm, der(3, [0, 1])));
}

/** A ServerHelloDone in its record (RFC 5246, 7.4.5). */
const HELLO_DONE = [22, 3, 3, 0, 4, 14, 0, 0, 0];

/** What a server of TLS 1.2 sends first: its hello, its certificates, and that it is done (RFC 5246, 7.3). */
export function serverFlight(...chain: readonly MadeCertificate[]): Uint8Array {
  return Uint8Array.from([...serverHello(), ...certificateRecord(...chain.map(certificateBytes)), ...HELLO_DONE]);
}
