// The room of the server: routes of `contract.ts`, and everything that is checked before them.
export type { Served, ServerOptions } from './options.ts';
export { type PlatformServer, startServer } from './server.ts';
