// The ingest kernel: a packet's way from its bytes to its flow. The host walks records and calls `packet` with each; it
// is called back for whatever is rare, and for what others want to hear of (host.ts). ARCHITECTURE.md says how to debug.
import { advance, checkpointOf, direction, isFirst, lateRow, place, time } from './table';
import { decode, layerMarks } from './decode';
import {
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  FRAGMENT_NONE,
  IPPROTO_TCP,
  MARK_CUT,
  MARK_DAMAGED,
  MARK_GTP,
  MARK_REVERSE,
  NET_NONE,
  TCP_FIN,
} from './generated/layout';
import * as host from './host';
import { l } from './layers';
import { rowOf } from './state';

export { TUNNEL_PORTS as tunnelPorts } from './decode';
export { fillState } from './features';
export { STATE_FEATURES as stateFeatures } from './generated/layout';
export { give, take } from './memory';
export { KEY as key, QUOTED as quoted } from './key';
export { LAYERS as layers } from './layers';
export { COUNT_LOG as countLog, LOG2 as log2, sampleBytes, samples } from './samples';
export {
  capacity,
  endNanoseconds,
  endSeconds,
  gaps,
  histograms,
  LENGTH_BIN_OF as lengthBins,
  lengths,
  numbers,
  rowsFor,
  startNanoseconds,
  startSeconds,
  words,
} from './state';
export {
  closeAll as finish,
  direction,
  isFirst,
  lateRow,
  makeTable as begin,
  openFlows,
  pass as tick,
  time,
} from './table';

let keepsPackets: bool = false;
let tellsCheckpoints: bool = false;
let vlansCount: bool = false;

/** @param packets rows are kept @param checkpoints open flows are told of @param vlans tags keep flows apart */
export function choose(packets: bool, checkpoints: bool, vlans: bool): void {
  keepsPackets = packets;
  tellsCheckpoints = checkpoints;
  vlansCount = vlans;
}

/**
 * Takes one packet.
 * @param at address of its first byte
 * @param stamp nanoseconds of capture time @param seconds @param nanoseconds the same since 1970
 * @param number from 0
 * @returns the slot of its flow; -1 for what is late, held back or has none
 */
export function packet(
  at: usize,
  captured: i32,
  wire: u32,
  link: i32,
  seconds: f64,
  nanoseconds: u32,
  stamp: f64,
  number: u32,
): i32 {
  if (!decode(at, captured, wire, link)) host.decodeElsewhere();
  advance(stamp);
  const cut = <u32>captured < wire;
  let marks = (l.damaged ? MARK_DAMAGED : 0) | (cut ? MARK_CUT : 0) | (l.insideGtp ? MARK_GTP : 0) | layerMarks(link);
  if (l.net === NET_NONE) {
    if (keepsPackets) host.alone(marks);
    return -1;
  }
  if (vlansCount) l.network = host.vlanNetwork();
  if (l.fragment === FRAGMENT_LATER && host.hold(marks) !== 0) return -1;
  const slot = place(stamp, wire, cut, seconds, nanoseconds, number);
  if (direction === 1) marks |= MARK_REVERSE;
  if (slot < 0) {
    noteVlans(lateRow);
    if (keepsPackets) host.row(lateRow, l.protocol, marks);
    host.late(lateRow, direction);
    return -1;
  }
  const row = rowOf(slot);
  noteVlans(row);
  if (isFirst) host.began(slot, row, time);
  // The row is there before anybody is told of the packet: another thread may name it at once.
  if (keepsPackets) host.row(row, l.protocol, marks);
  const whole = isWhole(cut);
  if (keepsPackets ? isNamedByPayload() : whole && l.payloadLength > 0 && !l.damaged)
    host.payload(slot, direction, whole ? 1 : 0, marks, time);
  if (!tellsCheckpoints) return slot;
  const packets = checkpointOf(slot);
  if (packets > 0) host.checkpoint(slot, row, packets);
  return slot;
}

/** Puts a fragment that waited into its flow. @returns the slot, -1 for what is late */
export function placeHeld(
  at: usize,
  captured: i32,
  wire: u32,
  link: i32,
  seconds: f64,
  nanoseconds: u32,
  stamp: f64,
  number: u32,
): i32 {
  if (!decode(at, captured, wire, link)) host.decodeElsewhere();
  if (vlansCount) l.network = host.vlanNetwork();
  const slot = place(stamp, wire, <u32>captured < wire, seconds, nanoseconds, number);
  noteVlans(slot < 0 ? lateRow : rowOf(slot));
  return slot;
}

function noteVlans(row: u32): void {
  if (l.vlan >= 0) host.noteVlans(row, l.vlanOuter, l.vlan);
}

/** Whether a packet's payload is one of its own. A first fragment's is, where the rest is not to be had. */
function isWhole(cut: bool): bool {
  if (l.fragment === FRAGMENT_NONE) return true;
  return l.fragment !== FRAGMENT_LATER && (cut || <u32>l.payloadLength < l.payloadWire);
}

/** Whether a packet's row may be named by what it carries, or ends something that gives names. */
function isNamedByPayload(): bool {
  if (l.payloadLength > 0 || l.fragment !== FRAGMENT_NONE) return true;
  return l.ipProtocol === IPPROTO_TCP && (l.tcpFlags & TCP_FIN) !== 0;
}
