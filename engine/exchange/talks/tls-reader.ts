// TLS over TCP as logs tell it: what was agreed on, by which messages, and the certificates that were shown.
import { type ClientHello, parseClientHello, parseServerHello, type ServerHello } from '../../protocols/index.ts';
import {
  ALERT,
  APPLICATION_DATA,
  ApplicationReader,
  CHANGE_CIPHER_SPEC,
  Cursor,
  HEARTBEAT,
  TlsRecords,
} from '../../rules/index.ts';
import { cipherName } from './tls-words.ts';

const MAX_CERTIFICATES = 32;
const MAX_HISTORY = 256;
const EXT_PSK = 41;
const EXT_KEY_SHARE = 51;
const TLS13 = 0x0304;
const [CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_KEYX, CLIENT_KEYX] = [1, 2, 11, 12, 16] as const;
const NAMED_CURVE = 3;

/** Letters of Zeek's `ssl_history`, by type of handshake message. */
const LETTERS: ReadonlyMap<number, string> = new Map([
  [0, 'h'],
  [CLIENT_HELLO, 'c'],
  [SERVER_HELLO, 's'],
  [3, 'v'],
  [4, 't'],
  [5, 'e'],
  [6, 'j'],
  [8, 'o'],
  [CERTIFICATE, 'x'],
  [SERVER_KEYX, 'k'],
  [13, 'r'],
  [14, 'n'],
  [15, 'y'],
  [CLIENT_KEYX, 'g'],
  [20, 'f'],
  [21, 'w'],
  [22, 'u'],
  [23, 'a'],
  [24, 'p'],
  [254, 'm'],
]);

/** What one handshake said. */
export class TlsSaid {
  client: ClientHello | null = null;
  server: ServerHello | null = null;
  /** Of SSL 2, which has a hello of its own. */
  second = false;
  /** Group of the key exchange (IANA TLS Supported Groups), -1 where it is not told. */
  group = -1;
  resumed = false;
  /** Description of the last alert in the clear, -1 without one. */
  alert = -1;
  established = false;
  /** Zeek's letters, those of the client large. */
  history = '';
  /** Chains of the server and of the client, as they were sent. */
  readonly chains: readonly [server: Uint8Array[], client: Uint8Array[]] = [[], []];
  /** JA3 and JA4 are made over this transport. */
  readonly transport: 't' | 'q';
  /** Session ids that the client asked for and that the server gave. */
  private readonly sessions: [string, string] = ['', ''];
  private ticket = false;
  private exchanged = false;

  constructor(transport: 't' | 'q') {
    this.transport = transport;
  }

  letter(dir: 0 | 1, letter: string): void {
    if (this.established || this.history.length >= MAX_HISTORY) return;
    this.history += dir === 0 ? letter.toUpperCase() : letter;
  }

  /** @param message type, three octets of length, body */
  message(dir: 0 | 1, message: Uint8Array, recordVersion: number): void {
    const type = message[0]!;
    const isRetry = type === SERVER_HELLO && this.serverHello(message);
    if (type === CLIENT_HELLO) this.clientHello(message, recordVersion);
    else if (type === CERTIFICATE) this.certificates(dir, message);
    else if (type === SERVER_KEYX) this.keyExchange(message);
    else if (type === CLIENT_KEYX) this.exchanged ||= dir === 0;
    this.letter(dir, isRetry ? 'j' : (LETTERS.get(type) ?? 'z'));
  }

  changeCipherSpec(dir: 0 | 1): void {
    this.letter(dir, 'i');
    if (dir === 0 && this.ticket && !this.exchanged) this.resumed = true;
  }

  get version(): number {
    if (this.second) return 2;
    return this.server?.selectedVersion ?? -1;
  }

  private clientHello(message: Uint8Array, recordVersion: number): void {
    const hello = parseClientHello(message, 4, message.length, recordVersion, false);
    if (hello === null) return;
    this.client ??= hello;
    const id = sessionId(message);
    this.sessions[0] = /^(?:00)*$/.test(id) ? '' : id;
    this.ticket = hello.hasTicket && this.sessions[0] === '';
  }

