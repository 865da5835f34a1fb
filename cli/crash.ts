// What a command does with an error that nobody caught: it says a sentence and ends with code 2, since code 1 means
// that something is malicious.
import { EXIT } from '../contract/index.ts';
import { say } from './terminal.ts';

/**
 * Says what happened and sets the exit code. A mistake of the user's or of the disk has no stack trace, and one of ours
 * has.
 */
export function crash(error: unknown): void {
  process.exitCode = EXIT.error;
  if (isForPeople(error)) {
    say(`sightline: ${error.message}`);
    return;
  }
  if (!(error instanceof Error)) {
    say(`sightline: ${String(error)}`);
    return;
  }
  // The message may contain anything, line breaks too; only the text after it is the stack.
  const stack = error.stack ?? '';
  const behind =
    stack.indexOf(error.message) < 0 ? '' : stack.slice(stack.indexOf(error.message) + error.message.length);
  const frames = behind.split('\n').filter((line) => line.startsWith('    at '));
  say(`sightline: ${error.name}: ${error.message}`, ...frames);
}

/** Errors whose message is a sentence for people (UsageError, SaidError), and the system's own. */
function isForPeople(error: unknown): error is Error {
  return error instanceof Error && ('forPeople' in error || ('syscall' in error && 'code' in error));
}

/** Errors that nobody waits for end the program as well, with the same code. */
export function watchCrashes(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      crash(error);
      process.exit(EXIT.error);
    });
  }
}
