// What a runner does with packets: fragments, headers that are wrong, SYNs with data, what rules that pass hold for,
// transfers that another connection speaks of.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askFrames, captured, rulesOf } from '../../testing/asked-rules.ts';
import { ethernet, ip4, ip6, packetsOf, tcp, udp } from '../../testing/packets.ts';
import { talk } from '../../testing/talk.ts';
import { readRules, RuleRunner, ruleVariables } from '../index.ts';
import type { RuleVariables } from '../places.ts';
import type { RunnerOptions } from './told.ts';

type Frames = readonly (readonly number[])[];

/** [sid, number of the packet from 1] of each match. */
function hits(text: string, frames: Frames): (readonly [number, number])[] {
  return askFrames(text, frames).map((a) => [a.rule.sid, a.packet + 1] as const);
}

function hitsWith(text: string, frames: Frames, options: RunnerOptions): number[] {
  const out: number[] = [];
  const runner = new RuleRunner(rulesOf(text), (a) => out.push(a.rule.sid), options);
  for (const packet of packetsOf(frames)) runner.packet(captured(packet));
  runner.finish();
  return out;
}

function times(found: readonly (readonly [number, number])[], sid: number): number {
  return found.filter(([of]) => of === sid).length;
}

const [A, B] = [
  [10, 0, 0, 1],
  [10, 0, 0, 2],
] as const;
const A6 = [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1];
const B6 = [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 2];
const MORE = 0x2000;
/** Port 5000 to 53, with what it says. */
const datagram = (text: string): number[] => {
  const bytes = [...Buffer.from(text, 'latin1')];
  return [0x13, 0x88, 0, 53, 0, 8 + bytes.length, 0, 0, ...bytes];
};
const part4 = (payload: readonly number[], from: number, more: boolean): number[] =>
  ethernet(0x0800, ip4(A, B, 17, payload, { id: 7, fragment: (more ? MORE : 0) | (from / 8) }));
const part6 = (payload: readonly number[], from: number, more: boolean): number[] =>
  ethernet(0x86dd, ip6(A6, B6, 44, [17, 0, from >> 8, (from & 0xf8) | (more ? 1 : 0), 0, 0, 0, 9, ...payload]));

describe('fragments', () => {
  const whole = datagram('0123456789abcdef01234567needle and more of it');
  const rule = 'alert udp any any -> any 53 (content:"0123456789abcdef01234567needle"; sid:1;)';

  test('a datagram is looked at once all of its parts are there, in any order', () => {
    assert.deepEqual(hits(rule, [part4(whole.slice(0, 24), 0, true), part4(whole.slice(24), 24, false)]), [[1, 2]]);
    assert.deepEqual(hits(rule, [part4(whole.slice(24), 24, false), part4(whole.slice(0, 24), 0, true)]), [[1, 2]]);
    assert.deepEqual(hits(rule, [part6(whole.slice(24), 24, false), part6(whole.slice(0, 24), 0, true)]), [[1, 2]]);
    assert.deepEqual(hits(rule, [part4(whole.slice(0, 24), 0, true)]), []);
  });

  test('a part by itself has neither ports nor payload', () => {
    const loose = 'alert udp any any -> any any (content:"needle"; sid:2;)\nalert udp any any -> any 53 (sid:3;)';
    assert.deepEqual(hits(loose, [part4(whole.slice(24), 24, false)]), []);
  });

  test('of two parts that tell the same place the one that begins first is believed', () => {
    const other = whole.slice(16, 40).map(() => 0x58);
    const frames = [part4(whole.slice(0, 24), 0, true), part4(other, 16, true), part4(whole.slice(40), 40, false)];
    const text =
      'alert udp any any -> any any (content:"0123456789abcdef|58 58|"; sid:1;)\n' +
      'alert pkthdr any any -> any any (decode-event:ipv4.frag_overlap; sid:2;)';
    assert.deepEqual(hits(text, frames), [
      [2, 2],
      [1, 3],
    ]);
  });
});

