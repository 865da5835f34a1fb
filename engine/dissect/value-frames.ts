// Within the dissect process: the numbers that a field has in many frames.
import type { WorkSession } from './engine.ts';
import type { Vector } from './flatten.ts';
import { OWN_COUNT } from './frame-rows.ts';
import { fieldOf, walk } from './work-tree.ts';

export interface FrameValues {
  /** Frames that have the field, ascending, counted from 1, and how many values each has. */
  readonly frames: Uint32Array;
  readonly counts: Uint32Array;
  /** Values of one frame after the other; NaN where a value is no number. */
  readonly values: Float64Array;
  /** Frames that have the field, in all. */
  readonly matched: number;
}

interface ValueSession extends Pick<WorkSession, 'getFrame'> {
  getFrames(
    filter: string,
    skip: number,
    limit: number,
  ): {
    readonly matched: number;
    readonly frames: Vector<{ readonly number: number; readonly columns: Vector<string> }>;
  };
}

/** The engine's columns end here: a frame with more values is looked at whole. */
const LONGEST = 1_900;

/** The capture was loaded with the field's values and their count as its columns. */
export function frameValues(session: ValueSession, field: string, skip: number, limit: number): FrameValues {
  const { frames, matched } = session.getFrames(field, skip, limit);
  const n = frames.size();
  const numbers = new Uint32Array(n);
  const counts = new Uint32Array(n);
  const values: number[] = [];
  for (let i = 0; i < n; i++) {
    const { number, columns } = frames.get(i);
    const said = columns.get(OWN_COUNT);
    const count = Number(columns.get(OWN_COUNT + 1));
    columns.delete?.();
    const told = said.split(',');
    const own = told.length === count && said.length < LONGEST ? told.map(numberIn) : inTree(session, field, number);
    numbers[i] = number;
    counts[i] = own.length;
    for (const value of own) values.push(value);
  }
  frames.delete?.();
  return { frames: numbers, counts, values: Float64Array.from(values), matched };
}

function inTree(session: ValueSession, field: string, frame: number): number[] {
  const { tree } = session.getFrame(frame);
  const found: number[] = [];
  for (const node of walk(tree)) {
    if (fieldOf(node) === field) found.push(numberIn(node.filter.split(' == ')[1] ?? ''));
  }
  tree.delete?.();
  return found;
}

/** Decimal, hexadecimal, or seconds with their fraction. */
function numberIn(text: string): number {
  return text === '' ? NaN : Number(text);
}
