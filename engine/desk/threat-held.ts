// What rules matched on at packets of one flow: its packets are shown to them again, with somebody who looks into buffers.
import { type FlowRow, type HeldText, type PacketRow, packetRow } from '../../contract/index.ts';
import { type HeldBuffer, HeldBuffers, RuleRunner, rulesTogether, type Signature } from '../rules/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';
import { rowsBefore, shownPackets } from './threat-explain.ts';

/** Packets of the flow that are shown: of a match behind them it is not told what it was on. */
const MOST_PACKETS = 20_000;

export interface WantedMatch {
  /** Null where it was in none. */
  readonly flow: FlowRow | null;
  readonly packet: PacketRow;
  readonly rule: Signature;
}

/**
 * @param setters rules that set bits which those ask for
 * @returns buffers of each match; nothing for one that is not found again
 */
export async function heldIn(
  s: CaptureSession,
  wanted: readonly WantedMatch[],
  setters: readonly Signature[],
  turns: TimeSlices,
): Promise<ReadonlyMap<WantedMatch, readonly HeldText[]>> {
  const out = new Map<WantedMatch, readonly HeldText[]>();
  for (const flow of new Set(wanted.map((one) => one.flow)))
    await heldInFlow(
      s,
      wanted.filter((one) => one.flow === flow),
      setters,
      turns,
      out,
    );
  return out;
}

/** @param wanted of one flow, or of none */
async function heldInFlow(
  s: CaptureSession,
  wanted: readonly WantedMatch[],
  setters: readonly Signature[],
  turns: TimeSlices,
  out: Map<WantedMatch, readonly HeldText[]>,
): Promise<void> {
  const last = packetRow(Math.max(...wanted.map(({ packet }) => packet)));
  const rows = [...rowsBefore(s, last, wanted[0]!.flow)].slice(0, MOST_PACKETS);
  const shown = new Set(rows);
  const end = rows.length - 1;
  // A match at a packet of another flow was found when its own was over.
  const of = (rule: Signature, packet: number): WantedMatch | undefined =>
    wanted.find(
      (one) => one.rule === rule && (one.packet === rows[packet] || (packet === end && !shown.has(one.packet))),
    );
  const { rules, sets } = rulesTogether([
    { rules: [...new Set(wanted.map(({ rule }) => rule)), ...setters], refused: [] },
  ]);
  const observer = new HeldBuffers((rule, packet) => of(rule, packet) !== undefined);
  const runner = new RuleRunner(rules, () => undefined, { sets, observer });
  for await (const captured of shownPackets(s, rows, turns)) runner.packet(captured);
  runner.finish();
  for (const { rule, packet, buffers } of observer.found) {
    const match = of(rule, packet);
    if (match !== undefined && !out.has(match)) out.set(match, buffers.map(textOf));
  }
}

/** A character a byte, so that marks are places of characters. */
function textOf({ name, length, from, bytes, marks }: HeldBuffer): HeldText {
  const held = Array.from(bytes, (b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join('');
  return { name, held, length, from, marks };
}
