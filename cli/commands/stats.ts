// `sightline stats`: tables of statistics as Wireshark has them, of all packets or of those that a filter lets through.
import { STAT_LAYERS, type StatTableName } from '../../contract/index.ts';
import { DISPLAY_FILTER, DISSECTING, RECORDS, VLAN } from '../common-flags.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, freeText, listed, onOff, repeated, whole } from '../flags.ts';

/** What can be counted, by the word of the call. */
const TABLES = [
  'hierarchy',
  'conversations',
  'endpoints',
  'io',
  'expert',
  'lengths',
  'services',
  'dns',
  'dns-servers',
  'http',
  'http-servers',
  'tls',
] as const;
type Word = (typeof TABLES)[number];

export const command = defineCommand({
  name: 'stats',
  summary: 'Tables of a capture: protocols, conversations, endpoints, times, expert information',
  usage: `${TABLES.slice(0, 5).join('|')}|… FILE`,
  takesPaths: true,
  flags: {
    layer: choice('LAYER', 'whose conversations or endpoints', STAT_LAYERS, 'ip'),
    ...DISPLAY_FILTER,
    interval: whole('MS', 'length of an interval of io', { least: 1, fallback: 1_000, unit: 'ms' }),
    series: repeated(freeText('FILTER', 'packets and bytes of this filter too, a column each (io)')),
    sort: freeText('COLUMN', 'the largest of this column first'),
    top: whole('N', 'rows at most', { least: 1 }),
    csv: onOff('as CSV, with all columns'),
    ...RECORDS,
    ...DISSECTING,
    ...VLAN,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  apart: [
    ['csv', 'json', 'output', 'summary'],
    ['summary', 'json', 'output'],
  ],
  examples: [
    'sightline stats hierarchy capture.pcap',
    'sightline stats conversations capture.pcap --layer tcp --sort bytes --top 10',
    'sightline stats endpoints capture.pcap --layer ip -Y http',
    'sightline stats io capture.pcap --interval 100 --series tcp --series udp',
    'sightline stats expert capture.pcap --json',
  ],
  run: async (o, paths, folders) => {
    const [word, ...files] = paths;
    const table = TABLES.find((t) => t === word);
    if (table === undefined)
      throw new UsageError(
        `stats takes what is counted and a capture: ${listed(TABLES)}${word === undefined ? '' : `; '${word}' is none`}`,
      );
    if (o.series.length > 0 && table !== 'io') throw new UsageError('--series is for io');
    const { stats } = await import('../statistics.ts');
    return stats(table, named(table, o.layer), files, o, folders);
  },
});

function named(table: Word, layer: (typeof STAT_LAYERS)[number]): StatTableName | 'io' {
  if (table === 'conversations') return `conv-${layer}`;
  if (table === 'endpoints') return `end-${layer}`;
  return table;
}
