// How a rule is asked: packet by packet, once a flow, or of the transactions of an application.
import { PACKET_BUFFERS } from '../buffers.ts';
import type { Signature, Step } from '../signature.ts';
import { isOfTransaction } from './transaction-tests.ts';

export type Kind = 'packet' | 'addresses' | 'protocol' | 'transaction';

export function kindOf(rule: Signature): Kind {
  if (rule.packetTests.some((t) => isOfTransaction(t.ask))) return 'transaction';
  const packetOnly = rule.buffers.every((b) => PACKET_BUFFERS.has(b.buffer));
  if (rule.fields.length > 0 || !packetOnly) return 'transaction';
  const plain =
    rule.payload.length === 0 && rule.buffers.length === 0 && rule.bits.length === 0 && rule.counters.length === 0;
  if (!plain) return 'packet';
  if (rule.packetTests.length > 0)
    return rule.packetTests.every((t) => t.ask.of === 'application') ? 'protocol' : 'packet';
  if (rule.applications.length > 0) return 'packet';
  const bareFlow = rule.flow.direction === 'both' && rule.flow.established === 'any' && !rule.flow.stateless;
  const noPorts = rule.sourcePort.any && rule.destinationPort.any;
  return bareFlow && noPorts && rule.transport !== 'pkthdr' ? 'addresses' : 'packet';
}

/** Whether a rule asks for a header's field: its patterns are then those of that packet. */
export function asksPacket(rule: Signature): boolean {
  return rule.packetTests.some(
    ({ ask }) => ask.of === 'flags' || (ask.of === 'number' && !ask.field.startsWith('flow.')),
  );
}

/** Whether a rule asks for ends and an application alone: what it does then holds for the whole flow. */
export function asksFlowAlone(rule: Signature): boolean {
  if (rule.payload.length + rule.buffers.length + rule.bits.length + rule.packetTests.length > 0) return false;
  if (rule.applications.length > 0) return true;
  return rule.flow.direction === 'both' && rule.flow.established === 'any' && !rule.flow.stateless;
}

/** Whether patterns are bound to places from the beginning: such rules are asked of packets as well. */
export function asksForPlaces(steps: readonly Step[]): boolean {
  return steps.some((s) => s.step === 'content' && (s.offset !== null || s.depth !== null || s.startsWith));
}

/** Whether bytes of a stream can make a rule match that no packet goes with. */
export function asksStream(rule: Signature): boolean {
  return rule.payload.length > 0 && rule.transport !== 'tcp-pkt' && rule.buffers.length === 0;
}
