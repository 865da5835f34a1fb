// What every side of Sightline agrees on: record shapes, verdict names, branded numbers, the window's requests. Imports
// nothing.
export * from './error-text.ts';
export { ENGLISH } from './messages-en.ts';
export * from './messages.ts';
export * from './evaluation.ts';
export * from './incidents.ts';
export * from './nearest.ts';
export * from './network.ts';
export * from './numbers.ts';
export { PACKET_WORK_ENGLISH } from './packet-work-messages-en.ts';
export * from './packet-work.ts';
export * from './pages.ts';
export * from './plain.ts';
export * from './policy.ts';
export * from './records.ts';
export * from './report.ts';
export * from './requests.ts';
export * from './rows.ts';
export * from './session.ts';
export * from './start-options.ts';
export * from './stream-text.ts';
export * from './stats.ts';
export * from './stats-requests.ts';
export * from './techniques.ts';
export * from './texts.ts';
export * from './values.ts';
export * from './wire.ts';
