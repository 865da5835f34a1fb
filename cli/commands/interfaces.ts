// `sightline interfaces`: what can be captured here, once or again each second.
import { EXIT, english } from '../../contract/index.ts';
import { InterfaceWatch } from '../../engine/host-capture.ts';
import { AS_JSON } from '../common-flags.ts';
import { printAll, printJson, say, stop } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff } from '../flags.ts';
import { HELPER } from '../product.ts';
import { bytes, table } from '../table.ts';
import { outputGone } from '../terminal.ts';

const WATCH_EVERY = 1000;
const COLUMNS = [
  { title: 'Interface' },
  { title: 'State' },
  { title: 'Link' },
  { title: 'Rate', right: true },
  { title: 'Addresses' },
  { title: 'About' },
];

type Readiness = Awaited<ReturnType<InterfaceWatch['readiness']>>;

export const command = defineCommand({
  name: 'interfaces',
  summary: 'Interfaces that can be captured',
  usage: '[--json] [--watch]',
  takesPaths: false,
  flags: { ...AS_JSON, watch: onOff('each second again, with rates') },
  examples: ['sightline interfaces', 'sightline interfaces --watch'],
  run: async (o) => {
    const watch = new InterfaceWatch(HELPER);
    try {
      do {
        const ready = await watch.readiness();
        if (o.json) printJson({ ...ready, sentence: english(ready.sentence) });
        else show(ready);
        if (!o.watch) return ready.ready ? EXIT.clean : EXIT.error;
        await new Promise((done) => {
          setTimeout(done, WATCH_EVERY);
        });
      } while (!stop.asked && !outputGone());
      return EXIT.clean;
    } finally {
      watch.close();
    }
  },
});

function show(r: Readiness): void {
  const rows = r.interfaces.map((i) => [
    i.name,
    i.up ? 'up' : 'down',
    i.link ?? '–',
    i.rate === null ? '–' : `${bytes(i.rate)}/s`,
    i.addresses.join(', '),
    i.description + (i.monitor ? ' (monitor mode)' : ''),
  ]);
  if (rows.length > 0) printAll(table(COLUMNS, rows));
  if (r.ready) return;
  say(english(r.sentence));
  if (r.command !== null) say(`  ${r.command}`);
}
