// `sightline watch`: captures that land in a folder are scored and moved.
import { FOREIGN, INDICATORS, MODEL, RULES, VLAN } from '../common-flags.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff, whole } from '../flags.ts';

export const command = defineCommand({
  name: 'watch',
  summary: 'Score captures that land in a folder, and move them to done or failed',
  usage: 'FOLDER',
  takesPaths: true,
  flags: {
    settle: whole('S', 'seconds for which a file must not change before it has landed', { least: 0, fallback: 5 }),
    once: onOff('take what has landed, and end'),
    ...MODEL,
    ...FOREIGN,
    ...RULES,
    ...INDICATORS,
    reasons: whole('N', 'reasons for malicious and suspicious flows', { least: 0, most: 1000, fallback: 5 }),
    ...VLAN,
    'partial-ok': onOff('a capture that is cut is done, not failed'),
  },
  apart: [['foreign', 'network']],
  examples: [
    'sightline watch incoming/ --once --settle 0',
    'sightline watch incoming/ --rules local.rules --once --settle 0',
  ],
  run: async (o, paths, folders) => {
    if (paths.length !== 1) throw new UsageError('watch takes one folder');
    const { watchFolder } = await import('../watching.ts');
    return watchFolder(paths[0]!, o, folders);
  },
});