  /** @returns whether it asks for another hello */
  private serverHello(message: Uint8Array): boolean {
    const hello = parseServerHello(message, 4, message.length);
    if (hello === null) return false;
    this.server = hello;
    this.sessions[1] = sessionId(message);
    const same = this.sessions[0] !== '' && this.sessions[0] === this.sessions[1];
    if (same && hello.selectedVersion !== TLS13) this.resumed = true;
    if (hello.extensions.includes(EXT_PSK) && this.client?.hasPsk === true) this.resumed = true;
    this.group = keyShare(message) ?? this.group;
    return hello.isRetry;
  }

  private certificates(dir: 0 | 1, message: Uint8Array): void {
    const chain = this.chains[dir ^ 1]!;
    const c = new Cursor(message, 7);
    while (c.left > 3 && chain.length < MAX_CERTIFICATES) {
      const der = c.take(c.number(3));
      if (!c.ok) return;
      chain.push(der);
    }
  }

  private keyExchange(message: Uint8Array): void {
    const isEcdh = this.server !== null && cipherName(this.server.suite).includes('_ECDH');
    if (isEcdh && message.length >= 7 && message[4] === NAMED_CURVE) this.group = (message[5]! << 8) | message[6]!;
  }
}

/** Session id of a hello, hexadecimal. */
function sessionId(message: Uint8Array): string {
  const size = message[38] ?? 0;
  return Buffer.from(message.subarray(39, 39 + size)).toString('hex');
}

/** The group that a server's hello names in its key share (RFC 8446, 4.2.8); null without. */
function keyShare(message: Uint8Array): number | null {
  const c = new Cursor(message, 38);
  c.skip(c.u8());
  c.skip(3);
  const extensions = c.part(c.u16());
  while (extensions.ok && extensions.left >= 4) {
    const [type, body] = [extensions.u16(), extensions.part(extensions.u16())];
    if (type === EXT_KEY_SHARE && body.left >= 2) return body.u16();
  }
  return null;
}

export class TlsTalkReader extends ApplicationReader {
  readonly name = 'tls';
  readonly said = new TlsSaid('t');
  private readonly records: readonly [TlsRecords, TlsRecords] = [this.side(0), this.side(1)];
  /** Sides whose records are encrypted. */
  private readonly encrypted: [boolean, boolean] = [false, false];

  private side(dir: 0 | 1): TlsRecords {
    return new TlsRecords({
      message: (message, version) => this.said.message(dir, message, version),
      other: (type, _version, body) => this.other(dir, type, body),
      hello2: (body) => this.hello2(dir, body),
    });
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    this.records[side].bytes(data);
  }

  override gap(side: 0 | 1, count: number): void {
    this.records[side].gap(count);
  }

  private other(dir: 0 | 1, type: number, body: Uint8Array): void {
    const { said } = this;
    if (this.encrypted[dir]) {
      if (this.encrypted[dir ^ 1]) this.establish();
      return;
    }
    if (type === ALERT) {
      said.letter(dir, 'l');
      said.alert = body[1] ?? -1;
    } else if (type === HEARTBEAT) said.letter(dir, 'b');
    else if (type === CHANGE_CIPHER_SPEC) {
      said.changeCipherSpec(dir);
      // In TLS 1.3 it means nothing.
      if (said.version !== TLS13) this.encrypt(dir);
    } else if (type === APPLICATION_DATA && said.version === TLS13) {
      this.encrypt(dir);
      if (this.encrypted[dir ^ 1]) this.establish();
    }
  }

  private encrypt(dir: 0 | 1): void {
    this.encrypted[dir] = true;
    this.records[dir].encrypted = true;
  }

  /** Nothing is looked at any more. */
  private establish(): void {
    this.said.established = true;
    for (const records of this.records) records.over = true;
    this.sealed = true;
  }

  /** RFC 5246, E.2: a client that knows SSL 2 too. */
  private hello2(dir: 0 | 1, body: Uint8Array): void {
    if (body.length < 3) return;
    if (dir === 1) this.said.second = true;
    this.said.letter(dir, dir === 0 ? 'c' : 's');
  }
}
