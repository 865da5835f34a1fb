// Events of connections: each from segments that have what is odd, and none of them from a connection as it should be.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { captured, rulesOf } from '../../testing/asked-rules.ts';
import { packetsOf, tcp } from '../../testing/packets.ts';
import { talk } from '../../testing/talk.ts';
import { STREAM_EVENTS } from '../decode-event-names.ts';
import { RuleRunner } from '../index.ts';

const [C, S] = ['10.0.0.1:40000', '10.0.0.2:9000'];
type Said = Parameters<typeof tcp>[2];

const c = (flags: string, seq: number, ack = 0, more: Said = {}): number[] => tcp(C, S, { flags, seq, ack, ...more });
const s = (flags: string, seq: number, ack = 0, more: Said = {}): number[] => tcp(S, C, { flags, seq, ack, ...more });
const stamp = (at: number, echo: number): number[] => [1, 1, 8, 10, 0, 0, 0, at, 0, 0, 0, echo];

const SYN = c('S', 100);
const SYN_ACK = s('SA', 500, 101);
const OPEN = [SYN, SYN_ACK, c('A', 101, 501)];
/** The client has closed, and the server has heard it. */
const CLIENT_CLOSED = [...OPEN, c('FA', 101, 501), s('A', 501, 102)];
const SERVER_CLOSED = [...OPEN, s('FA', 501, 101), c('A', 101, 502)];
const BOTH_CLOSED = [...CLIENT_CLOSED, s('FA', 501, 102)];
const FAR = 3_000_000;

const CASES: readonly (readonly [string, readonly number[][]])[] = [
  ['rst_but_no_session', [c('R', 100)]],
  ['fin_but_no_session', [c('FA', 100, 5)]],
  ['pkt_broken_ack', [c('S', 100, 77)]],
  ['3whs_synack_in_wrong_direction', [SYN, c('SA', 100, 5)]],
  ['3whs_synack_with_wrong_ack', [SYN, s('SA', 500, 999)]],
  ['3whs_synack_toserver_on_syn_recv', [SYN, SYN_ACK, c('SA', 100, 501)]],
  ['3whs_synack_resend_with_different_ack', [SYN, SYN_ACK, s('SA', 500, 150)]],
  ['3whs_synack_resend_with_diff_ack', [SYN, SYN_ACK, s('SA', 500, 150)]],
  ['est_synack_resend_with_diff_ack', [...OPEN, s('SA', 500, 150)]],
  ['3whs_synack_flood', [SYN, SYN_ACK, ...[1, 2, 3, 4, 5, 6].map((i) => s('SA', 500 + i * 9, 101))]],
  ['3whs_syn_resend_diff_seq_on_syn_recv', [SYN, SYN_ACK, c('S', 4_000)]],
  ['3whs_syn_toclient_on_syn_recv', [SYN, SYN_ACK, s('S', 500)]],
  ['3whs_right_seq_wrong_ack_evasion', [SYN, SYN_ACK, c('A', 101, 400)]],
  ['3whs_wrong_seq_wrong_ack', [SYN, SYN_ACK, c('A', FAR, 501)]],
  ['4whs_synack_with_wrong_ack', [SYN, s('S', 500), c('SA', 100, 600)]],
  ['4whs_synack_with_wrong_syn', [SYN, s('S', 500), c('SA', 300, 501)]],
  ['4whs_wrong_seq', [SYN, s('S', 500), c('SA', 100, 501), s('A', 700, 101)]],
  ['est_invalid_ack', [...OPEN, c('PA', 101, FAR, { data: 'x' })]],
  ['est_packet_out_of_window', [...OPEN, c('PA', FAR, 501, { data: 'x' })]],
  ['est_pkt_before_last_ack', [...OPEN, c('PA', 101, 501, { data: 'abcd' }), s('A', 501, 105), c('A', 90, 501)]],
  ['est_synack_toserver', [...OPEN, c('SA', 101, 501)]],
  ['est_synack_resend', [...OPEN, c('PA', 101, 501, { data: 'x' }), s('SA', 500, 101)]],
  ['est_synack_resend_with_different_ack', [...OPEN, s('SA', 500, 150)]],
  ['est_synack_resend_with_diff_seq', [...OPEN, s('SA', 900, 101)]],
  ['est_syn_resend', [...OPEN, c('S', 100)]],
  ['est_syn_resend_diff_seq', [...OPEN, c('S', 7_000)]],
  ['est_syn_toclient', [...OPEN, s('S', 7_000)]],
  ['pkt_invalid_ack', [...OPEN, c('PA', 101, FAR, { data: 'x' })]],
  ['fin_invalid_ack', [...OPEN, c('FA', 101, FAR)]],
  ['fin_out_of_window', [...OPEN, c('FA', FAR, 501)]],
  ['fin_syn', [...OPEN, c('FSA', 101, 501)]],
  ['fin1_fin_wrong_seq', [...SERVER_CLOSED.slice(0, 4), c('FA', FAR, 502)]],
  ['fin1_invalid_ack', [...SERVER_CLOSED.slice(0, 4), c('A', 101, FAR)]],
  ['fin2_ack_wrong_seq', [...SERVER_CLOSED, c('A', FAR, 502)]],
  ['fin2_fin_wrong_seq', [...SERVER_CLOSED, c('FA', FAR, 502)]],
  ['fin2_invalid_ack', [...SERVER_CLOSED, c('A', 101, FAR)]],
  ['closing_ack_wrong_seq', [...SERVER_CLOSED.slice(0, 4), c('F', 101), c('A', 150, 502)]],
  ['closewait_fin_out_of_window', [...CLIENT_CLOSED, s('FA', FAR, 102)]],
  ['closewait_ack_out_of_window', [...CLIENT_CLOSED, s('A', FAR, 102)]],
  ['closewait_invalid_ack', [...CLIENT_CLOSED, s('A', 501, FAR)]],
  ['lastack_ack_wrong_seq', [...BOTH_CLOSED, c('A', 150, 502)]],
  ['lastack_invalid_ack', [...BOTH_CLOSED, c('A', 102, FAR)]],
  ['timewait_ack_wrong_seq', [...SERVER_CLOSED, c('FA', 101, 502), c('A', 150, 502)]],
  ['shutdown_syn_resend', [...CLIENT_CLOSED, c('S', 9_000)]],
  ['rst_invalid_ack', [...OPEN, c('RA', 101, FAR)]],
  ['rst_with_data', [...OPEN, c('RA', 101, 501, { data: 'gone' })]],
  ['suspected_rst_inject', [SYN, s('RA', 0, 101), SYN_ACK]],
  [
    'pkt_spurious_retransmission',
    [...OPEN, c('PA', 101, 501, { data: 'ab' }), s('A', 501, 103), c('PA', 101, 501, { data: 'ab' })],
  ],
  [
    'pkt_retransmission',
    [...OPEN, s('PA', 501, 101, { data: 'ab' }), s('FA', 503, 101), s('PA', 501, 101, { data: 'ab' })],
  ],
  [
    'pkt_invalid_timestamp',
    [
      c('S', 100, 0, { options: stamp(50, 0) }),
      s('SA', 500, 101, { options: stamp(90, 50) }),
      c('A', 101, 501, { options: stamp(51, 90) }),
      c('PA', 101, 501, { options: stamp(20, 90), data: 'evil' }),
    ],
  ],
  [
    'reassembly_overlap_different_data',
    [...OPEN, c('PA', 101, 501, { data: 'GOOD' }), c('PA', 101, 501, { data: 'EVIL' })],
  ],
];

