// Keywords of applications with values of their own, and those that name files, frames and events.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passes } from './integers.ts';
import { readRules, type RuleSet } from './read-rule.ts';

const VARIABLES = { addresses: new Map<string, string>(), ports: new Map<string, string>() };
function read(application: string, options: string): RuleSet {
  return readRules(`alert ${application} any any -> any any (${options} sid:1;)`, 'a.rules', VARIABLES);
}
function fieldOf(application: string, options: string): (n: number) => boolean {
  const { rules, refused } = read(application, options);
  assert.deepEqual(refused, [], options);
  return (n) => passes(rules[0]!.fields[0]!.test, n);
}

test('flags that are set and that are not', () => {
  const mqtt = fieldOf('mqtt', 'mqtt.flags:dup,!retain;');
  assert.deepEqual([8, 9, 10, 0].map(mqtt), [true, false, true, false]);
  const ws = fieldOf('websocket', 'websocket.flags:fin,!comp;');
  assert.deepEqual([0x80, 0xc0].map(ws), [true, false]);
});

test('versions and states of TLS, one of several and none of them', () => {
  const some = fieldOf('tls', 'ssl_version:tls1.0,tls1.1;');
  assert.deepEqual([4, 8, 16].map(some), [true, true, false]);
  const none = fieldOf('tls', 'ssl_version:!tls1.3,tls1.2;');
  assert.deepEqual([4, 16, 32].map(none), [true, false, false]);
  const state = fieldOf('tls', 'ssl_state:client_hello|server_hello;');
  assert.deepEqual([1, 2, 4].map(state), [true, true, false]);
});

test('dates of certificates', () => {
  const before = fieldOf('tls', 'tls_cert_notbefore:1998-05-01<>2008-05-01;');
  assert.deepEqual([Date.UTC(2000, 0, 1) / 1000, Date.UTC(2010, 0, 1) / 1000].map(before), [true, false]);
  const after = fieldOf('tls', 'tls_cert_notafter:>2015;');
  assert.deepEqual([Date.UTC(2014, 5, 1) / 1000, Date.UTC(2015, 0, 2) / 1000].map(after), [false, true]);
});

test('numbers in lists, kinds of encryption, procedures by name', () => {
  const opnum = fieldOf('dcerpc', 'dcerpc.opnum:12,18-24,5;');
  assert.deepEqual([5, 12, 18, 24, 25].map(opnum), [true, true, true, true, false]);
  const etype = fieldOf('krb5', 'krb5.ticket_encryption:rc4-hmac, 18;');
  assert.deepEqual([23, 18, 17].map(etype), [true, true, false]);
  const write = fieldOf('nfs', 'nfs_procedure:WRITE;');
  assert.deepEqual([3007, 4038, 4007].map(write), [true, true, false]);
  const chosen = fieldOf('ike', 'ike.chosen_sa_attribute:sa_key_length>=128;');
  assert.deepEqual([64, 128].map(chosen), [false, true]);
  assert.equal(read('tcp', 'dce_iface:5d2b62aa-ee0a-4a95-91ae-b064fdb471fc,>1;').rules[0]!.fields.length, 1);
});

test('what is not known is refused by name', () => {
  for (const [application, options] of [
    ['mqtt', 'mqtt.flags:odd;'],
    ['tls', 'ssl_version:tls9;'],
    ['tls', 'tls_cert_notbefore:soon;'],
    ['krb5', 'krb5.ticket_encryption:rot13;'],
    ['ike', 'ike.chosen_sa_attribute:colour=1;'],
    ['nfs', 'nfs_procedure:dance;'],
    ['mqtt', 'app-layer-event:mqtt.nonsense;'],
    ['http', 'app-layer-event:constructor.x;'],
    ['mqtt', 'frame:request.line; content:"a";'],
    ['http', 'filemagic:"PDF";'],
    ['http', 'file.magic; content:"PDF";'],
  ] as const) {
    const { rules, refused } = read(application, options);
    assert.equal(rules.length, 0, options);
    assert.equal(refused.length, 1, options);
  }
});

test('lists of hashes, names of files, frames', () => {
  const hashes = read('http', 'filemd5:bad.md5;').rules[0]!.buffers[0]!;
  assert.equal(hashes.buffer, 'file.hash-md5');
  assert.deepEqual(hashes.steps, [{ step: 'dataset', operation: 'isset', set: 'md5:bad.md5' }]);
  assert.equal(read('smtp', 'fileext:"exe";').rules[0]!.buffers[0]!.buffer, 'file.name');
  assert.equal(read('sip', 'frame:request.line; content:"a";').rules[0]!.buffers[0]!.buffer, 'frame.sip.request.line');
  assert.equal(read('ssh', 'frame:ssh.record.hdr; content:"a";').rules[0]!.buffers[0]!.buffer, 'frame.ssh.record.hdr');
});
