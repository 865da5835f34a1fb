// What every command gets: where files live, how to speak, when to stop.
export { folders, type Folders } from '../engine/host.ts';

/** Words go to stderr, results to stdout. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A mistake in the call: one sentence, exit code 2. */
export class UsageError extends Error {}

/** Ctrl-C: commands finish the block they are in, write what is due and end with code 2. */
export const stop = { asked: false };

export function watchInterrupt(): void {
  process.on('SIGINT', () => {
    if (stop.asked) process.exit(130);
    stop.asked = true;
    say('Stopping after what is under way. Press Ctrl-C again to stop at once.');
  });
}
