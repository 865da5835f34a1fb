// Where an address is and whose it is, as MaxMind databases of the user's say. They are loaded when one is set; nothing
// is fetched from anywhere.
import { closeSync, readSync } from 'node:fs';
import { type AddressId, errorText, type HostPlace, type Message, SaidError, say } from '../../contract/index.ts';
import { openPlain, plainReason } from '../store/index.ts';

/** The largest that are sold have a third of it. */
const MOST = 512 * 1024 * 1024;
const MARK = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** The metadata lie in the last so many bytes (MaxMind DB format 2.0). */
const MARK_WITHIN = 128 * 1024;
const LONGEST = 120;
/** Addresses whose places are kept. */
const MOST_KNOWN = 1_000_000;

interface Lookup {
  get(address: string): unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export class Geo {
  private places: Lookup | null = null;
  private networks: Lookup | null = null;
  private paths = '';
  /** Grows with each database that is taken. */
  version = 0;

  get used(): boolean {
    return this.places !== null || this.networks !== null;
  }

  /** Opens what the settings name. @returns what could not be used, in sentences */
  async use(placesFile: string, networksFile: string): Promise<Message[]> {
    const paths = `${placesFile}\n${networksFile}`;
    if (paths === this.paths) return [];
    this.paths = paths;
    const notes: Message[] = [];
    const open = async (path: string): Promise<Lookup | null> => {
      if (path === '') return null;
      try {
        return await opened(path);
      } catch (error) {
        const why = error instanceof SaidError ? error.said : plainReason(errorText(error));
        notes.push(say('mmdb-unreadable', { path, why }));
        return null;
      }
    };
    this.places = await open(placesFile);
    this.networks = await open(networksFile);
    this.version++;
    return notes;
  }

  /** @returns null where neither says anything */
  of(address: string): HostPlace | null {
    const place = found(this.places, address);
    const network = found(this.networks, address);
    if (place === null && network === null) return null;
    const country = fields(place?.['country'] ?? place?.['registered_country']);
    const said = network ?? place ?? {};
    const number = said['autonomous_system_number'];
    return {
      country: englishName(country),
      code: text(country?.['iso_code']),
      city: englishName(fields(place?.['city'])),
      asn: typeof number === 'number' && Number.isSafeInteger(number) ? number : null,
      organisation: text(said['autonomous_system_organization'] ?? said['organization']),
    };
  }
}

/** Places of a capture's addresses by their ids: each is looked up once. @param textOf an address by its id */
export function placesById(geo: Geo, textOf: (id: AddressId) => string): (id: AddressId) => HostPlace | null {
  const known = new Map<AddressId, HostPlace | null>();
  let version = geo.version;
  return (id) => {
    if (!geo.used) return null;
    if (version !== geo.version || known.size > MOST_KNOWN) known.clear();
    ({ version } = geo);
    let place = known.get(id);
    if (place === undefined) known.set(id, (place = geo.of(textOf(id))));
    return place;
  };
}

async function opened(path: string): Promise<Lookup> {
  const bytes = whole(path);
  if (bytes.subarray(Math.max(0, bytes.length - MARK_WITHIN)).lastIndexOf(MARK) < 0)
    throw new SaidError(say('mmdb-no-database'));
  const { Reader } = await import('mmdb-lib');
  return new Reader(bytes);
}

function whole(path: string): Buffer {
  const { fd, size } = openPlain(path);
  try {
    if (size > MOST) throw new SaidError(say('mmdb-too-large', { bytes: size, most: MOST }));
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < bytes.length;) {
      const n = readSync(fd, bytes, at, bytes.length - at, at);
      if (n === 0) return bytes.subarray(0, at);
      at += n;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}

function found(lookup: Lookup | null, address: string): Fields | null {
  if (lookup === null) return null;
  try {
    return fields(lookup.get(address));
  } catch {
    // A damaged database says nothing of this address; others may be whole.
    return null;
  }
}

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST) : null;
}

function englishName(of: Fields | null): string | null {
  return text(fields(of?.['names'])?.['en']);
}
