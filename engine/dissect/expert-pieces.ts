// Expert information of a capture that the engine does not take whole: of pieces of whole conversations, by processes of
// their own, so that trees that somebody waits for do not wait.
import type { PacketRow } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { contextInSlices } from './context.ts';
import { inProcesses } from './in-processes.ts';
import type { DissectProcess } from './process.ts';
import type { DissectSetup } from './setup.ts';
import type { ExpertItem } from './survey-frames.ts';
import type { TreeSource } from './trees.ts';
import { type PieceLimits, wholePieces } from './whole-pieces.ts';

const LOAD_LIMIT = 120_000;
const PART_LIMIT = 120_000;
/** Frames that are told at once. */
const AT_ONCE = 2_000;
/** Where a text names another packet: its number in a piece is not that of the capture. */
const OTHER_FRAME = /\b(frame:? #?)(\d+)\b/gi;
/** Of a piece's work: loading, and telling. */
const LOADING = 0.5;

export interface PiecesTold {
  readonly pieces: number;
  /** Connections that were cut. */
  readonly cut: number;
  /** Packets of pieces at which the engine ended: not counted. */
  readonly left: number;
  /** Packets whose bytes are gone: not counted. */
  readonly unread: number;
}

/**
 * @param most processes at once
 * @param take is told of each item, its frame being the packet's number in the capture
 */
export async function expertsInPieces(
  s: TreeSource,
  setup: DissectSetup,
  most: number,
  take: (item: ExpertItem) => void,
  turns: TimeSlices,
  limits?: { readonly piece: PieceLimits; readonly one: PieceLimits },
): Promise<PiecesTold> {
  let unread = 0;
  const readable = (row: PacketRow): boolean => {
    const is = s.readable?.(row) !== false;
    if (!is) unread++;
    return is;
  };
  const { pieces, cut } = await wholePieces(s.analysis, turns, limits?.piece, limits?.one, readable);
  const total = pieces.reduce((n, piece) => n + piece.length, 0);
  let done = 0;
  let left = 0;
  await inProcesses(pieces, setup, most, turns, async (engine, piece) => {
    const begun = done;
    const progress = (share: number): void => {
      turns.done = Math.min(1, (begun + share * piece.length) / total);
    };
    if (!(await expertsOfPiece(engine, s, piece, take, turns, progress))) left += piece.length;
    done += piece.length;
    turns.done = done / total;
  });
  return { pieces: pieces.length, cut, left, unread };
}

/** @returns false where the engine ended: nothing of the piece was told then */
async function expertsOfPiece(
  engine: DissectProcess,
  s: TreeSource,
  piece: readonly PacketRow[],
  take: (item: ExpertItem) => void,
  turns: TimeSlices,
  progress: (share: number) => void,
): Promise<boolean> {
  const bytes = await contextInSlices(s.analysis, s.bytes, piece, s.secrets, turns);
  const loaded = await engine.ask({ kind: 'load', context: 'experts', bytes }, LOAD_LIMIT);
  await turns.rest();
  if (!loaded.ok) return false;
  progress(LOADING);
  const items: ExpertItem[] = [];
  for (let skip = 0, frames = 1; skip < frames; skip += AT_ONCE) {
    const asked = await engine.ask({ kind: 'experts', skip, limit: AT_ONCE }, PART_LIMIT);
    await turns.rest();
    if (!asked.ok) return false;
    const part = asked.reply.experts!;
    ({ frames } = part);
    for (const item of part.items) items.push(item);
    progress(LOADING + ((1 - LOADING) * Math.min(frames, skip + AT_ONCE)) / Math.max(1, frames));
  }
  const numberOf = (frame: number): number => (piece[frame - 1] ?? -1) + 1;
  for (const item of items) {
    const summary = item.summary.replace(OTHER_FRAME, (said, before: string, frame: string) => {
      const number = numberOf(Number(frame));
      return number === 0 ? said : `${before}${number}`;
    });
    take({ ...item, summary, frame: numberOf(item.frame) });
  }
  return true;
}
