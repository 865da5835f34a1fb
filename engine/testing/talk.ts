// A TCP conversation as a capture has it: handshake, what each side says in segments of 1,400 bytes, closing.
import { packetsOf, pcap, tcp } from './packets.ts';

/** What one side says: 0 the client, 1 the server. */
export type Said = readonly [side: 0 | 1, what: string | Uint8Array];

const SEGMENT = 1400;

/**
 * Frames of one conversation.
 * @param client @param server `address:port`
 * @param every segments that are acknowledged by a packet of its own; 0 for what is said next alone
 */
export function talk(client: string, server: string, said: readonly Said[], every = 0): number[][] {
  const ends = [client, server] as const;
  const next = [1001, 5001];
  const frames = [
    tcp(client, server, { flags: 'S', seq: 1000 }),
    tcp(server, client, { flags: 'SA', seq: 5000, ack: 1001 }),
    tcp(client, server, { flags: 'A', seq: 1001, ack: 5001 }),
  ];
  const send = (side: 0 | 1, flags: string, data: Uint8Array): void => {
    const [seq, ack] = [next[side]!, next[1 - side]!];
    frames.push(tcp(ends[side], ends[1 - side]!, { flags, seq, ack, data }));
    next[side]! += data.length + (flags.includes('F') ? 1 : 0);
  };
  for (const [side, what] of said) {
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : what;
    for (let at = 0, n = 1; at < bytes.length; at += SEGMENT, n++) {
      send(side, 'PA', bytes.subarray(at, at + SEGMENT));
      if (every > 0 && n % every === 0) send(side === 0 ? 1 : 0, 'A', new Uint8Array(0));
    }
  }
  send(0, 'FA', new Uint8Array(0));
  send(1, 'FA', new Uint8Array(0));
  return frames;
}

/** A capture of conversations one after the other. */
export function talks(...all: readonly number[][][]): Uint8Array {
  return pcap(packetsOf(all.flat()));
}

/** An HTTP answer with its length. @param head further lines of its header */
export function httpAnswer(head: readonly string[], body: Uint8Array): Uint8Array {
  const lines = ['HTTP/1.1 200 OK', ...head, `Content-Length: ${body.length}`, '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body]);
}

/** A body in chunks (RFC 9112, section 7.1). */
export function chunked(body: Uint8Array, size = 1000): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`, 'latin1'), part, Buffer.from('\r\n', 'latin1'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n', 'latin1')]);
}
