// Bytes as text for the clipboard, in the forms that Wireshark offers.
export const BYTE_FORMATS = ['dump', 'hex', 'text', 'base64', 'mime', 'c', 'escaped'] as const;
export type ByteFormat = (typeof BYTE_FORMATS)[number];

const A_LINE = 16;

export function formatBytes(bytes: Uint8Array, format: ByteFormat): string {
  switch (format) {
    case 'hex':
      return Array.from(bytes, hex).join('');
    case 'text':
      return new TextDecoder().decode(bytes).replace(/[^\P{C}\n\t]/gu, '');
    case 'base64':
      return base64(bytes);
    case 'mime':
      return mimePart(bytes);
    case 'c':
      return cArray(bytes);
    case 'escaped':
      return escapedString(bytes);
    case 'dump':
      return lines(bytes, (line, at) => {
        const text = Array.from(line, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
        return `${at.toString(16).padStart(4, '0')}  ${Array.from(line, hex).join(' ').padEnd(47)}  ${text}`;
      });
  }
}

function cArray(bytes: Uint8Array): string {
  const body = lines(bytes, (line) => `  ${Array.from(line, (b) => `0x${hex(b)}`).join(', ')}`, ',\n');
  return `static const unsigned char bytes[${bytes.length}] = {\n${body}\n};`;
}

/** RFC 2045: a part of a message, in lines of 76 letters. */
function mimePart(bytes: Uint8Array): string {
  const body = base64(bytes).replace(/.{76}(?=.)/g, '$&\r\n');
  return `Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`;
}

/** A literal of C and its kin, as Wireshark copies it. */
function escapedString(bytes: Uint8Array): string {
  return lines(bytes, (line) => `"${Array.from(line, (b) => `\\x${hex(b)}`).join('')}"`, ' \\\n');
}

function lines(bytes: Uint8Array, line: (part: Uint8Array, at: number) => string, between = '\n'): string {
  const all: string[] = [];
  for (let at = 0; at < bytes.length; at += A_LINE) all.push(line(bytes.subarray(at, at + A_LINE), at));
  return all.join(between);
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const b of bytes) binary += String.fromCharCode(b);
  return btoa(binary);
}

export function hex(b: number): string {
  return b.toString(16).padStart(2, '0');
}

/** Bytes of the packet as a filter: a slice of the frame. */
export function bytesFilter(bytes: Uint8Array, from: number): string {
  return `frame[${from}:${bytes.length}] == ${Array.from(bytes, hex).join(':')}`;
}
