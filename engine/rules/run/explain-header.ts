// Why a rule's header, its questions to headers and flows, and what is remembered fit a packet or do not.
import { type Message, type RuleStep, say } from '../../../contract/index.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../decode/index.ts';
import { placeText } from '../place-text.ts';
import type { BitTest, PacketTest, Signature } from '../signature.ts';
import { ruleForm, shown } from '../syntax.ts';
import { flowFits, transportFits } from './headers.ts';
import type { Look, Watched } from './observer.ts';
import { IPPROTO_SCTP, type RulePacket } from './packet.ts';
import { packetPasses } from './packet-tests.ts';
import type { RuleFlow } from './rule-flow.ts';
import { counterPasses } from './counters.ts';
import type { Transaction } from './transaction.ts';
import { isOfTransaction } from './transaction-tests.ts';

const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [IPPROTO_ICMP, 'ICMP'],
  [IPPROTO_TCP, 'TCP'],
  [IPPROTO_UDP, 'UDP'],
  [IPPROTO_ICMPV6, 'ICMPv6'],
  [IPPROTO_SCTP, 'SCTP'],
]);

/** Steps of a rule's header: protocol, flow, addresses and ports, keywords about headers. */
export function headerSteps(rule: Signature, { p, flow }: Look, watched: Watched): RuleStep[] {
  const out: RuleStep[] = [protocolStep(rule, p, flow), ...flowSteps(rule, p, flow), ...placeSteps(rule, p)];
  for (const test of rule.packetTests) if (!isOfTransaction(test.ask)) out.push(testStep(test, p, flow, watched));
  return out;
}

/** Steps of what is remembered: bits and counters. */
export function memorySteps(rule: Signature, { p, flow }: Look, t: Transaction | null, watched: Watched): RuleStep[] {
  return [...rule.bits.map((bit) => bitStep(bit, p, flow, t, watched)), ...counterSteps(rule, flow)];
}

function protocolStep(rule: Signature, p: RulePacket, flow: RuleFlow | null): RuleStep {
  const passed = transportFits(rule, p, flow);
  const asksApplication = rule.applications.length > 0 && rule.applications[0] !== 'unknown';
  return { step: rule.protocol, passed, why: asksApplication ? spoken(flow) : protocolOf(p) };
}

function protocolOf(p: RulePacket): Message {
  if (!p.isIp && !p.pseudo) return say('explain-no-ip');
  return say('explain-protocol-is', { protocol: TRANSPORTS.get(p.transport) ?? `IP ${p.transport}` });
}

function spoken(flow: RuleFlow | null): Message {
  if (flow === null) return say('explain-no-flow');
  const { applicationName: app } = flow;
  return app === 'unknown' ? say('explain-speaks-unknown') : say('explain-speaks', { app });
}

function flowSteps(rule: Signature, p: RulePacket, flow: RuleFlow | null): RuleStep[] {
  const { direction, established, fragments } = rule.flow;
  const out: RuleStep[] = [];
  const add = (word: string, only: Partial<Signature['flow']>, why: Message): void => {
    const part = { ...BARE_FLOW, ...only };
    out.push({ step: `flow:${word}`, passed: flowFits({ ...rule, flow: part }, p, flow), why });
  };
  if (direction !== 'both') {
    const goes = p.dir === 0 ? say('explain-to-server') : say('explain-to-client');
    add(
      direction === 'toServer' ? 'to_server' : 'to_client',
      { direction },
      flow === null ? say('explain-no-flow') : goes,
    );
  }
  if (established !== 'any') {
    const is = flow?.state === 'new' ? say('explain-not-established') : say('explain-established');
    add(
      established === 'yes' ? 'established' : 'not_established',
      { established },
      flow === null ? say('explain-no-flow') : is,
    );
  }
  if (fragments !== 'any') {
    const is = p.layers.fragment === 0 ? say('explain-no-fragment') : say('explain-fragment');
    add(fragments === 'only' ? 'only_frag' : 'no_frag', { fragments }, is);
  }
  return out;
}

const BARE_FLOW: Signature['flow'] = {
  direction: 'both',
  established: 'any',
  stateless: false,
  stream: 'any',
  fragments: 'any',
};

interface PlaceWanted {
  readonly step: string;
  readonly any: boolean;
  readonly place: string;
  readonly passed: boolean;
  /** Of the other end, and whether it would fit. */
  readonly other: string;
  readonly otherFits: boolean;
}

function placeSteps(rule: Signature, p: RulePacket): RuleStep[] {
  const there = placesOf(rule, p, false);
  if (!rule.bothWays || there.every((w) => w.passed)) return there.map((w) => placeStep(w, p));
  const back = placesOf(rule, p, true);
  const good = (wanted: readonly PlaceWanted[]): number => wanted.filter((w) => w.passed).length;
  return (good(back) > good(there) ? back : there).map((w) => placeStep(w, p));
}

