// Records of TLS (RFC 8446, 5.1) and what opens a connection of SSL 2 (RFC 5246, E.2): handshake messages out of them.
import { Gathered } from '../application.ts';

export const [CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT] = [20, 21, 22, 23, 24] as const;
/** Bytes of handshake messages that wait for their end. */
const MAX_HANDSHAKE = 131_072;

export interface RecordsTold {
  /** A whole handshake message: type, three octets of length, body. */
  message(message: Uint8Array, recordVersion: number): void;
  /** A record of another type begins. */
  other(type: number, recordVersion: number, body: Uint8Array): void;
  /** A hello of SSL 2: from its type on. */
  hello2(body: Uint8Array): void;
}

/** One side's records. */
export class TlsRecords {
  private readonly waiting = new Gathered();
  private readonly handshake = new Gathered();
  private skip = 0;
  private begun = false;
  /** What comes is none, or encrypted: handshake messages are not looked for any more. */
  over = false;
  /** Handshake messages are encrypted: a record of them is told as one of another type. */
  encrypted = false;
  private readonly told: RecordsTold;

  constructor(told: RecordsTold) {
    this.told = told;
  }

  gap(count: number): void {
    if (count <= this.skip) this.skip -= count;
    else this.over = true;
  }

  bytes(data: Uint8Array): void {
    let now = data;
    if (this.skip > 0) {
      const n = Math.min(this.skip, now.length);
      this.skip -= n;
      now = now.subarray(n);
    }
    if (this.over) return;
    this.waiting.add(now);
    while (!this.over && this.record());
    if (this.over) this.waiting.clear();
  }

  private record(): boolean {
    const all = this.waiting.all();
    if (all.length < 5) return false;
    if (!this.begun && (all[0]! & 0x80) !== 0 && all[2] === 1) return this.second(all);
    const [type, version, length] = [all[0]!, (all[1]! << 8) | all[2]!, (all[3]! << 8) | all[4]!];
    if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT || all[1] !== 3) {
      this.over = true;
      return false;
    }
    this.begun = true;
    if (type === APPLICATION_DATA) {
      // Nothing of it is looked at.
      const there = Math.min(all.length, 5 + length);
      this.waiting.drop(there);
      this.skip = 5 + length - there;
      this.told.other(type, version, all.subarray(5, 5));
      return true;
    }
    if (all.length < 5 + length) return false;
    const body = all.slice(5, 5 + length);
    this.waiting.drop(5 + length);
    if (type === HANDSHAKE && !this.encrypted) this.messages(body, version);
    else this.told.other(type, version, body);
    return true;
  }

  private second(all: Uint8Array): boolean {
    const length = ((all[0]! & 0x7f) << 8) | all[1]!;
    if (all.length < 2 + length) return false;
    const body = all.slice(2, 2 + length);
    this.begun = true;
    this.waiting.drop(2 + length);
    this.told.hello2(body);
    return true;
  }

  private messages(body: Uint8Array, version: number): void {
    this.handshake.add(body);
    while (this.handshake.length >= 4) {
      const all = this.handshake.all();
      const size = 4 + ((all[1]! << 16) | (all[2]! << 8) | all[3]!);
      if (size > MAX_HANDSHAKE) {
        this.over = true;
        return;
      }
      if (all.length < size) return;
      const message = all.slice(0, size);
      this.handshake.drop(size);
      this.told.message(message, version);
    }
  }
}
