// The flow graph: packets as arrows between ends in the order of the list, at most so many.
import { packetRow, packTexts, type PacketRow, type SequencePage } from '../../contract/index.ts';
import { flowOfOwner, inChunk, MARK_REVERSE, protocolName } from '../decode/index.ts';
import type { Subject } from '../filter/index.ts';
import { endpoints } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** Ends that stand side by side; packets of further ones are left out and counted. */
const MAX_ENDS = 60;
const MAX_INFO = 200;

/** @param at the row at a place of the list, of `total` @param most arrows */
export async function sequenceOf(
  s: Subject,
  at: (index: number) => PacketRow,
  total: number,
  most: number,
  turns: TimeSlices,
): Promise<SequencePage> {
  const { packets, flows } = s.analysis;
  const c = flows.columns;
  const ends = new Map<string, number>();
  const rows: PacketRow[] = [];
  const arrows: { from: number; to: number; ports: string; protocol: string; info: string }[] = [];
  // As the list counts: what is displayed need not begin with the capture.
  const zero = packets.count === 0 ? 0 : packets.secondsOf(packetRow(0));
  let left = 0;
  let seen = 0;
  for (; seen < total && rows.length < most; seen++) {
    const row = at(seen);
    const [source, destination] = endpoints(s.analysis, row);
    const fresh = [source, destination].filter((end) => !ends.has(end));
    if (ends.size + new Set(fresh).size > MAX_ENDS) {
      left++;
      continue;
    }
    for (const end of fresh) ends.set(end, ends.size);
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const flow = flowOfOwner(chunk.owner[i]!);
    const back = (chunk.marks[i]! & MARK_REVERSE) !== 0;
    const pair = flow === null || c.hasPorts[flow] !== 1 ? null : [c.initiatorPort[flow], c.responderPort[flow]];
    rows.push(row);
    arrows.push({
      from: ends.get(source)!,
      to: ends.get(destination)!,
      ports: pair === null ? '' : (back ? pair.toReversed() : pair).join(' → '),
      protocol: protocolName(chunk.protocol[i]!),
      info: s.info(row).slice(0, MAX_INFO),
    });
    if (turns.due) await turns.rest();
  }
  return {
    ends: [...ends.keys()],
    packet: Uint32Array.from(rows, (row) => row + 1),
    time: Float64Array.from(rows, (row) => packets.secondsOf(row) - zero),
    from: Uint16Array.from(arrows, (a) => a.from),
    to: Uint16Array.from(arrows, (a) => a.to),
    ports: packTexts(arrows.map((a) => a.ports)),
    protocol: packTexts(arrows.map((a) => a.protocol)),
    info: packTexts(arrows.map((a) => a.info)),
    left: left + total - seen,
  };
}
