// What a flow shows, as one word of bits, so that judges who can find nothing in it are not asked: most flows show little.
import type { FlowLook } from './rule.ts';

/** A bit each. */
export const SHOWS = {
  /** Exchanges of HTTP that no look was given before. */
  exchanges: 1,
  /** HTTP in any look, or the protocol's name. */
  http: 1 << 1,
  /** Calls, or the protocol's name. */
  rpc: 1 << 2,
  smb: 1 << 3,
  commands: 1 << 4,
  dns: 1 << 5,
  sights: 1 << 6,
  kerberos: 1 << 7,
  echo: 1 << 8,
  /** Facts of any protocol, or the name that DNS gave the peer. */
  facts: 1 << 9,
  /** TCP: payload of the initiator, of the responder. */
  spoke: 1 << 10,
  answered: 1 << 11,
  /** TCP: the flow is over, and it was refused. */
  tcpOver: 1 << 12,
  refused: 1 << 13,
  /** UDP: the flow is over, and nothing came back. */
  silent: 1 << 14,
} as const;

/** @returns bits of SHOWS */
export function showsOf(look: FlowLook): number {
  const { observed, app, over, columns, row } = look;
  let shows = 0;
  if (look.exchanges.length > 0) shows |= SHOWS.exchanges;
  if (observed.http.length > 0 || app === 'HTTP') shows |= SHOWS.http;
  if (observed.rpc.length > 0 || app === 'DCERPC') shows |= SHOWS.rpc;
  if (observed.smb.length > 0) shows |= SHOWS.smb;
  if (observed.commands.length > 0) shows |= SHOWS.commands;
  if (observed.dns.length > 0) shows |= SHOWS.dns;
  if (observed.sights.length > 0) shows |= SHOWS.sights;
  if (observed.kerberos.length > 0) shows |= SHOWS.kerberos;
  if (observed.echo !== null) shows |= SHOWS.echo;
  if (look.facts !== null) shows |= SHOWS.facts;
  if (look.transport === 'udp') return over && columns.packetsReverse[row] === 0 ? shows | SHOWS.silent : shows;
  if (look.transport !== 'tcp') return shows;
  if (observed.payload[0] > 0) shows |= SHOWS.spoke;
  if (observed.payload[1] > 0) shows |= SHOWS.answered;
  if (over) shows |= look.refused ? SHOWS.tcpOver | SHOWS.refused : SHOWS.tcpOver;
  return shows;
}
