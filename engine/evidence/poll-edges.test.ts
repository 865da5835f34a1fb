// Requests that come again and again at their edges, in captures that the test makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, type MadeRequest, PEER } from '../testing/evidence-kit.ts';

const REFERER = 'Referer: http://www.somewhere.test/page';
const INSIDE = '10.0.0.9';
const OTHER = '45.79.10.21';
const POPULAR = 'api.microsoft.com';
const OCSP = 'ocsp.somewhere.test';

/** So many requests, each in a connection of its own. */
interface Requests {
  readonly n?: number;
  /** Seconds between the first and the last. */
  readonly seconds?: number;
  readonly of?: (i: number) => MadeRequest;
  readonly flow?: (i: number) => MadeFlow;
}

function requests({ n = 6, seconds = 300, of = () => ({}), flow = () => ({}) }: Requests): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) made.http([of(i)], { at: (i * seconds) / (n - 1), ...flow(i) });
  return made;
}

edge('http-poll', '6 requests within an hour', requests, {
  raises: [{}, { seconds: 3_600 }],
  not: [{ n: 5 }, { seconds: 3_601 }, { flow: (i) => ({ to: i % 2 === 0 ? PEER : OTHER }) }],
});
edge('http-poll', 'at least a second apart on average', requests, {
  raises: [{ seconds: 5 }],
  not: [{ seconds: 4.9 }],
});
edge('http-poll', 'four paths, or a third of the requests', requests, {
  raises: [
    { n: 8, of: (i) => ({ target: `/${i % 4}?t=${i}` }) },
    { n: 15, of: (i) => ({ target: `/${i % 5}` }) },
  ],
  not: [
    { n: 8, of: (i) => ({ target: `/${i % 5}` }) },
    { n: 14, of: (i) => ({ target: `/${i % 5}` }) },
    { n: 15, of: (i) => ({ target: `/${i % 6}` }) },
  ],
});
edge('http-poll', 'that no page of the hour led to', requests, {
  raises: [{}, { n: 9, seconds: 8 * 601, of: (i) => ({ fields: i === 0 ? [REFERER] : [] }) }],
  not: [
    { of: (i) => ({ fields: i === 2 ? [REFERER] : [] }) },
    { n: 9, seconds: 8 * 450, of: (i) => ({ fields: i === 0 ? [REFERER] : [] }) },
  ],
});
edge('http-poll', 'not only files of pages and players', requests, {
  raises: [{ of: (i) => ({ target: i === 3 ? '/state' : '/film.ts' }) }, { of: () => ({ target: '/film.ts.php' }) }],
  not: ['css', 'js', 'png', 'jpg', 'gif', 'ts', 'mp4', 'm4s', 'flv', 'm3u8'].map((ending) => ({
    of: () => ({ target: `/a.${ending}` }),
  })),
});
edge('http-poll', 'hosts, methods and parts', (request: MadeRequest) => requests({ of: () => request }), {
  raises: [{}, { host: '' }, { method: 'POST', body: 'x' }],
  not: [{ host: POPULAR }, { host: OCSP }, { method: 'OPTIONS' }, { fields: ['Range: bytes=0-9'] }],
});
/** Thirty requests for as many paths, and then so many for one. */
const afterThirty = (n: number): MadeCapture =>
  requests({ n: 30 + n, seconds: 3_000, of: (i) => ({ target: i < 30 ? `/${i}` : '/' }) });
edge('http-poll', 'among the latest 64 requests', afterThirty, { raises: [44], not: [43] });
edge('http-poll', 'inside as well', (n: number) => requests({ n, flow: () => ({ to: INSIDE }) }), {
  raises: [6],
  not: [5],
});

test('the flow that makes a poll and later ones carry it, and it is said', () => {
  assert.equal(requests({ n: 6 }).flows('http-poll'), 1);
  assert.equal(requests({ n: 8 }).flows('http-poll'), 3);
  const found = requests({})
    .found()
    .find((f) => f.rule === 'http-poll');
  assert.match(found!.said, /^At least 6 requests went to 45\.79\.10\.20 in .* such as \/ at www\.somewhere\.test/);
});

test('requests of one connection count each once', () => {
  const one = Array.from({ length: 6 }, (_, i) => ({ after: i * 30 }));
  assert.deepEqual(new MadeCapture().http(one).rules(), ['http-poll']);
  assert.deepEqual(new MadeCapture().http(one.slice(1)).rules(), []);
});

const posts = (o: Requests): MadeCapture =>
  requests({ n: 4, ...o, of: (i) => ({ method: 'POST', body: 'x', target: `/in?n=${i}`, ...o.of?.(i) }) });
edge('repeated-post', '4 within an hour', posts, {
  raises: [{}, { seconds: 3_600 }],
  not: [{ n: 3 }, { seconds: 3_601 }],
});
edge('repeated-post', 'of one host, to one host and path', posts, {
  raises: [{}, { of: (i) => ({ target: `/in?n=${i}` }) }],
  not: [
    { of: (i) => ({ target: `/${i % 2}` }) },
    { of: (i) => ({ host: `h${i % 2}.somewhere.test` }) },
    { of: (i) => ({ method: i === 0 ? 'GET' : 'POST' }) },
    { flow: (i) => ({ from: `10.0.0.${5 + (i % 2)}` }) },
  ],
});
edge('repeated-post', 'without a host one address', posts, {
  raises: [{ of: () => ({ host: '' }) }],
  not: [{ of: () => ({ host: '' }), flow: (i) => ({ to: i % 2 === 0 ? PEER : OTHER }) }],
});
edge('repeated-post', 'hosts and methods', (request: MadeRequest) => posts({ of: () => request }), {
  raises: [{}, { fields: [REFERER] }],
  not: [{ host: POPULAR }, { host: OCSP }, { method: 'PUT' }, { fields: ['Range: bytes=0-9'] }],
});
edge('repeated-post', 'outside', (to: string) => posts({ flow: () => ({ to }) }), { raises: [PEER], not: [INSIDE] });
