// What a protocol needs below it: packets of the other transport cannot carry it, so the engine is not asked about them.
// Only protocols are here that Wireshark's dissectors take from one transport alone, whatever the port.
import type { PacketRow } from '../../contract/index.ts';
import { flowOfOwner, inChunk, IPPROTO_TCP, IPPROTO_UDP } from '../decode/index.ts';
import type { Subject } from './subject.ts';

const TCP =
  'tcp ftp ftp-data smtp imf pop imap telnet ssh smb2 nbss mysql pgsql tds mqtt irc http2 websocket tpkt cotp rdp rtmpt';
const UDP = 'udp quic dhcp bootp dhcpv6 ntp tftp nbns nbdgm mdns llmnr ssdp';

const NEEDS: ReadonlyMap<string, number> = new Map([
  ...TCP.split(' ').map((name) => [name, IPPROTO_TCP] as const),
  ...UDP.split(' ').map((name) => [name, IPPROTO_UDP] as const),
]);
/** A field, alone or compared: without it in a packet the answer is no. */
const FIELD =
  /^([a-z][\w-]*)(?:\.[\w.-]+)?(?:\s*(?:==|!=|===|!==|[<>]=?|&|\[|#)|\s+(?:contains|matches|in|eq|ne|[gl][te])\b|$)/;

/** @returns which packets with one IP header it cannot hold for, null where it might for any */
export function cannotCarry(leaf: string, s: Subject): ((row: PacketRow) => boolean) | null {
  const needs = NEEDS.get(FIELD.exec(leaf)?.[1] ?? '');
  if (needs === undefined) return null;
  const { packets, flows } = s.analysis;
  return (row) => {
    const flow = flowOfOwner(packets.chunk(row).owner[inChunk(row)]!);
    return flow !== null && flows.columns.ipProtocol[flow] !== needs;
  };
}
