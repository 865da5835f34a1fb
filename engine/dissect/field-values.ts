// The numbers of a field in all packets of a capture, as Wireshark's engine has them: of the whole file where it takes
// that, else of the packets that may have it with all others between the same hosts, in processes of their own.
import { type Message, type PacketRow, SaidError, say } from '../../contract/index.ts';
import { cannotCarry, type Subject } from '../filter/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { contextInSlices } from './context.ts';
import { countedFromBeginning } from './piece-fields.ts';
import { piecesOf } from './pieces.ts';
import { inProcesses } from './in-processes.ts';
import type { DissectSetup } from './setup.ts';
import { isWhole, type TreeSource } from './trees.ts';
import type { FrameValues } from './value-frames.ts';

const LOAD_LIMIT = 120_000;
const VALUES_LIMIT = 120_000;
const AT_ONCE = 8_192;
/** Values of one field that are kept: 16 bytes each with their rows. */
const MOST_VALUES = 20_000_000;

/** Values of a field by packet: those of `row` are `values[starts[row]]` to before `values[starts[row + 1]]`. */
export interface FieldColumn {
  /** One more than there are packets. */
  readonly starts: Uint32Array;
  /** NaN where a value is no number. */
  readonly values: Float64Array;
  /** What the engine's answer leaves open. */
  readonly partial: Message | null;
}

/** An answer of the engine, its frames as rows of the capture. */
interface Told {
  readonly rows: Uint32Array;
  readonly counts: Uint32Array;
  readonly values: Float64Array;
}

/** @param field a checked name @param most processes at once @throws SaidError where the engine cannot tell */
export async function fieldColumn(
  field: string,
  s: TreeSource,
  subject: Subject,
  setup: DissectSetup,
  most: number,
  turns: TimeSlices,
): Promise<FieldColumn> {
  const whole = isWhole(s);
  if (!whole && countedFromBeginning(field) !== null) throw new SaidError(say('needs-whole', { field }));
  const total = s.analysis.packets.count;
  const pieces: readonly (readonly PacketRow[] | null)[] = whole ? [null] : await piecesFor(field, s, subject, turns);
  const all: Told[] = [];
  let kept = 0;
  await readPieces({ field, s, pieces }, setup, most, turns, (piece, { frames, counts, values }) => {
    all.push({ rows: frames.map((frame) => (piece === null ? frame - 1 : piece[frame - 1]!)), counts, values });
    kept += values.length;
    if (kept > MOST_VALUES) throw new SaidError(say('stats-field-too-many', { field, most: MOST_VALUES }));
  });
  const starts = new Uint32Array(total + 1);
  for (const { rows, counts } of all) for (let i = 0; i < rows.length; i++) starts[rows[i]! + 1] = counts[i]!;
  for (let row = 0; row < total; row++) starts[row + 1]! += starts[row]!;
  const values = new Float64Array(kept);
  for (const told of all) {
    let at = 0;
    for (let i = 0; i < told.rows.length; i++)
      values.set(told.values.subarray(at, (at += told.counts[i]!)), starts[told.rows[i]!]);
  }
  return { starts, values, partial: whole ? null : say('filter-partial', { pieces: pieces.length }) };
}

/** Packets that may have the field, with what their dissection depends on. */
async function piecesFor(field: string, s: TreeSource, subject: Subject, turns: TimeSlices): Promise<PacketRow[][]> {
  const impossible = cannotCarry(field, subject);
  const wanted = new Uint8Array(s.analysis.packets.count);
  for (let row = 0; row < wanted.length; row++)
    wanted[row] = impossible?.(row as PacketRow) === true || s.readable?.(row as PacketRow) === false ? 0 : 1;
  const { pieces } = await piecesOf(subject, wanted, turns);
  return pieces.map((piece) => piece.filter((row) => s.readable?.(row) !== false));
}

interface Asked {
  readonly field: string;
  readonly s: TreeSource;
  /** Null for the whole file. */
  readonly pieces: readonly (readonly PacketRow[] | null)[];
}

async function readPieces(
  { field, s, pieces }: Asked,
  setup: DissectSetup,
  most: number,
  turns: TimeSlices,
  take: (piece: readonly PacketRow[] | null, told: FrameValues) => void,
): Promise<void> {
  let over = 0;
  await inProcesses(pieces, setup, most, turns, async (engine, piece) => {
    const what =
      piece === null
        ? { path: s.path }
        : { bytes: await contextInSlices(s.analysis, s.bytes, piece, s.secrets, turns) };
    const loaded = await engine.ask({ kind: 'load', context: 'values', values: field, ...what }, LOAD_LIMIT);
    await turns.rest();
    if (!loaded.ok) throw new SaidError(loaded.message);
    if (piece === null && loaded.reply.packets !== s.analysis.packets.count)
      throw new SaidError(say('stats-field-packets', { packets: loaded.reply.packets! }));
    for (let skip = 0, matched = 1; skip < matched;) {
      const asked = await engine.ask({ kind: 'values', field, skip, limit: AT_ONCE }, VALUES_LIMIT);
      await turns.rest();
      if (!asked.ok) throw new SaidError(asked.message);
      const told = asked.reply.values!;
      take(piece, told);
      ({ matched } = told);
      if (told.frames.length === 0) break;
      skip += told.frames.length;
      turns.done = Math.min(1, (over + 0.4 + 0.6 * (skip / matched)) / pieces.length);
    }
    turns.done = ++over / pieces.length;
  });
}
