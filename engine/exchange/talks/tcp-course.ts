// The course of a connection as Zeek tells it: its state, its history, and how many bytes each side sent by its numbers
// (Zeek's documentation of base/protocols/conn, `conn_state` and `history`).
import { type Layers, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../decode/index.ts';
import type { CourseOf } from './course.ts';

type State = 'inactive' | 'syn-sent' | 'syn-ack-sent' | 'partial' | 'established' | 'closed' | 'reset';

/** Beyond this a number of a SYN or RST says nothing of how much was sent. */
const TOO_FAR = 1_048_576;
/** Steps at which what may come often is written again. */
const SCALE = 10;

class Side {
  state: State = 'inactive';
  before: State = 'inactive';
  closed = false;
  start = 0;
  last = 0;
  acknowledged = 0;
  /** 2^32 bytes, each time that numbers began anew. */
  lastWraps = 0;
  ackWraps = 0;
  fins = 0;
  lastSyn = -1;
  lastFin = -1;
  lastRst = -1;
  scale = 0;
  readonly seen = new Set<string>();
  readonly often = new Map<string, { count: number; next: number }>();

  to(state: State): void {
    if (state === this.state) return;
    this.before = this.state;
    this.state = state;
  }

  begin(start: number, last: number): void {
    this.start = start >>> 0;
    this.acknowledged = start >>> 0;
    this.last = last >>> 0;
    this.lastWraps = this.ackWraps = 0;
  }

  get idle(): boolean {
    return this.state === 'inactive' || this.state === 'partial';
  }
}

/** @returns how far a number is ahead of another */
function ahead(a: number, b: number): number {
  return (a - b) | 0;
}

export class TcpCourse implements CourseOf {
  private readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  private told = '';

  /** @param flipped the side that answers was heard first */
  constructor(flipped: boolean) {
    if (flipped) this.told = '^';
  }

  /** Whether both sides are done: what follows does not make the connection longer. */
  get over(): boolean {
    return this.sides[0].closed && this.sides[1].closed;
  }

  get history(): string {
    return this.told;
  }

  /** @param dir 0 from whoever began */
  packet(dir: 0 | 1, l: Layers): void {
    const [own, peer] = [this.sides[dir], this.sides[dir ^ 1]!];
    const { tcpFlags: flags, tcpSequence: seq, payloadWire: length } = l;
    const syn = (flags & TCP_SYN) !== 0;
    const rst = (flags & TCP_RST) !== 0;
    const taken = (rst ? 0 : length) + (syn ? 1 : 0) + ((flags & TCP_FIN) === 0 ? 0 : 1);
    const end = (seq + taken) >>> 0;
    this.number(own, syn, seq, end);
    this.letters(dir, flags, seq, length);
    this.window(dir, l, flags);
    if ((flags & TCP_ACK) !== 0) this.acknowledgement(own, peer, l.tcpAcknowledgement, rst);
    this.advance(dir, end, flags, length);
    this.step(dir, flags, length);
  }

  /** Bytes that one side has acknowledged and nobody saw. */
  gap(dir: 0 | 1): void {
    const { state } = this.sides[dir];
    if (state !== 'closed' && state !== 'reset') this.often(dir, 'g');
  }

  /** A checksum that does not fit. */
  damaged(dir: 0 | 1): void {
    this.often(dir, 'c');
  }

  private number(own: Side, syn: boolean, seq: number, end: number): void {
    switch (own.state) {
      case 'inactive':
        // Without a SYN numbers are counted as if there had been one.
        if (syn) own.begin(seq, end);
        else own.begin(seq - 1, seq);
        return;
      case 'syn-sent':
      case 'syn-ack-sent':
        if (syn && seq !== own.start) own.begin(seq, end);
        return;
      case 'established':
      case 'partial':
        if (syn) own.begin(seq, end);
        return;
      case 'reset':
        if (syn && own.before === 'inactive') own.begin(seq, end);
        return;
      default:
    }
  }

  private letter(dir: 0 | 1, letter: string): void {
    this.told += dir === 0 ? letter.toUpperCase() : letter;
  }

  /** @returns whether the letter was there already */
  private once(dir: 0 | 1, letter: string, kind = letter): boolean {
    const { seen } = this.sides[dir];
    if (seen.has(kind)) return true;
    seen.add(kind);
    this.letter(dir, letter);
    return false;
  }

  private often(dir: 0 | 1, letter: string): void {
    const { often } = this.sides[dir];
    const counted = often.get(letter) ?? { count: 0, next: 1 };
    often.set(letter, counted);
    if (++counted.count !== counted.next) return;
    counted.next *= SCALE;
    this.letter(dir, letter);
  }

  private letters(dir: 0 | 1, flags: number, seq: number, length: number): void {
    const own = this.sides[dir];
    const [syn, fin, rst] = [(flags & TCP_SYN) !== 0, (flags & TCP_FIN) !== 0, (flags & TCP_RST) !== 0];
    if (Number(syn) + Number(fin) + Number(rst) > 1) {
      this.once(dir, fin && rst ? 'i' : 'q');
    } else if (syn) {
      const letter = (flags & TCP_ACK) === 0 ? 's' : 'h';
      if (this.once(dir, letter, 'syn') && seq !== own.lastSyn) this.letter(dir, letter);
      own.lastSyn = seq;
    } else if (fin) {
      const at = (seq + length) >>> 0;
      if (this.once(dir, 'f') && at !== own.lastFin) this.letter(dir, 'f');
      own.lastFin = at;
    } else if (rst) {
      if (this.once(dir, 'r') && seq !== own.lastRst) this.letter(dir, 'r');
      own.lastRst = seq;
    } else if (length > 0) this.once(dir, 'd');
    else if ((flags & TCP_ACK) !== 0) this.once(dir, 'a');
  }

  private window(dir: 0 | 1, l: Layers, flags: number): void {
    const [own, peer] = [this.sides[dir], this.sides[dir ^ 1]!];
    const boring = (flags & TCP_RST) !== 0 || peer.state === 'closed' || own.state === 'reset';
    if (l.tcpWindow === 0 && !boring) this.often(dir, 'w');
  }

  private acknowledgement(own: Side, peer: Side, ack: number, rst: boolean): void {
    if (peer.state === 'inactive') {
      peer.begin(ack - 1, ack - 1);
      return;
    }
    if (rst || (ahead(ack, peer.start) < 0 && peer.ackWraps === 0 && peer.lastWraps === 0)) return;
    const far = ahead(ack, peer.acknowledged);
    if (far <= 0 || (ack === 0 && far > TOO_FAR)) return;
    if (ack < peer.acknowledged) peer.ackWraps++;
    peer.acknowledged = ack;
    void own;
  }

  /** Notes how far the side has come, and what it sent again. */
  private advance(dir: 0 | 1, end: number, flags: number, length: number): void {
    const own = this.sides[dir];
    if ((flags & TCP_FIN) !== 0) own.fins++;
    const far = ahead(end, own.last);
    if ((flags & (TCP_SYN | TCP_RST)) !== 0 && Math.abs(far) > TOO_FAR) return;
    const onlySyn = (flags & TCP_FIN) !== 0 && own.last === (own.start + 1) >>> 0;
    if (!onlySyn && own.state === 'reset') return;
    if (onlySyn || far > 0) {
      if (end < own.last && far > 0) own.lastWraps++;
      own.last = end;
    } else if (length > 0) this.often(dir, 't');
  }

  private step(dir: 0 | 1, flags: number, length: number): void {
    const own = this.sides[dir];
    switch (own.state) {
      case 'inactive':
        this.fromInactive(dir, flags, length);
        return;
      case 'syn-sent':
      case 'syn-ack-sent':
        if ((flags & TCP_FIN) !== 0) this.end(dir, 'closed');
        if ((flags & TCP_RST) !== 0) this.end(dir, 'reset');
        return;
      case 'established':
      case 'partial':
        this.fromOpen(dir, flags);
        return;
      case 'closed':
        if ((flags & TCP_RST) !== 0 && this.sides[dir ^ 1]!.state !== 'closed') this.end(dir, 'reset');
        return;
      default:
    }
  }

  private end(dir: 0 | 1, state: 'closed' | 'reset'): void {
    this.sides[dir].to(state);
    this.sides[dir].closed = true;
  }

  private fromInactive(dir: 0 | 1, flags: number, length: number): void {
    const [own, peer] = [this.sides[dir], this.sides[dir ^ 1]!];
    const ack = (flags & TCP_ACK) !== 0;
    if ((flags & TCP_SYN) !== 0) {
      if (dir === 0) own.to(ack ? 'syn-ack-sent' : 'syn-sent');
      else {
        if (peer.state === 'syn-sent') peer.to('established');
        own.to('established');
      }
    }
    if ((flags & TCP_FIN) !== 0) this.end(dir, 'closed');
    if ((flags & TCP_RST) !== 0) this.end(dir, 'reset');
    if (own.state !== 'inactive') return;
    // Some acknowledge a SYN before they answer it.
    if (dir === 1 && length === 0 && peer.state === 'syn-sent') return;
    own.to(ack && peer.state === 'established' ? 'established' : 'partial');
  }

  private fromOpen(dir: 0 | 1, flags: number): void {
    const [own, peer] = [this.sides[dir], this.sides[dir ^ 1]!];
    const rst = (flags & TCP_RST) !== 0;
    const again = (flags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
    if (again && own.state === 'partial' && peer.state === 'inactive') own.to('syn-sent');
    if ((flags & TCP_FIN) !== 0 && !rst) {
      this.end(dir, 'closed');
      // A reset behind a FIN was an ordinary end.
      if (peer.state === 'reset' && peer.before === 'closed') peer.to('closed');
    }
    if (rst) this.end(dir, 'reset');
  }

  /** Payload bytes that a side sent, by its sequence numbers. */
  bytes(dir: 0 | 1): number {
    const [own, peer] = [this.sides[dir], this.sides[dir ^ 1]!];
    if (own.state === 'inactive' && own.last === 0 && own.acknowledged === 0) return 0;
    const acked = own.acknowledged !== own.start || own.ackWraps > 0;
    if (own.before === 'syn-sent' && own.state === 'reset' && peer.state === 'inactive' && acked) return 0;
    const last = own.lastWraps * 2 ** 32 + own.last;
    const acknowledged = own.ackWraps * 2 ** 32 + own.acknowledged;
    let size = Math.max(0, Math.max(last, acknowledged) - own.start);
    if (size > 0) size--;
    if (own.fins > 0 && size > 0) size--;
    return size;
  }

  get state(): string {
    const [one, two] = this.sides;
    if (two.state === 'reset') return this.reset(one);
    if (one.state === 'reset') {
      if (!two.idle) return 'RSTO';
      return /\^?S[^HAFGIQ]*R/.test(this.told) ? 'RSTOS0' : 'OTH';
    }
    if (one.state === 'closed') {
      if (two.state === 'closed') return 'SF';
      return two.idle ? 'SH' : 'S2';
    }
    if (two.state === 'closed') return one.idle ? 'SHR' : 'S3';
    if (one.state === 'syn-sent' && two.state === 'inactive') return 'S0';
    return one.state === 'established' && two.state === 'established' ? 'S1' : 'OTH';
  }

  /** Whoever was asked has reset the connection. */
  private reset(one: Side): string {
    const asked = one.state === 'syn-sent' || one.state === 'syn-ack-sent';
    if (asked || (one.state === 'reset' && this.bytes(0) === 0 && this.bytes(1) === 0)) return 'REJ';
    return one.idle ? 'RSTRH' : 'RSTR';
  }
}
