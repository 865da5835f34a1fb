// Why a rule matched at a packet or did not: the packets of its flow are shown to that rule again, with somebody who
// looks on.
import { type FlowRow, type PacketRow, packetRow, type Replies, say } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { CapturedPacket } from '../read/index.ts';
import { Explainer, readRules, RuleRunner, rulesTogether } from '../rules/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { Refused } from './refused.ts';
import type { CaptureSession } from './session.ts';
import type { ThreatBook } from './threat-book.ts';
import { settersOf } from './threat-setters.ts';

/** Packets of the flow that are shown at most: what comes later is explained by what came before within these. */
const MAX_PACKETS = 100_000;
const TURN = 64;

/** @param text of the rule @param packet at which it is explained */
export async function explainedRule(
  s: CaptureSession,
  text: string,
  { read, variables }: Pick<ThreatBook, 'read' | 'variables'>,
  packet: PacketRow,
  turns: TimeSlices,
): Promise<Replies['explainRule']> {
  if (packet >= s.analysis.packets.count) throw new Refused('not-found', say('no-such-packet', { packet: packet + 1 }));
  const asked = readRules(text, '', variables);
  if (asked.refused[0] !== undefined) throw new Refused('refused', asked.refused[0].why);
  const setters = settersOf(read, asked.rules, variables);
  const { rules, sets } = rulesTogether([asked, { rules: setters, refused: [] }]);
  // What is left of a flow that is over is asked at a packet of another one.
  const known = s.hits.flowAt(packet, asked.rules[0]!);
  const rows = [...rowsBefore(s, packet, known ?? s.analysis.packets.flowOf(packet))];
  // Numbers of the runner count what it is shown.
  const explainer = new Explainer((rule) => asked.rules.includes(rule), rows.length - 1);
  const runner = new RuleRunner(rules, () => undefined, { sets, observer: explainer });
  for await (const captured of shownPackets(s, rows, turns)) runner.packet(captured);
  if (known !== undefined && explainer.explanations()[0]?.matched !== true) runner.finish();
  const told = explainer.explanations()[0];
  return { matched: told?.matched ?? false, steps: told?.steps ?? [] };
}

/** Packets of a flow up to a packet; the packet alone where there is none. */
export function* rowsBefore(s: CaptureSession, packet: PacketRow, flow: FlowRow | null): Generator<PacketRow> {
  if (flow !== null) yield* packetsOfFlow(s, flow, packet);
  if (flow === null || s.analysis.packets.flowOf(packet) === flow) yield packet;
}

/** The first packets of a flow. @param end the row before which they stand */
export function* packetsOfFlow(s: CaptureSession, flow: FlowRow, end: number): Generator<PacketRow> {
  const { packets, flows } = s.analysis;
  const last = Math.min(end - 1, flows.columns.lastPacket[flow]!);
  let left = MAX_PACKETS;
  for (let row = flows.columns.firstPacket[flow]!; row <= last && left > 0; row++) {
    if (packets.flowOf(packetRow(row)) !== flow) continue;
    left--;
    yield packetRow(row);
  }
}

/** Packets as readers of captures hand them over; one object is used again for all of them. */
export async function* shownPackets(
  s: CaptureSession,
  rows: Iterable<PacketRow>,
  turns: TimeSlices,
): AsyncGenerator<CapturedPacket> {
  const captured = new CapturedPacket();
  let n = 0;
  for (const row of rows) {
    show(s, row, captured);
    yield captured;
    if (++n % TURN === 0 && turns.due) await turns.rest();
  }
}

function show(s: CaptureSession, row: PacketRow, captured: CapturedPacket): void {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const bytes = s.bytes(row);
  captured.place(bytes, 0, bytes.length, chunk.offset[i]!);
  captured.tell(chunk.wire[i]!, chunk.seconds[i]!, chunk.nanoseconds[i]!, chunk.link[i]!);
}
