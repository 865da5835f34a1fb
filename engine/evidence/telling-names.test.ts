// Evidence in names: which names carry which rule, and to whom it is added.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsSeen } from '../observe/index.ts';
import { MadeCapture, PEER } from '../testing/evidence-kit.ts';
import { Looks } from '../testing/looks.ts';
import { clientHello } from '../testing/packets.ts';
import { namesJudge, rulesOf } from './names.ts';

function of(name: string): string[] {
  return rulesOf(name).map((rule) => rule.name);
}

test('dynamic names, but not the site of such a service that tells an address', () => {
  assert.deepEqual(of('me.duckdns.org'), ['dynamic-dns']);
  assert.deepEqual(of('notduckdns.org'), []);
  assert.deepEqual(of('checkip.dyndns.org'), ['ip-lookup']);
  assert.deepEqual(of('home.dyndns.org'), ['dynamic-dns']);
});

test('cheap endings, but not of well known names', () => {
  assert.deepEqual(of('garden.xyz'), ['cheap-tld']);
  assert.deepEqual(of('garden.org'), []);
  assert.deepEqual(of('xyz.garden.org'), []);
});

test('random names, but no reverse names, name servers of a cloud, or names of one label', () => {
  assert.deepEqual(of('www.xkqjvbzwpt.com'), ['dga-name']);
  assert.deepEqual(of('xkqjvb.com'), [], 'six letters');
  assert.deepEqual(of('4.3.2.1.xkqjvbzwpt.in-addr.arpa'), []);
  assert.deepEqual(of('xkqjvbzwptawdqz'), []);
  assert.deepEqual(of('ns-1.awsdns-qwxzkpvbn.com'), []);
  assert.deepEqual(of('a.dlp-test.com'), [], 'words between hyphens');
  assert.deepEqual(of('top'), []);
  assert.deepEqual(of('xkqjvbzwpt.arpa'), []);
  assert.deepEqual(of('8.8.8.8'), []);
  assert.deepEqual(of('2001:db8::xkqjvbzwpt'), []);
});

test('drop sites are a fact without points', () => {
  assert.deepEqual(of('pastebin.com'), ['drop-site']);
  assert.equal(rulesOf('pastebin.com')[0]?.points, 0);
});

test('a question’s evidence is for the name, not for the resolver; later flows carry it for their peer', () => {
  const found = new MadeCapture()
    .dns('api.ipify.org', PEER)
    .connection([{ dir: 0, data: clientHello('api.ipify.org') }], { port: 443, at: 5 })
    .found();
  assert.deepEqual(
    found.map((f) => [f.rule, f.peer]),
    [
      ['ip-lookup', PEER],
      ['ip-lookup', 'ipify.org'],
    ].toSorted((a, b) => found.findIndex((f) => f.peer === a[1]) - found.findIndex((f) => f.peer === b[1])),
  );
  assert.match(found[0]!.said, /^api\.ipify\.org tells a machine/);
});

test('each rule has a sentence of its own, and a name that is asked for twice is told once', () => {
  const said = (name: string): string[] =>
    new MadeCapture()
      .ask(name)
      .found()
      .map((f) => f.said);
  assert.match(said('me.duckdns.org')[0]!, /^me\.duckdns\.org is a name of a service/);
  assert.match(said('garden.xyz')[0]!, /^garden\.xyz is under \.xyz,/);
  assert.match(said('xkqjvbzwpt.com')[0]!, /^xkqjvbzwpt\.com looks as if it was made by chance/);
  assert.match(said('pastebin.com')[0]!, /^pastebin\.com is a site where anybody can leave/);
  assert.match(said('api.ipify.org')[0]!, /^api\.ipify\.org tells a machine/);
  const message = (packet: number, name = 'a.garden.xyz'): DnsSeen => {
    return { packet, seconds: 0, response: false, name, type: 1, rcode: 0, addresses: 0, size: 60 };
  };
  const seen = new Looks(namesJudge()).see({
    transport: 'udp',
    port: 53,
    observed: { dns: [message(1), message(2), message(3, 'b.garden.xyz')] },
  });
  assert.deepEqual(
    seen.map((s) => s.packets),
    [[1], [3]],
  );
});

test('names of the neighbourhood are nobody’s in the world', () => {
  const label = (text: string): number[] => [text.length, ...Buffer.from(text)];
  const query = Uint8Array.from([
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    ...label('garden'),
    ...label('xyz'),
    0,
    0,
    1,
    0,
    1,
  ]);
  const asked = (port: number, to: string): string[] => new MadeCapture().udp(query, { port, to }).rules();
  assert.deepEqual(asked(53, '10.0.0.1'), ['cheap-tld']);
  assert.deepEqual(asked(5_353, '224.0.0.251'), []);
});
