// Find: the next packet displayed that holds a text, bytes, or what a filter says.
import { type FilterProblem, type PacketRow, SaidError, say } from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { type Asker, bytesPattern, FilterError, matching, planFilter, type Predicate } from '../filter/index.ts';
import { lowerBound } from '../read/index.ts';
import { endpoints } from '../session/index.ts';
import { type ListView, TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

export interface Wanted {
  readonly what: 'filter' | 'text' | 'hex';
  readonly text: string;
  /** The packet to go on from, null for the list's beginning or, backwards, its end. */
  readonly from: PacketRow | null;
  readonly forward: boolean;
}

export async function find(
  s: CaptureSession,
  view: ListView<'packets'>,
  w: Wanted,
  asker: Asker,
): Promise<{ row: PacketRow | null; problem: FilterProblem | null }> {
  const turns = new TimeSlices();
  let matches: Predicate<PacketRow>;
  try {
    matches = await matcher(s, w, turns, asker);
  } catch (error) {
    if (error instanceof FilterError)
      return { row: null, problem: { at: error.at, length: error.length, message: error.said } };
    if (error instanceof SaidError) return { row: null, problem: { at: 0, length: 0, message: error.said } };
    throw error;
  }
  const n = view.shown.count;
  const outside = w.forward ? -1 : n;
  const start = w.from === null ? outside : view.shown.indexOf(w.from).index;
  // The search goes once around, so that matches before the start are found last.
  for (let step = 1; step <= n; step++) {
    const index = (((w.forward ? start + step : start - step) % n) + n) % n;
    const row = view.shown.at(index);
    if (matches(row)) return { row, problem: null };
    if (turns.due) await turns.rest();
  }
  return { row: null, problem: null };
}

async function matcher(s: CaptureSession, w: Wanted, turns: TimeSlices, asker: Asker): Promise<Predicate<PacketRow>> {
  if (w.what === 'filter') {
    const plan = await planFilter(w.text, 'packets', asker);
    if (plan === null) return () => false;
    await s.prepare(plan.features, turns);
    const { rows } = await matching(plan, 'packets', s, asker, turns, 0);
    return (row) => rows[lowerBound(rows, row)] === row;
  }
  if (w.what === 'hex') {
    const digits = w.text.replace(/[\s:]|0x/g, '');
    if (!/^([0-9a-f]{2})+$/i.test(digits)) throw new FilterError(0, w.text.length, say('hex-digits-wanted'));
    const needle = bytesPattern({
      text: (digits.match(/../g) ?? []).join(':'),
      quoted: false,
      at: 0,
      length: w.text.length,
    });
    return (row) => asBuffer(s.bytes(row)).includes(needle);
  }
  const text = w.text.toLowerCase();
  if (text === '') return () => false;
  return (row) => {
    const [source, destination] = endpoints(s.analysis, row);
    const protocol = protocolName(s.analysis.packets.chunk(row).protocol[inChunk(row)]!);
    return (
      `${source} ${destination} ${protocol} ${s.info(row)}`.toLowerCase().includes(text) ||
      asBuffer(s.bytes(row)).toString('latin1').toLowerCase().includes(text)
    );
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
