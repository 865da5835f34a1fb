// Names and hosts: registered names, popular ones, public addresses, and how random a name looks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostName, hostPort, isAddressName, isPublicAddress, isPublicIp4Name, ip4Of } from './hosts.ts';
import { POPULAR } from './data/popular-names.ts';
import { isPopular, isPopularForPrograms } from './popular.ts';
import { nameScore } from './random-name.ts';
import { registeredLabel, registeredName } from './registered.ts';

test('the registered name is the public suffix and one label', () => {
  assert.equal(registeredName('a.b.Example.com.'), 'example.com');
  assert.equal(registeredName('www.shop.co.uk'), 'shop.co.uk');
  assert.equal(registeredName('x.y.com.br'), 'y.com.br');
  assert.equal(registeredName('deep.user.github.io'), 'user.github.io');
  assert.equal(registeredName('co.uk'), 'co.uk');
  assert.equal(registeredName('localhost'), '');
  assert.equal(registeredName('me.com'), 'me.com');
  assert.equal(registeredName('www.me.com'), 'me.com');
  assert.equal(registeredLabel('a.example.co.uk'), 'example');
  assert.equal(registeredLabel('localhost'), '');
});

test('a name under a popular one is popular, a name that only ends like it is not', () => {
  assert.ok(isPopular('www.microsoft.com'));
  assert.ok(isPopular('Update.GOOGLE.com.'));
  assert.ok(isPopular('wpad'));
  assert.ok(!isPopular('evilmicrosoft.com'));
  assert.ok(!isPopular('microsoft.com.example'));
  assert.ok(!isPopular('x.wpad'));
  assert.ok(!isPopular('8.8.8.8'));
  assert.ok(POPULAR.size > 1_000);
});

test('where anybody stores files a program is not excused', () => {
  for (const name of ['x.s3.amazonaws.com', 'github.com', 'dl.dropboxusercontent.com', 'a.blogspot.com']) {
    assert.ok(isPopular(name), name);
    assert.ok(!isPopularForPrograms(name), name);
  }
  assert.ok(isPopularForPrograms('download.windowsupdate.com'));
  assert.ok(!isPopularForPrograms('example.org'));
});

test('every popular name is a lower-case name with a dot, or one of the two that Windows asks alone', () => {
  for (const name of POPULAR.keys()) assert.match(name, /^(?:[a-z0-9-]+\.)+[a-z]+$|^wpad$|^isatap$/);
});

test('a host is told from its port', () => {
  assert.equal(hostName('Example.COM:8080'), 'example.com');
  assert.equal(hostName('[2001:db8::1]:80'), '2001:db8::1');
  assert.equal(hostName('2001:db8::1'), '2001:db8::1');
  assert.equal(hostPort('1.2.3.4:8080'), 8080);
  assert.equal(hostPort('[::1]:81'), 81);
  assert.equal(hostPort('example.com'), 0);
  assert.ok(isAddressName('1.2.3.4'));
  assert.ok(isAddressName('fe80::1'));
  assert.ok(!isAddressName('1.2.3.256'));
  assert.ok(!isAddressName('cafe.example'));
});

test('public addresses are those that are routed globally', () => {
  const six = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
  for (const text of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.0.1.1', '223.255.255.255', '11.0.0.1']) {
    assert.ok(isPublicIp4Name(text), text);
  }
  const inside = '10.0.0.1 172.16.0.1 172.31.9.9 192.168.1.1 127.0.0.1 169.254.1.1 100.64.0.1 224.0.0.1 239.1.1.1 '
    .concat('240.0.0.1 255.255.255.255 0.0.0.0 192.0.2.1 198.51.100.1 203.0.113.1 198.19.0.1')
    .split(' ');
  for (const text of inside) assert.ok(!isPublicAddress(ip4Of(text)!), text);
  assert.ok(isPublicAddress(six('26064700000000000000000000001111')));
  assert.ok(isPublicAddress(six('20014860486000000000000000008888')));
  assert.ok(!isPublicAddress(six('20010db8000000000000000000000001')));
  assert.ok(!isPublicAddress(six('fe800000000000000000000000000001')));
  assert.ok(!isPublicAddress(six('fd000000000000000000000000000001')));
  assert.ok(!isPublicAddress(six('ff020000000000000000000000000001')));
  assert.ok(!isPublicAddress(six('00000000000000000000ffff0a000001')));
});

test('names made by chance score high, words and short names do not', () => {
  for (const name of ['xkqjvbzwpt.com', 'q7x9zk3vw8r2.net', 'hgzxqwvbnmkjd.info'])
    assert.ok(nameScore(name) > 1.1, name);
  for (const name of ['wonderland.com', 'mountainview.org', 'newspaper.co.uk', 'stationery.com']) {
    assert.ok(nameScore(name) < 0.4, `${name} ${nameScore(name)}`);
  }
  assert.equal(nameScore('xkqjvb.com'), 0);
  assert.equal(nameScore('xn--qxwkzpvbn-9ya.com'), 0, 'another script');
  assert.ok(nameScore('web_portal-data.com') < 0.4, 'words with signs between');
});
