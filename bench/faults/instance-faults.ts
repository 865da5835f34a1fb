// Two hosts on one state: both label, and all labels are there.
import { join } from 'node:path';
import { LABELS } from '../../contract/index.ts';
import type { Fault } from './fault.ts';
import { Host } from './host.ts';

export const instanceFaults: readonly Fault[] = [
  {
    kind: 'two instances on the same state',
    of: 'instances',
    bring: async (w, host) => {
      const other = await Host.start(w.rig, { ...w.place, control: join(w.rig.folder, 'control-2') });
      try {
        const opened = await other.ask(other.reading, 'open', { path: w.replay });
        if (opened.at !== 'answered') return w.trouble(`the second does not open the capture: ${opened.at}`);
        const { session } = opened.value;
        await other.until(() => other.reading.state?.session === session && other.reading.state.phase === 'done');
        for (let i = 0; i < 6; i++)
          await w.label(w.random() < 0.5 ? host : other, w.whole(w.flows.rows.length), w.pick(LABELS));
        // Neither takes the other's capture for one that was interrupted.
        const listed = await other.ask(other.reading, 'interrupted', {});
        if (listed.at === 'answered' && listed.value.captures.some(({ path }) => path === w.run?.folder))
          w.trouble('the second takes a capture that runs for an interrupted one');
      } finally {
        other.kill(w.random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
        await other.ended;
        w.totals.late.push(...other.late);
        // What the other has labelled is shown once the capture is opened again.
        await w.open();
      }
    },
  },
];
