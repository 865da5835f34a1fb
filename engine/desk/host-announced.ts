// What hosts call themselves: DHCP clients (RFC 2132, 3.14: option 12) and NetBIOS registrations (RFC 1002, 4.2.2).
// Found in the first packets of such flows, which are few; what they say is text of a stranger's.
import { flowRow, packetRow, type HostName } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

const DHCP_SERVER = 67;
const DHCP_CLIENT = 68;
const NETBIOS_NAMES = 137;
const UDP = 17;
/** Packets of one flow, and packets of all, that are looked at. */
const OF_FLOW = 16;
const OF_ALL = 20_000;
/** Rows between the first and the last packet of a flow that are looked through. */
const SPAN = 200_000;

/** @see HostName, and the number of the packet that said it first. */
export interface AnnouncedName extends HostName {
  readonly packet: number;
}
export type Announced = ReadonlyMap<string, readonly AnnouncedName[]>;

const known = new WeakMap<CaptureSession, { readonly flows: number; readonly names: Announced }>();

/** Names by the text of the address. */
export async function announcedNames(s: CaptureSession, turns: TimeSlices): Promise<Announced> {
  const c = s.analysis.flows.columns;
  const before = known.get(s);
  if (before?.flows === c.count) return before.names;
  const names = new Map<string, AnnouncedName[]>();
  const { count } = c;
  let looked = 0;
  for (let row = flowRow(0); row < count && looked < OF_ALL; row++) {
    if ((row & 4095) === 0 && turns.due) await turns.rest();
    const port = c.responderPort[row]!;
    const other = c.initiatorPort[row]!;
    if (c.ipProtocol[row] !== UDP || c.hasPorts[row] !== 1) continue;
    const dhcp = port === DHCP_SERVER || port === DHCP_CLIENT || other === DHCP_SERVER || other === DHCP_CLIENT;
    if (!dhcp && port !== NETBIOS_NAMES) continue;
    const end = Math.min(c.lastPacketOf(row), c.firstPacketOf(row) + SPAN);
    let ofFlow = 0;
    for (let at = c.firstPacketOf(row); at <= end && ofFlow < OF_FLOW; at = packetRow(at + 1)) {
      if (turns.due) await turns.rest();
      if (s.analysis.packets.chunk(at).owner[inChunk(at)] !== row) continue;
      ofFlow++;
      const payload = payloadOf(s, at);
      const found = dhcp ? dhcpName(payload) : netbiosName(payload);
      if (found === null) continue;
      const address = found.address ?? s.analysis.addresses.text(c.initiatorOf(row));
      note(names, address, { by: dhcp ? 'dhcp' : 'netbios', name: found.name, flows: 1, packet: at + 1 });
    }
    looked += ofFlow;
  }
  known.set(s, { flows: count, names });
  return names;
}

function payloadOf(s: CaptureSession, row: ReturnType<typeof packetRow>): Uint8Array {
  const bytes = s.bytes(row);
  const { payloadAt, payloadLength } = s.layers(row);
  return bytes.subarray(payloadAt, payloadAt + payloadLength);
}

function note(into: Map<string, AnnouncedName[]>, address: string, said: AnnouncedName): void {
  const list = into.get(address) ?? [];
  const at = list.findIndex((n) => n.by === said.by && n.name === said.name);
  if (at >= 0) list[at] = { ...list[at]!, flows: list[at]!.flows + 1 };
  else if (list.length < 16) list.push(said);
  into.set(address, list);
}

interface Found {
  readonly name: string;
  /** Text of the address that it belongs to; null for the sender's. */
  readonly address: string | null;
}

const MAGIC = 0x63825363;

function ip4(b: Uint8Array, at: number): string | null {
  const text = `${b[at]}.${b[at + 1]}.${b[at + 2]}.${b[at + 3]}`;
  return text === '0.0.0.0' || text === '255.255.255.255' ? null : text;
}

/** A request of a client that says its name, and the address that it has or asks for (RFC 2131, 2). */
export function dhcpName(b: Uint8Array): Found | null {
  if (b.length < 241 || b[0] !== 1) return null;
  const magic = ((b[236]! << 24) | (b[237]! << 16) | (b[238]! << 8) | b[239]!) >>> 0;
  if (magic !== MAGIC) return null;
  let name = '';
  let asked: string | null = null;
  for (let at = 240; at + 1 < b.length && b[at] !== 255;) {
    if (b[at] === 0) {
      at++;
      continue;
    }
    const length = b[at + 1]!;
    const from = at + 2;
    if (from + length > b.length) break;
    if (b[at] === 12)
      name = Buffer.from(b.buffer, b.byteOffset + from, length)
        .toString('latin1')
        .replace(/\0+$/, '');
    if (b[at] === 50 && length === 4) asked = ip4(b, from);
    at = from + length;
  }
  const address = ip4(b, 12) ?? asked;
  return name === '' || address === null ? null : { name, address };
}

/** A registration or a refresh of a unique name: two letters a byte (RFC 1001, 14.1), the last byte its kind. */
export function netbiosName(b: Uint8Array): Found | null {
  if (b.length < 12 + 34 || (b[2]! & 0x80) !== 0) return null;
  const operation = (b[2]! >> 3) & 15;
  if ((operation !== 5 && operation !== 8) || b[12] !== 32) return null;
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 16; i++) {
    const high = b[13 + 2 * i]! - 65;
    const low = b[14 + 2 * i]! - 65;
    if (high < 0 || high > 15 || low < 0 || low > 15) return null;
    bytes[i] = (high << 4) | low;
  }
  // Kinds of names of a machine: workstation and file server.
  if (bytes[15] !== 0x00 && bytes[15] !== 0x20) return null;
  const name = Buffer.from(bytes.subarray(0, 15)).toString('latin1').trimEnd();
  return name === '' || isGroup(b) ? null : { name, address: null };
}

/** Whether what is registered is a name of a group: it stands in the flags of the additional record. */
function isGroup(b: Uint8Array): boolean {
  // Question: name of 34 bytes, type, class; record: pointer, type, class, life, length, flags.
  const at = 12 + 34 + 4 + 2 + 2 + 2 + 4 + 2;
  return at < b.length && (b[at]! & 0x80) !== 0;
}
