import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, say } from '../../contract/index.ts';
import { testRandom } from '../testing/packets.ts';
import { type EvidenceFlow, IncidentBook, INCIDENT_WINDOW } from './incidents.ts';
import type { Evidence, EvidencePeer, Rule } from './rule.ts';
import { ruleOf } from './rules.ts';

/** Rules of few kinds: those that devices show alone, and those of the other corrections and of contagion as well. */
const DEVICES = 'http-odd-agent http-no-agent http-post-bare http-poll regular-starts opaque-body'.split(' ');
const OTHERS = (
  'self-signed self-signed-young default-certificate-young tls-unnamed-public tls-no-name-odd-port cheap-tld ' +
  'smtp-login-in-clear smtp-ehlo-bare-host dynamic-dns exe-raw drop-site'
).split(' ');
const RULES: readonly (readonly Rule[])[] = [DEVICES, [...DEVICES, ...OTHERS]].map((names) =>
  names.map((name) => ruleOf(name)!),
);
const PEERS: readonly EvidencePeer[] = ['peer', 'peer', 'peer', { name: 'a.test' }, 'unknown names'];

/** What is known of all incidents, and what was told of them. */
class Twin {
  readonly told: (string | number)[] = [];
  readonly book = new IncidentBook((i, before) => this.told.push(i.key, i.points, before));
  private readonly resums: boolean;

  /** @param resums no sum is taken for the last one again */
  constructor(resums: boolean) {
    this.resums = resums;
  }

  add(found: readonly Evidence[], flow: EvidenceFlow): void {
    this.forgetSums();
    this.book.add(found, flow);
  }

  settle(isPc: (initiator: number) => boolean): void {
    this.forgetSums();
    this.book.settle(isPc);
  }

  get state(): unknown {
    const incidents = [...this.book.incidents.values()].map((incident) => ({
      ...incident,
      summed: null,
      evidence: incident.evidence.values().map((e) => [e.rule.name, e.last]),
    }));
    return { incidents, told: this.told };
  }

  private forgetSums(): void {
    if (this.resums) for (const incident of this.book.incidents.values()) incident.summed = null;
  }
}

test('a sum that is not made again is what it would be: points, rules, corrections, contagion, what is told', () => {
  const random = testRandom(33);
  const below = (n: number): number => Math.floor(random() * n);
  for (let round = 0; round < 300; round++) {
    const twins = [new Twin(false), new Twin(true)];
    const start = round % 2 === 0 ? 0 : 1_700_000_000;
    const rules = RULES[below(2)]!.filter(() => random() < 0.6);
    if (rules.length === 0) continue;
    let seconds = start;
    for (let n = 0; n < 60; n++) {
      // Evidence often lies an hour apart, to the last bit of a number.
      const steps = [0, 0.1, 1 / 3, 60, INCIDENT_WINDOW - 0.1, INCIDENT_WINDOW / 2, INCIDENT_WINDOW, -120];
      seconds = Math.max(start, seconds + steps[below(steps.length)]!);
      const found = Array.from({ length: 1 + below(3) }, () => ({
        rule: rules[below(rules.length)]!,
        row: flowRow(below(40)),
        peer: PEERS[below(PEERS.length)]!,
        said: say('ev-tls-unnamed-public', { peer: 'x' }),
        packets: [n],
        amount: 0,
        shows: null,
      }));
      const flow: EvidenceFlow = {
        initiator: 1 + below(2),
        responder: 10 + below(3),
        names: [],
        seconds,
        packet: n,
        pc: below(4) === 0,
        namedHosts: [null, true, true, false][below(4)]!,
      };
      for (const twin of twins) twin.add(found, flow);
      assert.deepEqual(twins[0]!.state, twins[1]!.state, `round ${round}, step ${n}`);
    }
    for (const twin of twins) twin.settle((initiator) => initiator === 1);
    assert.deepEqual(twins[0]!.state, twins[1]!.state, `round ${round}, settled`);
  }
});
