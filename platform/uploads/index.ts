// The room where bytes come in: streamed to disk with their SHA-256, looked at by a process that may end, kept under ids,
// and removed so that nothing stays.
export { Looker, type Looked } from './looker.ts';
export { Places } from './places.ts';
export { type Bound, forget, type NotReceived, receive, type Received } from './receive.ts';
