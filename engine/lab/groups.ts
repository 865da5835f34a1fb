// Which sources belong together, and what this project asks of each group of its own data.
import type { GroupFigures, PlainKey } from '../../contract/index.ts';

/** Sources that are one where a source is left out: many people's laptops, and the parts of one collection. */
export function sourceFamily(source: string): string {
  if (source.startsWith('laptop-')) return 'laptops';
  return source === 'ndpi-more' ? 'ndpi' : source;
}

/** Sources that were added after the rules were first written (the data's own list of sources, 'More sources'). */
const NEW_SOURCES = new Set([
  'attackdetection',
  'datasets-malicious-dns',
  'dns-tunnel-datasets',
  'elcabezzonn',
  'httpreplay',
  'iot-sentinel',
  'iot23-8-1',
  'ja3s-apps',
  'mta-2017',
  'ndpi-more',
  'zeek-amadey-detector',
  'zeek-caldera-detector',
  'zeek-cryptomining',
]);
const WINDOWS_HOSTS = new Set(['mta-2017', 'httpreplay', 'zeek-amadey-detector']);

export function isNewSource(source: string): boolean {
  return NEW_SOURCES.has(source) || source.startsWith('laptop-');
}

/** What is asked of a group: shares of captures. */
export interface SourceGroup {
  readonly name: PlainKey;
  readonly holds: (source: string) => boolean;
  /** At least this share of malicious captures is to be raised, and at most this share of benign ones. */
  readonly raised: number | null;
  readonly benign: number | null;
}

export const GROUPS: readonly SourceGroup[] = [
  { name: 'lab-group-before', holds: (s) => !isNewSource(s), raised: 0.71, benign: 0.01 },
  { name: 'lab-group-new', holds: isNewSource, raised: 0.76, benign: 0.02 },
  { name: 'lab-group-windows', holds: (s) => WINDOWS_HOSTS.has(s), raised: 0.88, benign: null },
  { name: 'lab-group-laptops', holds: (s) => s.startsWith('laptop-'), raised: null, benign: null },
  { name: 'lab-group-applications', holds: (s) => s === 'ja3s-apps', raised: null, benign: null },
  { name: 'lab-group-devices', holds: (s) => s === 'iot-sentinel', raised: null, benign: null },
  {
    name: 'lab-group-samples',
    holds: (s) => !s.startsWith('laptop-') && s !== 'ja3s-apps' && s !== 'iot-sentinel',
    raised: null,
    benign: null,
  },
];

/**
 * The first two groups hold every capture once: sources of before, among which unknown ones are, and new ones.
 * @param figures of all groups, in their order
 */
export function eachOnce(figures: readonly GroupFigures[]): readonly GroupFigures[] {
  return figures.slice(0, 2);
}

/** False incidents in a thousand benign flows; NaN without such flows. */
export function falsePerThousand({ falseIncidents, benignFlows }: FalseOfFlows): number {
  return benignFlows === 0 ? NaN : (1000 * falseIncidents) / benignFlows;
}

type FalseOfFlows = Pick<GroupFigures, 'falseIncidents' | 'benignFlows'>;

/** False incidents in a thousand benign flows that a group of benign traffic may have. */
export const FALSE_PER_THOUSAND = 1;
