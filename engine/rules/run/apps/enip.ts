// EtherNet/IP and CIP (ODVA) as rules see them: a transaction is a message.
import { ApplicationReader, Gathered } from '../application.ts';
import type { TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const HEADER = 24;
const [LIST_SERVICES, LIST_IDENTITY, REGISTER, SEND_RR, SEND_UNIT] = [4, 0x63, 0x65, 0x6f, 0x70] as const;
const [UNCONNECTED, CONNECTED] = [0xb2, 0xb1] as const;
const [IDENTITY, SERVICES] = [0x0c, 0x100] as const;
const [ATTRIBUTE_LIST, MULTIPLE] = [3, 0x0a] as const;
const MAX_ITEMS = 32;
const MAX_DEPTH = 4;

export class EnipReader extends ApplicationReader {
  readonly name = 'enip';
  private readonly overTcp: boolean;
  private readonly waiting = [new Gathered(), new Gathered()] as const;

  constructor(overTcp: boolean) {
    super();
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (!this.overTcp) {
      if (data.length >= HEADER) this.message(side, data);
      return;
    }
    const waiting = this.waiting[side];
    waiting.add(data);
    while (waiting.length >= HEADER) {
      const head = waiting.all();
      const size = HEADER + (head[2]! | (head[3]! << 8));
      if (waiting.length < size) return;
      const message = waiting.all().slice(0, size);
      waiting.drop(size);
      this.message(side, message);
    }
  }

  override gap(side: 0 | 1): void {
    this.waiting[side].clear();
  }

  private message(dir: 0 | 1, b: Uint8Array): void {
    const t = this.open();
    const side = t.sides[dir];
    const c = new Cursor(b);
    const command = c.little(2);
    c.skip(6);
    side.number('enip_command', command);
    side.number('enip.status', c.little(4));
    c.skip(12);
    side.set('frame.enip.pdu', b);
    side.set('frame.enip.hdr', b.subarray(0, HEADER));
    if (b.length > HEADER) side.set('frame.enip.data', b.subarray(HEADER));
    if (command === REGISTER && c.left >= 2) side.number('enip.protocol_version', c.little(2));
    else if (command === SEND_RR || command === SEND_UNIT) {
      c.skip(6);
      tellItems(side, c);
    } else if ((command === LIST_IDENTITY || command === LIST_SERVICES) && c.left >= 2) tellItems(side, c);
    t.finish();
  }
}

/** Items of the common packet format. */
function tellItems(side: TransactionSide, c: Cursor): void {
  const count = Math.min(MAX_ITEMS, c.little(2));
  for (let i = 0; i < count && c.ok && c.left >= 4; i++) {
    const from = c.at;
    const type = c.little(2);
    const item = c.part(c.little(2));
    if (!item.ok) return;
    side.add('frame.enip.enip.item', c.b.subarray(from, item.end));
    if (type === CONNECTED) item.skip(2);
    if (type === CONNECTED || type === UNCONNECTED) {
      tellCip(side, item, 0);
    } else if (type === IDENTITY) tellIdentity(side, item);
    else if (type === SERVICES) {
      side.number('enip.protocol_version', item.little(2));
      side.number('enip.capabilities', item.little(2));
      const name = item.rest();
      const end = name.indexOf(0);
      side.add('enip.service_name', end < 0 ? name : name.subarray(0, end));
    }
  }
}

function tellIdentity(side: TransactionSide, c: Cursor): void {
  side.number('enip.protocol_version', c.little(2));
  c.skip(16);
  for (const field of ['vendor_id', 'device_type', 'product_code']) side.number(`enip.${field}`, c.little(2));
  side.number('enip.revision', c.u16());
  side.number('enip.identity_status', c.little(2));
  side.number('enip.serial', c.little(4));
  const name = c.take(c.u8());
  side.set('enip.product_name', name);
  side.number('enip.state', c.u8());
}

function tellCip(side: TransactionSide, c: Cursor, depth: number): void {
  if (c.left < 2 || depth > MAX_DEPTH) return;
  const start = c.at;
  side.add('frame.enip.cip', c.b.subarray(start, c.end));
  const first = c.u8();
  const service = first & 0x7f;
  side.number('enip.cip_service', service);
  if ((first & 0x80) !== 0) {
    c.skip(1);
    side.number('enip.cip_status', c.u8());
    const extended = c.u8();
    for (let i = 0; i < extended && c.left >= 2; i++) side.number('enip.cip_extendedstatus', c.little(2));
  } else tellPath(side, c.part(c.u8() * 2));
  if (service === ATTRIBUTE_LIST && (first & 0x80) === 0) {
    const count = Math.min(MAX_ITEMS, c.little(2));
    for (let i = 0; i < count && c.left >= 2; i++) side.number('enip.cip_attribute', c.little(2));
  }
  if (service !== MULTIPLE || c.left < 2) return;
  const from = c.at;
  const count = Math.min(MAX_ITEMS, c.little(2));
  const places = Array.from({ length: count }, () => from + c.little(2));
  for (const [i, place] of places.entries())
    if (place > start) tellCip(side, new Cursor(c.b, place, places[i + 1] ?? c.end), depth + 1);
}

/** Segments of a request's path: class, instance, attribute, in one, two or four octets. */
function tellPath(side: TransactionSide, c: Cursor): void {
  const names: Readonly<Record<number, string>> = {
    0: 'enip.cip_class',
    1: 'enip.cip_instance',
    4: 'enip.cip_attribute',
  };
  for (let i = 0; c.left >= 2 && i < MAX_ITEMS; i++) {
    const segment = c.u8();
    if (segment >> 5 !== 1) return;
    const size = segment & 3;
    if (size > 0) c.skip(1);
    const value = c.little(2 ** size);
    const name = names[(segment >> 2) & 7];
    if (c.ok && name !== undefined) side.number(name, value);
  }
}
