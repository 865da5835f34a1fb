// Where a host finds what its desk needs, apart from the desk: the served window's main thread starts without an engine
// in it.
export { keepLog, log, stackOf } from './log/index.ts';
export { deskOptions } from './desk/options.ts';
export { removeLeftovers, runName } from './read/leftovers.ts';
export { keepCode } from './store/code.ts';
export { startWorker } from './workers/threads.ts';
