// Why a rule matched at a packet or did not: the packets of its flow are shown to that rule again, with somebody who
// looks on.
import { type FlowRow, type PacketRow, packetRow, type Replies, say } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { CapturedPacket } from '../read/index.ts';
import { Explainer, readRules, RuleRunner, rulesTogether, type RuleVariables } from '../rules/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { Refused } from './refused.ts';
import type { CaptureSession } from './session.ts';

/** Packets of the flow that are shown at most: what comes later is explained by what came before within these. */
const MAX_PACKETS = 100_000;
const TURN = 64;

/** @param text of the rule @param packet at which it is explained */
export async function explainedRule(
  s: CaptureSession,
  text: string,
  variables: RuleVariables,
  packet: PacketRow,
  turns: TimeSlices,
): Promise<Replies['explainRule']> {
  if (packet >= s.analysis.packets.count) throw new Refused('not-found', say('no-such-packet', { packet: packet + 1 }));
  const { rules, refused, sets } = rulesTogether([readRules(text, '', variables)]);
  if (refused[0] !== undefined) throw new Refused('refused', refused[0].why);
  const rows = [...rowsBefore(s, packet)];
  // Numbers of the runner count what it is shown.
  const explainer = new Explainer(() => true, rows.length - 1);
  const runner = new RuleRunner(rules, () => undefined, { sets, observer: explainer });
  const captured = new CapturedPacket();
  for (const [n, row] of rows.entries()) {
    show(s, row, captured);
    runner.packet(captured);
    if (n % TURN === 0 && turns.due) await turns.rest();
  }
  const told = explainer.explanations()[0];
  return { matched: told?.matched ?? false, steps: told?.steps ?? [] };
}

/** Packets of a packet's flow up to it; the packet alone where it has none. */
function* rowsBefore(s: CaptureSession, packet: PacketRow): Generator<PacketRow> {
  const { packets, flows } = s.analysis;
  const flow: FlowRow | null = packets.flowOf(packet);
  let left = MAX_PACKETS;
  if (flow !== null) {
    for (let row = flows.columns.firstPacket[flow]!; row < packet && left > 0; row++) {
      if (packets.flowOf(packetRow(row)) !== flow) continue;
      left--;
      yield packetRow(row);
    }
  }
  yield packet;
}

function show(s: CaptureSession, row: PacketRow, captured: CapturedPacket): void {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const bytes = s.bytes(row);
  captured.place(bytes, 0, bytes.length, chunk.offset[i]!);
  captured.tell(chunk.wire[i]!, chunk.seconds[i]!, chunk.nanoseconds[i]!, chunk.link[i]!);
}
