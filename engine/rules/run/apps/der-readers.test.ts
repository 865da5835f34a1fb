// Readers of protocols in BER and DER: Kerberos, SNMP, LDAP.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { derAt, derInteger, derOid } from './der.ts';
import { Krb5Reader } from './krb5.ts';
import { LdapReader } from './ldap.ts';
import { SnmpReader } from './snmp.ts';

type Part = Uint8Array;
function der(tag: number, ...parts: readonly (Part | string | readonly number[])[]): Part {
  const body = octets(...parts);
  return body.length < 128
    ? octets(tag, body.length, body)
    : octets(tag, 0x82, body.length >> 8, body.length & 255, body);
}
const int = (n: number): Part => der(2, [n]);
const text = (t: string): Part => der(4, t);
const seq = (...parts: readonly Part[]): Part => der(0x30, ...parts);
const at = (n: number, part: Part): Part => der(0xa0 + n, part);

test('DER: numbers, identifiers, lengths that run over their parent', () => {
  const n = octets([2, 2, 0xff, 0xfe]);
  assert.equal(derInteger(n, derAt(n, 0, n.length)!), -2);
  const oid = octets([6, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
  assert.equal(derOid(oid, derAt(oid, 0, oid.length)!), '1.2.840.113549');
  assert.equal(derAt(octets([0x30, 5, 1]), 0, 3), null);
  assert.equal(derAt(octets([0x30, 0x80, 0, 0]), 0, 4), null);
});

const name = (...parts: readonly string[]): Part => seq(at(0, int(1)), at(1, seq(...parts.map((p) => der(0x1b, p)))));
const sealed = (type: number): Part => seq(at(0, int(type)), at(2, text('x')));

test('Kerberos: kinds, names, the encryption of the ticket', () => {
  const ticket = der(0x61, seq(at(0, int(5)), at(1, der(0x1b, 'R')), at(2, name('cifs', 'host')), at(3, sealed(23))));
  const reply = der(0x6d, seq(at(0, int(5)), at(1, int(13)), at(4, name('user')), at(5, ticket), at(6, sealed(18))));
  const error = der(0x7e, seq(at(0, int(5)), at(1, int(30)), at(6, int(25)), at(10, name('krbtgt'))));
  const over = (m: Part): Part => octets([0, 0, m.length >> 8, m.length & 255], m);
  const talk: Talk = [
    [1, over(reply)],
    [1, over(error)],
  ];
  const reader = feed(new Krb5Reader(true), talk);
  assert.deepEqual(numbers(reader, 1, 'krb5_msg_type'), [13, 30]);
  assert.deepEqual(said(reader, 1, 'krb5.sname'), ['cifs', 'host', 'krbtgt']);
  assert.deepEqual(said(reader, 1, 'krb5.cname'), ['user']);
  assert.deepEqual(numbers(reader, 1, 'krb5.ticket_encryption'), [23]);
  assert.deepEqual(numbers(reader, 1, 'krb5.ticket_weak'), [1]);
  assert.deepEqual(numbers(reader, 1, 'krb5_err_code'), [25]);
  piecewise(() => new Krb5Reader(true), talk, 1, ['krb5.sname']);
  fuzz(() => new Krb5Reader(true), talk);
  fuzz(() => new Krb5Reader(false), [[1, reply]]);
});

test('SNMP: community, kind, traps of version 1, the user of version 3', () => {
  const trap = der(0xa4, der(6, [0x2b, 6, 1]), der(0x40, [10, 0, 0, 1]), int(6));
  const talk: Talk = [
    [0, seq(int(1), text('public'), der(0xa1, int(1)))],
    [1, seq(int(0), text('c'), trap)],
    [
      0,
      seq(
        int(3),
        seq(int(1)),
        der(4, seq(text('e'), int(0), int(0), text('joe'))),
        seq(text(''), text(''), der(0xa0, int(1))),
      ),
    ],
  ];
  const reader = feed(new SnmpReader(), talk);
  assert.deepEqual(numbers(reader, 0, 'snmp.version'), [2, 3]);
  assert.deepEqual(numbers(reader, 0, 'snmp.pdu_type'), [1, 0]);
  assert.deepEqual(said(reader, 0, 'snmp.community'), ['public']);
  assert.deepEqual(said(reader, 0, 'snmp.usm'), ['joe']);
  assert.deepEqual(said(reader, 1, 'snmp.trap_oid'), ['1.3.6.1']);
  assert.deepEqual(said(reader, 1, 'snmp.trap_address'), ['10.0.0.1']);
  fuzz(() => new SnmpReader(), talk);
});

test('LDAP: a search and all its answers are one transaction, counted at their end', () => {
  const search = seq(
    int(2),
    der(
      0x63,
      text('dc=x'),
      der(10, [2]),
      der(10, [0]),
      int(0),
      int(0),
      der(1, [0]),
      der(0x87, 'a'),
      seq(text('cn'), text('*')),
    ),
  );
  const entry = seq(int(2), der(0x64, text('cn=a,dc=x'), seq(seq(text('cn'), der(0x31, text('a'))))));
  const done = seq(int(2), der(0x65, der(10, [0]), text(''), text('fine')));
  const talk: Talk = [
    [0, search],
    [1, octets(entry, entry, done)],
  ];
  const reader = feed(new LdapReader(true), talk);
  assert.equal(reader.transactions.length, 1);
  assert.deepEqual(said(reader, 0, 'ldap.request.dn'), ['dc=x']);
  assert.deepEqual(said(reader, 0, 'ldap.request.attribute_type'), ['cn', '*']);
  assert.deepEqual(numbers(reader, 1, 'ldap.responses.operation'), [4, 4, 5]);
  assert.deepEqual(numbers(reader, 1, 'ldap.responses.count'), [3]);
  assert.deepEqual(said(reader, 1, 'ldap.responses.dn'), ['cn=a,dc=x', 'cn=a,dc=x', '']);
  assert.deepEqual(said(reader, 1, 'ldap.responses.message'), ['fine']);
  piecewise(() => new LdapReader(true), talk, 1, ['ldap.responses.attribute_type']);
  fuzz(() => new LdapReader(true), talk);
});
