// What every command gets: where files live, how to speak, when to stop.
import { DEFAULT_TIMEOUTS, type FlowTimeouts } from '../engine/host.ts';
import { say } from './terminal.ts';

export { folders, type Folders } from '../engine/host.ts';
/** Words go to stderr, results to stdout. */
export { print, printAll, printJson, say } from './terminal.ts';

/** A mistake in the call: one sentence, exit code 2. */
export class UsageError extends Error {
  readonly forPeople = true;
}

/** How flows are told apart in this run; `--vlan` changes it. */
export const telling: { timeouts: FlowTimeouts } = { timeouts: DEFAULT_TIMEOUTS };

/** Whether flows are over after the usual times: columns that are kept of a capture are of those. */
export function usualTimeouts(): boolean {
  const { tcpEstablished, udp, other } = telling.timeouts;
  const usual = DEFAULT_TIMEOUTS;
  return tcpEstablished === usual.tcpEstablished && udp === usual.udp && other === usual.other;
}

/** Whether VLAN tags keep flows apart in this run. */
export function byVlan(): boolean {
  return telling.timeouts.vlan === true;
}

/** Ctrl-C: commands finish the block they are in, write what is due and end with code 2. */
export const stop = { asked: false };

/** What a shell calls a program that a signal ended. */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143 } as const;

export function watchInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.asked) process.exit(ENDED_BY[signal]);
      stop.asked = true;
      say('Stopping after what is under way. Press Ctrl-C again to stop at once.');
    });
  }
}
