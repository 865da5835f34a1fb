// What every side of Sightline agrees on: record shapes, verdict names, branded numbers. Imports nothing.
export * from './numbers.ts';
export * from './records.ts';
