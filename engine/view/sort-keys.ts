// What each column sorts by. Texts are ranked once (there are few addresses and names), rows then compare as numbers.
import {
  type AddressId,
  type FlowRow,
  flowRow,
  type Message,
  packetRow,
  type PacketRow,
  type Row,
  say,
  VERDICTS,
} from '../../contract/index.ts';
import { inChunk, MARK_REVERSE, NO_FLOW, protocolNames } from '../decode/index.ts';
import { VLANS_KEPT } from '../flow/index.ts';
import type { ListName, ListRows, Subject } from '../filter/index.ts';
import { factsOfRow, flowAppName, flowName } from '../session/index.ts';
import { sortRows } from './sort.ts';
import type { TimeSlices } from './time-slices.ts';

export type Compare<R extends Row> = (a: R, b: R) => number;

/** Info is made from bytes when shown; sorting by it makes it for every row shown. */
export const MAX_INFO_ROWS = 200_000;

export const PACKET_COLUMNS = ['no', 'time', 'source', 'destination', 'protocol', 'length', 'info', 'verdict'] as const;
export const FLOW_COLUMNS = [
  'verdict',
  'score',
  'id',
  'initiator',
  'responder',
  'app',
  'name',
  'packets',
  'bytes',
  'start',
  'duration',
  'label',
  'vlan',
] as const;

async function addressRanks(s: Subject, turns: TimeSlices): Promise<Uint32Array> {
  const table = s.analysis.addresses;
  const n = table.size;
  const sorted = await sortRows(
    Uint32Array.from({ length: n }, (_, i) => i),
    (a: AddressId, b: AddressId) => {
      const kinds = table.kind(a) - table.kind(b);
      if (kinds !== 0) return kinds;
      for (let w = 0; w < 4; w++) {
        const d = table.word(a, w) - table.word(b, w);
        if (d !== 0) return d;
      }
      return 0;
    },
    turns,
    0.1,
  );
  const ranks = new Uint32Array(n);
  sorted.forEach((id, rank) => {
    ranks[id] = rank;
  });
  return ranks;
}

function nameRanks(): Uint32Array {
  const names = protocolNames();
  const sorted = names.map((_, i) => i).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const ranks = new Uint32Array(names.length);
  sorted.forEach((id, rank) => {
    ranks[id] = rank;
  });
  return ranks;
}

/** @returns how two packet rows compare by a column, or in words why they cannot */
async function packetCompare(
  column: string,
  s: Subject,
  rows: Uint32Array,
  turns: TimeSlices,
): Promise<Compare<PacketRow> | Message> {
  const { packets, flows } = s.analysis;
  const chunk = (row: PacketRow) => packets.chunk(row);
  const at = (row: PacketRow): number => inChunk(row);
  switch (column) {
    case 'no':
      return (a, b) => a - b;
    case 'time':
      return (a, b) =>
        chunk(a).seconds[at(a)]! - chunk(b).seconds[at(b)]! ||
        chunk(a).nanoseconds[at(a)]! - chunk(b).nanoseconds[at(b)]!;
    case 'length':
      return (a, b) => chunk(a).wire[at(a)]! - chunk(b).wire[at(b)]!;
    case 'protocol': {
      const ranks = nameRanks();
      return (a, b) => ranks[chunk(a).protocol[at(a)]!]! - ranks[chunk(b).protocol[at(b)]!]!;
    }
    case 'source':
    case 'destination': {
      const ranks = await addressRanks(s, turns);
      const key = (row: PacketRow): number => {
        const c = chunk(row);
        const i = at(row);
        const owner = c.owner[i]!;
        if (owner >= NO_FLOW) return ranks[s.analysis.pairOf(owner - NO_FLOW)[column === 'source' ? 0 : 1]]!;
        const reverse = (c.marks[i]! & MARK_REVERSE) !== 0;
        return ranks[
          reverse === (column === 'source') ? flows.columns.responder[owner]! : flows.columns.initiator[owner]!
        ]!;
      };
      return (a, b) => key(a) - key(b);
    }
    case 'verdict': {
      const key = (row: PacketRow): number => {
        const owner = chunk(row).owner[at(row)]!;
        return owner >= NO_FLOW ? VERDICTS.length + 1 : s.verdict[owner]!;
      };
      return (a, b) => key(a) - key(b);
    }
    case 'info': {
      if (rows.length > MAX_INFO_ROWS) return say('sort-info-limit', { rows: MAX_INFO_ROWS });
      const texts = new Map<PacketRow, string>();
      for (const index of rows) {
        const row = packetRow(index);
        texts.set(row, s.info(row));
        if (turns.due) await turns.rest();
      }
      return (a, b) => compareTexts(texts.get(a)!, texts.get(b)!);
    }
    default:
      return say('no-such-column', { column });
  }
}

