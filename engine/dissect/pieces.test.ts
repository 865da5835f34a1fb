// Pieces of a capture: conversations whole and in order, hosts that lie in one another together, what is cut said; and
// frames of fields as each piece numbers them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { type Subject } from '../filter/index.ts';
import { ethernet, ip4, packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import { subjectOf } from '../testing/subjects.ts';
import { TimeSlices } from '../view/index.ts';
import { comparedFrame, countedFromBeginning, inPiece, isOfConversations, isOtherInContext } from './piece-fields.ts';
import { piecesOf } from './pieces.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-pieces-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function madeOf(packets: readonly (readonly number[])[]): Promise<Subject> {
  const path = join(folder, `${packets.length}.pcap`);
  writeFileSync(path, pcap(packetsOf(packets)));
  return subjectOf(path);
}

async function cut(
  s: Subject,
  wanted: (number: number) => boolean,
  packets: number,
  alonePackets = packets,
  mostGroups?: number,
): Promise<{ readonly pieces: number[][]; readonly whole: boolean }> {
  const asked = Uint8Array.from({ length: s.analysis.packets.count }, (_, row) => Number(wanted(row + 1)));
  const limits = { packets, bytes: 1e9, alonePackets, aloneBytes: 1e9 };
  const { pieces, whole } = await piecesOf(s, asked, new TimeSlices(), limits, mostGroups);
  return { pieces: pieces.map((rows) => rows.map((row) => row + 1)), whole };
}

/** Two conversations of A and B and one of A and C, one after the other; packet n is the n-th. */
const A = '10.0.0.1';
const B = '10.0.0.2';
const C = '10.0.0.3';
const TURN = [
  tcp(`${A}:1`, `${B}:80`),
  tcp(`${B}:80`, `${A}:2`),
  udp(`${A}:5`, `${C}:53`, 'x'),
  tcp(`${B}:80`, `${A}:1`),
];
const THRICE = [...TURN, ...TURN, ...TURN];

test('hosts that are asked about have all their packets in one piece, others are left out', async () => {
  const s = await madeOf(THRICE);
  const between = [1, 2, 4, 5, 6, 8, 9, 10, 12];
  assert.deepEqual(await cut(s, (n) => n === 5, 100), { pieces: [between], whole: true });
  assert.deepEqual(await cut(s, (n) => n === 3, 100), { pieces: [[3, 7, 11]], whole: true });
  assert.deepEqual(await cut(s, () => true, 10), { pieces: [between, [3, 7, 11]], whole: true });
});

test('hosts that have too much are divided by conversation, a conversation only where it is too long alone', async () => {
  const s = await madeOf(THRICE);
  const [long, short] = [
    [1, 4, 5, 8, 9, 12],
    [2, 6, 10],
  ];
  assert.deepEqual(await cut(s, (n) => n < 3, 6), { pieces: [long, short], whole: true });
  assert.deepEqual(await cut(s, (n) => n === 1, 6), { pieces: [long], whole: true });
  assert.deepEqual(await cut(s, (n) => n === 1, 4, 6), { pieces: [long], whole: true });
  assert.deepEqual(await cut(s, (n) => n === 1, 4), {
    pieces: [
      [1, 4, 5, 8],
      [9, 12],
    ],
    whole: false,
  });
});

test('more hosts than are told apart go together: no conversation is parted by it', async () => {
  const s = await madeOf(THRICE);
  const all = THRICE.map((_, i) => i + 1);
  assert.deepEqual(await cut(s, (n) => n === 3, 100, 100, 1), { pieces: [all], whole: true });
  assert.deepEqual(await cut(s, (n) => n === 3, 6, 6, 1), { pieces: [[3, 7, 11]], whole: true });
});

test('what lies in one another stays together', async () => {
  const inner = tcp(`${A}:1`, `${B}:80`);
  const s = await madeOf([
    tcp('10.9.0.1:7', '10.9.0.2:8'),
    ...TURN,
    ethernet(0x0800, ip4([10, 9, 0, 1], [10, 9, 0, 2], 4, inner.slice(14))),
    ethernet(0x0800, ip4([10, 0, 0, 9], [10, 0, 0, 1], 1, [3, 1, 0, 0, 0, 0, 0, 0, ...inner.slice(14)])),
  ]);
  const together = [1, 2, 3, 5, 6, 7];
  assert.deepEqual(await cut(s, (n) => n === 2, 100), { pieces: [together], whole: true });
  assert.deepEqual(await cut(s, (n) => n === 7, 100), { pieces: [together], whole: true });
  assert.equal((await cut(s, (n) => n === 7, 5)).whole, false);
});

test('a comparison with a frame of the capture is one with a frame of the piece', () => {
  const piece = [2, 4, 9].map((number) => packetRow(number - 1));
  const said = (operator: string, frame: number): string => inPiece({ field: 'x', operator, frame }, piece);
  const holds: Record<string, (a: number, b: number) => boolean> = {
    '==': (a, b) => a === b,
    '!=': (a, b) => a !== b,
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    gt: (a, b) => a > b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  for (const [operator, is] of Object.entries(holds)) {
    for (let frame = 0; frame < 12; frame++) {
      const [, sign, local] = said(operator, frame).split(' ');
      for (const [i, row] of piece.entries())
        assert.equal(holds[sign!]!(i + 1, Number(local)), is(row + 1, frame), `${row + 1} ${operator} ${frame}`);
    }
  }
  assert.deepEqual(comparedFrame('http.response_in >= 0x10'), { field: 'http.response_in', operator: '>=', frame: 16 });
  assert.equal(comparedFrame('http.response_in in {1, 2}'), null);
});

test('what depends on more than conversations is known by the names of fields', () => {
  for (const filter of ['tcp.analysis.retransmission', 'http.host == "rtp.x"', 'dns.time > 1 and tcp.len in {1..3}'])
    assert.equal(isOfConversations(filter, false), true, filter);
  for (const filter of [
    'rtp',
    'frame.protocols contains "tcp"',
    '_ws.expert',
    'arp.duplicate-address-detected',
    'data',
  ])
    assert.equal(isOfConversations(filter, false), false, filter);
  assert.equal(isOfConversations('http.host', true), false);
  assert.equal(isOfConversations('tcp.analysis.flags', true), true);
  for (const filter of ['ip.stream == 1', 'tcp.stream + 1 == 2', 'frame.number & 1', 'sctp.assoc_index == 0'])
    assert.notEqual(countedFromBeginning(filter), null, filter);
  assert.equal(countedFromBeginning('tcp.stream.pnum == 1 or http.host contains "tcp.stream"'), null);
});

test('lines that a context has otherwise are known by their field, whoever shows them', () => {
  for (const said of [
    'frame.time_relative == 1.5',
    'frame.offset_shift == 0',
    'tcp.stream eq 3',
    'tcp.stream.pnum == 2',
    'tcp.time_delta',
    'sctp.assoc_index == 0',
    'quic.connection.number == 1',
  ])
    assert.equal(isOtherInContext(said), true, said);
  for (const said of ['frame.number == 5', 'http.host == "tcp.stream"', 'icmp.resptime == 2', 'tcp.len', ''])
    assert.equal(isOtherInContext(said), false, said);
});
