// What a cell of the packet list asks for, in Wireshark's words.
import { quoted } from '../../contract/index.ts';

/** What a row tells of itself. */
export interface RowFacts {
  /** Counted from 0. */
  readonly row: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly length: number;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly info: string;
}

/** @returns '' for a cell that asks for nothing */
export function cellExpression(column: string, facts: RowFacts): string {
  switch (column) {
    case 'no':
      return `frame.number == ${facts.row + 1}`;
    case 'time':
      return `frame.time_epoch == ${epoch(facts.seconds, facts.nanoseconds)}`;
    case 'source':
      return addressExpression('src', facts.source);
    case 'destination':
      return addressExpression('dst', facts.destination);
    case 'protocol':
      return facts.protocol === '' ? '' : `_ws.col.protocol == ${quoted(facts.protocol)}`;
    case 'length':
      return `frame.len == ${facts.length}`;
    case 'info':
      return facts.info === '' ? '' : `_ws.col.info == ${quoted(facts.info)}`;
    default:
      return '';
  }
}

/** An address as a field: of IPv4, IPv6 or Ethernet. */
export function addressExpression(side: 'src' | 'dst' | 'addr', address: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return `ip.${side} == ${address}`;
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(address)) return `eth.${side} == ${address}`;
  if (/^[0-9a-f:.]+$/i.test(address) && address.includes(':')) return `ipv6.${side} == ${address}`;
  return '';
}

/** Seconds since 1970 to the nanosecond, without rounding. */
function epoch(seconds: number, nanoseconds: number): string {
  if (seconds >= 0 || nanoseconds === 0) return `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
  return `-${-seconds - 1}.${String(1e9 - nanoseconds).padStart(9, '0')}`;
}

/** Both ends of a flow, such as 192.0.2.1:443 or [2001:db8::1]:443. */
export function conversationExpression(transport: string, initiator: string, responder: string): string {
  const [a, b] = [endOf(initiator), endOf(responder)];
  const [one, two] = [addressExpression('addr', a.address), addressExpression('addr', b.address)];
  if (one === '' || two === '') return '';
  const addresses = `${one} && ${two}`;
  const protocol = transport.toLowerCase();
  if (a.port === null || b.port === null || !PORTED.has(protocol)) return addresses;
  return `${addresses} && ${protocol}.port == ${a.port} && ${protocol}.port == ${b.port}`;
}

const PORTED: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp', 'dccp']);

/** An end of a flow, such as 192.0.2.1:443 or [2001:db8::1]:443. */
export function endOf(end: string): { readonly address: string; readonly port: string | null } {
  const bracketed = /^\[(.*)\]:(\d+)$/.exec(end);
  if (bracketed !== null) return { address: bracketed[1]!, port: bracketed[2]! };
  const plain = /^([^:]+):(\d+)$/.exec(end);
  return plain === null ? { address: end, port: null } : { address: plain[1]!, port: plain[2]! };
}
