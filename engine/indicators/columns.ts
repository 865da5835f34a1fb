// What columns of a table are, by the names that publishers give them.
import type { IndicatorFormat } from './intake.ts';
import { type IndicatorType, typeNamed } from './types.ts';

export interface Columns {
  readonly format: IndicatorFormat;
  /** Names of the columns, as they stand there. */
  readonly count: number;
  /** Columns that are values of one type each. */
  readonly values: readonly { readonly at: number; readonly type: IndicatorType | 'hash' }[];
  /** A column of values and one of their types; -1 without. */
  readonly value: number;
  readonly type: number;
  /** The port of the address in `values`; -1 without. */
  readonly port: number;
  readonly notes: readonly number[];
  readonly source: number;
  readonly confidence: number;
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
  readonly expires: number;
}

const VALUE = 'ioc_value value indicator ioc observable';
const OF_TYPE = 'ioc_type type indicator_type kind value_type';
const NOTES =
  'malware malware_printable threat threat_type listingreason reason signature tags comment comments description note ' +
  'notes desc meta.desc name info title category';
const SOURCE = 'source reporter meta.source provider feed';
const CONFIDENCE = 'confidence_level confidence score';
const FIRST = 'first_seen_utc first_seen firstseen dateadded date_added listingdate date created first valid_from';
const LAST = 'last_seen_utc last_seen lastseen last_online last updated modified';
const EXPIRES = 'expires expiry expiration expiration_date valid_until until';
const ADDRESS = 'dst_ip dstip src_ip ip';
const PORT = 'dst_port dstport port';

function named(names: string): (name: string) => boolean {
  const set = new Set(names.split(' '));
  return (name) => set.has(name);
}

const ROLES = {
  value: named(VALUE),
  type: named(OF_TYPE),
  note: named(NOTES),
  source: named(SOURCE),
  confidence: named(CONFIDENCE),
  first: named(FIRST),
  last: named(LAST),
  expires: named(EXPIRES),
  address: named(ADDRESS),
  port: named(PORT),
};

/** What a table's first line says of its columns; null where it is no such line. */
export function columnsOf(cells: readonly string[]): Columns | null {
  const names = cells.map((cell) => cell.toLowerCase().replaceAll('"', '').trim());
  const at = (is: (name: string) => boolean): number => names.findIndex(is);
  const all = (is: (name: string) => boolean): number[] => names.flatMap((name, i) => (is(name) ? [i] : []));
  const value = at(ROLES.value);
  const type = value < 0 ? -1 : at(ROLES.type);
  const format = formatOf(names);
  const values = value >= 0 ? [] : valuesOf(names, format);
  if (value < 0 && values.length === 0) return null;
  // A list of one column is a list of lines, whatever it is called.
  if (names.length === 1 && value >= 0) return null;
  return {
    format,
    count: names.length,
    values,
    value,
    type,
    port: at(ROLES.port),
    notes: all(ROLES.note),
    source: at(ROLES.source),
    confidence: at(ROLES.confidence),
    firsts: all(ROLES.first),
    lasts: all(ROLES.last),
    expires: at(ROLES.expires),
  };
}

function valuesOf(names: readonly string[], format: IndicatorFormat): Columns['values'] {
  return names.flatMap((name, at) => {
    if (format === 'sslbl-certificates' && name === 'sha1') return [{ at, type: 'certificate-sha1' as const }];
    const type = ROLES.address(name) ? 'address' : typeNamed(name);
    return type === null ? [] : [{ at, type }];
  });
}

/** Publishers by the columns that only they have together. */
function formatOf(names: readonly string[]): IndicatorFormat {
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  if (has('listingdate', 'sha1')) return 'sslbl-certificates';
  if (has('ja3_md5', 'listingreason')) return 'sslbl-ja3';
  if (has('firstseen', 'dstip', 'dstport')) return 'sslbl-addresses';
  if (has('dst_ip', 'dst_port', 'malware')) return 'feodo';
  if (has('url', 'url_status')) return 'urlhaus';
  if (has('ioc_value', 'ioc_type')) return 'threatfox';
  if (has('sha256_hash', 'signature')) return 'malwarebazaar';
  return 'csv';
}
