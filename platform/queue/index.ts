// The room of the queue: captures wait in the store, workers take them in turn, and each is finished once.
export { type Finished, type Job, Jobs, MOST_ATTEMPTS, MOST_FAULTS, storeTime } from './jobs.ts';
export { openCaptures, QueuedCaptures, type QueueOptions } from './open.ts';
export { Runner, type RunnerOptions } from './runner.ts';
