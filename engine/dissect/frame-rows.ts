// What Wireshark's list shows of frames: the engine's columns and the colours of its rules.
import type { Vector } from './flatten.ts';

export interface WiregasmFrames {
  readonly frames: Vector<{
    readonly number: number;
    readonly bg: number;
    readonly fg: number;
    readonly columns: Vector<string>;
  }>;
  readonly matched: number;
}

/** Columns of texts: Protocol, Info, source, destination, then one for each field of the load. */
export interface RowTexts {
  readonly frame: Uint32Array;
  readonly background: Uint32Array;
  readonly foreground: Uint32Array;
  readonly columns: readonly (readonly string[])[];
}

/** The engine's own columns, which stand first, and the places among them of those that are given on. */
const OWN = '"No.","%m","Time","%t","Source","%s","Destination","%d","Protocol","%p","Length","%L","Info","%i"';
const GIVEN = [4, 6, 2, 3] as const;
export const OWN_COUNT = 7;
/** The engine's background of a row that no rule holds for, on black text; what leaves here has both alike. */
const UNRULED = 1;
/** A value or an Info that is longer is cut: no list shows so much of it. */
const MAX_TEXT = 1000;

/**
 * A column of a field's values, by a checked name: with names for numbers (a text alone means so), as they are, or how
 * many there are.
 */
export type FieldShown = string | { readonly field: string; readonly as: 'named' | 'plain' | 'count' };

export function shownField(shown: FieldShown): string {
  return typeof shown === 'string' ? shown : shown.field;
}

/** The preference gui.column.format: it holds for captures that are loaded afterwards. */
export function columnFormat(fields: readonly FieldShown[]): string {
  return [OWN, ...fields.map((shown) => `"${shownField(shown)}","%Cus:${custom(shown)}"`)].join(',');
}

function custom(shown: FieldShown): string {
  const field = shownField(shown);
  const as = typeof shown === 'string' ? 'named' : shown.as;
  if (as === 'count') return `count(${field}):0:U`;
  return `${field}:0:${as === 'named' ? 'R' : 'U'}`;
}

/** The same for the numbers of one field: its values, without names for them, and how many there are. */
export function valueFormat(field: string): string {
  return `${OWN},"v","%Cus:${field}:0:U","n","%Cus:count(${field}):0:U"`;
}

/** @param frames ascending, counted from 1; those that the engine does not have are left out */
export function rowTexts(
  session: { getFrames(filter: string, skip: number, limit: number): WiregasmFrames },
  frames: Uint32Array,
): RowTexts {
  const frame: number[] = [];
  const background: number[] = [];
  const foreground: number[] = [];
  const columns: string[][] = [];
  for (let i = 0; i < frames.length;) {
    // Neighbours are asked for together.
    let end = i + 1;
    while (end < frames.length && frames[end] === frames[end - 1]! + 1) end++;
    const found = session.getFrames('', frames[i]! - 1, end - i);
    for (let k = 0; k < found.frames.size(); k++) {
      const f = found.frames.get(k);
      frame.push(f.number);
      const ground = f.bg === UNRULED && f.fg === 0 ? 0 : f.bg;
      background.push(ground & 0xffffff);
      foreground.push(f.fg & 0xffffff);
      const wanted = [...GIVEN, ...Array.from({ length: f.columns.size() - OWN_COUNT }, (_, at) => OWN_COUNT + at)];
      for (const [at, column] of wanted.entries()) (columns[at] ??= []).push(f.columns.get(column).slice(0, MAX_TEXT));
      f.columns.delete?.();
    }
    found.frames.delete?.();
    i = end;
  }
  return {
    frame: Uint32Array.from(frame),
    background: Uint32Array.from(background),
    foreground: Uint32Array.from(foreground),
    columns,
  };
}
