// What rules cost: counts that are exact, times that are told of whoever takes them, and what rules fail at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedWith } from '../../testing/asked-rules.ts';
import { udp } from '../../testing/packets.ts';
import { talk } from '../../testing/talk.ts';
import { Profiler } from './profile.ts';

const DEAR = 'alert udp any any -> any any (msg:"dear"; pcre:"/(x+y)*z/"; sid:1;)';
const CHEAP = 'alert udp any any -> any 99 (msg:"cheap"; sid:2;)';
const NEVER = 'alert udp any any -> any any (msg:"never a candidate"; content:"not there"; sid:3;)';
const OFTEN = 'alert udp any any -> any any (msg:"often"; content:"xx"; depth:2; sid:4;)';
const HEADER = 'alert udp 10.9.0.0/16 any -> any any (msg:"elsewhere"; content:"xx"; sid:5;)';

test('counts are exact, and the most expensive rule stands first', () => {
  const frames = Array.from({ length: 200 }, () => udp('10.0.0.1:5000', '192.0.2.9:53', 'x'.repeat(12_000)));
  const profiler = new Profiler();
  askedWith(profiler, [DEAR, CHEAP, NEVER, OFTEN, HEADER].join('\n'), frames);
  const { costs, nanoseconds, neverMatched, slow } = profiler.profile;
  const of = (sid: number): (typeof costs)[number] => costs.find((c) => c.rule.sid === sid)!;
  assert.equal(costs[0]!.rule.sid, 1);
  assert.deepEqual([of(3).asked, of(3).checks, of(3).nanoseconds, of(3).failsAt], [0, 0, 0, null]);
  assert.deepEqual([of(4).asked, of(4).checks, of(4).matches, of(4).failsAt], [200, 200, 200, null]);
  assert.deepEqual([of(1).matches, of(1).failsAt, of(1).slow], [0, 'pcre:"/(x+y)*z/"', true]);
  assert.deepEqual([of(2).matches, of(2).checks], [0, 0]);
  assert.deepEqual([of(5).asked, of(5).checks, of(5).failsAt], [200, 0, 'src_ip 10.9.0.0/16']);
  assert.equal(neverMatched, 4);
  assert.ok(slow >= 1 && of(1).share > 0.5, `${of(1).share}`);
  assert.ok(Math.abs(costs.reduce((sum, c) => sum + c.share, 0) - 1) < 1e-9);
  assert.ok(nanoseconds > 0);
});

test('rules of exchanges are counted by looks, and matches by exchanges', () => {
  const profiler = new Profiler();
  askedWith(
    profiler,
    'alert http any any -> any any (msg:"uri"; http.uri; content:"/a"; sid:1;)\n' +
      'alert http any any -> any any (msg:"agent"; http.uri; content:"/a"; http.user_agent; content:"no"; sid:2;)',
    talk('10.0.0.1:40000', '192.0.2.5:80', [
      [0, 'GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n'],
      [1, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ]),
  );
  const [uri, agent] = profiler.profile.costs.toSorted((a, b) => a.rule.sid - b.rule.sid);
  assert.deepEqual([uri!.matches, agent!.matches], [2, 0]);
  assert.equal(agent!.failsAt, 'http.user_agent');
  assert.equal(profiler.profile.neverMatched, 1);
});

test('nobody asked: nothing is told', () => {
  const profiler = new Profiler();
  askedWith(profiler, CHEAP, []);
  const { costs, nanoseconds, slow, neverMatched } = profiler.profile;
  assert.deepEqual([nanoseconds, slow, neverMatched, costs[0]!.share, costs[0]!.failsAt], [0, 0, 1, 0, null]);
});
