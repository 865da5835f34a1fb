// Evidence of DNS: each rule at its boundary, and that it goes to the name that was asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsSeen } from '../observe/index.ts';
import { Looks, type MadeLook, type Seen } from '../testing/looks.ts';
import { dnsJudge } from './dns.ts';
import { isPopular } from './popular.ts';
import { nameScore } from './random-name.ts';
import { registeredName } from './registered.ts';

const judge = () => dnsJudge({ registeredName, isPopular, nameScore });
const TXT = 16;

function message(name: string, o: Partial<DnsSeen> = {}): DnsSeen {
  return { packet: 7, seconds: 1_000_000, response: false, name, type: 1, rcode: 0, addresses: 0, size: 60, ...o };
}

function asks(looks: Looks, dns: readonly DnsSeen[], made: MadeLook = {}): Seen[] {
  return looks.see({ transport: 'udp', port: 53, to: '10.0.0.1', app: 'DNS', observed: { dns: [...dns] }, ...made });
}

/** So many names with a part of so many characters under a parent, each in a flow of its own. */
function names(n: number, characters: number, parent: string, o: Partial<DnsSeen> = {}): string[] {
  const looks = new Looks(judge());
  let last: Seen[] = [];
  for (let i = 0; i < n; i++) last = asks(looks, [message(`${String(i).padStart(characters, 'x')}.${parent}`, o)]);
  return last.map((s) => s.rule);
}

test('a tunnel is 15 names whose longest parts have 16 characters on average', () => {
  assert.deepEqual(names(14, 16, 'unknown-zone.test'), []);
  assert.deepEqual(names(15, 15, 'unknown-zone.test'), []);
  assert.deepEqual(names(15, 16, 'unknown-zone.test'), ['dns-tunnel']);
  assert.deepEqual(names(15, 16, 'windowsupdate.com'), [], 'popular');
  assert.deepEqual(names(15, 16, '2.0.192.in-addr.arpa'), []);
});

test('the evidence is of the name, with the packet', () => {
  const looks = new Looks(judge());
  const [found] = asks(looks, [message(`${'a'.repeat(50)}.zone.co.uk`)]);
  assert.deepEqual(found?.peer, { name: 'zone.co.uk' });
  assert.deepEqual(found?.packets, [7]);
  assert.match(found?.said ?? '', /zone\.co\.uk has a part of 50 characters/);
});

test('answers are no questions, and sixteen packets show what many do', () => {
  assert.deepEqual(names(40, 20, 'zone.test', { response: true, type: TXT }), []);
  const dns = Array.from({ length: 20 }, (_, i) => message(`${'x'.repeat(20)}${i}.zone.test`, { packet: i }));
  const [tunnel] = asks(new Looks(judge()), dns);
  assert.deepEqual(
    tunnel?.packets,
    Array.from({ length: 16 }, (_, i) => i),
  );
  const labels = ['qxzkvbtrw', 'wvzqxkjhg', 'zxcvkqwrt', 'kqjxzvwpt', 'xqzjkvbnw'];
  const unknown = Array.from({ length: 20 }, (_, i) =>
    message(`${labels[i % 5]}.test`, { packet: i, response: true, rcode: 3 }),
  );
  assert.equal(asks(new Looks(judge()), unknown)[0]?.packets.length, 16);
});

test('names older than an hour do not count, nor do messages that were looked at before', () => {
  const looks = new Looks(judge());
  for (let i = 0; i < 14; i++) asks(looks, [message(`${'x'.repeat(20)}${i}.zone.test`, { seconds: 0 })]);
  assert.deepEqual(asks(looks, [message(`${'x'.repeat(20)}99.zone.test`, { seconds: 3_700 })]), []);
  const texts = Array.from({ length: 4 }, () => message('a.text-zone.test', { type: TXT }));
  const made = (over: boolean): MadeLook => ({ transport: 'udp', port: 53, over, observed: { dns: texts } });
  assert.deepEqual(looks.again(900, made(false)), []);
  assert.deepEqual(looks.again(900, made(true)), []);
});

test('texts: 5 queries that are over 30 % of all; 10 long names are many', () => {
  const rules = (texts: number, others: number, parent = 'zone.test'): string[] => {
    const dns = [
      ...Array.from({ length: others }, () => message(`a.${parent}`)),
      ...Array.from({ length: texts }, () => message(`b.${parent}`, { type: TXT })),
    ];
    return asks(new Looks(judge()), dns).map((s) => s.rule);
  };
  assert.deepEqual(rules(4, 0), []);
  assert.deepEqual(rules(5, 0), ['dns-text-queries']);
  assert.deepEqual(rules(6, 14), [], 'exactly 30 %');
  assert.deepEqual(rules(6, 13), ['dns-text-queries']);
  assert.deepEqual(rules(5, 0, 'printer.local'), []);
  assert.deepEqual(names(9, 11, 'zone.test', { type: TXT }), ['dns-text-queries']);
  assert.deepEqual(names(10, 11, 'zone.test', { type: TXT }), ['dns-text-queries', 'dns-text-many'], '21 characters');
  assert.deepEqual(names(10, 9, 'zone.test', { type: TXT }), ['dns-text-queries'], '19 characters');
});

