// Ends of the product's threads.
import { pause } from '../capture/rig.ts';
import type { Fault } from './fault.ts';
import { LIMIT } from './host.ts';

const SOON = 120;

function endOf(kind: string, name: string, after: Fault['bring'] = () => Promise.resolve()): Fault {
  return {
    kind,
    of: 'threads',
    bring: async (w, host) => {
      await pause(w.whole(SOON));
      w.run?.tell(host);
      const ended = await host.endThread(name);
      if (ended === null) w.trouble('the host does not answer');
      else if (!ended) w.totals.add('without');
      else await after(w, host);
    },
  };
}

export const threadFaults: readonly Fault[] = [
  endOf("end of the desk's thread", 'desk-worker', async (w, host) => {
    const helpers = host.below('sightline-capture');
    if (!(await host.until(() => host.exit !== null, LIMIT))) {
      w.trouble('the host goes on without its desk');
      return w.killHost();
    }
    const { code, signal } = await host.ended;
    if (code === 0) w.trouble('the host ended with 0 though its desk broke');
    if (!host.said.some((text) => text.includes('engine ended')))
      w.trouble(`the host ended with ${code ?? signal} without a word`);
    await w.gone(helpers);
    await w.fell();
  }),
  endOf("end of the capture's thread", 'capture-thread', async (w, host) => {
    if (!(await host.until(() => host.live.state?.phase !== 'live', LIMIT)))
      w.trouble('the capture is shown as running though its thread ended');
  }),
  endOf('end of a thread that scores', 'detect-worker'),
  endOf('end of the thread of threat rules', 'rule-worker'),
];
