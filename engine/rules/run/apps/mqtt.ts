// MQTT 3.1, 3.1.1 and 5.0 as rules see it: a transaction is a message and those that answer it. All of them stand on
// the side that began it.
import { ApplicationReader, Gathered } from '../application.ts';
import type { Transaction, TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const [CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const;
const [DISCONNECT, AUTH] = [14, 15] as const;
/** Bytes of one message; of a longer one only its header is told. */
const MAX_MESSAGE = 1_048_576;
const MAX_TOPICS = 256;
const MAX_WAITING = 1_024;
/** Key of the connection's own exchange among those that wait. */
const OF_CONNECT = -1;

interface Header {
  readonly type: number;
  readonly flags: number;
  readonly qos: number;
}

export class MqttReader extends ApplicationReader {
  readonly name = 'mqtt';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly skip: [number, number] = [0, 0];
  private readonly broken: [boolean, boolean] = [false, false];
  /** Exchanges without an end yet, by packet identifier. */
  private readonly asked = new Map<number, { readonly t: Transaction; readonly side: 0 | 1 }>();
  private connected = false;
  private version = 0;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.broken[side]) return;
    let now = data;
    if (this.skip[side] > 0) {
      const n = Math.min(this.skip[side], now.length);
      this.skip[side] -= n;
      now = now.subarray(n);
    }
    const waiting = this.waiting[side];
    waiting.add(now);
    for (;;) {
      const all = waiting.all();
      const length = remaining(all);
      if (length === null) return;
      if (length < 0) {
        this.malformed(side);
        return;
      }
      const head = headSize(all);
      if (length > MAX_MESSAGE) {
        this.long(side, all, head + length);
        continue;
      }
      if (all.length < head + length) return;
      const pdu = all.slice(0, head + length);
      waiting.drop(head + length);
      this.message(side, pdu, head);
    }
  }

  override gap(side: 0 | 1, count: number): void {
    this.skip[side] = Math.max(0, this.skip[side] - count);
    this.waiting[side].clear();
  }

  private malformed(side: 0 | 1): void {
    this.broken[side] = true;
    const t = this.open();
    t.event('mqtt.malformed_traffic', side);
    t.finish();
  }

  private long(side: 0 | 1, all: Uint8Array, size: number): void {
    const t = this.open();
    tellHeader(t.sides[side], headerOf(all[0]!));
    t.finish();
    const there = Math.min(size, all.length);
    this.skip[side] = size - there;
    this.waiting[side].drop(there);
  }

  private message(side: 0 | 1, pdu: Uint8Array, head: number): void {
    const header = headerOf(pdu[0]!);
    const c = new Cursor(pdu, head);
    if (header.type === CONNECT) {
      const at = new Cursor(pdu, head);
      at.skip(at.u16());
      this.version = at.u8();
    }
    const id = this.idOf(header, c);
    const known = isAnswer(header.type) ? this.asked.get(id) : undefined;
    const t = known?.t ?? this.open();
    const on = known?.side ?? side;
    const out = t.sides[on];
    tellHeader(out, header);
    if (this.version > 0) out.number('mqtt.protocol_version', this.version);
    tellFrames(out, pdu, head);
    if (!tellBody(out, header, c, this.version)) t.event('mqtt.malformed_traffic', on);
    this.follow(header, id, t, on, known !== undefined);
  }

  /** Reads ahead: the identifier that joins messages. */
  private idOf(header: Header, c: Cursor): number {
    const { type } = header;
    if (type === CONNECT || type === CONNACK) return OF_CONNECT;
    const at = new Cursor(c.b, c.at, c.end);
    if (type === PUBLISH) {
      if (header.qos === 0) return OF_CONNECT;
      at.skip(at.u16());
    }
    return at.u16();
  }

  private follow(header: Header, id: number, t: Transaction, side: 0 | 1, answered: boolean): void {
    const { type, qos } = header;
    let waits = false;
    if (type === CONNECT) {
      if (this.connected) t.event('mqtt.double_connect', side);
      waits = true;
    } else if (type === PUBLISH || type === SUBSCRIBE || type === UNSUBSCRIBE) {
      if (qos === 3) t.event('mqtt.invalid_qos_level', side);
      waits = qos > 0;
    } else if (type === PUBREC || type === PUBREL) waits = answered;
    if (isAnswer(type) && !answered) t.event(MISSING[type] ?? 'mqtt.missing_publish', side);
    if (type === CONNACK && answered) this.connected = true;
    if (type === 0) t.event('mqtt.unassigned_msg_type', side);
    else if (type !== CONNECT && type !== CONNACK && !answered && !this.connected)
      t.event('mqtt.unintroduced_message', side);
    if (waits) {
      this.asked.set(id, { t, side });
      const [oldest] = this.asked.keys();
      if (this.asked.size > MAX_WAITING && oldest !== undefined) {
        const late = this.asked.get(oldest)!;
        late.t.event('mqtt.too_many_transactions', late.side);
        late.t.finish();
        this.asked.delete(oldest);
      }
      return;
    }
    this.asked.delete(answered ? id : NaN);
    t.finish();
  }
}

