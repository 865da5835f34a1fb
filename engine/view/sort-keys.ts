// What each column sorts by, as whole numbers.
import { type AddressId, type FlowRow, flowRow, type Message, packetRow, say, VERDICTS } from '../../contract/index.ts';
import { inChunk, MARK_REVERSE, NO_FLOW, protocolNames } from '../decode/index.ts';
import { VLANS_KEPT } from '../flow/index.ts';
import type { ListName, Subject } from '../filter/index.ts';
import { factsOfRow, flowAppName, flowName } from '../session/index.ts';
import { ranksOf, TextRanks } from './sort-texts.ts';
import { numberKeys, type SortKeys, wholeKeys } from './sort.ts';
import type { TimeSlices } from './time-slices.ts';

/** Info is made from bytes when shown; sorting by it makes it for every row shown. */
export const MAX_INFO_ROWS = 5_000_000;

/** How much of the progress making texts is. */
const INFO_SHARE = 0.3;

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
  'tags',
] as const;

function addressRanks(s: Subject, turns: TimeSlices): Promise<Uint32Array> {
  const table = s.analysis.addresses;
  // Numbers of the table's rows are its ids.
  return ranksOf(table.size, (a, b) => table.compare(a as AddressId, b as AddressId), turns, 0.1);
}

/** @returns keys of packet rows by a column, or in words why there are none */
async function packetKeys(
  column: string,
  s: Subject,
  rows: Uint32Array,
  turns: TimeSlices,
): Promise<SortKeys | Message> {
  const { packets, flows } = s.analysis;
  const n = rows.length;
  const chunk = (place: number) => packets.chunk(packetRow(rows[place]!));
  const at = (place: number): number => inChunk(packetRow(rows[place]!));
  switch (column) {
    case 'no':
      return [rows];
    case 'time':
      return [
        ...(await secondsKeys(n, (i) => chunk(i).seconds[at(i)]!, turns)),
        await wholeKeys(n, (i) => chunk(i).nanoseconds[at(i)]!, turns),
      ];
    case 'length':
      return [await wholeKeys(n, (i) => chunk(i).wire[at(i)]!, turns)];
    case 'protocol': {
      const names = protocolNames();
      const ranks = await ranksOf(names.length, (a, b) => (names[a]! < names[b]! ? -1 : 1), turns, 0);
      return [await wholeKeys(n, (i) => ranks[chunk(i).protocol[at(i)]!]!, turns)];
    }
    case 'source':
    case 'destination': {
      const ranks = await addressRanks(s, turns);
      const isSource = column === 'source';
      const { initiator, responder } = flows.columns;
      return [
        await wholeKeys(
          n,
          (place) => {
            const c = chunk(place);
            const i = at(place);
            const owner = c.owner[i]!;
            if (owner >= NO_FLOW) return ranks[s.analysis.pairOf(owner - NO_FLOW)[isSource ? 0 : 1]]!;
            const reverse = (c.marks[i]! & MARK_REVERSE) !== 0;
            return ranks[reverse === isSource ? responder[owner]! : initiator[owner]!]!;
          },
          turns,
        ),
      ];
    }
    case 'verdict':
      return [
        await wholeKeys(
          n,
          (i) => {
            const owner = chunk(i).owner[at(i)]!;
            return owner >= NO_FLOW ? VERDICTS.length + 1 : s.verdict[owner]!;
          },
          turns,
        ),
      ];
    case 'info': {
      if (n > MAX_INFO_ROWS) return say('sort-info-limit', { rows: MAX_INFO_ROWS });
      const texts = new TextRanks();
      const numbers = new Uint32Array(n);
      for (let i = 0; i < n; i++) {
        numbers[i] = texts.numberOf(s.info(packetRow(rows[i]!)));
        if (turns.due) {
          turns.done = INFO_SHARE * (i / n);
          await turns.rest();
        }
      }
      const ranks = await texts.ranks(turns, 0.1);
      return [await wholeKeys(n, (i) => ranks[numbers[i]!]!, turns)];
    }
    default:
      return say('no-such-column', { column });
  }
}

