import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from './joined.ts';

test('an expression joins the filter that there is as in Wireshark', () => {
  assert.equal(joined('tcp', 'ip.src == 10.0.0.1', 'selected'), 'ip.src == 10.0.0.1');
  assert.equal(joined('tcp', 'ip.src == 10.0.0.1', 'not'), '!(ip.src == 10.0.0.1)');
  assert.equal(joined(' tcp or udp ', 'ip.ttl < 5', 'and'), '(tcp or udp) && (ip.ttl < 5)');
  assert.equal(joined('tcp', 'udp', 'or'), '(tcp) || (udp)');
  assert.equal(joined('tcp', 'ip.ttl < 5', 'andNot'), '(tcp) && !(ip.ttl < 5)');
  assert.equal(joined('tcp', 'ip.ttl < 5', 'orNot'), '(tcp) || !(ip.ttl < 5)');
  assert.equal(joined('', 'ip.ttl < 5', 'and'), 'ip.ttl < 5');
  assert.equal(joined('', 'ip.ttl < 5', 'orNot'), '!(ip.ttl < 5)');
});
