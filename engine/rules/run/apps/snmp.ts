// SNMP (RFC 1157, 3416, 3412) as rules see it: every message is a transaction.
import { ApplicationReader } from '../application.ts';
import type { Transaction, TransactionSide } from '../transaction.ts';
import { derAt, derBytes, derChildren, derInteger, type DerNode, derOid } from './der.ts';

const TRAP_V1 = 4;
const OCTETS = 4;

export class SnmpReader extends ApplicationReader {
  readonly name = 'snmp';

  bytes(dir: 0 | 1, b: Uint8Array): void {
    const outer = derAt(b, 0, b.length);
    const parts = outer === null ? [] : derChildren(b, outer);
    const said = derInteger(b, parts[0]);
    const t = this.open();
    if (said === null || said < 0 || said > 3) t.event('snmp.malformed_data', dir);
    else tell(t, dir, b, parts, said === 3 ? 3 : said + 1);
    t.finish();
  }
}

function tell(t: Transaction, dir: 0 | 1, b: Uint8Array, parts: readonly DerNode[], version: number): void {
  const side = t.sides[dir];
  side.number('snmp.version', version);
  if (version < 3) {
    const [, community, pdu] = parts;
    if (community === undefined || pdu === undefined || community.tag !== OCTETS) t.event('snmp.malformed_data', dir);
    if (community !== undefined) side.set('snmp.community', derBytes(b, community));
    if (pdu !== undefined) tellPdu(side, b, pdu);
    return;
  }
  const [, , security, scoped] = parts;
  const usm = security === undefined ? null : derAt(b, security.from, security.to);
  const user = usm === null ? undefined : derChildren(b, usm)[3];
  if (user === undefined) t.event('snmp.unknown_security_model', dir);
  else side.set('snmp.usm', derBytes(b, user));
  // Encrypted ones are octets.
  const pdu = scoped === undefined || scoped.tag === OCTETS ? undefined : derChildren(b, scoped)[2];
  if (pdu !== undefined) tellPdu(side, b, pdu);
}

function tellPdu(side: TransactionSide, b: Uint8Array, pdu: DerNode): void {
  if (pdu.tagClass !== 2) return;
  side.number('snmp.pdu_type', pdu.tag);
  if (pdu.tag !== TRAP_V1) return;
  const [enterprise, address, type] = derChildren(b, pdu);
  if (enterprise !== undefined) side.setText('snmp.trap_oid', derOid(b, enterprise));
  if (address !== undefined && address.to - address.from === 4)
    side.setText('snmp.trap_address', b.subarray(address.from, address.to).join('.'));
  const number = derInteger(b, type);
  if (number !== null) side.number('snmp.trap_type', number);
}