const NAMES = [...STREAM_EVENTS].map((name) => name.slice('stream.'.length));
const RULES = NAMES.map((e, i) => `alert tcp any any -> any any (stream-event:${e}; sid:${i + 1};)`).join('\n');

function eventsOf(frames: readonly (readonly number[])[], inline = false): string[] {
  const found: string[] = [];
  const runner = new RuleRunner(rulesOf(RULES), (a) => found.push(NAMES[a.rule.sid - 1]!), { inline });
  for (const packet of packetsOf(frames)) runner.packet(captured(packet));
  runner.finish();
  return found;
}

describe('events of connections', () => {
  for (const [event, frames] of CASES) {
    test(event, () => {
      assert.ok(eventsOf(frames).includes(event), eventsOf(frames).join(' '));
      assert.ok(!eventsOf(frames.slice(0, -1)).includes(event), 'before its segment came');
    });
  }

  test('a server that speaks before it was heard is odd in line, where nothing is lost', () => {
    const frames = [SYN, SYN_ACK, s('PA', 501, 101, { data: 'hello' })];
    assert.deepEqual(eventsOf(frames, true), ['3whs_ack_data_inject']);
    assert.deepEqual(eventsOf(frames), []);
    assert.deepEqual(eventsOf([SYN, SYN_ACK, s('A', 900, 101)], true), ['3whs_ack_in_wrong_dir']);
  });
});

describe('connections as they should be', () => {
  test('said, answered, and closed by either end', () => {
    const said = talk(C, S, [
      [0, 'question '.repeat(900)],
      [1, 'answer '.repeat(2_000)],
      [0, 'more'],
    ]);
    assert.deepEqual(eventsOf(said), []);
    assert.deepEqual(eventsOf([...BOTH_CLOSED, c('A', 102, 502)]), []);
    assert.deepEqual(eventsOf([...SERVER_CLOSED, c('FA', 101, 502), s('A', 502, 102)]), []);
    assert.deepEqual(eventsOf([...OPEN, c('RA', 101, 501)]), []);
  });

  test('asked for by both ends at once, kept alive, with a window that is shut and opened', () => {
    assert.deepEqual(eventsOf([SYN, s('S', 500), c('SA', 100, 501), s('A', 501, 101)]), []);
    assert.deepEqual(eventsOf([...OPEN, c('A', 100, 501), s('A', 501, 101)]), []);
    const shut = [...OPEN, c('PA', 101, 501, { data: 'x' }), s('A', 501, 102, { window: 0 }), s('A', 501, 102)];
    assert.deepEqual(eventsOf(shut), []);
  });

  test('segments out of order, and timestamps with them', () => {
    const frames = [
      c('S', 100, 0, { options: stamp(50, 0) }),
      s('SA', 500, 101, { options: stamp(90, 50) }),
      c('A', 101, 501, { options: stamp(51, 90) }),
      c('PA', 105, 501, { options: stamp(53, 90), data: 'later' }),
      c('PA', 101, 501, { options: stamp(52, 90), data: 'soon' }),
      s('A', 501, 110, { options: stamp(91, 53) }),
    ];
    assert.deepEqual(eventsOf(frames), []);
  });
});
