// What one Windows host says to another, as bytes for tests: DCERPC calls, messages of SMB 2 and SMB 1, Kerberos.

const le = (n: number, size: number): number[] => Array.from({ length: size }, (_, i) => (n >>> (8 * i)) & 255);
const wide = (text: string): number[] => [...Buffer.from(text, 'utf16le')];
const zeros = (n: number): number[] => new Array<number>(n).fill(0);

/** Transfer syntax NDR, version 2 (C706, 14). */
const NDR = [
  0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0,
];

/** A bind of one interface, and calls of its operations (C706, 12.6.4). */
export function rpcBytes(uuid: string, operations: readonly number[] = []): Uint8Array {
  const bytes = [...Buffer.from(uuid.replaceAll('-', ''), 'hex')];
  const little = [...bytes.slice(0, 4).toReversed(), ...bytes.slice(4, 6).toReversed()];
  const id = [...little, ...bytes.slice(6, 8).toReversed(), ...bytes.slice(8)];
  const pdu = (type: number, body: readonly number[]): number[] => {
    return [5, 0, type, 3, 0x10, 0, 0, 0, ...le(16 + body.length, 2), 0, 0, 1, 0, 0, 0, ...body];
  };
  const bind = pdu(11, [0xd0, 0x16, 0xd0, 0x16, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, ...id, 2, 0, 0, 0, ...NDR]);
  const calls = operations.flatMap((n) => pdu(0, [8, 0, 0, 0, 0, 0, n, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
  return Uint8Array.from([...bind, ...calls]);
}

/** A message in its frame of TCP (MS-SMB2, 2.1). */
function framed(message: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, message.length >> 8, message.length & 255, ...message]);
}

/** A message of SMB 2 (MS-SMB2, 2.2.1); offsets in bodies count from its head of 64 bytes. */
function smb2(command: number, tree: number, body: readonly number[]): Uint8Array {
  const head = [0xfe, 0x53, 0x4d, 0x42, 64, 0, 0, 0, 0, 0, 0, 0, command, 0, ...zeros(50)];
  head[24] = 9;
  head[36] = tree;
  return framed([...head, ...body]);
}

/** A share is asked for, and given as a tree: both sides of a TREE_CONNECT (2.2.9, 2.2.10). */
export function treeConnect(share: string, tree = 5): { readonly asked: Uint8Array; readonly given: Uint8Array } {
  const path = wide(`\\\\srv\\${share}`);
  return {
    asked: smb2(3, 0, [9, 0, 0, 0, ...le(72, 2), ...le(path.length, 2), ...path]),
    given: smb2(3, tree, zeros(16)),
  };
}

/** A file or pipe of a tree is opened (CREATE, 2.2.13). */
export function smbOpen(name: string, tree = 5): Uint8Array {
  const text = wide(name);
  return smb2(5, tree, [...zeros(44), ...le(120, 2), ...le(text.length, 2), ...zeros(8), ...text]);
}

/** Data that is written to a file (WRITE, 2.2.21). */
export function smbWrite(data: readonly number[] | Uint8Array): Uint8Array {
  return smb2(9, 5, [49, 0, ...le(112, 2), ...le(data.length, 4), ...zeros(8), 1, ...zeros(31), ...data]);
}

/** Data that was read from a file (READ's answer, 2.2.20). */
export function smbReadAnswer(data: readonly number[] | Uint8Array): Uint8Array {
  return smb2(8, 5, [17, 0, 80, 0, ...le(data.length, 4), ...zeros(8), ...data]);
}

/**
 * TRANS2 of SMB 1 (MS-CIFS, 2.2.4.46) with 15 words, the last of them the subcommand. @param mid Multiplex ID @param
 * status of an answer, null for a request
 */
export function trans2(subcommand: number, mid: number, status: number | null = null): Uint8Array {
  const message = [0xff, 0x53, 0x4d, 0x42, 0x32, ...zeros(65)];
  if (status !== null) {
    message.splice(5, 4, ...le(status, 4));
    message[9] = 0x80;
  }
  message[30] = mid;
  message[32] = 15;
  message[61] = subcommand;
  return framed(message);
}

/** An AS-REQ's outer tags (RFC 4120, 5.4.1). */
export const AS_REQUEST = Uint8Array.of(0x6a, 9, 0x30, 7, 0xa1, 3, 2, 1, 5, 0xa2, 0);

/** A KRB-ERROR's outer tags with its code (RFC 4120, 5.9.1). */
export function kerberosError(code: number): Uint8Array {
  return Uint8Array.of(0x7e, 9, 0x30, 7, 0xa5, 0, 0xa6, 3, 2, 1, code);
}
