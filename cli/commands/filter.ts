// `sightline filter`: the packets that a display filter lets through, as a capture of their own.
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CAPTURE_FORMATS, type CaptureFormat, count, english, packetRanges } from '../../contract/index.ts';
import type { Compression } from '../../contract/index.ts';
import { DISPLAY_FILTER, DISSECTING, VLAN } from '../common-flags.ts';
import { print, say, stop, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, freeText, onOff, path } from '../flags.ts';
import { withCapture } from '../one-capture.ts';

export const command = defineCommand({
  name: 'filter',
  summary: 'Packets that a display filter lets through, as a new capture',
  usage: 'FILE -Y FILTER -w FILE',
  takesPaths: true,
  flags: {
    ...DISPLAY_FILTER,
    write: path('FILE', 'the capture that is written; .gz and .zst compress it', { short: 'w' }),
    as: choice('FORMAT', 'its format; without it pcap for a name that says so, else pcapng', CAPTURE_FORMATS),
    range: freeText('RANGE', "only packets of a range of numbers, such as '1-5,8,10-'", { short: 'r' }),
    'strip-secrets': onOff('leave keys of TLS out that stand within the capture'),
    ...DISSECTING,
    ...VLAN,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  examples: [
    "sightline filter capture.pcap -Y 'dns or tcp.port == 443' -w some.pcapng",
    'sightline filter capture.pcap -Y http -w http.pcap',
    'sightline filter capture.pcap -Y \'flow.app == "HTTP"\' -r 1-1000 -w first.pcapng.gz',
  ],
  run: async (o, paths, folders) => {
    const { write: to } = o;
    if (to === null) throw new UsageError('say where to: -w FILE');
    if (o['display-filter'] === null && o.range === null)
      throw new UsageError('say which packets: -Y FILTER, or -r RANGE');
    const ranges = o.range === null ? null : packetRanges(o.range);
    if (ranges !== null && 'say' in ranges) throw new UsageError(english(ranges));
    if (paths.some((p) => resolve(p) === resolve(to))) throw new UsageError(`${to} is the capture itself`);
    const [{ dissectSetup }, { packetFilter, refuseJudged }, { TimeSlices }, { exportPackets, fitness }] =
      await Promise.all([
        import('../dissecting.ts'),
        import('../filtering.ts'),
        import('../../engine/host-filter.ts'),
        import('../../engine/host-packets.ts'),
      ]);
    const setup = await dissectSetup(o);
    const filter = await packetFilter(o['display-filter'] ?? '', setup, folders);
    try {
      refuseJudged(filter.wants);
      return await withCapture('filter', paths, o['partial-ok'], folders, async (c, tally) => {
        const { rows: found, partial } = await filter.rows(c);
        const rows = ranges === null ? found : found.filter((row) => ranges.some((r) => r.from <= row && row <= r.to));
        const source = {
          analysis: c.analysis,
          packetBytes: c.bytes,
          meta: c.meta,
          opened: { ring: false, change: null },
          shift: { active: false },
          comments: { edited: 0, isEdited: () => false, of: () => [] },
          reader: { stream: { meta: { tlsSecrets: c.tree.secrets } } },
        };
        const turns = new TimeSlices();
        const secrets = o['strip-secrets'] ? 'strip' : 'keep';
        const as = o.as ?? formatOf(to);
        const { problem, losses } = await fitness(source, rows, { as, secrets, keys: null }, turns);
        if (problem !== null) throw new UsageError(english(problem));
        mkdirSync(dirname(resolve(to)), { recursive: true });
        const orders = { as, compression: compressionOf(to), secrets, keys: null } as const;
        const { packets, note } = await exportPackets(source, rows, to, orders, turns);
        for (const loss of [...losses, ...(note === null ? [] : [note])]) say(english(loss));
        if (partial !== null) tally.incomplete(c.name, partial);
        if (!stop.asked) print(`${count(packets)} of ${count(c.analysis.packetCount)} packets in ${to}.`);
      });
    } finally {
      filter.close();
    }
  },
});

function formatOf(to: string): CaptureFormat {
  return /\.pcap(?:\.gz|\.zst)?$/i.test(to) ? 'pcap' : 'pcapng';
}

function compressionOf(to: string): Compression {
  if (/\.gz$/i.test(to)) return 'gzip';
  return /\.zst$/i.test(to) ? 'zstd' : 'none';
}
