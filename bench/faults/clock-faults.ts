// The wall clock jumps, for the host, its threads and the helper; clocks that nobody sets go on.
import { pause } from '../capture/rig.ts';
import type { Fault } from './fault.ts';

const STEPS = [-31_536_000, -86_400, -3_600, -61, -1, 1, 59, 3_600, 86_400, 31_536_000];

export const clockFaults: readonly Fault[] = [
  {
    kind: 'step of the wall clock',
    of: 'clock',
    bring: async (w, host) => {
      w.stepClock(w.pick(STEPS));
      await w.open();
      await w.shown(host);
      await w.giveSome(host);
      await pause(w.whole(400));
      if (w.random() < 0.5) w.stepClock(0);
    },
  },
  {
    kind: 'steps of the wall clock, one after the other',
    of: 'clock',
    bring: async (w) => {
      for (let i = 0; i < 6; i++) {
        w.stepClock(w.pick(STEPS));
        await pause(w.whole(120));
      }
      w.stepClock(0);
    },
  },
];