describe('events of headers', () => {
  /** [event, frame that has it] */
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['ipv6.exthdr_useless_fh', part6(datagram('x'), 0, false)],
    ['ipv6.frag_invalid_length', part6(datagram('12345'), 0, true)],
    ['ipv6.frag_pkt_too_large', part6(new Array<number>(64).fill(1), 65_528, false)],
    ['ipv6.dstopts_unknown_opt', ethernet(0x86dd, ip6(A6, B6, 60, [17, 0, 0x10, 4, 0, 0, 0, 0, ...datagram('x')]))],
    ['ipv6.exthdr_dupl_fh', ethernet(0x86dd, ip6(A6, B6, 44, [44, 0, 0, 0, 0, 0, 0, 9, 17, 0, 0, 0, 0, 0, 0, 9, 1]))],
    ['ipv4.trunc_pkt', ethernet(0x0800, ip4(A, B, 17, datagram('x'), { total: 900 }))],
    ['udp.len_invalid', ethernet(0x0800, ip4(A, B, 17, [0, 1, 0, 2, 0, 5, 0, 0, 1, 2]))],
    ['sctp.pkt_too_small', ethernet(0x0800, ip4(A, B, 132, [0, 1, 0, 2, 0, 0, 0, 0]))],
    [
      'tcp.hlen_too_small',
      ethernet(
        0x0800,
        ip4(A, B, 6, [0, 1, 0, 2, ...new Array<number>(8).fill(0), 0x10, 2, ...new Array<number>(8).fill(0)]),
      ),
    ],
  ];
  for (const [event, frame] of cases) {
    test(event, () => {
      const text = `alert pkthdr any any -> any any (decode-event:${event}; sid:1;)`;
      assert.deepEqual(hits(text, [frame]), [[1, 1]]);
      assert.deepEqual(hits(text, [udp('10.0.0.1:1', '10.0.0.2:2', 'fine')]), []);
    });
  }

  test('events that nobody raises refuse their rule', () => {
    for (const keyword of ['decode-event:ppp.odd', 'stream-event:odd']) {
      const { refused } = readRules(
        `alert pkthdr any any -> any any (${keyword}; sid:1;)`,
        'x',
        ruleVariables([]) as RuleVariables,
      );
      assert.equal(refused.length, 1, keyword);
    }
  });
});

test('what comes with a SYN of fast open is part of the stream, once the connection is there', () => {
  const cookie = [34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1];
  const get = 'GET /early HTTP/1.1\r\nHost: x\r\n\r\n';
  const [c, s] = ['10.0.0.1:40000', '10.0.0.2:80'];
  const frames = (options: number[]): Frames => [
    tcp(c, s, { flags: 'S', seq: 1000, data: get, options }),
    tcp(s, c, { flags: 'SA', seq: 5000, ack: 1001 + get.length }),
    tcp(c, s, { flags: 'A', seq: 1001 + get.length, ack: 5001 }),
    tcp(s, c, { flags: 'A', seq: 5001, ack: 1001 + get.length }),
  ];
  const rule = 'alert http any any -> any any (http.uri; content:"/early"; sid:1;)';
  assert.deepEqual(hits(rule, frames(cookie)), [[1, 4]]);
  assert.deepEqual(hits(rule, frames([])), []);
});

test('more SYNs than a connection may have, and bytes that were never seen, are events', () => {
  const [c, s] = ['10.0.0.1:40000', '10.0.0.2:80'];
  const syns = Array.from({ length: 13 }, (_, i) => tcp(c, s, { flags: 'S', seq: 1000 + i * 5000 }));
  assert.deepEqual(hits('alert tcp any any -> any any (stream-event:3whs_syn_flood; sid:1;)', syns), [
    [1, 12],
    [1, 13],
  ]);
  const frames = talk(c, s, [[0, 'x'.repeat(5_000)]]);
  frames.splice(4, 1);
  const gap = hits('alert tcp any any -> any any (stream-event:reassembly_seq_gap; sid:1;)', [
    ...frames,
    tcp(s, c, { flags: 'A', seq: 5002, ack: 6002 }),
  ]);
  assert.ok(gap.length > 0);
});