/** Whole seconds: a word where they lie within 136 years of each other, as those of one capture do. */
async function secondsKeys(n: number, of: (place: number) => number, turns: TimeSlices): Promise<SortKeys> {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < n; i++) {
    const seconds = of(i);
    if (seconds < least) least = seconds;
    if (seconds > most) most = seconds;
  }
  if (most - least < 2 ** 32) return [await wholeKeys(n, (i) => of(i) - least, turns)];
  return numberKeys(n, of, turns);
}

/** Points of each flow's incident, and below a point how high the model ranks it. */
function pointsFirst(s: Subject, row: FlowRow): number {
  const score = s.score[row]!;
  return s.points(row) + (Number.isNaN(score) ? 0 : score / 2);
}

/** @returns keys of flow rows by a column, or in words why there are none */
async function flowKeys(column: string, s: Subject, rows: Uint32Array, turns: TimeSlices): Promise<SortKeys | Message> {
  const c = s.analysis.flows.columns;
  const n = rows.length;
  const row = (place: number): FlowRow => flowRow(rows[place]!);
  switch (column) {
    // The list's first order: gravest verdict first, then highest score.
    case 'verdict':
      return [
        await wholeKeys(n, (i) => s.verdict[row(i)]!, turns),
        ...(await numberKeys(n, (i) => -s.score[row(i)]!, turns)),
      ];
    case 'score':
      return await numberKeys(n, (i) => pointsFirst(s, row(i)), turns);
    case 'id':
      return await numberKeys(n, (i) => c.firstPacket[row(i)]!, turns);
    case 'packets':
      return await numberKeys(n, (i) => c.packetsForward[row(i)]! + c.packetsReverse[row(i)]!, turns);
    case 'bytes':
      return await numberKeys(n, (i) => c.bytesForward[row(i)]! + c.bytesReverse[row(i)]!, turns);
    case 'start':
      return [
        ...(await secondsKeys(n, (i) => c.startSeconds[row(i)]!, turns)),
        await wholeKeys(n, (i) => c.startNanoseconds[row(i)]!, turns),
      ];
    case 'duration':
      return await numberKeys(
        n,
        (i) => {
          const f = row(i);
          return c.endSeconds[f]! - c.startSeconds[f]! + (c.endNanoseconds[f]! - c.startNanoseconds[f]!) / 1e9;
        },
        turns,
      );
    case 'vlan':
      return [await wholeKeys(n, (i) => c.vlans[row(i) * VLANS_KEPT]!, turns)];
    case 'label':
      return [await wholeKeys(n, (i) => s.label[row(i)]!, turns)];
    case 'tags':
      return textKeys(n, (i) => (s.tagsOf?.(row(i)) ?? []).join(', ') || '\uffff', turns);
    case 'initiator':
    case 'responder': {
      const ranks = await addressRanks(s, turns);
      const port = column === 'initiator' ? c.initiatorPort : c.responderPort;
      return [
        await wholeKeys(n, (i) => ranks[c[column][row(i)]!]!, turns),
        await wholeKeys(n, (i) => port[row(i)]!, turns),
      ];
    }
    case 'app':
      return textKeys(n, (i) => flowAppName(s.analysis, row(i)), turns);
    case 'name':
      return textKeys(n, (i) => flowName(factsOfRow(s.analysis, row(i))) ?? '\uffff', turns);
    default:
      return say('no-such-column', { column });
  }
}

async function textKeys(n: number, of: (place: number) => string, turns: TimeSlices): Promise<SortKeys> {
  const texts = new TextRanks();
  const numbers = await wholeKeys(n, (i) => texts.numberOf(of(i)), turns);
  const ranks = await texts.ranks(turns, 0.1);
  return [await wholeKeys(n, (i) => ranks[numbers[i]!]!, turns)];
}

/** Keys of rows of each list by one of its columns. The rows are those that are to be sorted. */
export const KEYS: {
  readonly [L in ListName]: (
    column: string,
    s: Subject,
    rows: Uint32Array,
    turns: TimeSlices,
  ) => Promise<SortKeys | Message>;
} = { packets: packetKeys, flows: flowKeys };
