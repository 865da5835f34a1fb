// What was learned of the own network changes what rules find: exemptions, and 'new here'; each with its boundary.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NetworkFacts, NetworkNotes } from '../detect/index.ts';
import { HOST, MadeCapture, PEER } from '../testing/evidence-kit.ts';
import type { FlowLook, Kind, Rule } from './rule.ts';
import { KnownNetwork, peerNames } from './known.ts';
import { nothingObserved } from '../observe/index.ts';
import { noFacts } from '../protocols/index.ts';

const JA4 = 't13d1516h2_8daaf6152771_02713d6af862';

function facts(note: (notes: NetworkNotes) => void): NetworkFacts {
  const notes = new NetworkNotes();
  note(notes);
  return notes.facts();
}

function rule(kind: Kind): Rule {
  return { name: `of-${kind}`, kind, points: 1, title: 'rule-new-here' };
}

function flow(more: Partial<FlowLook> = {}): FlowLook {
  const look = {
    initiatorText: HOST,
    responderText: PEER,
    port: 443,
    names: [],
    observed: nothingObserved(),
    facts: null,
  };
  return { ...look, ...more } as unknown as FlowLook;
}

function spoken(ja4: string, more: Partial<FlowLook> = {}): FlowLook {
  return flow({ facts: { ...noFacts(), ja4 }, ...more });
}

function foundNew(network: NetworkFacts, look: FlowLook): number {
  let n = 0;
  new KnownNetwork(network).judge().look(look, () => n++);
  return n;
}

test('administrators, mail servers and resolvers are exempt from their own kinds, and from no other', () => {
  const cases = [
    ['administrators', ['rpc'], ['smb-exploit', 'smb-program', 'rpc-storm', 'mail']],
    ['mailServers', ['mail'], ['ftp', 'rpc']],
    ['resolvers', ['dns-tunnel', 'dns-random'], ['dns-exploit', 'mail']],
  ] as const;
  for (const [role, exempt, other] of cases) {
    const known = new KnownNetwork(facts((n) => n.role(role, HOST)));
    for (const kind of exempt) {
      assert.equal(known.exempts(rule(kind), flow()), true, `${role} ${kind}`);
      assert.equal(known.exempts(rule(kind), flow({ initiatorText: '10.0.0.6' })), false, `another host, ${kind}`);
    }
    for (const kind of other) assert.equal(known.exempts(rule(kind), flow()), false, `${role} ${kind}`);
  }
});

test('a peer of three flows is known and one of two is not; a regular talker is by address and port', () => {
  for (const kind of ['beacon', 'client', 'port'] as const) {
    const three = new KnownNetwork(facts((n) => n.peer(PEER, 3)));
    const two = new KnownNetwork(facts((n) => n.peer(PEER, 2)));
    const regular = new KnownNetwork(facts((n) => n.role('regular', `${PEER}:443`)));
    assert.equal(three.exempts(rule(kind), flow()), true);
    assert.equal(two.exempts(rule(kind), flow()), false);
    assert.equal(regular.exempts(rule(kind), flow()), true);
    assert.equal(regular.exempts(rule(kind), flow({ port: 444 })), false);
    assert.equal(three.exempts(rule('program'), flow()), false);
  }
});

test('a peer with a name is known by its registered name, and not by an address that others share', () => {
  assert.deepEqual(peerNames(PEER, ['a.example.co.uk', 'b.example.co.uk']), ['example.co.uk']);
  assert.deepEqual(peerNames(PEER, [PEER]), [PEER]);
  const known = new KnownNetwork(facts((n) => n.peer(PEER, 9)));
  assert.equal(known.exempts(rule('port'), flow({ names: ['c2.elsewhere.test'] })), false);
  const byName = new KnownNetwork(facts((n) => n.peer('elsewhere.test', 9)));
  assert.equal(byName.exempts(rule('port'), flow({ names: ['www.elsewhere.test'] })), true);
});

test('new here: a peer and a JA4 that are both new, from a host of 20 known TLS flows', () => {
  const network = (flows: number): NetworkFacts => facts((n) => n.client(HOST, [JA4], flows));
  assert.equal(foundNew(network(20), spoken('t12d190800_other_print')), 1);
  assert.equal(foundNew(network(19), spoken('t12d190800_other_print')), 0, 'the host is not known well enough');
  assert.equal(foundNew(network(20), spoken(JA4)), 0, 'its own JA4');
  assert.equal(foundNew(network(20), flow()), 0, 'no TLS');
  assert.equal(foundNew(network(20), spoken('other', { initiatorText: '10.0.0.6' })), 0, 'a host that is not known');
  const more = (note: (n: NetworkNotes) => void): NetworkFacts =>
    facts((n) => {
      n.client(HOST, [JA4], 20);
      note(n);
    });
  assert.equal(
    foundNew(
      more((n) => n.peer(PEER)),
      spoken('other'),
    ),
    0,
    'a peer that is known',
  );
  const named = spoken('other', { names: ['www.elsewhere.test'] });
  assert.equal(
    foundNew(
      more((n) => n.peer('elsewhere.test')),
      named,
    ),
    0,
    'a name that is known',
  );
  assert.equal(
    foundNew(
      more((n) => n.serverName('www.elsewhere.test')),
      named,
    ),
    0,
    'a server name that is known',
  );
  assert.equal(
    foundNew(
      more(() => undefined),
      named,
    ),
    1,
  );
});

test('end to end: regular connections to a peer that is known are no evidence any more', () => {
  const capture = new MadeCapture();
  for (let i = 0; i < 8; i++)
    capture.connection(
      [
        { dir: 0, data: 'hello' },
        { dir: 1, data: 'yes' },
      ],
      { at: i * 60, port: 4_444 },
    );
  assert.deepEqual(
    capture.rules().filter((r) => r.startsWith('regular-')),
    ['regular-starts-unknown-peer'],
  );
  for (const learned of [facts((n) => n.peer(PEER, 3)), facts((n) => n.role('regular', `${PEER}:4444`))])
    assert.deepEqual(
      capture.rulesOn(new KnownNetwork(learned)).filter((r) => r.startsWith('regular-')),
      [],
    );
});
