// What can be captured here, why not, and captures that were interrupted.
import { basename } from 'node:path';
import { EXIT, english } from '../../contract/index.ts';
import { examine, interruptedCaptures, InterfaceWatch, mendCapture } from '../../engine/host-capture.ts';
import { print, printAll, printJson, say, stop, UsageError, type Folders } from '../context.ts';
import { bytes, count, table } from '../table.ts';
import { outputGone, paint, type Colour } from '../terminal.ts';

const WATCH_EVERY = 1000;

export async function interfaces(
  helper: string,
  o: { readonly json: boolean; readonly watch: boolean },
): Promise<number> {
  const watch = new InterfaceWatch(helper);
  try {
    do {
      const r = await watch.readiness();
      if (o.json) printJson({ ...r, sentence: english(r.sentence) });
      else {
        const columns = [
          { title: 'Interface' },
          { title: 'State' },
          { title: 'Link' },
          { title: 'Rate', right: true },
          { title: 'Addresses' },
          { title: 'About' },
        ];
        const rows = r.interfaces.map((i) => [
          i.name,
          i.up ? 'up' : 'down',
          i.link ?? '–',
          i.rate === null ? '–' : `${bytes(i.rate)}/s`,
          i.addresses.join(', '),
          i.description + (i.monitor ? ' (monitor mode)' : ''),
        ]);
        if (rows.length > 0) printAll(table(columns, rows));
        if (!r.ready) {
          say(english(r.sentence));
          if (r.command !== null) say(`  ${r.command}`);
        }
      }
      if (!o.watch) return r.ready ? EXIT.clean : EXIT.error;
      await new Promise((done) => {
        setTimeout(done, WATCH_EVERY);
      });
    } while (!stop.asked && !outputGone());
    return EXIT.clean;
  } finally {
    watch.close();
  }
}

const COLOURS: Readonly<Record<'ok' | 'warning' | 'bad', Colour>> = { ok: 'green', warning: 'amber', bad: 'red' };
const WORDS = { ok: 'good', warning: 'look', bad: 'wrong' } as const;

export async function doctor(helper: string, captures: string, json: boolean): Promise<number> {
  const report = await examine(helper, captures);
  if (json) printJson({ ...report, checks: report.checks.map((c) => ({ ...c, sentence: english(c.sentence) })) });
  else {
    for (const c of report.checks) {
      print([paint(WORDS[c.state].padEnd(6), COLOURS[c.state]), `${c.name.padEnd(12)} ${english(c.sentence)}`]);
      if (c.command !== null) print(`${' '.repeat(19)}${c.command}`);
    }
    print(
      report.ready
        ? 'Ready to capture.'
        : "Not ready to capture. Run what is named above, then 'sightline doctor' again.",
    );
  }
  return report.ready ? EXIT.clean : EXIT.error;
}

/** Lists captures that were interrupted, or makes some of them whole. */
export async function recover(
  captures: string,
  paths: readonly string[],
  all: boolean,
  folders: Folders,
): Promise<number> {
  const found = interruptedCaptures(captures);
  const wanted = all ? found : found.filter((c) => paths.includes(c.path) || paths.includes(basename(c.path)));
  const unknown = paths.find((p) => !found.some((c) => c.path === p || basename(c.path) === p));
  if (unknown !== undefined) throw new UsageError(`there is no interrupted capture '${unknown}'`);
  if (!all && paths.length === 0) {
    if (found.length === 0) print('No capture was interrupted.');
    else {
      printAll(
        table(
          [{ title: 'Begun (UTC)' }, { title: 'Size', right: true }, { title: 'Folder' }],
          found.map((c) => [c.started, bytes(c.bytes), c.path]),
        ),
      );
      print(`${count(found.length)} interrupted. 'sightline recover --all' makes them whole.`);
    }
    return EXIT.clean;
  }
  for (const c of wanted) {
    if (!(await mendCapture(c.path, folders.cache))) {
      say(`${c.path} is being captured into: it is left as it is.`);
      continue;
    }
    print(`${c.path} is whole: sightline score '${c.path}'`);
  }
  return EXIT.clean;
}
