// What a runner of rules tells, and what it is told.
import type { Sets } from '../inspect.ts';
import type { Signature } from '../signature.ts';
import type { CarriedFile } from './carriers.ts';
import type { RuleObserver } from './observer.ts';
import type { Reputations } from './packet-tests.ts';
import type { Transaction } from './transaction.ts';

/** One match of a rule. */
export interface RuleAlert {
  readonly rule: Signature;
  /** Number of the packet, from 0, at which the rule matched. */
  readonly packet: number;
  /** Time of that packet: seconds since the epoch, and nanoseconds after them. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Addresses: 16 bytes each as a number, IPv4 as ::ffff:a.b.c.d. */
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly transport: number;
  readonly application: string | null;
  readonly transaction: number | null;
  /** The name that the transaction asks for, where it is one of DNS. */
  readonly name: string | null;
  /** When the packet's flow began (seconds since the epoch), and whether the packet goes to its server; null without. */
  readonly flow: { readonly began: number; readonly toServer: boolean } | null;
  /** Type and code of an ICMP message. */
  readonly icmp: readonly [type: number, code: number] | null;
}

/** A file that was carried as a whole, by its hashes. */
export type CarriedAlert = Omit<RuleAlert, 'rule' | 'name'> & Omit<CarriedFile, 't'>;

export interface RunnerOptions {
  /** Is told of every file that an application carries as a whole, of any size. Without rules nothing else is done. */
  readonly files?: (file: CarriedAlert) => void;
  readonly sets?: Sets;
  readonly reputations?: Reputations;
  /** Stands in the line: bytes are looked at as they arrive and not once they are acknowledged, and what is dropped ends. */
  readonly inline?: boolean;
  /** Of connections one direction may have been captured: nobody acknowledges, so bytes are looked at as they arrive. */
  readonly oneSided?: boolean;
  readonly midstream?: boolean;
  /** Bytes of one direction of a connection that are put together; a mebibyte unless it is said. */
  readonly depth?: number;
  /** Nothing is asked of connections whose beginning was not captured. */
  readonly skipMidstream?: boolean;
  /** Who looks on. */
  readonly observer?: RuleObserver;
}

/** The name that a transaction of DNS asks for, in either side: an answer repeats the question. */
export function nameOf({ sides }: Transaction): string | null {
  for (const side of sides) {
    const name = side.values('dns.query')?.[0] ?? side.values('dns.queries.rrname')?.[0];
    if (name !== undefined) return Buffer.from(name).toString('latin1');
  }
  return null;
}
