// The fourth door: measuring the judgement on labelled captures.
export * from './lab/index.ts';
