// The packets that the rows in sight are dissected with where the capture is too large for the engine: the beginning of
// each of their flows, what came shortly before and after, and what earlier flows of the same hosts announced. The time
// that this takes does not depend on how long a flow is.
import { type FlowRow, flowRow, type PacketRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';

/** The engine loads 24,000 packets a second: so many take a tenth of one. */
const MAX_PACKETS = 2_500;
const MAX_BYTES = 4 * 1024 * 1024;
/** Handshakes and options: they explain the rest of a flow. */
const BEGINNING = 48;
const BEFORE = 96;
const AFTER = 24;
/** Packets of other flows that are stepped over in the search for those of one. */
const STEPS = 20_000;
const EARLIER_FLOWS = 2_000;
const ANNOUNCING = 24;

/** @param rows in sight, ascending @returns rows for their dissection, ascending, these among them */
export function sightContext(a: Analysis, rows: readonly PacketRow[]): PacketRow[] {
  const taken = new Set<PacketRow>();
  let bytes = 0;
  const take = (row: PacketRow): void => {
    if (taken.has(row) || taken.size >= MAX_PACKETS || bytes > MAX_BYTES) return;
    taken.add(row);
    bytes += a.packets.chunk(row).captured[inChunk(row)]!;
  };
  for (const row of rows) take(row);
  const last = rows.at(-1)!;
  const flows = new Set(rows.map((row) => a.packets.flowOf(row)).filter((flow) => flow !== null));
  for (const flow of flows) for (const row of fromStart(a, flow, last)) take(row);
  for (const row of around(a, flows, rows[0]!, -1, BEFORE)) take(row);
  for (const row of around(a, flows, last, 1, AFTER)) take(row);
  for (const row of around(a, flows, rows[0]!, 1, BEFORE, last)) take(row);
  for (const flow of flows) for (const row of announcing(a, flow, last)) take(row);
  return [...taken].sort((x, y) => x - y);
}

/** The first packets of a flow. */
function fromStart(a: Analysis, flow: FlowRow, last: PacketRow): PacketRow[] {
  const rows: PacketRow[] = [];
  const first = a.flows.columns.firstPacketOf(flow);
  for (let row = first; row <= last && row < first + STEPS && rows.length < BEGINNING; row++)
    if (a.packets.flowOf(row) === flow) rows.push(row);
  return rows;
}

/** Packets of the flows on one side of a row, the nearest of each first. */
function around(
  a: Analysis,
  flows: ReadonlySet<FlowRow>,
  from: PacketRow,
  step: 1 | -1,
  most: number,
  to: number = step > 0 ? Math.min(a.packets.count - 1, from + STEPS) : Math.max(0, from - STEPS),
): PacketRow[] {
  const counts = new Map<FlowRow, number>();
  const rows: PacketRow[] = [];
  for (let r = from + step; step > 0 ? r <= to : r >= to; r += step) {
    const row = packetRow(r);
    const flow = a.packets.flowOf(row);
    if (flow === null || !flows.has(flow)) continue;
    const n = counts.get(flow) ?? 0;
    if (n >= most) continue;
    counts.set(flow, n + 1);
    rows.push(row);
  }
  return rows;
}

/** First packets of the newest earlier flow of each other kind between the two hosts: SIP, FTP, RTSP announce there. */
function announcing(a: Analysis, flow: FlowRow, last: PacketRow): PacketRow[] {
  const c = a.flows.columns;
  const one = c.initiator[flow]!;
  const two = c.responder[flow]!;
  const rows: PacketRow[] = [];
  const seen = new Set<number>([c.responderPort[flow]!]);
  for (let f = flow - 1; f >= Math.max(0, flow - EARLIER_FLOWS) && rows.length < 4 * ANNOUNCING; f--) {
    const pair =
      (c.initiator[f] === one && c.responder[f] === two) || (c.initiator[f] === two && c.responder[f] === one);
    if (!pair || seen.has(c.responderPort[f]!)) continue;
    seen.add(c.responderPort[f]!);
    rows.push(...fromStart(a, flowRow(f), last).slice(0, ANNOUNCING));
  }
  return rows;
}
