// Ends and stops of the product's processes.
import { pause } from '../capture/rig.ts';
import type { Fault } from './fault.ts';
import { LIMIT } from './host.ts';

/** While a capture is read, ms. */
const SOON = 200;

export const processFaults: readonly Fault[] = [
  {
    kind: 'kill -9 of the desk host',
    of: 'processes',
    bring: async (w) => {
      await pause(w.whole(SOON));
      await w.killHost();
    },
  },
  {
    kind: 'end of the desk host in order (SIGTERM)',
    of: 'processes',
    bring: async (w, host) => {
      await pause(w.whole(SOON));
      await w.settle('whole');
      host.kill('SIGTERM');
      if (!(await host.until(() => host.exit !== null))) {
        w.trouble('the host does not end when it is told to');
        host.kill('SIGKILL');
      }
      const { code, signal } = await host.ended;
      if (code !== 0) w.trouble(`the host ended with ${code ?? signal} when it was told to`);
      await w.fell();
    },
  },
  {
    kind: 'kill -9 of the capture helper',
    of: 'processes',
    bring: async (w, host) => {
      await pause(w.whole(SOON));
      const [helper] = host.below('sightline-capture');
      if (helper === undefined) return w.trouble('there is no helper');
      w.run?.tell(host);
      process.kill(helper, 'SIGKILL');
      if (!(await host.until(() => host.live.state?.phase !== 'live', LIMIT)))
        w.trouble('the capture is shown as running though its helper was killed');
    },
  },
  {
    kind: 'helper stopped for seconds (SIGSTOP)',
    of: 'processes',
    bring: async (w, host) => {
      const [helper] = host.below('sightline-capture');
      if (helper === undefined) return w.trouble('there is no helper');
      process.kill(helper, 'SIGSTOP');
      await pause(500 + w.whole(2_000));
      process.kill(helper, 'SIGCONT');
      // Nothing that was sent meanwhile is lost: the kernel has held it.
      await w.settle('whole');
    },
  },
];