/** Points of each flow's incident, and below a point how high the model ranks it; made once for an order. */
function pointsFirst(s: Subject, flows: number): (row: FlowRow) => number {
  const keys = new Float64Array(flows);
  for (let row = flowRow(0); row < flows; row++) {
    const score = s.score[row]!;
    keys[row] = s.points(row) + (Number.isNaN(score) ? 0 : score / 2);
  }
  return (row) => keys[row] ?? 0;
}

/** @returns how two flow rows compare by a column, or in words why they cannot */
async function flowCompare(column: string, s: Subject, turns: TimeSlices): Promise<Compare<FlowRow> | Message> {
  const c = s.analysis.flows.columns;
  const by =
    (key: (row: FlowRow) => number): Compare<FlowRow> =>
    (a, b) =>
      key(a) - key(b);
  switch (column) {
    // The list's first order: gravest verdict first, then highest score.
    case 'verdict':
      return (a, b) => s.verdict[a]! - s.verdict[b]! || s.score[b]! - s.score[a]! || a - b;
    case 'score':
      return by(pointsFirst(s, c.count));
    case 'id':
      return by((row) => c.firstPacket[row]!);
    case 'packets':
      return by((row) => c.packetsForward[row]! + c.packetsReverse[row]!);
    case 'bytes':
      return by((row) => c.bytesForward[row]! + c.bytesReverse[row]!);
    case 'start':
      return (a, b) => c.startSeconds[a]! - c.startSeconds[b]! || c.startNanoseconds[a]! - c.startNanoseconds[b]!;
    case 'duration':
      return by(
        (row) => c.endSeconds[row]! - c.startSeconds[row]! + (c.endNanoseconds[row]! - c.startNanoseconds[row]!) / 1e9,
      );
    case 'vlan':
      return by((row) => c.vlans[row * VLANS_KEPT]!);
    case 'label':
      return by((row) => s.label[row]!);
    case 'initiator':
    case 'responder': {
      const ranks = await addressRanks(s, turns);
      const port = column === 'initiator' ? 'initiatorPort' : 'responderPort';
      return (a, b) => ranks[c[column][a]!]! - ranks[c[column][b]!]! || c[port][a]! - c[port][b]!;
    }
    case 'app':
      return (a, b) => compareTexts(flowAppName(s.analysis, a), flowAppName(s.analysis, b));
    case 'name': {
      const name = (row: FlowRow): string => flowName(factsOfRow(s.analysis, row)) ?? '\uffff';
      return (a, b) => compareTexts(name(a), name(b));
    }
    default:
      return say('no-such-column', { column });
  }
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** How rows of each list compare by one of its columns. The rows are those that are to be sorted. */
export const COMPARES: {
  readonly [L in ListName]: (
    column: string,
    s: Subject,
    rows: Uint32Array,
    turns: TimeSlices,
  ) => Promise<Compare<ListRows[L]> | Message>;
} = { packets: packetCompare, flows: (column, s, _rows, turns) => flowCompare(column, s, turns) };
