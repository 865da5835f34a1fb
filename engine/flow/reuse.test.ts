import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, flowRecord } from '../session/index.ts';
import { clientHello, pcap, tcp, testRandom, type TestPacket } from '../testing/packets.ts';

type Step = readonly [seconds: number, frame: readonly number[]];
interface Followed {
  readonly flows: ReturnType<typeof flowRecord>[];
  readonly owners: number[];
}

function follow(steps: readonly Step[]): Followed {
  const analysis = new Analysis({ completed: () => undefined });
  const packets = steps.map(([time, frame]): TestPacket => ({
    time: 1_700_000_000 + time,
    bytes: Uint8Array.from(frame),
  }));
  new CaptureStream(analysis).push(pcap(packets));
  analysis.finish();
  return {
    flows: Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRecord(analysis, 'test', flowRow(row))),
    owners: steps.map((_, row) => analysis.packets.chunk(packetRow(row)).owner[inChunk(packetRow(row))]!),
  };
}

const A = '10.0.0.1:40000';
const B = '10.0.0.2:443';

/** A conversation by its numbers: what each side has sent so far. */
class Talk {
  own: number;
  peer: number;
  constructor(own: number, peer: number) {
    this.own = own;
    this.peer = peer;
  }
  syn(): number[] {
    return tcp(A, B, { flags: 'S', seq: this.own });
  }
  synAck(): number[] {
    return tcp(B, A, { flags: 'SA', seq: this.peer, ack: this.own + 1 });
  }
  open(): number[][] {
    const frames = [this.syn(), this.synAck()];
    this.own++;
    this.peer++;
    return [...frames, this.ack()];
  }
  ack(): number[] {
    return tcp(A, B, { flags: 'A', seq: this.own, ack: this.peer });
  }
  say(data: string | Uint8Array): number[] {
    const frame = tcp(A, B, { flags: 'PA', seq: this.own, ack: this.peer, data });
    this.own += data.length;
    return frame;
  }
  answer(data: string): number[] {
    const frame = tcp(B, A, { flags: 'PA', seq: this.peer, ack: this.own, data });
    this.peer += data.length;
    return frame;
  }
  close(): number[][] {
    const frames = [
      tcp(A, B, { flags: 'FA', seq: this.own, ack: this.peer }),
      tcp(B, A, { flags: 'FA', seq: this.peer, ack: this.own + 1 }),
    ];
    this.own++;
    this.peer++;
    return [...frames, this.ack()];
  }
}

const timed = (frames: readonly number[][], from = 0, step = 0.01): Step[] =>
  frames.map((f, i) => [from + i * step, f]);

test('a port used again at once is a new connection, however the one before ended, and its hello is read', () => {
  for (const gap of [0.05, 3, 20]) {
    const endings: Record<string, (t: Talk) => number[][]> = {
      'no end seen': () => [],
      'half closed': (t) => t.close().slice(0, 1),
      'last ACK lost': (t) => t.close().slice(0, 2),
      closed: (t) => t.close(),
      reset: (t) => [tcp(B, A, { flags: 'R', seq: t.peer })],
    };
    for (const [how, end] of Object.entries(endings)) {
      const one = new Talk(1000, 9000);
      const two = new Talk(700_000_000, 800_000_000);
      const first = [...one.open(), one.say(clientHello('first.example.org')), ...end(one)];
      const second = [...two.open(), two.say(clientHello('second.example.org')), ...two.close()];
      const { flows } = follow([...timed(first), ...timed(second, first.length * 0.01 + gap)]);
      assert.deepEqual(
        flows.map((f) => f.sni),
        ['first.example.org', 'second.example.org'],
        `${how}, ${gap} s`,
      );
      assert.deepEqual(
        flows.map((f) => f.packets_fwd + f.packets_rev),
        [first.length, second.length],
        `${how}, ${gap} s`,
      );
    }
  }
});

test('a new SYN that nobody answers is a flow of its own', () => {
  const t = new Talk(1000, 9000);
  const { flows } = follow(
    timed([...t.open(), t.say('x'), new Talk(5_000_000, 0).syn(), new Talk(5_000_000, 0).syn()]),
  );
  assert.deepEqual(
    flows.map((f) => f.packets_fwd + f.packets_rev),
    [4, 2],
  );
});

