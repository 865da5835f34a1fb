// The room where payloads are observed for evidence: every request and answer of HTTP/1, DCERPC calls (also over SMB
// pipes), names of SMB, commands of SMTP and FTP, DNS messages, echo requests, first bytes, and what searches find.
export { Observer } from './observer.ts';
export { added, NONE } from './short-list.ts';
export { MAX_SEEN, SeenKeeper } from './seen.ts';
export { nothingObserved } from './types.ts';
export type * from './types.ts';