describe('rules that pass and drop', () => {
  const [c, s] = ['10.0.0.1:40000', '10.0.0.2:9000'];
  const frames = talk(c, s, [
    [0, 'first'],
    [1, 'second'],
    [0, 'third'],
  ]);

  test('a match of ends alone holds for the flow, one of a packet for the packet', () => {
    const asking = 'alert tcp any any -> any any (flags:PA; sid:2;)';
    assert.deepEqual(hits(`pass tcp any any -> any 9000 (sid:1;)\n${asking}`, frames), []);
    const packets = hits(`pass tcp any any -> any any (flags:PA; content:"second"; sid:1;)\n${asking}`, frames);
    assert.deepEqual(packets, [
      [2, 4],
      [2, 6],
    ]);
  });

  test('one that passes is told where it says so', () => {
    assert.deepEqual(hits('pass tcp any any -> any 9000 (alert; sid:1;)', frames), [[1, 1]]);
    assert.deepEqual(hits('pass tcp any any -> any 9000 (sid:1;)', frames), []);
  });

  test('in line, what is dropped is looked at no more, told or not', () => {
    const text = 'drop tcp any any -> any any (noalert; sid:1;)\nalert tcp any any -> any any (flags:PA; sid:2;)';
    assert.deepEqual(hitsWith(text, frames, { inline: true }), []);
    assert.equal(hitsWith(text, frames, {}).length, 3);
  });
});

test('the packet that completes a handshake is not of an established flow', () => {
  const frames = talk('10.0.0.1:40000', '10.0.0.2:9000', [[0, 'x']]);
  const found = hits('alert tcp any any -> any any (flow:not_established; flags:*SA; sid:1;)', frames);
  assert.deepEqual(found.map(([, packet]) => packet).slice(0, 3), [1, 2, 3]);
});

test('of a connection taken up in the middle the end with the known port is the server', () => {
  const [c, s] = ['10.0.0.1:40000', '10.0.0.2:445'];
  const frames = [
    tcp(s, c, { flags: 'PA', seq: 5000, ack: 1000, data: 'answer' }),
    tcp(c, s, { flags: 'PA', seq: 1000, ack: 5006, data: 'question' }),
    tcp(s, c, { flags: 'A', seq: 5006, ack: 1008 }),
  ];
  const text = 'alert tcp any any -> any any (flow:established,to_server; content:"question"; sid:1;)';
  assert.deepEqual(hitsWith(text, frames, { midstream: true }), [1]);
  assert.deepEqual(hitsWith(text, frames, { midstream: true, skipMidstream: true }), []);
});

describe('FTP', () => {
  const [c, s] = ['10.0.0.1:40000', '10.0.0.2:21'];
  const passive = [
    ...talk(c, s, [
      [1, '220 ready\r\n'],
      [0, 'PASV\r\n'],
      [1, '227 Entering Passive Mode (10,0,0,2,200,10).\r\n'],
      [0, 'RETR dir/tool.exe\r\n'],
      [1, '150 Opening\r\n'],
    ]).slice(0, -2),
    ...talk('10.0.0.1:40001', '10.0.0.2:51210', [[1, 'MZ a program']]),
  ];

  test('a transfer is one of ftp-data, with its command, name, bytes and hashes', () => {
    const text =
      'alert ftp-data any any -> any any (ftpdata_command:retr; flow:to_client; sid:1;)\n' +
      'alert ftp-data any any -> any any (file.name; content:"tool.exe"; sid:2;)\n' +
      'alert ftp-data any any -> any any (file.data; content:"MZ"; startswith; sid:3;)\n' +
      'alert ftp-data any any -> any any (filesize:12; sid:4;)\n' +
      'alert ftp-data any any -> any any (ftpdata_command:stor; sid:5;)\n' +
      'alert ftp any any -> any any (ftp.mode:passive; ftp.dynamic_port:51210; flow:to_server; sid:6;)';
    const found = hits(text, passive);
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map((sid) => times(found, sid) > 0),
      [true, true, true, true, false, true],
    );
  });

  test('a port at another address is a bounce; lines that are too long are events', () => {
    const text =
      'alert ftp any any -> any any (ftpbounce; sid:1;)\n' +
      'alert ftp any any -> any any (app-layer-event:ftp.request_command_too_long; sid:2;)';
    const said = (line: string): Frames =>
      talk(c, s, [
        [1, '220 ready\r\n'],
        [0, `${line}\r\n`],
        [1, '200 ok\r\n'],
      ]);
    assert.deepEqual(
      hits(text, said('PORT 192,0,2,1,4,1')).map(([sid]) => sid),
      [1],
    );
    assert.deepEqual(hits(text, said('PORT 10,0,0,1,4,1')), []);
    assert.deepEqual(
      hits(text, said(`USER ${'a'.repeat(5_000)}`)).map(([sid]) => sid),
      [2],
    );
  });
});

