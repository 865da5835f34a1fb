// What the desk answers about threat rules: what is loaded, what matched, and changes of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PacketRow, type PacketThreat, type ThreatState } from '../../contract/index.ts';
import { eveLine } from '../exchange/index.ts';
import { contentPlaces, readRules, type RuleFacts } from '../rules/index.ts';
import type { Handlers } from './asker.ts';
import type { Desk } from './desk.ts';
import { Refused } from './refused.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { CaptureSession } from './session.ts';
import { explainedRule } from './threat-explain.ts';
import { madeRule } from './threat-make.ts';

const MAX_MATCHED = 1_000;
const MAX_OF_FLOW = 100;

type ThreatKind =
  | 'threat'
  | 'setThreat'
  | 'reloadThreat'
  | 'switchRule'
  | 'rule'
  | 'checkRule'
  | 'keepRule'
  | 'deleteRule'
  | 'makeRule'
  | 'packetThreats'
  | 'flowThreats'
  | 'explainRule'
  | 'exportEve';

export const threatHandlers: Pick<Handlers, ThreatKind> = {
  threat: (desk) => stateOf(desk),
  setThreat: async (desk, _asker, { wish }) => {
    desk.shared.threats.set(wish);
    return settled(desk);
  },
  reloadThreat: async (desk) => {
    desk.shared.threats.load();
    return settled(desk);
  },
  switchRule: async (desk, _asker, { gid, sid, on }) => {
    desk.shared.threats.switch(gid, sid, on);
    return settled(desk);
  },
  rule: (desk, _asker, { gid, sid }) => desk.shared.threats.textOf(gid, sid),
  checkRule: (desk, _asker, { text }) => ({ wrong: desk.shared.threats.check(text) }),
  keepRule: async (desk, _asker, { text }) => {
    const kept = desk.shared.threats.keepRule(text);
    if ('say' in kept) return { wrong: kept, gid: 1, sid: 0 };
    await desk.shared.threats.settled;
    return { wrong: null, ...kept };
  },
  deleteRule: async (desk, _asker, { gid, sid }) => {
    desk.shared.threats.deleteRule(gid, sid);
    return settled(desk);
  },
  makeRule: (desk, _asker, { source }) => {
    const text = madeRule(desk.open(), source, desk.shared.threats.freeSid());
    return { text, wrong: desk.shared.threats.check(text) };
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
    const variables = threats.variables;
    if ('why' in variables) throw new Refused('refused', variables.why);
    return explainedRule(desk.open(), threats.textOf(gid, sid).text, variables, packet, turns);
  },
  exportEve: (desk, asker, { path }) => {
    const s = desk.open();
    const lines = s.hits.all().map(({ hit, rule }) => `${eveLine(hit, rule, s.options.name)}\n`);
    const file = chosenPath(desk, path) ?? join(downloads(), `sightline-${stampNow()}-eve.json`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    return { file: fetchable(asker, file) };
  },
};

/** The state once the files that are wished have been read; open captures are being judged again by then. */
async function settled(desk: Desk): Promise<ThreatState> {
  await desk.shared.threats.settled;
  return stateOf(desk);
}

function stateOf(desk: Desk): ThreatState {
  const { threats } = desk.shared;
  const s = desk.session;
  const own = threats.own.path;
  const matched = s?.hits.matched(MAX_MATCHED, (file) => file === own) ?? { rules: [], count: 0 };
  const base = threats.state();
  return {
    ...base,
    busy: base.busy || s?.rulesBusy === true,
    matched: matched.rules,
    matchedCount: matched.count,
    lists: [],
    entries: 0,
    expired: 0,
    met: [],
    slow: [],
  };
}

function threatOf(desk: Desk, s: CaptureSession, packet: PacketRow, facts: RuleFacts): PacketThreat {
  const { gid, sid, rev, msg, classtype, priority } = facts;
  const text = textOf(desk, gid, sid);
  const { variables } = desk.shared.threats;
  const rule = text === null || 'why' in variables ? undefined : readRules(text, facts.file, variables).rules[0];
  const bytes = rule === undefined ? [] : contentPlaces(rule, s.bytes(packet));
  return { packet, gid, sid, rev, msg, classtype, priority, text: text ?? '', bytes, buffers: [] };
}

/** The rule as its file has it; null where the file has changed meanwhile. */
function textOf(desk: Desk, gid: number, sid: number): string | null {
  try {
    return desk.shared.threats.textOf(gid, sid).text;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