test('a long part has 50 characters', () => {
  const rules = (n: number, parent: string): string[] =>
    asks(new Looks(judge()), [message(`${'a'.repeat(n)}.${parent}`)]).map((s) => s.rule);
  assert.deepEqual(rules(49, 'zone.test'), []);
  const registered = asks(new Looks(judge()), [message(`www.${'a'.repeat(60)}.test`)]);
  assert.deepEqual(registered, [], 'what was registered carries no data');
  assert.deepEqual(rules(50, 'zone.test'), ['dns-long-label']);
  assert.deepEqual(rules(50, 'microsoft.com'), []);
});

test('five random names that do not exist; single labels are a browser’s probes', () => {
  const random = ['qxzkvbtrw.com', 'wvzqxkjhg.net', 'zxcvkqwrt.org', 'kqjxzvwpt.info', 'xqzjkvbnw.biz'];
  for (const name of random) assert.ok(nameScore(name) > 0.4, name);
  const told = (all: readonly string[], o: Partial<DnsSeen> = {}): Seen[] => {
    const looks = new Looks(judge());
    let last: Seen[] = [];
    for (const name of all) last = asks(looks, [message(name, { response: true, rcode: 3, ...o })]);
    return last;
  };
  assert.deepEqual(told(random.slice(0, 4)), []);
  const [found] = told(random);
  assert.equal(found?.rule, 'dns-many-unknown-random');
  assert.equal(found?.peer, 'unknown names');
  assert.deepEqual(told([...random.slice(0, 4), random[0]!]), [], 'the same name again');
  assert.deepEqual(told(random.map((n) => n.split('.')[0]!)), []);
  const looks = new Looks(judge());
  for (const name of random) asks(looks, [message(name, { response: true, rcode: 3 })]);
  assert.deepEqual(asks(looks, [message('www.gardening.com')]), [], 'a flow without one');
  assert.deepEqual(told(random, { rcode: 0 }), []);
  assert.deepEqual(told(random, { response: false }), [], 'a question');
  assert.deepEqual(
    told(['gardening.com', 'shopping.com', 'weathernews.com', 'bookstore.com', 'motorcycle.net']),
    [],
    'words',
  );
});

test('30 texts from one parent within an hour are fetched again and again', () => {
  const polled = (n: number, gap: number, parent = 'zone.test', type = TXT): boolean => {
    const looks = new Looks(judge());
    let rules: string[] = [];
    for (let i = 0; i < n; i++) {
      const seen = asks(looks, [message(`orders.${parent}`, { type, seconds: i * gap })]);
      rules = seen.map((s) => s.rule);
    }
    return rules.includes('dns-text-polled');
  };
  assert.ok(!polled(29, 10));
  assert.ok(polled(30, 10));
  assert.ok(!polled(30, 130), 'more than an hour');
  assert.ok(!polled(60, 10, 'zone.test', 1), 'addresses');
  assert.ok(!polled(60, 10, 'windowsupdate.com'), 'popular');
});

test('types that carry anything are texts; look-ups of addresses in lists are none', () => {
  const rules = (type: number, name = (i: number): string => `${i}.a.zone.test`): string[] =>
    asks(
      new Looks(judge()),
      Array.from({ length: 12 }, (_, i) => message(name(i), { type })),
    ).map((s) => s.rule);
  for (const type of [10, 16, 25, 65_399]) assert.deepEqual(rules(type), ['dns-text-queries'], String(type));
  for (const type of [1, 5, 15, 28]) assert.deepEqual(rules(type), [], String(type));
  assert.deepEqual(
    rules(16, (i) => `${i}.2.0.192.origin.asn.lists.test`),
    [],
  );
  const data = (i: number): string => `${i}.2.0.192.a0b1c2d3e4f5a0b1c2d3e4f5.lists.test`;
  assert.deepEqual(rules(16, data), ['dns-text-queries', 'dns-text-many'], 'data behind an address');
});

test('SIG is asked for by an exploit only', () => {
  const rules = (type: number, port = 53): string[] =>
    asks(new Looks(judge()), [message('a.zone.test', { type })], { port }).map((s) => s.rule);
  assert.deepEqual(rules(24), ['dns-signature-query']);
  assert.deepEqual(rules(46), []);
  const answer = message('a.zone.test', { type: 24, response: true });
  assert.deepEqual(asks(new Looks(judge()), [answer]), [], 'the answer asks nothing');
  assert.deepEqual(rules(24, 5353), []);
});
