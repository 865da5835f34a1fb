// `sightline learn`: what is ordinary on this network, from captures of it, becomes the baseline of later verdicts.
import { MODEL, NETWORK_NAME, READING, THREADS } from '../common-flags.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { freeText, onOff, path } from '../flags.ts';
import { exportTo, forget, importFrom, learn, list, showStored } from '../learning.ts';
import { chooseModel, readyModel } from '../models.ts';
import { defaultThreads } from '../threads.ts';

export const command = defineCommand({
  name: 'learn',
  summary: 'Learn this network from its ordinary traffic',
  usage: 'FILE|FOLDER… | --show | --forget | --list | --export FILE | --import FILE',
  takesPaths: true,
  flags: {
    name: freeText('NAME', 'of the network, where there are several', NETWORK_NAME),
    merge: onOff('add to what was learned before, and say what moved'),
    show: onOff('what was learned'),
    forget: onOff('go back to the foreign threshold'),
    list: onOff('the networks that were learned'),
    export: path('FILE', 'write what was learned to a file'),
    import: path('FILE', 'take what was learned elsewhere from a file'),
    ...MODEL,
    ...THREADS,
    ...READING,
  },
  apart: [
    ['show', 'forget', 'list', 'export', 'import', 'merge'],
    ['forget', 'list', 'export', 'import', 'merge'],
    ['list', 'export', 'import', 'merge', 'name'],
    ['export', 'import', 'merge'],
  ],
  examples: [
    'sightline learn last-week.pcapng',
    'sightline learn --name office --merge monday/ tuesday/',
    'sightline learn --show',
  ],
  run: async (o, paths, folders) => {
    const apart = o.show || o.forget || o.list || o.export !== null || o.import !== null;
    if (apart && paths.length > 0)
      throw new UsageError('--show, --forget, --list, --export and --import take no captures');
    if (o.show) return showStored(o.name, folders);
    if (o.forget) return forget(o.name, folders);
    if (o.list) return list(folders);
    if (o.export !== null) return exportTo(o.export, o.name, folders);
    if (o.import !== null) return importFrom(o.import, o.name, o.merge, folders);
    const threads = o.threads ?? defaultThreads(paths);
    const chosen = chooseModel(o.model, folders);
    await readyModel(chosen);
    const { model } = chosen;
    return learn(paths, { name: o.name, merge: o.merge, model, threads, partialOk: o['partial-ok'] }, folders);
  },
});
