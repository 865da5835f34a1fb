// Which application speaks on a flow, by its first bytes and its ports.
import { type ApplicationReader } from './application.ts';
import { overTcp, overUdp } from './apps/probes.ts';
import type { DataTransfer, Expected } from './expected.ts';
import { READERS } from './apps/readers.ts';

/** What of a flow is asked to tell its application. */
export interface FlowEnds {
  readonly transport: number;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly lastSeconds: number;
  readonly client: bigint;
  readonly server: bigint;
  readonly expected: Expected | null;
  readonly transfer: DataTransfer | null;
}

/** @returns the application's name, null while nobody can say */
export function recognise(dir: 0 | 1, bytes: Uint8Array, flow: FlowEnds, datagrams: boolean): string | null {
  const ports = [flow.serverPort, flow.clientPort];
  return datagrams ? overUdp(dir, bytes, ports) : overTcp(dir, bytes, ports);
}

/** @returns a reader of the application, null where its name is all that is known of it */
export function readerOf(name: string, flow: FlowEnds): ApplicationReader | null {
  const { client, server, expected, transfer } = flow;
  const place = { overTcp: flow.transport === 6, seconds: () => flow.lastSeconds, client, server, expected, transfer };
  return READERS[name]?.(place) ?? null;
}