const MISSING: Readonly<Record<number, string>> = {
  [CONNACK]: 'mqtt.missing_connect',
  [SUBACK]: 'mqtt.missing_subscribe',
  [UNSUBACK]: 'mqtt.missing_unsubscribe',
};

function isAnswer(type: number): boolean {
  return type === CONNACK || (type >= PUBACK && type <= PUBCOMP) || type === SUBACK || type === UNSUBACK;
}

function headerOf(first: number): Header {
  return { type: first >> 4, flags: first & 15, qos: (first >> 1) & 3 };
}

/** Bytes of a message after its fixed header (2.1.4). @returns null where not all of it is there, -1 where it is wrong */
function remaining(b: Uint8Array): number | null {
  let n = 0;
  for (let i = 0; i < 4; i++) {
    if (1 + i >= b.length) return null;
    n += (b[1 + i]! & 127) * 128 ** i;
    if (b[1 + i]! < 128) return n;
  }
  return -1;
}

function headSize(b: Uint8Array): number {
  let at = 1;
  while (b[at]! > 127) at++;
  return at + 1;
}

function tellHeader(side: TransactionSide, h: Header): void {
  side.number('mqtt.type', h.type);
  side.number('mqtt.flags', h.flags);
  side.number('mqtt.qos', h.qos);
}

function tellFrames(side: TransactionSide, pdu: Uint8Array, head: number): void {
  side.add('frame.mqtt.pdu', pdu);
  side.add('frame.mqtt.header', pdu.subarray(0, head));
  if (pdu.length > head) side.add('frame.mqtt.data', pdu.subarray(head));
}

/** @returns whether the message holds what it must */
function tellBody(side: TransactionSide, h: Header, c: Cursor, version: number): boolean {
  switch (h.type) {
    case CONNECT:
      return tellConnect(side, c);
    case CONNACK:
      side.number('mqtt.connack.session_present', c.u8() & 1);
      side.number('mqtt.reason_code', c.u8());
      return c.ok && over(c, version);
    case PUBLISH:
      return tellPublish(side, h, c, version);
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      c.u16();
      return tellReason(side, c, version) && c.ok;
    case SUBSCRIBE:
    case UNSUBSCRIBE:
      c.u16();
      return over(c, version) && tellTopics(side, c, h.type === SUBSCRIBE);
    case SUBACK:
      c.u16();
      return over(c, version) && tellReasons(side, c);
    case UNSUBACK:
      c.u16();
      return version === 5 ? properties(c) && tellReasons(side, c) : c.ok;
    case DISCONNECT:
    case AUTH:
      return tellReason(side, c, version);
    default:
      return true;
  }
}

/** Properties, where the version has them. */
function over(c: Cursor, version: number): boolean {
  return version !== 5 || properties(c);
}

function tellPublish(side: TransactionSide, h: Header, c: Cursor, version: number): boolean {
  side.set('mqtt.publish.topic', c.take(c.u16()));
  if (h.qos > 0) c.u16();
  if (!over(c, version)) return false;
  if (c.ok) side.set('mqtt.publish.message', c.rest());
  return c.ok;
}

/** One reason, left out where it is 0 (MQTT 5, 3.4.2.1). */
function tellReason(side: TransactionSide, c: Cursor, version: number): boolean {
  if (version !== 5) return true;
  side.number('mqtt.reason_code', c.left > 0 ? c.u8() : 0);
  return c.left === 0 || properties(c);
}

function tellReasons(side: TransactionSide, c: Cursor): boolean {
  for (let i = 0; c.left > 0 && i < MAX_TOPICS; i++) side.number('mqtt.reason_code', c.u8());
  return c.ok;
}

function tellConnect(side: TransactionSide, c: Cursor): boolean {
  side.set('mqtt.connect.protocol_string', c.take(c.u16()));
  const version = c.u8();
  const flags = c.u8();
  c.u16();
  if (!c.ok) return false;
  side.number('mqtt.connect.flags', flags);
  if (version === 5 && !properties(c)) return false;
  side.set('mqtt.connect.clientid', c.take(c.u16()));
  if ((flags & 4) !== 0) {
    if (version === 5 && !properties(c)) return false;
    side.set('mqtt.connect.willtopic', c.take(c.u16()));
    side.set('mqtt.connect.willmessage', c.take(c.u16()));
  }
  if ((flags & 0x80) !== 0) side.set('mqtt.connect.username', c.take(c.u16()));
  if ((flags & 0x40) !== 0) side.set('mqtt.connect.password', c.take(c.u16()));
  return c.ok;
}

function tellTopics(side: TransactionSide, c: Cursor, withOptions: boolean): boolean {
  for (let i = 0; c.left > 0 && i < MAX_TOPICS; i++) {
    const topic = c.take(c.u16());
    if (withOptions) c.u8();
    if (!c.ok) return false;
    side.add(withOptions ? 'mqtt.subscribe.topic' : 'mqtt.unsubscribe.topic', topic);
  }
  return true;
}

/** Goes over the properties of MQTT 5 (2.2.2). */
function properties(c: Cursor): boolean {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const octet = c.u8();
    length += (octet & 127) * 128 ** i;
    if (octet < 128) break;
    if (i === 3) return false;
  }
  c.skip(length);
  return c.ok;
}