test('a SYN into a live connection hides and cuts nothing: what fits the connection goes on in it', () => {
  const t = new Talk(1000, 9000);
  const before = [...t.open(), t.say('abc')];
  const forged = [tcp(A, B, { flags: 'S', seq: 3_000_000_000 }), tcp(B, A, { flags: 'A', seq: t.peer, ack: t.own })];
  const after = [t.answer('def'), t.say(clientHello('late.example.org')), t.answer('x'), ...t.close()];
  const { flows, owners } = follow([...timed(before), ...timed(forged, 3), ...timed(after, 40, 5)]);
  assert.deepEqual(
    flows.map((f) => [f.packets_fwd, f.packets_rev, f.end_reason]),
    [
      [6, 5, 'fin'],
      [1, 0, 'capture-end'],
    ],
  );
  assert.deepEqual(owners, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
});

test('a host that lost its state: challenge ACK, RST by its number, the SYN again', () => {
  const t = new Talk(1000, 9000);
  const u = new Talk(4_000_000_000, 77);
  const challenge = tcp(B, A, { flags: 'A', seq: 9001, ack: 1001 });
  const frames = [...t.open(), u.syn(), challenge, tcp(A, B, { flags: 'R', seq: 1001 }), ...u.open(), u.say('x')];
  const { flows, owners } = follow(timed(frames));
  assert.deepEqual(owners, [0, 0, 0, 1, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual(
    flows.map((f) => f.end_reason),
    ['rst', 'capture-end'],
  );
});

test('SYNs sent again, twice on a SPAN port, behind their answer, and from both sides at once begin nothing anew', () => {
  const once = new Talk(5, 50);
  assert.equal(
    follow(timed([...once.open(), new Talk(5, 50).syn(), once.say('x'), new Talk(5, 50).synAck()])).flows.length,
    1,
  );
  assert.equal(
    follow(timed([new Talk(5, 50).synAck(), tcp(A, B, { flags: 'A', seq: 6, ack: 51 }), new Talk(5, 50).syn()])).flows
      .length,
    1,
  );
  const both = [
    tcp(A, B, { flags: 'S', seq: 5 }),
    tcp(B, A, { flags: 'S', seq: 50 }),
    tcp(A, B, { flags: 'SA', seq: 5, ack: 51 }),
    tcp(B, A, { flags: 'SA', seq: 50, ack: 6 }),
    tcp(A, B, { flags: 'PA', seq: 6, ack: 51, data: 'x' }),
  ];
  assert.equal(follow(timed(both)).flows.length, 1);
});

test('RST outside of the receiver’s window ends nothing; one in it does', () => {
  const run = (rst: (t: Talk) => number[]): string[] => {
    const t = new Talk(1000, 9000);
    const frames = [...t.open(), t.say('abc'), t.answer('def'), rst(t)];
    const more = [t.ack(), t.say(clientHello('after.example.org')), t.answer('ok'), ...t.close()];
    return follow([...timed(frames), ...timed(more, 10, 4)]).flows.map((f) => f.end_reason);
  };
  assert.deepEqual(
    run((t) => tcp(B, A, { flags: 'R', seq: t.peer + 1_900_000_000 })),
    ['fin'],
  );
  assert.deepEqual(
    run((t) => tcp(A, B, { flags: 'R', seq: t.own - 200_000 })),
    ['fin'],
  );
  assert.deepEqual(
    run((t) => tcp(B, A, { flags: 'RA', seq: t.peer + 70_000, ack: t.own })),
    ['fin'],
  );
  // One that is believed and stays without more: then the connection's rest is seen from its middle.
  assert.equal(run((t) => tcp(B, A, { flags: 'R', seq: t.peer }))[0], 'rst');
});

test('the window is the scaled one where both SYNs ask for scaling', () => {
  const end = (scale: readonly number[]): string => {
    const frames = [
      tcp(A, B, { flags: 'S', seq: 0, options: scale }),
      tcp(B, A, { flags: 'SA', seq: 0, ack: 1, options: scale }),
      tcp(A, B, { flags: 'A', seq: 1, ack: 1, window: 1000 }),
      tcp(B, A, { flags: 'R', seq: 100_000 }),
    ];
    return follow(timed(frames)).flows[0]!.end_reason;
  };
  assert.deepEqual([end([3, 3, 7, 0]), end([])], ['rst', 'capture-end']);
});

test('while a SYN waits, only a RST that acknowledges it ends the flow', () => {
  const end = (rst: number[]): string =>
    follow(timed([tcp(A, B, { flags: 'S', seq: 1000 }), rst])).flows[0]!.end_reason;
  assert.equal(end(tcp(B, A, { flags: 'RA', seq: 0, ack: 1001 })), 'rst');
  assert.equal(end(tcp(B, A, { flags: 'RA', seq: 0, ack: 2001 })), 'capture-end');
  assert.equal(end(tcp(B, A, { flags: 'R', seq: 0 })), 'capture-end');
  assert.equal(
    follow(timed([tcp(A, B, { flags: 'A', seq: 7, ack: 8 }), tcp(B, A, { flags: 'R', seq: 8 })])).flows[0]!.end_reason,
    'rst',
  );
  assert.equal(follow(timed([tcp(A, B, { flags: 'R', seq: 7 })])).flows[0]!.end_reason, 'rst');
});

test('after a RST, who sent it in fact sends nothing more: data from that side keeps the connection', () => {
  const t = new Talk(1000, 9000);
  const { flows } = follow(
    timed([
      ...t.open(),
      t.say('abc'),
      tcp(B, A, { flags: 'R', seq: t.peer + 5 }),
      t.answer('def'),
      t.say('x'),
      ...t.close(),
    ]),
  );
  assert.deepEqual(
    flows.map((f) => f.end_reason),
    ['fin'],
  );
});

test('what comes late of a closed connection is counted there, whenever it comes within two minutes of the last', () => {
  const t = new Talk(1000, 9000);
  const closed = [...t.open(), t.say('abc'), ...t.close()];
  const late = [5, 15, 35, 75, 155].map((at): Step => [at, tcp(A, B, { flags: 'FA', seq: t.own - 1, ack: t.peer })]);
  const { flows, owners } = follow([...timed(closed), ...late]);
  assert.deepEqual(
    flows.map((f) => [f.packets_fwd, f.packets_rev, f.end_reason, f.last_packet]),
    [[10, 2, 'fin', 12]],
  );
  assert.equal(Date.parse(flows[0]!.end) - Date.parse(flows[0]!.start), 155_000);
  assert.deepEqual(new Set(owners), new Set([0]));
  const other = follow([
    ...timed(closed),
    [5, tcp(A, B, { flags: 'A', seq: 2_000_000_000, ack: 5 })],
    [10, tcp(A, B, { flags: 'PA', seq: t.own, ack: t.peer, data: 'new' })],
  ]);
  assert.equal(other.flows.length, 2);
});

/** A RST with numbers of nobody's: it may stand anywhere, and ends nothing. */
const ANY = -1;

test('random connections over one pair of ports, with forged SYNs and RSTs among them: each packet goes where it belongs', () => {
  for (let seed = 1; seed <= 120; seed++) {
    const random = testRandom(seed);
    const number = (): number => Math.floor(random() * 4294967296);
    const steps: Step[] = [];
    const truth: number[] = [];
    let at = 0;
    let flow = -1;
    const put = (frame: number[], owner: number): void => {
      steps.push([at, frame]);
      truth.push(owner);
      at += random() ** 4 * 1.5;
    };
    for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
      const t = new Talk(number(), number());
      const own = ++flow;
      for (const f of t.open()) put(f, own);
      for (let i = Math.floor(random() * 12); i > 0; i--) {
        const what = random();
        if (what < 0.4) put(t.say('a'.repeat(1 + Math.floor(random() * 900))), own);
        else if (what < 0.8) put(t.answer('b'.repeat(1 + Math.floor(random() * 900))), own);
        else if (what < 0.9) put(tcp(B, A, { flags: 'R', seq: t.peer + 100_000 + Math.floor(random() * 4e9) }), ANY);
        else put(tcp(A, B, { flags: 'S', seq: t.own + 500_000 + Math.floor(random() * 3e9) }), ++flow);
      }
      const end = random();
      if (end < 0.5) for (const f of t.close()) put(f, own);
      else if (end < 0.7) put(tcp(A, B, { flags: 'RA', seq: t.own, ack: t.peer }), own);
      if (end < 0.2) put(tcp(A, B, { flags: 'FA', seq: t.own - 1, ack: t.peer }), own);
    }
    const { owners } = follow(steps);
    assert.deepEqual(
      owners.map((o, i) => (truth[i] === ANY ? ANY : o)),
      truth,
      `seed ${seed}`,
    );
  }
});
