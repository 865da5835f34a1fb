import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layers, TCP_ACK } from '../decode/index.ts';
import { ReassemblyPool } from '../protocols/index.ts';
import { testRandom } from '../testing/packets.ts';
import { Connection, type Keeper } from './connection.ts';
import { Notes } from './facts.ts';
import { HeldBytes } from './stream.ts';
import type { Observed } from './types.ts';

/** A direction and its next bytes. */
type Turn = readonly [dir: 0 | 1, data: string | Uint8Array];

const PROGRAM = `MZ${'\0'.repeat(76)}This program cannot be run in DOS mode`;
const BIND = Buffer.from(
  '05000b03100000004800000001000000b810b810000000000100000000000100' +
    '81bb7a364498f135ad3298f03800100302000000045d888aeb1cc9119fe808002b10486002000000',
  'hex',
);
const SESSION = Buffer.from('810000040102030400000024fe534d4240000000', 'hex');
const GET = 'GET /a?q=..%2f..%2f HTTP/1.1\r\nHost: one.test\r\nUser-Agent: sqlmap\r\n\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${PROGRAM.length}\r\n\r\n`;
/** Talks by port: whole ones, and some that stop in the middle of whatever they speak. */
const TALKS: readonly (readonly [port: number, ...turns: Turn[]])[] = [
  [80, [0, GET], [1, ANSWER], [1, PROGRAM], [0, GET]],
  [80, [0, GET], [1, `${ANSWER}half`]],
  [80, [0, 'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n${jn\r\n5;x=1\r\ndi:ld']],
  [25, [1, '220 mail.test ESMTP\r\n'], [0, 'EHLO me\r\nMAIL FROM:<a@b>\r\nDATA\r\nno end']],
  [21, [0, 'STOR a']],
  [4_444, [1, 'whoami\n'], [0, 'uid=0(root) gid=0(root)\n'], [1, 'id\n']],
  [4_444, [1, PROGRAM.slice(0, 90)]],
  [4_444, [1, PROGRAM], [0, 'abc']],
  [4_444, [1, PROGRAM.slice(90)]],
  [4_444, [1, 'x'.repeat(6_000)], [0, 'y'.repeat(4_000)], [1, PROGRAM]],
  [4_444, [0, 'abc'], [1, 'de']],
  [8_888, [1, 'a\xca\xfe\xba\xbe\0\0\x002'], [0, '{"method":"mining.subscribe"}\n']],
  [443, [0, Uint8Array.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 0])], [1, 'id \n']],
  [135, [0, BIND], [0, BIND.subarray(0, 30)]],
  [139, [0, SESSION], [1, SESSION.subarray(8)]],
  [88, [0, Uint8Array.from([0, 0, 0, 9, 0x7e, 7])]],
];

class Kept implements Keeper {
  readonly notes: Notes[] = [];
  readonly first: string[] = [];

  notesOf(slot: number): Notes {
    return (this.notes[slot] ??= new Notes());
  }

  firstBytes(slot: number, dir: number, b: Uint8Array, at: number, end: number): void {
    this.first[slot * 2 + dir] ??= '';
    this.first[slot * 2 + dir] += Buffer.from(b.subarray(at, end)).toString('latin1');
  }

  firstPacket(slot: number, dir: number): number {
    return slot * 100 + dir;
  }

  /** What a slot's flow showed; packets and seconds count from where it began. */
  of(slot: number): { readonly observed: Observed | null; readonly first: readonly (string | undefined)[] } {
    return { observed: this.notes[slot]?.observed ?? null, first: [this.first[slot * 2], this.first[slot * 2 + 1]] };
  }
}

interface Segment {
  readonly dir: 0 | 1;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A talk in segments, of which some are missing, come late or come twice. */
function segments(turns: readonly Turn[], random: () => number): Segment[] {
  const sent = [0, 0];
  const all: Segment[] = [];
  for (const [dir, data] of turns) {
    const bytes = new Uint8Array(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(random() * (random() < 0.3 ? 5 : 2_000));
      const segment = { dir, at: sent[dir]! + at, bytes: bytes.subarray(at, at + size) };
      const fate = random();
      if (fate > 0.1) all.push(segment);
      if (fate > 0.9) all.push(segment);
      if (fate > 0.7 && all.length > 1) all.splice(all.length - 2, 0, all.pop()!);
      at += size;
    }
    sent[dir]! += bytes.length;
  }
  return all;
}

function feed(c: Connection, port: number, list: readonly Segment[], acknowledges: boolean): void {
  list.forEach(({ dir, at, bytes }, packet) => {
    const l = new Layers();
    l.sourcePort = dir === 0 ? 40_000 : port;
    l.destinationPort = dir === 0 ? port : 40_000;
    l.tcpFlags = acknowledges ? TCP_ACK : 0;
    l.tcpSequence = (0xfffffff0 + at) >>> 0;
    l.tcpAcknowledgement = 0xfffffff0 + 60;
    l.payloadLength = bytes.length;
    l.payloadWire = bytes.length;
    c.segment(dir, l, bytes, packet, packet);
  });
}

function begun(c: Connection, slot: number, port: number): Connection {
  const l = new Layers();
  l.sourcePort = 40_000;
  l.destinationPort = port;
  c.begin(slot, l);
  return c;
}

test('a connection that is used again shows of a flow what a new one shows, however the one before ended', () => {
  const random = testRandom(5);
  const pools = { pool: new HeldBytes(3_000), gathered: new ReassemblyPool() };
  const kept = new Kept();
  const used = new Connection(kept, pools);
  for (let slot = 1; slot < 1_200; slot++) {
    const [port, ...turns] = TALKS[Math.floor(random() * TALKS.length)]!;
    const list = segments(turns, random);
    const acknowledges = random() < 0.5;
    const alone = new Kept();
    const fresh = new Connection(alone, { pool: new HeldBytes(3_000), gathered: new ReassemblyPool() });
    const stops = random() < 0.6 ? list.length : Math.floor(random() * list.length);
    const end = Math.floor(random() * 4);
    for (const c of [fresh, used]) {
      feed(begun(c, slot, port), port, list.slice(0, stops), acknowledges);
      // The pool may empty it; its flow may be over, or only be forgotten.
      if (end === 0) c.drop();
      feed(c, port, list.slice(stops), acknowledges);
      if (end !== 1) c.finish();
      c.release();
    }
    assert.deepEqual(kept.of(slot), alone.of(slot), `slot ${slot}`);
    assert.deepEqual([pools.pool.count, pools.pool.holders.size, pools.gathered.used], [0, 0, 0], `slot ${slot}`);
    assert.deepEqual([used.pooled, used.older, used.newer], [0, null, null], `slot ${slot}`);
  }
});
