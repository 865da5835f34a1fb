// Rules in Suricata's language asked of frames or of a capture.
import assert from 'node:assert/strict';
import { CapturedPacket } from '../read/index.ts';
import {
  readRules,
  type RuleAlert,
  type RuleObserver,
  RuleRunner,
  rulesTogether,
  type RuleVariables,
  ruleVariables,
  type Signature,
} from '../rules/index.ts';
import { packetsOf, type TestPacket } from './packets.ts';

const ETHERNET = 1;

/** Suricata's own variables, and some beside them. */
export function variables(...said: readonly (readonly [string, string])[]): RuleVariables {
  const known = ruleVariables(said);
  assert.ok(!('why' in known), 'a variable that cannot be read');
  return known;
}

/** Rules of a text, none of which may be refused unless somebody says so. */
export function rulesOf(text: string, some = false): readonly Signature[] {
  const { rules, refused } = readRules(text, 'test.rules', variables());
  if (!some) assert.deepEqual(refused, []);
  return rules;
}

/** A packet as readers of captures hand it over. */
export function captured({ bytes, time, wire }: TestPacket): CapturedPacket {
  const packet = new CapturedPacket();
  packet.buf = bytes;
  packet.off = 0;
  packet.cap = bytes.length;
  packet.wire = wire ?? bytes.length;
  packet.link = ETHERNET;
  packet.sec = Math.floor(time);
  packet.nsec = Math.round((time - packet.sec) * 1e6) * 1000;
  return packet;
}

/** What matches in Ethernet frames, a hundredth of a second apart. */
export function askFrames(text: string, frames: readonly (readonly number[])[]): RuleAlert[] {
  return askedWith(null, text, frames);
}

/** As `askFrames`, while somebody looks on. */
export function askedWith(
  observer: RuleObserver | null,
  text: string,
  frames: readonly (readonly number[])[],
): RuleAlert[] {
  const { rules, sets } = rulesTogether([{ rules: rulesOf(text), refused: [] }]);
  const out: RuleAlert[] = [];
  const options = observer === null ? { sets } : { sets, observer };
  const runner = new RuleRunner(rules, (alert) => out.push(alert), options);
  for (const packet of packetsOf(frames)) runner.packet(captured(packet));
  runner.finish();
  return out;
}
