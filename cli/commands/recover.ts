// `sightline recover`: lists live captures that were interrupted, and makes them whole.
import { basename, join } from 'node:path';
import { count, EXIT } from '../../contract/index.ts';
import { interruptedCaptures, mendCapture } from '../../engine/host-capture.ts';
import { print, printAll, say, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff } from '../flags.ts';
import { bytes, table } from '../table.ts';

const COLUMNS = [{ title: 'Begun (UTC)' }, { title: 'Size', right: true }, { title: 'Folder' }];

type Interrupted = ReturnType<typeof interruptedCaptures>[number];

export const command = defineCommand({
  name: 'recover',
  summary: 'Live captures that were interrupted',
  usage: '[FOLDER… | --all]',
  takesPaths: true,
  flags: { all: onOff('make all of them whole') },
  examples: ['sightline recover', 'sightline recover --all'],
  run: async ({ all }, paths, folders) => {
    if (all && paths.length > 0) throw new UsageError('name folders or say --all, not both');
    const found = interruptedCaptures(join(folders.data, 'captures'));
    const unknown = paths.find((path) => !found.some((c) => isNamed(c, path)));
    if (unknown !== undefined) throw new UsageError(`there is no interrupted capture '${unknown}'`);
    if (!all && paths.length === 0) {
      list(found);
      return EXIT.clean;
    }
    for (const c of found.filter((one) => all || paths.some((path) => isNamed(one, path)))) {
      if (await mendCapture(c.path, folders.cache)) print(`${c.path} is whole: sightline score '${c.path}'`);
      else say(`${c.path} is being captured into: it is left as it is.`);
    }
    return EXIT.clean;
  },
});

function isNamed(c: Interrupted, path: string): boolean {
  return c.path === path || basename(c.path) === path;
}

function list(found: readonly Interrupted[]): void {
  if (found.length === 0) {
    print('No capture was interrupted.');
    return;
  }
  const rows = found.map((c) => [c.started, bytes(c.bytes), c.path]);
  printAll(table(COLUMNS, rows));
  print(`${count(found.length)} interrupted. 'sightline recover --all' makes them whole.`);
}
