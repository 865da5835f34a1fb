// Evidence of certificates and contacts: each rule at its boundary, and every exemption.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin, Looks, madeCertificate, type MadeLook, rulesOf } from '../testing/looks.ts';
import { certificateJudge } from './certificate.ts';
import { contactJudge } from './contact.ts';
import { opensTls } from './first-bytes.ts';
import { DEFAULT_SUBJECTS } from './data/default-certificates.ts';

const HELLO = { ja3: 'j' };

function certificate(subject: string, o: Parameters<typeof madeCertificate>[1] = {}, made: MadeLook = {}): string[] {
  const facts = { ...HELLO, certificate: madeCertificate(subject, o), ...made.facts };
  return rulesOf(certificateJudge, { ...made, facts });
}

test('a self-signed certificate is young up to 30 days', () => {
  assert.deepEqual(certificate('CN=a.example.test', { days: 31 }), ['self-signed']);
  assert.deepEqual(certificate('CN=a.example.test', { days: 29 }), ['self-signed', 'self-signed-young']);
  assert.deepEqual(certificate('CN=a.example.test', { days: -1 }), ['self-signed'], 'not valid yet is not young');
  assert.deepEqual(certificate('CN=a.example.test', { days: 1, issuer: 'CN=Authority' }), []);
});

