// What the desk answers about matches of threat rules in a capture.
import { join } from 'node:path';
import { type PacketRow, type PacketThreat, say } from '../../contract/index.ts';
import { contentPlaces, type RuleFacts } from '../rules/index.ts';
import type { Handlers } from './asker.ts';
import type { Desk } from './desk.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { CaptureSession } from './session.ts';
import { readOne } from './own-rules.ts';
import { explainedRule } from './threat-explain.ts';
import { type OfMatches, ruleAsWritten, ruleText } from './threat-handlers.ts';
import { saveEve } from './threat-eve.ts';
import { madeRule, matchesSource } from './threat-make.ts';

const MAX_OF_FLOW = 100;

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
    return { threats: s.hits.ofPacket(packet).map((rule) => threatOf(desk, s, packet, rule)) };
  },
  flowThreats: (desk, _asker, { flow }) => {
    const s = desk.open();
    const { hits, more } = s.hits.firstOf(flow, MAX_OF_FLOW);
    return { threats: hits.map(([packet, rule]) => threatOf(desk, s, packet, rule)), more };
  },
  explainRule: (desk, _asker, { gid, sid, packet }, turns) => {
    const { threats } = desk.shared;
    const { text } = ruleText(threats, { gid, sid });
    return explainedRule(desk.open(), text, threats.variables, packet, turns);
  },
  exportEve: async (desk, asker, { path }, turns) => {
    const s = desk.open();
    const file = chosenPath(desk, path) ?? join(downloads(), `sightline-${stampNow()}-eve.json`);
    await saveEve(s, desk.shared.threats.ruleWish, file, turns);
    return { file: fetchable(asker, file) };
  },
};

function threatOf(desk: Desk, s: CaptureSession, packet: PacketRow, facts: RuleFacts): PacketThreat {
  const { gid, sid, rev, msg, classtype, priority } = facts;
  const { threats } = desk.shared;
  const text = ruleAsWritten(threats, facts);
  const rule = text === null ? null : readOne(text, facts.file, threats.variables);
  const bytes = rule === null || 'say' in rule ? [] : contentPlaces(rule, s.bytes(packet));
  return { packet, gid, sid, rev, msg, classtype, priority, text: text ?? '', bytes, buffers: [] };
}
