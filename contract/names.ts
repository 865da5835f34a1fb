// Names of addresses and ports: what is asked for those in sight, and what is answered. The address is what a row is
// about; a name only stands in its place.
import { list, orNull, text } from './schema.ts';
import type { Texts } from './texts.ts';

/** Where a name comes from; earlier ones are believed before later ones. */
export const NAME_SOURCES = ['user', 'hosts', 'dns', 'dhcp', 'netbios', 'engine'] as const;
export type NameSource = (typeof NAME_SOURCES)[number];
/** A source as a number in pages: index into NAME_SOURCES, or this without a name. */
export const NO_NAME = 255;

/** Addresses, and ports, that may be asked for at once. */
export const MAX_NAMED = 512;
/** Characters of a name (RFC 1035, 2.3.4). */
export const MAX_NAME = 253;
/** An address or a port with its transport, such as tcp 443. */
const named = text(64);

/** Shapes of requests, taken in by `requests.ts`. */
export const NAMES_SHAPES = {
  /** Texts of addresses as pages have them, and of ports; kinds that are not resolved have no names. */
  names: { addresses: list(named, MAX_NAMED), ports: list(named, MAX_NAMED) },
  /** A name that the user gives an address while the capture is open; null takes it away. */
  nameAddress: { address: named, name: orNull(text(MAX_NAME)) },
} as const;

/** Index i is what was asked at i. */
export interface NamesPage {
  /** '' without a name. */
  readonly names: Texts;
  /** NAME_SOURCES, or NO_NAME. */
  readonly by: Uint8Array;
  /** Number of the packet that said it, from 1; 0 where no packet did. */
  readonly packet: Uint32Array;
  /** Services of ports, '' without one. */
  readonly ports: Texts;
}

export interface NamesReplies {
  names: NamesPage;
  /** The name as it is kept, null without one. */
  nameAddress: { readonly name: string | null };
}

const UNSEEN =
  /[\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Texts that could be taken for an address: a name shall not say that it is another one. */
const LIKE_ADDRESS = /^[[(]?(?:[\d.]+|[\da-f]*:[\da-f:.]*|(?:[\da-f]{2}[-:.]?){5}[\da-f]{2})(?:%\w+)?[\])]?(?::\d+)?$/i;

/**
 * A name as it is shown. Characters that nobody sees, or that turn the direction of a line, become U+FFFD.
 * @returns '' for what is no name, or looks like an address
 */
export function cleanName(said: string): string {
  const name = said.replace(/\.$/, '').replace(UNSEEN, '\ufffd').slice(0, MAX_NAME);
  return LIKE_ADDRESS.test(name.normalize('NFKC')) ? '' : name;
}