test('matches of one port count once for unique_on', () => {
  const rule =
    'alert udp any any -> any any (detection_filter:track by_src, count 2, seconds 60, unique_on dst_port; sid:1;)';
  const to = (port: number): number[] => udp('10.0.0.1:5000', `10.0.0.2:${port}`, 'x');
  assert.deepEqual(hits(rule, [to(1), to(1), to(1), to(2)]), []);
  assert.deepEqual(hits(rule, [to(1), to(2), to(3)]), [[1, 3]]);
});

test('numbers that are several: all, none, at a place, how many pass', () => {
  const question = (flags: number): number[] => [0, 7, flags, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const name = [1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 1, 0, 1];
  const record = (type: number): number[] => [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4];
  const answer = [...question(0x80).slice(0, 7), 2, ...question(0x80).slice(8), ...name, ...record(1), ...record(16)];
  const frames = [
    udp('10.0.0.1:5000', '10.0.0.2:53', [...question(1), ...name]),
    udp('10.0.0.2:53', '10.0.0.1:5000', answer),
  ];
  /** [test, whether the answer passes] */
  const cases: readonly (readonly [string, boolean])[] = [
    ['A', true],
    ['A,all', false],
    ['A,0', true],
    ['A,-1', false],
    ['TXT,-1', true],
    ['A,oob_or 5', true],
    ['A,5', false],
    ['>0,nb>1', true],
    ['A,nb>1', false],
    ['A,all,0:1', true],
    ['count>1', true],
    ['count>2', false],
    ['MX,or_absent', false],
  ];
  for (const [said, passes] of cases) {
    const found = hits(`alert dns any any -> any any (dns.rrtype:${said}; flow:to_client; sid:1;)`, frames);
    assert.equal(found.length > 0, passes, said);
  }
});

test('LLMNR is told apart, with names and odd opcodes', () => {
  const query = (flags: number): number[] => [
    0,
    1,
    flags,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    3,
    0x77,
    0x73,
    0x31,
    0,
    0,
    1,
    0,
    1,
  ];
  const text =
    'alert llmnr any any -> any any (llmnr.queries.rrname; content:"ws1"; sid:1;)\n' +
    'alert llmnr any any -> any any (app-layer-event:llmnr.invalid_opcode; sid:2;)';
  const ask = (flags: number): number[] => udp('10.0.0.1:5000', '224.0.0.252:5355', query(flags));
  assert.deepEqual(hits(text, [ask(0)]), [[1, 1]]);
  assert.equal(times(hits(text, [ask(0x10)]), 2), 1);
});

test('of a packet in a tunnel the one around it is asked about too', () => {
  const inner = udp('192.0.2.1:5000', '192.0.2.2:6000', 'inside').slice(14);
  const gre = ethernet(0x0800, ip4(A, B, 47, [0, 0, 0x08, 0, ...inner]));
  const text =
    'alert ip 10.0.0.1 any -> 10.0.0.2 any (ip_proto:47; sid:1;)\n' +
    'alert udp 192.0.2.1 any -> any 6000 (content:"inside"; sid:2;)\n' +
    'alert udp any any -> any 4789 (sid:3;)';
  assert.deepEqual(hits(text, [gre]), [
    [1, 1],
    [2, 1],
  ]);
  const vxlan = [8, 0, 0, 0, 0, 0, 1, 0, ...udp('192.0.2.1:5000', '192.0.2.2:6000', 'inside')];
  const carried = hits(text, [udp('10.0.0.1:1234', '10.0.0.2:4789', vxlan)]);
  assert.deepEqual([times(carried, 1), times(carried, 2), times(carried, 3)], [0, 1, 1]);
});
