// TLS over TCP as rules see it: the handshake of a connection is its one transaction.
import { ApplicationReader } from '../application.ts';
import { DONE, HEADED, STARTED, type Transaction } from '../transaction.ts';
import {
  CERTIFICATE,
  CLIENT_HELLO,
  SERVER_HELLO,
  tellCertificates,
  tellClientHello,
  tellServerHello,
} from './tls-tell.ts';
import { ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, TlsRecords } from './tls-records.ts';

const [SERVER_KEYX, SERVER_HELLO_DONE, CLIENT_KEYX] = [12, 14, 16] as const;

/** Bits of `ssl_state`. */
export const SSL_STATES: Readonly<Record<string, number>> = {
  client_hello: 1,
  server_hello: 2,
  client_keyx: 4,
  server_keyx: 8,
  unknown: 16,
};
/** Bits of `ssl_version`. */
export const SSL_VERSIONS: Readonly<Record<string, number>> = {
  sslv2: 1,
  sslv3: 2,
  'tls1.0': 4,
  'tls1.1': 8,
  'tls1.2': 16,
  'tls1.3': 32,
};
const VERSION_BITS = new Map([
  [2, 1],
  [0x300, 2],
  [0x301, 4],
  [0x302, 8],
  [0x303, 16],
  [0x304, 32],
]);

export class TlsReader extends ApplicationReader {
  readonly name = 'tls';
  private readonly records: readonly [TlsRecords, TlsRecords];
  private readonly seconds: () => number;
  private readonly versions: [number, number] = [0, 0];
  private t: Transaction | null = null;

  /** @param seconds the time of the capture, for what expires */
  constructor(seconds: () => number) {
    super();
    this.seconds = seconds;
    this.records = [this.side(0), this.side(1)];
  }

  private get now(): Transaction {
    return (this.t ??= this.open());
  }

  private side(dir: 0 | 1): TlsRecords {
    return new TlsRecords({
      message: (message, version) => this.message(dir, message, version),
      other: (type, version, body) => this.other(dir, type, version, body),
      hello2: (body) => this.hello2(dir, body),
    });
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    this.records[side].bytes(data);
  }

  override gap(side: 0 | 1, count: number): void {
    this.records[side].gap(count);
  }

  override end(side: 0 | 1): void {
    if (this.t !== null) this.t.sides[side].reach(DONE);
  }

  private version(dir: 0 | 1, version: number): void {
    this.versions[dir] = version;
    const side = this.now.sides[dir];
    side.setNumber('tls.version', version);
    side.setNumber('ssl_version', VERSION_BITS.get(version) ?? (version >>> 8 === 0x7f ? 32 : 64));
    side.reach(STARTED);
  }

  private state(dir: 0 | 1, bit: number): void {
    this.now.sides[dir].number('ssl_state', bit);
  }

  private message(dir: 0 | 1, message: Uint8Array, recordVersion: number): void {
    const side = this.now.sides[dir];
    switch (message[0]) {
      case CLIENT_HELLO: {
        if (dir !== 0) return;
        const hello = tellClientHello(side, message, recordVersion, 't');
        if (hello === null) return;
        this.version(dir, hello.version);
        this.state(dir, SSL_STATES['client_hello']!);
        side.reach(HEADED);
        return;
      }
      case SERVER_HELLO: {
        if (dir !== 1) return;
        const hello = tellServerHello(side, message);
        if (hello === null) return;
        this.version(dir, hello.selectedVersion);
        this.state(dir, SSL_STATES['server_hello']!);
        return;
      }
      case CERTIFICATE:
        tellCertificates(side, message, this.seconds());
        if (dir === 1) side.reach(HEADED);
        return;
      case SERVER_KEYX:
        this.state(dir, SSL_STATES['server_keyx']!);
        return;
      case CLIENT_KEYX:
        this.state(dir, SSL_STATES['client_keyx']!);
        return;
      case SERVER_HELLO_DONE:
        side.reach(HEADED);
        return;
      default:
    }
  }

  private other(dir: 0 | 1, type: number, version: number, _body: Uint8Array): void {
    if (this.versions[dir] === 0 && type !== ALERT) this.version(dir, version);
    if (type !== CHANGE_CIPHER_SPEC && type !== APPLICATION_DATA) return;
    // What follows is encrypted; in TLS 1.3 a change of cipher means nothing and a second hello may follow it.
    const other = this.versions[dir ^ 1]!;
    if (type === CHANGE_CIPHER_SPEC && dir === 0 && other === 0x304) return;
    if (type === APPLICATION_DATA || this.versions[dir] !== 0x304) this.records[dir].over = true;
    this.now.sides[dir].reach(DONE);
    this.sealed = this.records.every((r) => r.over);
  }

  /** RFC 5246, E.2: a client that knows SSL 2 too. */
  private hello2(dir: 0 | 1, body: Uint8Array): void {
    if (body.length < 3) return;
    const version = (body[1]! << 8) | body[2]!;
    this.version(dir, version);
    this.state(dir, SSL_STATES[dir === 0 ? 'client_hello' : 'server_hello']!);
    this.now.sides[dir].reach(HEADED);
  }
}