test('the age of a certificate is said in days, and not as none', () => {
  const age = (days: number): string => {
    const facts = { ja3: 'j', certificate: madeCertificate('CN=a.example.test', { days }) };
    return new Looks(certificateJudge()).see({ facts }).find((s) => s.rule === 'self-signed-young')!.said;
  };
  assert.match(age(0.4), /itself, less than a day old \(/);
  assert.match(age(1), /itself, 1 day old \(/);
  assert.match(age(29.9), /itself, 29 days old \(/);
});

test('a self-signed domain counts without name and DNS only', () => {
  const unresolved = { unresolved: true };
  assert.ok(certificate('CN=foreign.test', {}, unresolved).includes('self-signed-domain-unnamed'));
  assert.ok(!certificate('CN=foreign.test').includes('self-signed-domain-unnamed'), 'resolved');
  assert.ok(!certificate('CN=192.0.2.1', {}, unresolved).includes('self-signed-domain-unnamed'), 'an address');
  const named = { unresolved: true, facts: { ja3: 'j', serverName: 'foreign.test' } };
  assert.ok(!certificate('CN=foreign.test', {}, named).includes('self-signed-domain-unnamed'), 'asked for');
});

test('a wrong name is none that the certificate covers, nor a mail server’s', () => {
  const asked = (port = 443): MadeLook => ({ port, facts: { ja3: 'j', serverName: 'www.asked.test' } });
  const wrong = (subject: string, o = {}, made = asked()): boolean =>
    certificate(subject, o, made).includes('self-signed-wrong-name');
  assert.ok(wrong('CN=other.test'));
  assert.ok(wrong('CN=other.test', { names: Array.from({ length: 25 }, (_, i) => `n${i}.test`) }), 'many names');
  assert.ok(!wrong('CN=www.asked.test'));
  assert.ok(!wrong('CN=*.asked.test'));
  assert.ok(wrong('CN=*.test'), 'one label only');
  assert.ok(!wrong('CN=x', { names: ['WWW.asked.test'] }));
  for (const port of [25, 465, 587, 110, 995, 143, 993]) assert.ok(!wrong('CN=other.test', {}, asked(port)));
});

test('an odd port counts for certificates younger than 90 days, or without name and DNS', () => {
  const odd = (days: number, made: MadeLook): boolean =>
    certificate('CN=a.test', { days }, made).includes('self-signed-odd-port');
  assert.ok(odd(89, { port: 4443 }));
  assert.ok(!odd(91, { port: 4443 }));
  assert.ok(odd(91, { port: 4443, unresolved: true }));
  assert.ok(!odd(1, { port: 443 }));
  assert.ok(!odd(1, { port: 993 }), 'mail');
});

test('default names are whole words', () => {
  for (const text of DEFAULT_SUBJECTS)
    assert.ok(certificate(`CN=${text}`, { issuer: 'CN=A' }).includes('default-certificate'), text);
  for (const subject of ['O=Empires Ltd', 'CN=Venomous', 'CN=notlocalhost', 'CN=Test', 'CN=myexample.com'])
    assert.deepEqual(certificate(subject, { issuer: 'CN=A' }), [], subject);
});

test('a default name on a new certificate counts 3', () => {
  const rule = 'default-certificate-young';
  assert.ok(certificate('O=Internet Widgits Pty Ltd', { days: 30 }).includes(rule));
  assert.ok(!certificate('O=Internet Widgits Pty Ltd', { days: 31 }).includes(rule));
  assert.ok(!certificate('O=Internet Widgits Pty Ltd', { days: 5, issuer: 'CN=A' }).includes(rule), 'not self-signed');
  assert.ok(!certificate('O=Firm', { days: 5 }).includes(rule));
});

test('remote desktop has certificates of its own making and clients without names', () => {
  const made = { port: 3389, unresolved: true };
  assert.deepEqual(certificate('CN=PC-7', { days: 60 }, made), ['self-signed', 'self-signed-no-domain']);
  const tpkt: MadeLook = { port: 3390, observed: { first: [latin('\x03\x00\x00\x13'), latin('')] } };
  assert.deepEqual(certificate('CN=PC-7', { days: 60 }, tpkt), ['self-signed', 'self-signed-no-domain']);
  for (const bytes of ['\x03\x01\x00\x13', '\x02\x00\x00\x13']) {
    const other: MadeLook = { port: 3390, observed: { first: [latin(bytes), latin('')] } };
    assert.ok(certificate('CN=PC-7', { days: 60 }, other).includes('self-signed-odd-port'), 'no TPKT');
  }
  const odd = (port: number): boolean => rulesOf(contactJudge, { port, facts: HELLO }).includes('tls-no-name-odd-port');
  assert.deepEqual([odd(3388), odd(3389)], [true, false]);
  const named: MadeLook = { port: 3389, facts: { ja3: 'j', serverName: 'pc.test' } };
  assert.deepEqual(certificate('CN=PC-7', {}, named), ['self-signed', 'self-signed-no-domain']);
  const address: MadeLook = { facts: { ja3: 'j', serverName: '192.0.2.7' } };
  assert.ok(!certificate('CN=a.test', {}, address).includes('self-signed-wrong-name'), 'an address is no name');
});

test('no domain, and a company that was made up', () => {
  assert.ok(certificate('CN=server').includes('self-signed-no-domain'));
  assert.ok(!certificate('CN=server.test').includes('self-signed-no-domain'));
  assert.ok(!certificate('O=Firm').includes('self-signed-no-domain'), 'no name at all');
  const company = (s: string): boolean => certificate(s).includes('self-signed-many-fields-no-name');
  assert.ok(company('C=UK, L=London, O=Firm, CN=a.test'));
  assert.ok(!company('C=UK, O=Firm, CN=a.test'), 'three fields');
  assert.ok(!company('C=UK, L=London, OU=Unit, CN=a.test'), 'no company');
});

test('Tor is named, counts nothing, and keeps other rules silent', () => {
  const tor = { issuer: 'CN=www.abcdefgh234567.com', days: 5 };
  assert.deepEqual(certificate('CN=www.ijklmnop234567.net', tor, { port: 9001 }), ['tor-certificate']);
  const facts = { ja3: 'j', certificate: madeCertificate('CN=www.ijklmnop234567.net', tor) };
  assert.deepEqual(rulesOf(contactJudge, { port: 9001, unresolved: true, facts }), []);
  assert.ok(!certificate('CN=www.short.net', { issuer: 'CN=www.abcdefgh234567.com' }).includes('tor-certificate'));
});

test('private peers carry no certificates or contacts', () => {
  for (const to of ['10.0.9.9', '192.168.9.9', '172.16.0.9']) {
    assert.deepEqual(certificate('CN=a.test', { days: 1 }, { to }), [], to);
    assert.deepEqual(rulesOf(contactJudge, { to, port: 4443, facts: HELLO }), [], to);
  }
});

test('DTLS shows certificates of its own kind', () => {
  assert.deepEqual(certificate('CN=a.test', { days: 1 }, { transport: 'udp' }), []);
});

test('two addresses without name and DNS by one program', () => {
  const looks = new Looks(contactJudge());
  const unnamed = (to: string, start: number, ja3 = 'j', from = '10.0.0.5'): boolean =>
    looks.rules({ from, to, start, facts: { ja3 }, unresolved: true }).includes('tls-unnamed-many');
  assert.ok(!unnamed('93.184.216.1', 0));
  assert.ok(!unnamed('93.184.216.1', 10), 'the same address again');
  assert.ok(!unnamed('93.184.216.2', 20, 'other'), 'another program');
  assert.ok(!unnamed('93.184.216.2', 20, 'j', '10.0.0.6'), 'another host');
  assert.ok(!unnamed('93.184.216.2', 3_700), 'more than an hour later');
  assert.ok(unnamed('93.184.216.3', 3_800));
  assert.ok(!looks.rules({ to: '93.184.216.9', facts: { ja3: 'j' }, start: 3_900 }).includes('tls-unnamed-many'));
});

test('contact without a name: port, DNS, and the fact that contagion needs', () => {
  const contact = (made: MadeLook): string[] => rulesOf(contactJudge, { facts: HELLO, ...made });
  assert.deepEqual(contact({}), ['tls-unnamed-public']);
  assert.deepEqual(contact({ port: 4443 }), ['tls-unnamed-public', 'tls-no-name-odd-port']);
  assert.deepEqual(contact({ unresolved: true }), ['tls-unnamed-public', 'tls-no-name-no-dns']);
  assert.deepEqual(contact({ facts: { ja3: 'j', serverName: 'a.test' }, port: 4443, unresolved: true }), []);
  assert.deepEqual(contact({ transport: 'udp', port: 4443 }), []);
});

test('what is no TLS on 443', () => {
  const first = (bytes: Uint8Array, made: MadeLook = {}): string[] =>
    rulesOf(contactJudge, { observed: { first: [bytes, latin('')] }, ...made });
  assert.deepEqual(first(latin('abcd')), ['not-tls-on-443']);
  assert.deepEqual(first(latin('abc')), [], 'three bytes');
  assert.deepEqual(first(latin('abcd'), { port: 444 }), []);
  assert.deepEqual(first(latin('abcd'), { app: 'TLS' }), [], 'TLS comes later');
  assert.deepEqual(first(latin('abcd'), { began: false }), []);
  assert.deepEqual(first(latin('abcd'), { from: '8.8.8.8' }), []);
  assert.deepEqual(rulesOf(contactJudge, { observed: { first: [latin('GET /'), latin('')], httpRequests: 1 } }), []);
  for (const hello of [
    '\x16\x03\x01\x00',
    '\x17\x03\x03\x00',
    '\x80\x46\x01\x03',
    '\x80\x2e\x01\x00',
    '\x15\x03\x01\x00',
  ])
    assert.ok(opensTls(latin(hello)) && first(latin(hello)).length === 0);
});
