// Regular and empty connections, and sprays, at their edges, in captures that the test makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, PEER } from '../testing/evidence-kit.ts';
import { Looks, type MadeLook } from '../testing/looks.ts';
import { clientHello } from '../testing/packets.ts';
import { beaconJudge, regularGap } from './beacon.ts';

const INSIDE = '10.0.0.9';
const POPULAR = 'api.microsoft.com';
const HELLO = clientHello('www.somewhere.test');

/** Connections that say a little, each moved by a share of the gap. */
interface Starts {
  readonly n?: number;
  readonly gap?: number;
  readonly jitter?: number;
  /** Gaps of so many times their length, by their number. */
  readonly times?: (i: number) => number;
  readonly flow?: MadeFlow;
  readonly name?: string;
  readonly says?: string | Uint8Array;
  readonly as?: 'refused' | 'unanswered' | 'empty';
}

function starts(o: Starts): MadeCapture {
  const { n = 5, gap = 100, times = () => 1, flow = {}, name, as, says = 'own words' } = o;
  const made = new MadeCapture();
  if (name !== undefined) made.dns(name, PEER);
  for (let i = 0, at = 10; i < n; at += gap * times(i), i++) {
    const of = { port: 4_444, at, ...flow };
    if (as === 'refused') made.refused(of);
    else if (as === 'unanswered') made.unanswered(of);
    else if (as === 'empty') made.connection([], of);
    else
      made.connection(
        [
          { dir: 0, data: says },
          { dir: 1, data: 'yes' },
        ],
        of,
      );
  }
  return made;
}

edge('regular-starts-unknown-peer', '5 starts', starts, { raises: [{}, { as: 'empty' }], not: [{ n: 4 }] });
edge('regular-starts-unknown-peer', 'a second between them', starts, { raises: [{ gap: 1 }], not: [{ gap: 0.99 }] });
edge(
  'regular-starts-unknown-peer',
  '70 % of the gaps within 15 % of their median',
  (o: Starts) => starts(o).lastRules(),
  {
    raises: [
      { n: 9, times: (i) => (i < 5 ? 1 : 1.15) },
      { n: 11, times: (i) => (i < 8 ? 1 : 3) },
    ],
    not: [
      { n: 9, times: (i) => (i < 5 ? 1 : 1.16) },
      { n: 11, times: (i) => (i < 7 ? 1 : 3) },
    ],
  },
);
edge('regular-starts-unknown-peer', 'remembered for a day', starts, {
  raises: [{ gap: 86_400 / 4 }],
  not: [{ n: 8, gap: 86_400.4 / 4 }],
});
edge('regular-starts-unknown-peer', 'outside, to a name that is not well known', starts, {
  raises: [{}, { name: 'www.somewhere.test' }],
  not: [{ name: POPULAR }, { flow: { to: INSIDE } }],
});
edge('regular-starts-unknown-peer', 'connections that come about', starts, {
  raises: [{ n: 7 }],
  not: [
    { n: 7, as: 'refused' },
    { n: 7, as: 'unanswered' },
  ],
});
edge('regular-starts', 'inside, or to a well known name', starts, {
  raises: [{ name: POPULAR }, { flow: { to: INSIDE } }],
  not: [{}, { name: 'www.somewhere.test' }],
});
edge('regular-starts', '5 starts', (n: number) => starts({ n, flow: { to: INSIDE } }), { raises: [5], not: [4] });

edge('regular-many', '30 starts', starts, { raises: [{ n: 30 }], not: [{ n: 29 }] });
edge(
  'regular-many',
  'no port of a protocol that keeps a line open',
  (port: number) => starts({ n: 30, flow: { port } }),
  { raises: [4_444, 1_882], not: [1883, 8883, 5222, 5223, 5228, 123] },
);
edge(
  'regular-many',
  'nor where TLS is spoken there',
  (port: number) => starts({ n: 30, flow: { port }, says: HELLO }),
  { raises: [443, 4_444], not: [1883, 8883, 5222, 5223, 5228, 123] },
);
edge('regular-many', 'no such protocol', (says: string) => starts({ n: 30, says }), {
  raises: ['own words'],
  not: ['\x10\x0e\0\x04MQTT\x04\x02\0\x3c\0\x02ab', '<?xml version="1.0"?><stream:stream to="a">'],
});
edge('regular-many', 'outside, to a name that is not well known', (o: Starts) => starts({ n: 30, ...o }), {
  raises: [{}],
  not: [{ name: POPULAR }, { flow: { to: INSIDE } }],
});

