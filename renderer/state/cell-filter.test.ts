import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellExpression, conversationExpression, type RowFacts } from './cell-filter.ts';

const facts: RowFacts = {
  row: 26,
  seconds: 1_795_555_348,
  nanoseconds: 38_901_000,
  length: 74,
  source: '192.0.2.10',
  destination: '2001:db8::80',
  protocol: 'TLSv1.3',
  info: 'GET "a\\b"',
};

test('cells ask in Wireshark’s words', () => {
  assert.equal(cellExpression('no', facts), 'frame.number == 27');
  assert.equal(cellExpression('time', facts), 'frame.time_epoch == 1795555348.038901000');
  assert.equal(cellExpression('source', facts), 'ip.src == 192.0.2.10');
  assert.equal(cellExpression('destination', facts), 'ipv6.dst == 2001:db8::80');
  assert.equal(cellExpression('source', { ...facts, source: '0a:94:e7:2b:3f:6c' }), 'eth.src == 0a:94:e7:2b:3f:6c');
  assert.equal(cellExpression('protocol', facts), '_ws.col.protocol == "TLSv1.3"');
  assert.equal(cellExpression('length', facts), 'frame.len == 74');
  assert.equal(cellExpression('info', facts), '_ws.col.info == "GET \\"a\\\\b\\""');
  assert.equal(cellExpression('verdict', facts), '');
  const early = { ...facts, seconds: -2, nanoseconds: 250_000_000 };
  assert.equal(cellExpression('time', early), 'frame.time_epoch == -1.750000000');
});

test('a conversation is both addresses and both ports', () => {
  assert.equal(
    conversationExpression('TCP', '192.0.2.10:59002', '192.0.2.80:443'),
    'ip.addr == 192.0.2.10 && ip.addr == 192.0.2.80 && tcp.port == 59002 && tcp.port == 443',
  );
  assert.equal(
    conversationExpression('UDP', '[fe80::1]:53', '[ff02::fb]:5353'),
    'ipv6.addr == fe80::1 && ipv6.addr == ff02::fb && udp.port == 53 && udp.port == 5353',
  );
  assert.equal(
    conversationExpression('ICMP', '192.0.2.10', '192.0.2.80'),
    'ip.addr == 192.0.2.10 && ip.addr == 192.0.2.80',
  );
});
