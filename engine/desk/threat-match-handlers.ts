// What the desk answers about matches of threat rules in a capture.
import { join } from 'node:path';
import { packetRow, type PacketRow, type PacketThreat, say } from '../../contract/index.ts';
import { contentPlaces, type RuleFacts, type Signature } from '../rules/index.ts';
import type { Handlers } from './asker.ts';
import type { Desk } from './desk.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';
import { readOne } from './own-rules.ts';
import { costsOf, measureRules, neverMatched } from './threat-costs.ts';
import { explainedRule } from './threat-explain.ts';
import { type OfMatches, ruleKey, rulesAsWritten, ruleText } from './threat-handlers.ts';
import { saveEve } from './threat-eve.ts';
import { heldIn } from './threat-held.ts';
import { madeRule, matchesSource } from './threat-make.ts';
import { settersOf } from './threat-setters.ts';

const MAX_OF_FLOW = 100;
/** Packets of a flow, and rows of the capture, among which bytes of a match are looked for. */
const PACKETS_BEFORE = 32;
const ROWS_BEFORE = 10_000;

export const matchHandlers: Pick<Handlers, OfMatches> = {
  makeRule: async (desk, _asker, { source }, turns) => {
    const { threats } = desk.shared;
    const s = desk.open();
    const text = madeRule(s, source, threats.freeSid());
    const read = readOne(text, threats.own.path, threats.variables);
    if ('say' in read) return { text, wrong: read };
    const matches = await matchesSource(s, read, source, turns);
    return { text, wrong: matches ? null : say('threat-made-silent') };
  },
  packetThreats: async (desk, _asker, { packet }, turns) => {
    const s = desk.open();
    const hits = s.hits.ofPacket(packet).map((rule): [PacketRow, RuleFacts] => [packet, rule]);
    return { threats: await threatsOf(desk, s, hits, turns) };
  },
  flowThreats: async (desk, _asker, { flow }, turns) => {
    const s = desk.open();
    const { hits, more } = s.hits.firstOf(flow, MAX_OF_FLOW);
    return { threats: await threatsOf(desk, s, hits, turns), more };
  },
  explainRule: (desk, _asker, { gid, sid, packet }, turns) => {
    const { threats } = desk.shared;
    const { text } = ruleText(threats, { gid, sid });
    return explainedRule(desk.open(), text, threats, packet, turns);
  },
  ruleCosts: (desk) => ({ costs: desk.session === null ? null : costsOf(desk.session) }),
  measureRules: async (desk, _asker, _body, turns) => ({
    costs: await measureRules(desk.open(), desk.shared.threats.asked.rules, turns),
  }),
  neverMatched: (desk, _asker, { find }) => neverMatched(desk.open(), desk.shared.threats, find),
  exportEve: async (desk, asker, { path }, turns) => {
    const s = desk.open();
    const file = chosenPath(desk, path) ?? join(downloads(), `sightline-${stampNow()}-eve.json`);
    const written = await saveEve(s, desk.shared.threats.asked.rules, file, turns);
    return { file: fetchable(asker, file), ...written };
  },
};

async function threatsOf(
  desk: Desk,
  s: CaptureSession,
  hits: readonly (readonly [PacketRow, RuleFacts])[],
  turns: TimeSlices,
): Promise<PacketThreat[]> {
  const { threats } = desk.shared;
  const written = rulesAsWritten(
    threats,
    hits.map(([, rule]) => rule),
  );
  const known = hits.map(([packet, facts]): Known => {
    const text = written.get(ruleKey(facts)) ?? null;
    const read = text === null ? null : readOne(text, facts.file, threats.variables);
    return { packet, facts, text: text ?? '', rule: read === null || 'say' in read ? null : read };
  });
  const wanted = known.flatMap(({ packet, rule }) =>
    rule === null ? [] : [{ packet, rule, flow: s.hits.flowAt(packet, rule) ?? null }],
  );
  const setters = settersOf(
    threats.read,
    wanted.map(({ rule }) => rule),
    threats.variables,
  );
  const held = await heldIn(s, wanted, setters, turns);
  const buffersOf = ({ packet, rule }: Known): PacketThreat['buffers'] => {
    const match = wanted.find((one) => one.packet === packet && one.rule === rule);
    return match === undefined ? [] : (held.get(match) ?? []);
  };
  return known.map((one) => {
    const { gid, sid, rev, msg, classtype, priority } = one.facts;
    const places = one.rule === null ? { bytes: [], bytesIn: one.packet } : placesAt(s, one.packet, one.rule);
    const title = { gid, sid, rev, msg, classtype, priority };
    return { ...title, packet: one.packet, text: one.text, ...places, buffers: buffersOf(one) };
  });
}

/** A match with its rule, as far as its file still has it. */
interface Known {
  readonly packet: PacketRow;
  readonly facts: RuleFacts;
  readonly text: string;
  readonly rule: Signature | null;
}

/** The packet that holds most of a rule's contents: the one it matched at, or one of the flow's shortly before. */
function placesAt(s: CaptureSession, packet: PacketRow, rule: Signature): Pick<PacketThreat, 'bytes' | 'bytesIn'> {
  const { packets, flows } = s.analysis;
  const own = packets.flowOf(packet);
  const flow = s.hits.flowAt(packet, rule) ?? own;
  const here = contentPlaces(rule, s.bytes(packet));
  let best = { bytes: flow === own ? here : [], bytesIn: packet };
  if (flow === null) return best;
  // Of a flow that was over before the packet came its last ones are meant.
  const end = Math.min(packet, flows.columns.lastPacket[flow]! + 1);
  const first = Math.max(flows.columns.firstPacket[flow]!, end - ROWS_BEFORE);
  for (let row = end - 1, looked = 0; row >= first && looked < PACKETS_BEFORE; row--) {
    if (packets.flowOf(packetRow(row)) !== flow) continue;
    looked++;
    const bytes = contentPlaces(rule, s.bytes(packetRow(row)));
    if (bytes.length > best.bytes.length) best = { bytes, bytesIn: packetRow(row) };
  }
  return best;
}
