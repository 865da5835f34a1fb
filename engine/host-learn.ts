// The second door: training and everything that only it needs, so that scoring starts without loading it.
export * from './learn/index.ts';
export { Trainer } from './workers/trainer.ts';
