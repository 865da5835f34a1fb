// Evidence of peers without a name: each rule at its boundary, and every exemption, in captures that the test makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, MadeCapture, type MadeFlow, PEER, type Turn } from '../testing/evidence-kit.ts';
import { clientHello } from '../testing/packets.ts';

test('HTTP to a bare public address is told with its port', () => {
  const [found] = new MadeCapture().http([{ host: `${PEER}:8080`, target: '/x' }], { port: 8080 }).found();
  assert.equal(found?.rule, 'http-to-address');
  assert.match(found.said, /45\.79\.10\.20, port 8080/);
  assert.deepEqual(new MadeCapture().http([{ host: PEER }]).rules(), ['http-to-address']);
  assert.deepEqual(new MadeCapture().http([{ host: '10.0.0.9' }], { to: '10.0.0.9' }).rules(), []);
  assert.deepEqual(new MadeCapture().http([{ host: PEER, method: 'HEAD' }]).rules(), []);
  assert.deepEqual(new MadeCapture().http([{ host: '999.1.1.1' }]).rules(), [], 'no address');
  const film = (type: string): string[] => new MadeCapture().http([{ host: PEER, response: { type } }]).rules();
  assert.deepEqual(film('video/mp4'), [], 'players ask by address');
  assert.deepEqual(film('text/plain'), ['http-to-address']);
});

test('a host with blanks or signs that no name has is told', () => {
  const host = (text: string, to = PEER): string[] => new MadeCapture().http([{ host: text }], { to }).rules();
  assert.deepEqual(host('1QmM edu'), ['http-impossible-host']);
  assert.deepEqual(host('a<b>.test'), ['http-impossible-host']);
  assert.deepEqual(host('1QmM edu', '10.0.0.9'), []);
  for (const fine of ['my_host.test', 'xn--bcher-kva.test', 'bücher.test', '[2001:db8::1]:80', 'a%20b.test'])
    assert.deepEqual(host(fine), [], fine);
});

test('HTTP on a port of its own is ordinary, on another one told', () => {
  for (const port of [80, 8080, 8000, 3128, 8888, 81, 8008, 5000, 591])
    assert.deepEqual(new MadeCapture().http([{}], { port }).rules(), [], String(port));
  assert.deepEqual(new MadeCapture().http([{}], { port: 8081 }).rules(), ['http-odd-port']);
  assert.deepEqual(new MadeCapture().http([{}], { port: 8081, to: '10.0.0.9' }).rules(), []);
});

const OWN = '\x1b\x84\xd5\xb0 own words';

function talk(data: string | Uint8Array, flow: MadeFlow = {}): [Turn[], MadeFlow] {
  const turns: Turn[] = [
    { dir: 0, data },
    { dir: 1, data: '\x01\x02\x03\x04' },
  ];
  return [turns, { port: 5_555, at: 300, ...flow }];
}

/** A capture in which the host was seen using DNS for somebody else, minutes before. */
function withDns(): MadeCapture {
  return new MadeCapture().dns('www.elsewhere.test', '45.79.99.99');
}

test('an unknown protocol to an address that no answer named is told', () => {
  assert.deepEqual(
    withDns()
      .connection(...talk(OWN))
      .rules(PEER),
    ['own-protocol'],
  );
  const none = (data: string | Uint8Array, flow: MadeFlow = {}): void =>
    assert.deepEqual(
      withDns()
        .connection(...talk(data, flow))
        .rules(flow.to ?? PEER)
        .filter((rule) => rule.startsWith('own-protocol')),
      [],
    );
  none('\x1b\x84\xd5');
  none('\x16\x03\x01\x00 cut');
  none('\x80\x46\x01\x03 hello of SSL 2', { port: 443 });
  none('GET / HTTP/1.1\r\nHost: x.test\r\n\r\n');
  none(clientHello(null), { port: 443 });
  none(OWN, { to: '10.0.0.9' });
  none(OWN, { from: '45.79.1.1' });
});

test('without any DNS answer, or with one for the peer, nothing is unresolved', () => {
  assert.deepEqual(new MadeCapture().connection(...talk(OWN)).rules(PEER), []);
  assert.deepEqual(
    new MadeCapture()
      .dns('www.somewhere.test', PEER)
      .connection(...talk(OWN))
      .rules(PEER),
    [],
  );
});

test('a port makes no protocol: what neither side’s bytes say is unknown', () => {
  const at = (port: number, data: string): string[] =>
    withDns()
      .connection(...talk(data, { port }))
      .rules(PEER);
  assert.deepEqual(at(2_404, OWN), ['own-protocol']);
  assert.deepEqual(at(6_379, OWN), ['own-protocol']);
  assert.deepEqual(at(6_379, 'PING 1\r\n'), []);
});

test('the same first four bytes twice are told again, within the hour', () => {
  const twice = (second: string, at = 900, to = '45.79.10.21'): string[] =>
    withDns()
      .connection(...talk(OWN))
      .connection(...talk(second, { at, to }))
      .rules(to);
  assert.deepEqual(twice(OWN), ['own-protocol-repeated']);
  assert.deepEqual(twice('\x02other words'), ['own-protocol']);
  assert.deepEqual(twice(OWN, 4_000), ['own-protocol'], 'after an hour');
});

test('hosts with more than ten such peers are peer to peer', () => {
  const capture = (peers: number): MadeCapture => {
    const made = withDns();
    for (let i = 0; i < peers; i++) made.connection(...talk(OWN, { to: `45.79.20.${i + 1}`, at: 300 + i }));
    return made;
  };
  assert.equal(capture(10).flows('own-protocol-repeated'), 9);
  assert.equal(capture(12).flows('own-protocol-repeated'), 9, 'neither the eleventh nor the twelfth');
  assert.equal(capture(3).found().at(-1)?.initiator, HOST);
});
