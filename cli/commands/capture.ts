// `sightline capture`: captures live, with alerts as they come and verdicts at the end.
import { MAX_HOURS, networkCalled } from '../../contract/index.ts';
import { baselineFrom, knownFrom } from '../../engine/host.ts';
import { DEFAULT_BUFFER_MIB, sourceName } from '../../engine/host-capture.ts';
import { isSource, ringOf, sourceOf, SOURCES, stopOf } from '../capture-options.ts';
import { FOREIGN, MODEL, NETWORK_NAME, VLAN } from '../common-flags.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { amounts, onOff, path, repeated, whole, freeText } from '../flags.ts';
import { capture } from '../live.ts';
import { chooseBaseline, chooseModel, readyModel } from '../models.ts';

export const command = defineCommand({
  name: 'capture',
  summary: 'Capture live, with alerts as they come',
  usage: '-i NAME… [-f FILTER] [-w FILE|FOLDER]',
  takesPaths: false,
  flags: {
    interface: repeated(freeText('NAME', 'interface; - is a capture on stdin', { short: 'i' })),
    filter: freeText('EXPR', 'capture filter (BPF)', { mayBeEmpty: true, short: 'f' }),
    write: path(
      'PATH',
      'one file, or with -b a folder of segments (default: a ring of 8 of 512 MB in the captures folder)',
      { short: 'w' },
    ),
    ring: amounts(
      'when a segment ends, and how many are kept (the oldest goes)',
      { filesize: 'kB', duration: 's', files: 'N' },
      'b',
    ),
    autostop: amounts('stop after', { packets: 'N', duration: 's', filesize: 'kB' }, 'a'),
    'snap-length': whole('N', 'how much of each packet to keep', {
      least: 64,
      most: 262_144,
      unit: 'bytes',
      short: 's',
    }),
    buffer: whole('N', 'kernel buffer', {
      least: 1,
      most: 1024,
      unit: 'MiB',
      fallback: DEFAULT_BUFFER_MIB,
      short: 'B',
    }),
    'no-promiscuous': onOff('only what this host sends and receives', 'p'),
    monitor: onOff('monitor mode (802.11)', 'I'),
    source: freeText('S', 'helper (default), dumpcap, ssh:HOST, pipe:PATH, cap (npm cap, loses packets under load)', {
      takes: SOURCES,
      isGood: isSource,
    }),
    'no-score': onOff('only capture'),
    json: onOff('flows and alerts as JSON lines, as they complete'),
    quiet: onOff('no counters', 'q'),
    learn: whole('HOURS', 'learn this network from the first hours, beside what is known of it', {
      least: 1,
      most: MAX_HOURS,
    }),
    'learn-as': freeText('NAME', 'by this name (an interface is judged by the network of its name)', NETWORK_NAME),
    ...MODEL,
    ...FOREIGN,
    ...VLAN,
  },
  apart: [
    ['no-score', 'json', 'model', 'foreign', 'network', 'learn'],
    ['foreign', 'network'],
  ],
  examples: [
    'sightline capture -i eth0',
    "sightline capture -i eth0 -i lo -f 'tcp port 443' -b filesize:100000 -b files:10 -w trace",
    'sightline capture -i eth0 -a duration:60 -w minute.pcapng --json',
    'sightline capture -i eth0 --learn 24 --learn-as eth0',
    'sightline capture --source ssh:root@gateway -i eth1',
    'tcpdump -i eth0 -w - | sightline capture -i -',
  ],
  run: async (o, _, folders) => {
    const source = sourceOf(o.source ?? 'helper', {
      interfaces: o.interface,
      filter: o.filter ?? '',
      promiscuous: !o['no-promiscuous'],
      monitor: o.monitor,
      snapLength: o['snap-length'] ?? 0,
      bufferMiB: o.buffer,
    });
    const chosen = chooseModel(o.model, folders);
    if (!o['no-score']) await readyModel(chosen);
    const { model } = chosen;
    if (o['learn-as'] !== null && o.learn === null) throw new UsageError('--learn-as belongs to --learn HOURS');
    const name = sourceName(source);
    const learned = chooseBaseline(model, folders, o, networkCalled(name));
    const baseline = baselineFrom(model, learned);
    return capture(
      {
        source,
        stop: stopOf(o.autostop),
        write: o.write,
        ring: ringOf(o.ring, o.write !== null),
        plain: o['no-score'],
        json: o.json,
        quiet: o.quiet,
        name,
        learn: o.learn === null ? null : { hours: o.learn, name: o['learn-as'] },
      },
      folders,
      { model, baseline, known: knownFrom(learned) },
    );
  },
});
