// QUIC (RFC 9000, 9001) as rules see it, and Google's older versions with their own handshake.
import { hash } from 'node:crypto';
import { QuicHandshake } from '../../../protocols/index.ts';
import { ApplicationReader, textOf } from '../application.ts';
import type { Transaction, TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';
import { CLIENT_HELLO, SERVER_HELLO, tellClientHello, tellServerHello } from './tls-tell.ts';

const MAX_TAGS = 128;

export class QuicReader extends ApplicationReader {
  readonly name = 'quic';
  private readonly handshake = new QuicHandshake();

  bytes(side: 0 | 1, data: Uint8Array): void {
    const version = versionOf(data);
    if (version === null) return;
    if (isGoogle(version)) {
      const t = this.begin(side, version);
      tellGoogle(t.sides[side], data, version);
      t.finish();
      return;
    }
    this.handshake.datagram(side, data, 0, data.length);
    for (let message = this.handshake.message(side); message !== null; message = this.handshake.message(side)) {
      if (message[0] !== (side === 0 ? CLIENT_HELLO : SERVER_HELLO)) continue;
      const t = this.begin(side, version);
      if (side === 0) tellClientHello(t.sides[0], message.slice(), 0x303, 'q');
      else tellServerHello(t.sides[1], message.slice());
      t.finish();
    }
  }

  /** A hello, of either kind, is a transaction. */
  private begin(side: 0 | 1, version: Uint8Array): Transaction {
    const t = this.open();
    t.sides[side].set('quic.version', version);
    return t;
  }
}

/** Four octets of a long header, or of Google's public header that names its version. */
function versionOf(b: Uint8Array): Uint8Array | null {
  if (b.length < 14) return null;
  if ((b[0]! & 0x80) !== 0) return b.slice(1, 5);
  const at = (b[0]! & 8) !== 0 ? 9 : 1;
  return (b[0]! & 1) !== 0 && isGoogle(b.subarray(at, at + 4)) ? b.slice(at, at + 4) : null;
}

function isGoogle(version: Uint8Array): boolean {
  return /^Q0[2-4]\d$/.test(textOf(version));
}

/** Google's hello: tags with the ends of their values (gQUIC wire specification, 'CHLO'). */
function tellGoogle(side: TransactionSide, b: Uint8Array, version: Uint8Array): void {
  const at = Buffer.from(b.buffer, b.byteOffset, b.length).indexOf('CHLO');
  if (at < 0) return;
  const c = new Cursor(b, at + 4);
  const count = Math.min(MAX_TAGS, c.little(2));
  c.skip(2);
  const values = at + 8 + count * 8;
  const tags: string[] = [];
  let from = 0;
  for (let i = 0; i < count; i++) {
    const tag = textOf(c.take(4)).replace(/\0+$/, '');
    const to = c.little(4);
    if (!c.ok || to < from) break;
    const value = b.slice(values + from, Math.min(b.length, values + to));
    tags.push(tag);
    if (tag === 'SNI') {
      side.set('quic.sni', value);
      side.set('tls.sni', value);
    }
    if (tag === 'UAID') side.set('quic.ua', value);
    from = to;
  }
  const text = `${textOf(version).slice(2)},${tags.join('-')}`;
  side.setText('quic.cyu.string', text);
  side.setText('quic.cyu.hash', hash('md5', text, 'hex'));
}
