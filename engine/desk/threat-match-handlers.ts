// What the desk answers about matches of threat rules in a capture.
import { join } from 'node:path';
import { packetRow, type PacketRow, type PacketThreat, say } from '../../contract/index.ts';
import { contentPlaces, type RuleFacts, type Signature } from '../rules/index.ts';
import type { Handlers } from './asker.ts';
import type { Desk } from './desk.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { CaptureSession } from './session.ts';
import { readOne } from './own-rules.ts';
import { costsOf, measureRules, neverMatched } from './threat-costs.ts';
import { explainedRule } from './threat-explain.ts';
import { type OfMatches, ruleKey, rulesAsWritten, ruleText } from './threat-handlers.ts';
import { saveEve } from './threat-eve.ts';
import { madeRule, matchesSource } from './threat-make.ts';

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
  packetThreats: (desk, _asker, { packet }) => {
    const s = desk.open();
    return {
      threats: threatsOf(
        desk,
        s,
        s.hits.ofPacket(packet).map((rule) => [packet, rule]),
      ),
    };
  },
  flowThreats: (desk, _asker, { flow }) => {
    const s = desk.open();
    const { hits, more } = s.hits.firstOf(flow, MAX_OF_FLOW);
    return { threats: threatsOf(desk, s, hits), more };
  },
  explainRule: (desk, _asker, { gid, sid, packet }, turns) => {
    const { threats } = desk.shared;
    const { text } = ruleText(threats, { gid, sid });
    return explainedRule(desk.open(), text, threats.variables, packet, turns);
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

function threatsOf(desk: Desk, s: CaptureSession, hits: readonly (readonly [PacketRow, RuleFacts])[]): PacketThreat[] {
  const written = rulesAsWritten(
    desk.shared.threats,
    hits.map(([, rule]) => rule),
  );
  return hits.map(([packet, rule]) => threatOf(desk, s, packet, rule, written.get(ruleKey(rule)) ?? null));
}

function threatOf(
  desk: Desk,
  s: CaptureSession,
  packet: PacketRow,
  facts: RuleFacts,
  text: string | null,
): PacketThreat {
  const { gid, sid, rev, msg, classtype, priority } = facts;
  const { threats } = desk.shared;
  const rule = text === null ? null : readOne(text, facts.file, threats.variables);
  const places = rule === null || 'say' in rule ? { bytes: [], bytesIn: packet } : placesAt(s, packet, rule);
  return { packet, gid, sid, rev, msg, classtype, priority, text: text ?? '', ...places, buffers: [] };
}

/** The packet that holds most of a rule's contents: the one it matched at, or one of the flow's shortly before. */
function placesAt(s: CaptureSession, packet: PacketRow, rule: Signature): Pick<PacketThreat, 'bytes' | 'bytesIn'> {
  const { packets, flows } = s.analysis;
  const flow = packets.flowOf(packet);
  let best = { bytes: contentPlaces(rule, s.bytes(packet)), bytesIn: packet };
  if (flow === null) return best;
  const first = Math.max(flows.columns.firstPacket[flow]!, packet - ROWS_BEFORE);
  for (let row = packet - 1, looked = 0; row >= first && looked < PACKETS_BEFORE; row--) {
    if (packets.flowOf(packetRow(row)) !== flow) continue;
    looked++;
    const bytes = contentPlaces(rule, s.bytes(packetRow(row)));
    if (bytes.length > best.bytes.length) best = { bytes, bytesIn: packetRow(row) };
  }
  return best;
}
