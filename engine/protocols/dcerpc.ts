// DCE/RPC over TCP and named pipes: a bind says which interface a context is for; later calls are named by it (C706,
// 12.6).
import { protocolId, u16le } from '../decode/index.ts';

const DCERPC = protocolId('DCERPC');

/** Interfaces by UUID, with the names that Wireshark shows. */
const INTERFACES: ReadonlyMap<string, number> = new Map(
  (
    [
      ['e1af8308-5d1f-11c9-91a4-08002b14a0fa', 'EPM'],
      ['12345678-1234-abcd-ef00-01234567cffb', 'RPC_NETLOGON'],
      ['12345778-1234-abcd-ef00-0123456789ac', 'SAMR'],
      ['12345778-1234-abcd-ef00-0123456789ab', 'LSARPC'],
      ['367abb81-9844-35f1-ad32-98f038001003', 'SVCCTL'],
      ['e3514235-4b06-11d1-ab04-00c04fc2dcd2', 'DRSUAPI'],
      ['4b324fc8-1670-01d3-1278-5a47bf6ee188', 'SRVSVC'],
      ['6bffd098-a112-3610-9833-46c3f87e345a', 'WKSSVC'],
      ['338cd001-2244-31f1-aaaa-900038001003', 'WINREG'],
      ['000001a0-0000-0000-c000-000000000046', 'ISystemActivator'],
      ['00000143-0000-0000-c000-000000000046', 'IRemUnknown2'],
      ['00000131-0000-0000-c000-000000000046', 'IRemUnknown'],
      ['00020401-0000-0000-c000-000000000046', 'ITypeInfo'],
      ['00020400-0000-0000-c000-000000000046', 'IDispatch'],
      ['99fcfec4-5260-101b-bbcb-00aa0021347a', 'IOXIDResolver'],
      ['76f03f96-cdfd-44fc-a22c-64950a001209', 'IREMOTEWINSPOOL'],
      ['12345678-1234-abcd-ef00-0123456789ab', 'SPOOLSS'],
      ['86d35949-83c9-4044-b424-db363231fd0c', 'TASKSCHEDULERSERVICE'],
      ['1ff70682-0a51-30e8-076d-740be8cee98b', 'ATSVC'],
      ['dea00001-6c97-11d1-8271-00a02442df7d', 'PNIO-CM'],
    ] as const
  ).map(([uuid, name]) => [uuid, protocolId(name)]),
);

/** A UUID as it lies on the wire: the first three fields little endian. */
function lookUp(b: Uint8Array, at: number): number {
  const h = Buffer.from(b.buffer, b.byteOffset + at, 16).toString('hex');
  const turned = (from: number, to: number): string => (h.slice(from, to).match(/../g) ?? []).reverse().join('');
  return INTERFACES.get(`${turned(0, 8)}-${turned(8, 12)}-${turned(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`) ?? 0;
}

/**
 * Where an SMB2 message carries named-pipe data (MS-SMB2, 2.2.19 to 2.2.32), -1 when it carries none.
 * @param at the SMB2 header
 */
export function pipeData(b: Uint8Array, at: number, end: number): number {
  if (end - at < 64 + 40 || b[at] !== 0xfe) return -1;
  const command = u16le(b, at + 12);
  const response = (b[at + 16]! & 1) !== 0;
  const body = at + 64;
  if (command === 9 && !response) return at + u16le(b, body + 2);
  if (command === 8 && response) return at + b[body + 2]!;
  if (command === 11) return at + u16le(b, body + (response ? 32 : 24));
  return -1;
}

/** Whether `b[at..end)` begins a connection-oriented DCE/RPC fragment. */
export function isDcerpc(b: Uint8Array, at: number, end: number): boolean {
  return (
    end - at >= 16 &&
    b[at] === 5 &&
    b[at + 1]! <= 1 &&
    b[at + 2]! <= 19 &&
    (b[at + 4] === 0x10 || b[at + 4] === 0x00) &&
    b[at + 5] === 0 &&
    b[at + 6] === 0 &&
    b[at + 7] === 0
  );
}

/** Interfaces bound on one connection, by context. */
export class DcerpcContexts {
  private readonly bound = new Map<number, number>();

  /** @returns the protocol id of a fragment; remembers what a bind or alter context asks for */
  name(b: Uint8Array, at: number, end: number): number {
    const type = b[at + 2]!;
    if (type === 11 || type === 14) {
      const count = at + 24 < end ? b[at + 24]! : 0;
      let p = at + 28;
      for (let i = 0; i < count && i < 32 && p + 44 <= end; i++) {
        const found = lookUp(b, p + 4);
        this.bound.set(u16le(b, p), found);
        p += 24 + 20 * Math.max(1, b[p + 2]!);
      }
      return DCERPC;
    }
    if ((type === 0 || type === 2) && at + 22 <= end) return this.bound.get(u16le(b, at + 20)) || DCERPC;
    return DCERPC;
  }
}
