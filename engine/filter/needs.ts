// What a protocol needs below it: packets of the other transport cannot carry it, so the engine is not asked about them.
// Only protocols are here that Wireshark's dissectors take from one transport alone, whatever the port, or from payload.
import type { PacketRow } from '../../contract/index.ts';
import { flowOfOwner, inChunk, IPPROTO_TCP, IPPROTO_UDP, MARK_HEADER, TCP_FIN } from '../decode/index.ts';
import type { Subject } from './subject.ts';

const TCP =
  'tcp ftp ftp-data smtp imf pop imap telnet ssh smb2 nbss mysql pgsql tds mqtt irc http2 websocket tpkt cotp rdp rtmpt';
const UDP = 'udp quic dhcp bootp dhcpv6 ntp tftp nbns nbdgm mdns llmnr ssdp';
/** What is carried by a transport's payload, whichever: a TCP segment without any has none of it. */
const CARRIED =
  'http dns tls ssl smb kerberos ldap sip sdp rtp rtcp rtsp rpc nfs dcerpc snmp syslog xml json x509ce x509sat x509af';

const NEEDS: ReadonlyMap<string, number> = new Map([
  ...TCP.split(' ').map((name) => [name, IPPROTO_TCP] as const),
  ...UDP.split(' ').map((name) => [name, IPPROTO_UDP] as const),
]);
const IN_PAYLOAD = new Set([...TCP.split(' ').slice(1), ...CARRIED.split(' ')]);
/** A field, alone or compared: without it in a packet the answer is no. */
const FIELD =
  /^([a-z][\w-]*)(?:\.[\w.-]+)?(?:\s*(?:==|!=|===|!==|[<>]=?|&|\[|#)|\s+(?:contains|matches|in|eq|ne|[gl][te])\b|$)/;

/**
 * The payload of a connection may be put together by its FIN, where a message ends with the connection; all other
 * segments without payload carry nothing.
 * @returns which packets with one IP header it cannot hold for, null where it might for any
 */
export function cannotCarry(leaf: string, s: Subject): ((row: PacketRow) => boolean) | null {
  const name = FIELD.exec(leaf)?.[1] ?? '';
  const needs = NEEDS.get(name);
  const inPayload = IN_PAYLOAD.has(name);
  if (needs === undefined && !inPayload) return null;
  const { packets, flows } = s.analysis;
  return (row) => {
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const flow = flowOfOwner(chunk.owner[i]!);
    if (flow === null) return false;
    const protocol = flows.columns.ipProtocol[flow]!;
    if (needs !== undefined && protocol !== needs) return true;
    const told = (chunk.marks[i]! & MARK_HEADER) !== 0;
    return inPayload && told && protocol === IPPROTO_TCP && chunk.length[i] === 0 && (chunk.flags[i]! & TCP_FIN) === 0;
  };
}
