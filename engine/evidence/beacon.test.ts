// Evidence of what comes again and again: each rule at its boundary, and every exemption, in captures of the test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MadeCapture, type MadeFlow, type MadeRequest, PEER } from '../testing/evidence-kit.ts';
import { regularGap } from './beacon.ts';

const REFERER = 'Referer: http://www.somewhere.test/page';

/** So many requests, a minute apart, each in a connection of its own at odd times. */
function polls(n: number, of: (i: number) => MadeRequest = () => ({}), flow: MadeFlow = {}): MadeCapture {
  const capture = new MadeCapture();
  for (let i = 0; i < n; i++) capture.http([of(i)], { at: i * 60 + ((i * i * 17) % 50), ...flow });
  return capture;
}

function isPoll(n: number, of?: (i: number) => MadeRequest, flow: MadeFlow = {}): boolean {
  return polls(n, of, flow).rules().includes('http-poll');
}

test('six requests for few paths are a poll, and the flow that makes it and later ones carry it', () => {
  assert.ok(!isPoll(5));
  assert.equal(polls(6).flows('http-poll'), 1);
  assert.equal(polls(8).flows('http-poll'), 3);
  const found = polls(6)
    .found()
    .find((f) => f.rule === 'http-poll');
  assert.match(found!.said, /^At least 6 requests went to 45\.79\.10\.20 in .* such as \/ at www\.somewhere\.test/);
});

test('requests of one connection count each once', () => {
  const requests = Array.from({ length: 6 }, (_, i) => ({ after: i * 30 }));
  assert.deepEqual(new MadeCapture().http(requests).rules(), ['http-poll']);
  assert.deepEqual(new MadeCapture().http(requests.slice(1)).rules(), []);
});

test('four paths, or a third of the requests, are few', () => {
  assert.ok(isPoll(8, (i) => ({ target: `/${i % 4}?t=${i}` })));
  assert.ok(!isPoll(8, (i) => ({ target: `/${i % 5}` })));
  assert.ok(isPoll(15, (i) => ({ target: `/${i % 5}` })));
});

test('no poll: pages, files of pages, parts, bursts, well known hosts, other methods, hours between', () => {
  assert.ok(!isPoll(8, (i) => ({ fields: i === 2 ? [REFERER] : [] })));
  assert.ok(!isPoll(8, () => ({ target: '/film.ts' })));
  assert.ok(
    isPoll(8, (i) => ({ target: i === 3 ? '/state' : '/film.ts' })),
    'not all of them files',
  );
  assert.ok(!isPoll(8, () => ({ fields: ['Range: bytes=0-9'] })));
  assert.ok(!isPoll(8, () => ({ host: 'api.microsoft.com' })));
  assert.ok(!isPoll(8, () => ({ host: 'ocsp.somewhere.test' })));
  assert.ok(!isPoll(8, () => ({ method: 'OPTIONS' })));
  const burst = (gap: number): boolean => {
    const requests = Array.from({ length: 6 }, (_, i) => ({ after: i * gap }));
    return new MadeCapture().http(requests).rules().includes('http-poll');
  };
  assert.ok(!burst(0.9));
  assert.ok(burst(1.1));
  const slow = new MadeCapture();
  for (let i = 0; i < 8; i++) slow.http([{}], { at: i * 721 });
  assert.ok(!slow.rules().includes('http-poll'), 'five of an hour');
  assert.ok(
    isPoll(6, () => ({}), { to: '10.0.0.9' }),
    'inside as well',
  );
});

test('four POSTs of one path are repeated', () => {
  const posts = (n: number, of: (i: number) => MadeRequest = () => ({}), flow: MadeFlow = {}): boolean =>
    polls(n, (i) => ({ method: 'POST', body: 'x', target: `/in?n=${i}`, ...of(i) }), flow)
      .rules()
      .includes('repeated-post');
  assert.ok(!posts(3));
  assert.ok(posts(4));
  assert.ok(
    posts(4, () => ({ fields: [REFERER] })),
    'from a page as well',
  );
  assert.ok(!posts(4, (i) => ({ target: `/${i % 2}` })), 'two paths');
  assert.ok(!posts(4, (i) => ({ host: `h${i}.somewhere.test` })), 'four hosts');
  assert.ok(!posts(4, () => ({ host: 'api.microsoft.com' })));
  assert.ok(!posts(4, () => ({ host: 'ocsp.somewhere.test' })));
  assert.ok(!posts(4, () => ({}), { to: '10.0.0.9' }));
  assert.ok(!posts(4, () => ({ method: 'PUT' })));
});

