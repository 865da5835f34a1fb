// Pauses of long work on the command line, in which Ctrl-C is seen.
import type { mergeCaptures } from '../engine/host.ts';
import { stop, UsageError } from './context.ts';

/** Milliseconds of work between two pauses. */
const TURN = 20;

/** @param left what is said of what was done by then: 'nothing was written' @throws UsageError in a pause, once ended */
export function turns(left: string): Parameters<typeof mergeCaptures>[3] {
  let since = performance.now();
  return {
    done: 0,
    get due() {
      return performance.now() - since > TURN;
    },
    async rest() {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      if (stop.asked) throw new UsageError(`stopped: ${left}`);
      since = performance.now();
    },
  };
}