test('connections whose beginning was not seen, or that are not over, are no starts', () => {
  for (const [more, rules] of [
    [{}, ['regular-starts-unknown-peer']],
    [{ began: false }, []],
    [{ over: false }, []],
    [{ transport: 'udp' }, []],
  ] as const) {
    const looks = new Looks(beaconJudge());
    const said: MadeLook = { observed: { payload: [9, 9] }, ...more };
    const last = Array.from({ length: 5 }, (_, i) => looks.rules({ ...said, start: i * 60 })).at(-1);
    assert.deepEqual(last, rules);
  }
});

test('the gap of regular starts is their median', () => {
  assert.equal(regularGap([0, 10, 20, 30, 40, 60]), 10, 'one of five off');
  assert.equal(regularGap([0, 10, 20, 30, 50, 70]), null, 'two of five off');
  assert.equal(regularGap([0, 10, 20.5, 31.5]), 10.5, 'the one in the middle');
  assert.equal(regularGap([0, 10, 21, 33, 46]), 11.5, 'of four the mean of the middle two');
});

/** Connections that open and close at odd times, and nothing else. */
interface Empty {
  readonly n?: number;
  readonly seconds?: number;
  readonly says?: string;
  readonly dir?: 0 | 1;
  readonly flow?: (i: number) => MadeFlow;
}

function empty({ n = 8, seconds = 600, says = '', dir = 0, flow = () => ({}) }: Empty): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) {
    const at = seconds * (i / (n - 1)) ** 2;
    made.connection([{ dir, data: says }], { port: 4_444, at, ...flow(i) });
  }
  return made;
}
edge('dead-peer', '8 connections within an hour', empty, {
  raises: [{}, { seconds: 3_600 }],
  not: [{ n: 7 }, { seconds: 3_601 }],
});
edge('dead-peer', 'fewer than eighty', (n: number) => empty({ n }).lastRules(), { raises: [79], not: [80] });
edge('dead-peer', 'to one port of one public peer', empty, {
  raises: [{}],
  not: [{ flow: (i) => ({ port: 4_444 + (i % 2) }) }, { flow: () => ({ to: INSIDE }) }],
});
edge('dead-peer', 'nothing is said', empty, { raises: [{}], not: [{ says: 'x' }, { says: 'x', dir: 1 }] });
edge('dead-peer-many', '80 connections within an hour', (o: Empty) => empty({ n: 80, ...o }), {
  raises: [{}, { seconds: 3_600 }],
  not: [{ n: 79 }, { seconds: 3_601 }],
});
edge('dead-peer-many', 'to a public peer', (to: string) => empty({ n: 80, flow: () => ({ to }) }), {
  raises: [PEER],
  not: [INSIDE],
});

/** Datagrams to so many addresses, some of other lengths. */
interface Spray {
  readonly peers?: number;
  readonly other?: number;
  readonly answer?: string;
  readonly to?: string;
  readonly seconds?: number;
  readonly from?: (i: number) => string;
}

function spray({ peers = 40, other = 0, answer, to = '45.79.30', seconds = 60, from }: Spray): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < peers; i++) {
    const data = i < other ? 'x'.repeat(30 + i) : 'the same words';
    const flow = { to: `${to}.${i + 1}`, at: (i * seconds) / (peers - 1), ...(from ? { from: from(i) } : {}) };
    made.udp(data, { ...flow, ...(answer === undefined ? {} : { answer }) });
  }
  return made;
}
edge('udp-spray', '40 addresses within an hour', spray, {
  raises: [{}, { seconds: 3_600 }],
  not: [{ peers: 39 }, { seconds: 3_601 }, { from: (i) => `10.0.0.${5 + (i % 2)}` }],
});
edge('udp-spray', 'four of five alike', spray, {
  raises: [{ other: 8 }, { peers: 100, other: 20 }],
  not: [{ other: 9 }, { peers: 100, other: 21 }],
});

/** The last of the addresses is sent to again. */
const again = (o: Spray): MadeCapture => {
  const made = spray(o);
  for (let i = 0; i < 5; i++) made.udp('the same words', { to: '45.79.30.40', at: 70 + i });
  return made;
};
edge('udp-spray', 'an address once', (other: number) => again({ other }).lastRules(), { raises: [8], not: [9] });

/** Connections to as many addresses, of which nothing comes back. */
function asks(n: number): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) made.unanswered({ to: `45.79.30.${i + 1}`, port: 1_000 + i, at: i });
  return made;
}
edge('udp-spray', 'datagrams', (made: MadeCapture) => made, { raises: [spray({})], not: [asks(40)] });
edge('udp-spray', 'public ones that do not answer', spray, {
  raises: [{}],
  not: [{ answer: 'yes' }, { to: '10.0.7' }, { to: '224.0.7' }],
});