/** What the header asks of each end that is not `any`. */
function placesOf(rule: Signature, p: RulePacket, swapped: boolean): readonly PlaceWanted[] {
  const form = ruleForm(rule.text);
  const said = 'say' in form ? { source: '', sourcePort: '', destination: '', destinationPort: '' } : form;
  const here = { address: p.source, port: p.sourcePort };
  const there = { address: p.destination, port: p.destinationPort };
  const [from, to] = swapped ? [there, here] : [here, there];
  const hasPorts = p.pseudo || p.layers.hasPorts;
  const address = (step: string, set: Signature['source'], a: typeof from, b: typeof from): PlaceWanted => ({
    step,
    any: set.any,
    place: placeText(a.address),
    passed: set.any || (p.isIp && set.has(a.address)),
    other: placeText(b.address),
    otherFits: p.isIp && set.has(b.address),
  });
  const port = (step: string, set: Signature['sourcePort'], a: typeof from, b: typeof from): PlaceWanted => ({
    step,
    any: set.any,
    place: hasPorts ? String(a.port) : '',
    passed: set.any || (p.isIp && hasPorts && set.has(a.port)),
    other: String(b.port),
    otherFits: hasPorts && set.has(b.port),
  });
  return [
    address(`src_ip ${shown(said.source)}`, rule.source, from, to),
    port(`src_port ${shown(said.sourcePort)}`, rule.sourcePort, from, to),
    address(`dest_ip ${shown(said.destination)}`, rule.destination, to, from),
    port(`dest_port ${shown(said.destinationPort)}`, rule.destinationPort, to, from),
  ].filter((w) => !w.any);
}

function placeStep({ step, place, passed, other, otherFits }: PlaceWanted, p: RulePacket): RuleStep {
  if (!p.isIp && !p.pseudo) return { step, passed, why: say('explain-no-ip') };
  if (place === '') return { step, passed, why: say('explain-no-ports') };
  if (passed) return { step, passed, why: say('explain-place-in', { place }) };
  const why = otherFits ? say('explain-place-swapped', { place, other }) : say('explain-place-out', { place });
  return { step, passed, why };
}

function testStep(
  { keyword, said, ask }: PacketTest,
  p: RulePacket,
  flow: RuleFlow | null,
  watched: Watched,
): RuleStep {
  const passed = packetPasses(ask, p, flow, watched.reputations);
  const step = said === '' ? keyword : `${keyword}:${shown(said)}`;
  switch (ask.of) {
    case 'number': {
      const value = p.headerNumber(ask.field);
      if (value !== null) return { step, passed, why: say('explain-value', { value }) };
      break;
    }
    case 'application':
      return { step, passed, why: spoken(flow) };
    case 'event': {
      const events = [...p.events, ...(flow?.events ?? [])];
      return { step, passed, why: events.length === 0 ? say('explain-no-event') : say('explain-event', { events }) };
    }
    case 'address': {
      const place = placeText(ask.side === 'source' ? p.source : p.destination);
      return { step, passed, why: passed ? say('explain-place-in', { place }) : say('explain-place-out', { place }) };
    }
    default:
  }
  return { step, passed, why: passed ? say('explain-header-true') : say('explain-header-false') };
}

function bitStep(
  bit: BitTest,
  p: RulePacket,
  flow: RuleFlow | null,
  t: Transaction | null,
  watched: Watched,
): RuleStep {
  const passed = watched.bitPasses(bit, p, flow, t);
  const keyword = bit.scope === 'flow' ? 'flowbits' : 'xbits';
  const track = bit.scope === 'flow' ? '' : `,track ${bit.scope}`;
  const step = `${keyword}:${bit.not ? 'isnotset' : 'isset'},${shown(bit.names.join('|'))}${track}`;
  const name = shown(bit.names.join('|'));
  if (bit.scope === 'flow' && flow === null) return { step, passed, why: say('explain-no-flow') };
  return {
    step,
    passed,
    why: passed === bit.not ? say('explain-bit-unset', { name }) : say('explain-bit-set', { name }),
  };
}

function counterSteps(rule: Signature, flow: RuleFlow | null): RuleStep[] {
  return rule.counters.map((c) => {
    const named = c.test === 'isset' || c.test === 'notset';
    const step = `flowint:${shown(c.name)},${c.test}${named ? '' : `,${c.value}`}`;
    const value = flow?.counters?.get(c.name);
    const name = shown(c.name);
    const why = value === undefined ? say('explain-counter-none', { name }) : say('explain-counter', { name, value });
    return { step, passed: counterPasses(c, flow), why };
  });
}