/** Connections that say a little, so many, with the gap, each moved by a share of it. */
function starts(n: number, o: { gap?: number; jitter?: number; flow?: MadeFlow; name?: string } = {}): MadeCapture {
  const { gap = 100, jitter = 0, flow = {}, name } = o;
  const capture = new MadeCapture();
  if (name !== undefined) capture.dns(name, PEER);
  let at = 10;
  for (let i = 0; i < n; i++) {
    capture.connection(
      [
        { dir: 0, data: `own ${i} words` },
        { dir: 1, data: 'yes' },
      ],
      { port: 4_444, at, ...flow },
    );
    at += gap * (1 + jitter * (i % 2 === 0 ? -1 : 1));
  }
  return capture;
}

const REGULAR = ['regular-many', 'regular-starts', 'regular-starts-unknown-peer'];

function regular(...of: Parameters<typeof starts>): string[] {
  return starts(...of)
    .rules()
    .filter((rule) => REGULAR.includes(rule));
}

test('five regular starts are told: two points towards an unknown peer, one else', () => {
  assert.deepEqual(regular(4), []);
  assert.deepEqual(regular(5), ['regular-starts-unknown-peer']);
  assert.equal(starts(7).flows('regular-starts-unknown-peer'), 3, 'the fifth and every later one');
  assert.deepEqual(regular(5, { flow: { to: '10.0.0.9' } }), ['regular-starts']);
  assert.deepEqual(regular(5, { name: 'www.microsoft.com' }), ['regular-starts']);
  assert.deepEqual(regular(5, { name: 'www.somewhere.test' }), ['regular-starts-unknown-peer']);
});

test('gaps shorter than a second, or that vary by more than 15 %, are not regular', () => {
  assert.deepEqual(regular(8, { gap: 0.9 }), []);
  assert.deepEqual(regular(8, { gap: 1.5 }), ['regular-starts-unknown-peer']);
  assert.deepEqual(regular(12, { jitter: 0.3 }), []);
  assert.deepEqual(regular(12, { jitter: 0.05 }), ['regular-starts-unknown-peer']);
  assert.equal(regularGap([0, 10, 20, 30, 40, 60]), 10, 'one of five off');
  assert.equal(regularGap([0, 10, 20, 30, 50, 70]), null, 'two of five off');
});

test('slow starts are remembered for a day, and no longer', () => {
  assert.deepEqual(regular(5, { gap: 5 * 3_600 }), ['regular-starts-unknown-peer']);
  assert.deepEqual(regular(8, { gap: 6.5 * 3_600 }), []);
});

test('thirty are many, but not of protocols that keep a line open', () => {
  assert.ok(!regular(29).includes('regular-many'));
  assert.ok(regular(30).includes('regular-many'));
  assert.ok(!regular(30, { flow: { port: 5_228 } }).includes('regular-many'));
  assert.ok(!regular(30, { name: 'www.microsoft.com' }).includes('regular-many'));
});

test('refused connections are no regular starts', () => {
  const capture = new MadeCapture();
  for (let i = 0; i < 7; i++) capture.refused({ at: i * 100, port: 4_444 });
  assert.deepEqual(capture.rules(), []);
});

/** Connections that open and close, and nothing else. */
function empty(n: number, flow: MadeFlow = {}, gap = (i: number): number => (i * i * 7) % 23): MadeCapture {
  const capture = new MadeCapture();
  for (let i = 0, at = 0; i < n; i++, at += 1 + gap(i)) capture.connection([], { port: 4_444, at, ...flow });
  return capture;
}

test('eight connections in which nothing is said are told, eighty are many', () => {
  assert.ok(!empty(7).rules().includes('dead-peer'));
  assert.ok(empty(8).rules().includes('dead-peer'));
  assert.ok(!empty(79).rules().includes('dead-peer-many'));
  assert.ok(empty(80).rules().includes('dead-peer-many'));
  assert.ok(!empty(8, { to: '10.0.0.9' }).rules().includes('dead-peer'));
  assert.ok(
    !empty(8, {}, () => 600)
      .rules()
      .includes('dead-peer'),
    'seven of an hour',
  );
  assert.ok(!starts(8).rules().includes('dead-peer'), 'something was said');
});

function sprayed(peers: number, o: { other?: number; answer?: string; to?: string } = {}): boolean {
  const capture = new MadeCapture();
  for (let i = 0; i < peers; i++) {
    const data = i < (o.other ?? 0) ? 'x'.repeat(30 + i) : 'the same words';
    const answer = o.answer === undefined ? {} : { answer: o.answer };
    capture.udp(data, { to: `${o.to ?? '45.79.30'}.${i + 1}`, at: i, ...answer });
  }
  return capture.rules().includes('udp-spray');
}

test('the same datagram to forty silent addresses is told', () => {
  assert.ok(!sprayed(39));
  assert.ok(sprayed(40));
  assert.ok(sprayed(40, { other: 8 }), 'four of five alike');
  assert.ok(!sprayed(40, { other: 9 }));
  assert.ok(!sprayed(40, { answer: 'yes' }));
  assert.ok(!sprayed(40, { to: '10.0.7' }));
});
