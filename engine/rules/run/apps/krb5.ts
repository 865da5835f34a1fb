// Kerberos 5 (RFC 4120) as rules see it: every message is a transaction.
import { keyed } from '../../../../contract/index.ts';
import { ApplicationReader, Gathered } from '../application.ts';
import type { Transaction, TransactionSide } from '../transaction.ts';
import { contextChild, derAt, derBytes, derChildren, derInteger, type DerNode, explicitChild } from './der.ts';

const MAX_MESSAGE = 1_048_576;
const [AS_REQ, AS_REP, TGS_REQ, TGS_REP, ERROR] = [10, 11, 12, 13, 30] as const;

/** Kinds of encryption (RFC 3961, 8, and IANA's table). */
export const ENCRYPTION_TYPES: Readonly<Record<string, number>> = keyed({
  'des-cbc-crc': 1,
  'des-cbc-md4': 2,
  'des-cbc-md5': 3,
  'des-cbc-raw': 4,
  'des3-cbc-md5': 5,
  'des3-cbc-raw': 6,
  'des3-cbc-sha1': 7,
  'des-hmac-sha1': 8,
  'dsawithsha1-cmsoid': 9,
  'md5withrsaencryption-cmsoid': 10,
  'sha1withrsaencryption-cmsoid': 11,
  'rc2cbc-envoid': 12,
  'rsaencryption-envoid': 13,
  'rsaes-oaep-env-oid': 14,
  'des-ede3-cbc-env-oid': 15,
  'des3-cbc-sha1-kd': 16,
  'aes128-cts-hmac-sha1-96': 17,
  'aes256-cts-hmac-sha1-96': 18,
  'aes128-cts-hmac-sha256-128': 19,
  'aes256-cts-hmac-sha384-192': 20,
  'rc4-hmac': 23,
  'rc4-hmac-exp': 24,
  'camellia128-cts-cmac': 25,
  'camellia256-cts-cmac': 26,
  'subkey-keymaterial': 65,
});
const STRONG = new Set([16, 17, 18, 19, 20, 25, 26]);

export class Krb5Reader extends ApplicationReader {
  readonly name = 'krb5';
  private readonly overTcp: boolean;
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly broken: [boolean, boolean] = [false, false];

  constructor(overTcp: boolean) {
    super();
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (!this.overTcp) {
      this.message(side, data);
      return;
    }
    if (this.broken[side]) return;
    const waiting = this.waiting[side];
    waiting.add(data);
    while (waiting.length >= 4) {
      const all = waiting.all();
      const size = all[0]! * 2 ** 24 + (all[1]! << 16) + (all[2]! << 8) + all[3]!;
      if (size > MAX_MESSAGE) {
        this.broken[side] = true;
        waiting.clear();
        return;
      }
      if (all.length < 4 + size) return;
      const message = all.slice(4, 4 + size);
      waiting.drop(4 + size);
      this.message(side, message);
    }
  }

  override gap(side: 0 | 1): void {
    this.broken[side] = true;
  }

  private message(dir: 0 | 1, b: Uint8Array): void {
    const outer = derAt(b, 0, b.length);
    const body = outer === null ? null : derAt(b, outer.from, outer.to);
    const t = this.open();
    if (outer === null || body === null || outer.tagClass !== 1 || !isKnown(outer.tag))
      t.event('krb5.malformed_data', dir);
    else tell(t, t.sides[dir], b, outer.tag, body);
    t.finish();
  }
}

function isKnown(tag: number): boolean {
  return tag === AS_REQ || tag === AS_REP || tag === TGS_REQ || tag === TGS_REP || tag === ERROR;
}

function tell(t: Transaction, side: TransactionSide, b: Uint8Array, type: number, body: DerNode): void {
  side.number('krb5_msg_type', type);
  if (type === AS_REQ || type === TGS_REQ) {
    const request = explicitChild(b, body, 4);
    if (request === undefined) return;
    tellName(side, 'krb5.cname', b, explicitChild(b, request, 1));
    tellName(side, 'krb5.sname', b, explicitChild(b, request, 3));
    return;
  }
  if (type === ERROR) {
    const code = derInteger(b, explicitChild(b, body, 6));
    if (code !== null) side.number('krb5_err_code', code);
    tellName(side, 'krb5.cname', b, explicitChild(b, body, 8));
    tellName(side, 'krb5.sname', b, explicitChild(b, body, 10));
    return;
  }
  tellName(side, 'krb5.cname', b, explicitChild(b, body, 4));
  const own = encryptionOf(b, explicitChild(b, body, 6));
  if (own !== null && !STRONG.has(own)) t.event('krb5.weak_encryption', 1);
  const outer = explicitChild(b, body, 5);
  const ticket = outer === undefined ? null : derAt(b, outer.from, outer.to);
  if (ticket === null) return;
  tellName(side, 'krb5.sname', b, explicitChild(b, ticket, 2));
  const encryption = encryptionOf(b, explicitChild(b, ticket, 3));
  if (encryption === null) return;
  side.number('krb5.ticket_encryption', encryption);
  side.number('krb5.ticket_weak', STRONG.has(encryption) ? 0 : 1);
}

function encryptionOf(b: Uint8Array, data: DerNode | undefined): number | null {
  return data === undefined ? null : derInteger(b, explicitChild(b, data, 0));
}

/** The parts of a name, each a value (RFC 4120, 5.2.2). */
function tellName(side: TransactionSide, buffer: string, b: Uint8Array, name: DerNode | undefined): void {
  const outer = name === undefined ? undefined : contextChild(b, name, 1);
  const list = outer === undefined ? null : derAt(b, outer.from, outer.to);
  if (list === null) return;
  for (const part of derChildren(b, list).slice(0, 32)) side.add(buffer, derBytes(b, part));
}
