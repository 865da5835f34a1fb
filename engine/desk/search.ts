// Find in the list's texts, in the packets' trees or in their bytes: the next packet displayed, once around.
import { type Message, type PacketRow, type Request, SaidError, say } from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { type DeepWork, matcherOf, searchTrees } from '../dissect/index.ts';
import { type Asker, FilterError, matching, type Matching, planFilter } from '../filter/index.ts';
import { lowerBound } from '../read/index.ts';
import { endpoints } from '../session/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import { treeSource } from './tree-source.ts';
import type { CaptureSession } from './session.ts';

interface Found {
  readonly row: PacketRow | null;
  readonly problem: Message | null;
  readonly partial: boolean;
}

const NOTHING: Found = { row: null, problem: null, partial: false };

export async function searchPackets(
  s: CaptureSession,
  view: ListView<'packets'>,
  deep: DeepWork,
  wanted: Request<'search'>,
  asker: Asker,
  turns: TimeSlices,
): Promise<Found> {
  if (wanted.text === '') return NOTHING;
  const n = view.shown.count;
  const outside = wanted.forward ? -1 : n;
  const start = wanted.from === null ? outside : view.shown.indexOf(wanted.from).index;
  // Once around, so that what comes before the start is found last, and the start itself at the very end.
  const at = (step: number): PacketRow =>
    view.shown.at((((wanted.forward ? start + 1 + step : start - 1 - step) % n) + n) % n);
  try {
    const { what, text, matchCase } = wanted;
    if (wanted.within === 'details' && (what === 'text' || what === 'regex')) {
      matcherOf({ what, text, matchCase });
      return { ...NOTHING, ...(await searchTrees(deep, treeSource(s), n, at, { what, text, matchCase }, turns)) };
    }
    const { matches, partial } = await testOf(s, wanted, asker, turns);
    for (let step = 0; step < n; step++) {
      const row = at(step);
      if (matches(row)) return { row, problem: null, partial: partial !== null };
      if (turns.due) {
        turns.done = step / n;
        await turns.rest();
      }
    }
    return { ...NOTHING, problem: partial };
  } catch (error) {
    if (error instanceof FilterError || error instanceof SaidError) return { ...NOTHING, problem: error.said };
    throw error;
  }
}

interface RowTest {
  readonly matches: (row: PacketRow) => boolean;
  /** What it leaves open, null for nothing. */
  readonly partial: Message | null;
}

/** What the last filter found that was looked for in a capture: the next one is looked up there. */
const found = new WeakMap<CaptureSession, Matching & { readonly of: string }>();

async function filterTest(s: CaptureSession, text: string, asker: Asker, turns: TimeSlices): Promise<RowTest> {
  const plan = await planFilter(text, 'packets', asker);
  if (plan === null) return { matches: () => false, partial: null };
  const of = [plan.text, s.analysis.packets.count, s.revision, asker.version ?? 0].join(' ');
  let known = found.get(s);
  if (known?.of !== of) {
    await s.prepare(plan.features, turns);
    found.set(s, (known = { ...(await matching(plan, 'packets', s, asker, turns)), of }));
  }
  const { rows, partial } = known;
  return { matches: (row) => rows[lowerBound(rows, row)] === row, partial };
}

async function testOf(s: CaptureSession, wanted: Request<'search'>, asker: Asker, turns: TimeSlices): Promise<RowTest> {
  const { what, text } = wanted;
  if (what === 'filter') return filterTest(s, text, asker, turns);
  return { matches: textTest(s, { ...wanted, what }), partial: null };
}

function textTest(
  s: CaptureSession,
  { what, within, text, matchCase }: Request<'search'> & { readonly what: 'text' | 'regex' | 'hex' },
): (row: PacketRow) => boolean {
  if (what === 'hex') {
    const digits = text.replace(/[\s:]|0x/g, '');
    if (!/^([0-9a-f]{2})+$/i.test(digits)) throw new SaidError(say('hex-digits-wanted'));
    const needle = Buffer.from(digits, 'hex');
    return (row) => asBuffer(s.bytes(row)).includes(needle);
  }
  if (within === 'list') {
    const matches = matcherOf({ what, text, matchCase });
    return (row) => matches(listText(s, row));
  }
  // Letters beyond ASCII stand in packets as UTF-8: bytes are looked at as the characters of their numbers.
  const latin = Buffer.from(text, 'utf8').toString('latin1');
  if (what === 'text' && matchCase) {
    const needle = Buffer.from(text, 'utf8');
    return (row) => asBuffer(s.bytes(row)).includes(needle);
  }
  const matches = matcherOf({ what, text: latin, matchCase });
  return (row) => matches(asBuffer(s.bytes(row)).toString('latin1'));
}

/** What the list says of a packet. */
function listText(s: CaptureSession, row: PacketRow): string {
  const [source, destination] = endpoints(s.analysis, row);
  const protocol = protocolName(s.analysis.packets.chunk(row).protocol[inChunk(row)]!);
  return `${row + 1} ${source} ${destination} ${protocol} ${s.info(row)}`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
