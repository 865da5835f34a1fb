// LDAP (RFC 4511) as rules see it: a transaction is a request and all that answers it.
import { ApplicationReader, ascii, Gathered } from '../application.ts';
import { DONE, STARTED, type Transaction, type TransactionSide } from '../transaction.ts';
import { derAt, derBytes, derChildren, derInteger, derLength, type DerNode } from './der.ts';

const MAX_MESSAGE = 1_048_576;
const MAX_WAITING = 512;
const [BIND, BIND_RESPONSE, UNBIND, SEARCH, ENTRY, MODIFY, ADD, DELETE, RENAME, COMPARE, ABANDON] = [
  0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16,
] as const;
const [REFERENCE, EXTENDED, EXTENDED_RESPONSE, INTERMEDIATE] = [19, 23, 24, 25] as const;
const START_TLS = '1.3.6.1.4.1.1466.20037';
/** Answers that are results (RFC 4511, 4.1.9). */
const RESULTS = new Set([BIND_RESPONSE, 5, 7, 9, 11, 13, 15, EXTENDED_RESPONSE]);

interface Exchange {
  readonly t: Transaction;
  /** Answers so far. */
  count: number;
  readonly startTls: boolean;
}

export class LdapReader extends ApplicationReader {
  readonly name = 'ldap';
  private readonly overTcp: boolean;
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly broken: [boolean, boolean] = [false, false];
  private readonly asked = new Map<number, Exchange>();

  constructor(overTcp: boolean) {
    super();
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.broken[side]) return;
    if (!this.overTcp) {
      this.read(side, data);
      return;
    }
    const waiting = this.waiting[side];
    waiting.add(data);
    const used = this.read(side, waiting.all());
    if (used < 0) {
      this.broken[side] = true;
      waiting.clear();
    } else if (used > 0) waiting.drop(used);
  }

  override gap(side: 0 | 1): void {
    this.broken[side] = true;
    this.waiting[side].clear();
  }

  override end(side: 0 | 1): void {
    if (side === 0) return;
    for (const e of this.asked.values()) this.over(e);
    this.asked.clear();
  }

  /** @returns how many bytes whole messages were made of, -1 where there is something else */
  private read(side: 0 | 1, b: Uint8Array): number {
    let at = 0;
    while (at + 2 <= b.length) {
      if (b[at] !== 0x30) return -1;
      const length = derLength(b, at + 1, b.length);
      if (length === null) return b.length - at > 6 ? -1 : at;
      if (length.value > MAX_MESSAGE) return -1;
      const end = length.next + length.value;
      if (end > b.length) return at;
      const message = b.slice(at, end);
      const outer = derAt(message, 0, message.length);
      if (outer !== null) this.message(side, message, derChildren(message, outer));
      at = end;
    }
    return at;
  }

  private message(dir: 0 | 1, b: Uint8Array, parts: readonly DerNode[]): void {
    const id = derInteger(b, parts[0]);
    const operation = parts[1];
    if (id === null || operation === undefined || operation.tagClass !== 1) {
      const t = this.open();
      t.event('ldap.invalid_data', dir);
      t.finish();
      return;
    }
    if (dir === 0) this.request(id, b, operation);
    else this.response(id, b, operation);
  }

  private request(id: number, b: Uint8Array, operation: DerNode): void {
    const t = this.open();
    const side = t.sides[0];
    side.number('ldap.request.operation', operation.tag);
    tellRequest(side, b, operation);
    side.reach(DONE);
    if (operation.tag === UNBIND || operation.tag === ABANDON) {
      t.finish();
      return;
    }
    const first = operation.tag === EXTENDED ? derChildren(b, operation)[0] : undefined;
    const startTls = first !== undefined && Buffer.from(derBytes(b, first)).toString('latin1') === START_TLS;
    this.asked.set(id, { t, count: 0, startTls });
    const [oldest] = this.asked.entries();
    if (this.asked.size > MAX_WAITING && oldest !== undefined) {
      oldest[1].t.event('ldap.too_many_transactions', 0);
      this.over(oldest[1]);
      this.asked.delete(oldest[0]);
    }
  }

  private response(id: number, b: Uint8Array, operation: DerNode): void {
    const { tag } = operation;
    let exchange = this.asked.get(id);
    if (exchange === undefined) {
      const t = this.open();
      if (id !== 0 || tag !== EXTENDED_RESPONSE) t.event('ldap.request_not_found', 1);
      exchange = { t, count: 0, startTls: false };
      this.asked.set(id, exchange);
    }
    exchange.count++;
    const side = exchange.t.sides[1];
    side.number('ldap.responses.operation', tag);
    const code = tellResponse(side, b, operation);
    side.reach(STARTED);
    if (tag === ENTRY || tag === REFERENCE || tag === INTERMEDIATE) return;
    this.asked.delete(id);
    this.over(exchange);
    if (exchange.startTls && code === 0) this.successor = 'tls';
  }

  private over(e: Exchange): void {
    // Only now are all of them counted.
    if (e.count > 0) e.t.sides[1].number('ldap.responses.count', e.count);
    e.t.finish();
  }
}

function tellRequest(side: TransactionSide, b: Uint8Array, operation: DerNode): void {
  const parts = derChildren(b, operation);
  const put = (node: DerNode | undefined): void => {
    if (node !== undefined) side.set('ldap.request.dn', derBytes(b, node));
  };
  const types = (nodes: readonly DerNode[]): void => {
    for (const node of nodes) side.add('ldap.request.attribute_type', derBytes(b, node));
  };
  switch (operation.tag) {
    case BIND:
      put(parts[1]);
      break;
    case SEARCH:
      put(parts[0]);
      if (parts[7] !== undefined) types(derChildren(b, parts[7]));
      break;
    case MODIFY:
      put(parts[0]);
      for (const change of parts[1] === undefined ? [] : derChildren(b, parts[1])) {
        const attribute = derChildren(b, change)[1];
        if (attribute !== undefined) types(derChildren(b, attribute).slice(0, 1));
      }
      break;
    case ADD:
      put(parts[0]);
      for (const attribute of parts[1] === undefined ? [] : derChildren(b, parts[1]))
        types(derChildren(b, attribute).slice(0, 1));
      break;
    case DELETE:
      side.set('ldap.request.dn', derBytes(b, operation));
      break;
    case RENAME:
      put(parts[0]);
      break;
    case COMPARE:
      put(parts[0]);
      if (parts[1] !== undefined) types(derChildren(b, parts[1]).slice(0, 1));
      break;
    default:
  }
}

/** @returns the code of a result, null where the answer is none */
function tellResponse(side: TransactionSide, b: Uint8Array, operation: DerNode): number | null {
  const parts = derChildren(b, operation);
  if (operation.tag === ENTRY) {
    if (parts[0] !== undefined) side.add('ldap.responses.dn', derBytes(b, parts[0]));
    for (const attribute of parts[1] === undefined ? [] : derChildren(b, parts[1])) {
      const type = derChildren(b, attribute)[0];
      if (type !== undefined) side.add('ldap.responses.attribute_type', derBytes(b, type));
    }
    return null;
  }
  if (!RESULTS.has(operation.tag)) return null;
  const code = derInteger(b, parts[0]);
  if (code !== null) side.number('ldap.responses.result_code', code);
  if (parts[1] !== undefined) side.add('ldap.responses.dn', derBytes(b, parts[1]));
  side.add('ldap.responses.message', parts[2] === undefined ? ascii('') : derBytes(b, parts[2]));
  return code;
}
