// `sightline merge`: several captures as one, by time.
import { count, EXIT } from '../../contract/index.ts';
import { mergeCaptures } from '../../engine/host.ts';
import { print, say, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff, path } from '../flags.ts';
import { endingSentence } from '../inputs.ts';
import { Tally } from '../tally.ts';
import { turns } from '../turns.ts';

export const command = defineCommand({
  name: 'merge',
  summary: 'Several captures as one, by time',
  usage: 'FILE… -w FILE',
  takesPaths: true,
  flags: {
    write: path('FILE', 'the pcapng that is written', { short: 'w' }),
    'partial-ok': onOff('a capture of which only a part can be read is no error'),
  },
  examples: ['sightline merge client.pcap server.pcapng.gz -w both.pcapng'],
  run: async (o, paths, folders) => {
    const { write: to } = o;
    if (to === null) throw new UsageError('say where to: -w FILE');
    const tally = new Tally(o['partial-ok']);
    const files = [...tally.captures(paths)].map((input) => input.path);
    if (files.length === 0) throw new UsageError('merge takes capture files');
    const merged = await mergeCaptures(files, to, folders.cache, turns('nothing was written'));
    if ('message' in merged) {
      say(endingSentence(merged.path, { kind: 'unreadable', offset: 0, message: merged.message }) ?? '');
      return EXIT.error;
    }
    for (const { path: name, ending } of merged.endings) tally.ended(name, ending);
    print(`${count(merged.packets)} packets of ${count(files.length)} captures in ${to}.`);
    return tally.code();
  },
});
