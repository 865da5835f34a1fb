// What a server is started with, and what its routes have in hand.
import type { Captures } from '../captures.ts';
import type { ServerSettings } from '../contract.ts';
import type { Sql } from '../store/index.ts';

export interface ServerOptions extends ServerSettings {
  /** The address that it listens at; 0 lets the system choose a port. */
  readonly address: string;
  readonly port: number;
  /** Names, with their port where it is not the usual one, at which it answers beside the address that it listens at. */
  readonly names: readonly string[];
  /** PEM texts; null speaks HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** A proxy in front of it speaks TLS, hands the Host header through and tells addresses in X-Forwarded-For. */
  readonly behindProxy: boolean;
  /** The folder of the built pages, or null. */
  readonly pages: string | null;
  /** The folder of the built window, where captures are opened in it. */
  readonly windowFiles?: string;
  readonly version: string;
  /** Requests of one address in a minute. */
  readonly perMinute: number;
  readonly pace: Pace;
  /** Told of faults, for the terminal or a log. */
  readonly onFault: (text: string) => void;
}

/** How slowly a body may come: so many bytes in each stretch of time, ms. */
export interface Pace {
  readonly bytes: number;
  readonly within: number;
}

/** What routes have in hand. */
export interface Served {
  readonly sql: Sql;
  readonly captures: Captures;
  readonly options: ServerOptions;
}

/** Whether browsers reach it by TLS. */
export function isSecure({ tls, behindProxy }: ServerOptions): boolean {
  return tls !== null || behindProxy;
}
