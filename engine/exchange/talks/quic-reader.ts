// QUIC as logs tell it: the hellos of a connection's Initial packets (RFC 9000, RFC 9001).
import { QuicHandshake } from '../../protocols/index.ts';
import { ApplicationReader } from '../../rules/index.ts';
import { TlsSaid } from './tls-reader.ts';

export class QuicTalkReader extends ApplicationReader {
  readonly name = 'quic';
  readonly said = new TlsSaid('q');
  /** Of the first long header, -1 before. */
  version = -1;
  private readonly handshake = new QuicHandshake();

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.version < 0 && data.length >= 7 && (data[0]! & 0x80) !== 0)
      this.version = Buffer.from(data.buffer, data.byteOffset, data.length).readUInt32BE(1);
    this.handshake.datagram(side, data, 0, data.length);
    for (let m = this.handshake.message(side); m !== null; m = this.handshake.message(side))
      this.said.message(side, m.slice(), 0x303);
  }
}

/** Suricata's names of versions: by number where it has none. */
export function quicVersionName(version: number): string {
  if (version === 1) return '1';
  if (version === 0x6b3343cf) return '2';
  const bytes = [24, 16, 8, 0].map((shift) => (version >>> shift) & 0xff);
  const isGoogle = bytes[0] === 0x51 || bytes[0] === 0x54;
  if (isGoogle && bytes.every((c) => c > 32 && c < 127)) return String.fromCharCode(...bytes);
  return `0x${version.toString(16).padStart(8, '0')}`;
}
