// Within the dissect process: which frames of the loaded capture a display filter lets through.
import type { Vector } from './flatten.ts';

/** As the engine has it; each of its vectors is memory that only `delete` gives back. */
export interface FilteringSession {
  getFrames(
    filter: string,
    skip: number,
    limit: number,
  ): {
    readonly matched: number;
    readonly frames: Vector<{ readonly number: number; readonly columns: Vector<string> }>;
  };
}

export type FilterRequest =
  /** Fields whose names begin so. */
  | { readonly id: number; readonly kind: 'fields'; readonly beginning: string }
  | { readonly id: number; readonly kind: 'check'; readonly filter: string }
  /** `skip` frames that it lets through are left out, then at most `limit` are told. */
  | {
      readonly id: number;
      readonly kind: 'filter';
      readonly filter: string;
      readonly skip: number;
      readonly limit: number;
    };

export interface FilterAnswer {
  /** Numbers of frames, from 1, ascending. */
  readonly frames: Uint32Array;
  /** How many frames the filter lets through in all. */
  readonly matched: number;
}

/** The engine goes over the capture once for each filter and remembers; each frame that is told costs again. */
export function framesLetThrough(session: FilteringSession, filter: string, skip: number, limit: number): FilterAnswer {
  const { frames, matched } = session.getFrames(filter, skip, limit);
  const out = new Uint32Array(frames.size());
  for (let i = 0; i < out.length; i++) {
    const { number, columns } = frames.get(i);
    out[i] = number;
    columns.delete?.();
  }
  frames.delete?.();
  return { frames: out, matched };
}

/** A field of the engine's, as completion offers it. */
export interface OfferedField {
  readonly field: string;
  readonly name: string;
  /** Of Wireshark's types (epan/ftypes/ftypes.h), by its number. */
  readonly type: number;
}

/** Type of fields whose values are numbers of frames (FT_FRAMENUM). */
export const TYPE_FRAME = 35;

/** More are not offered. */
const OFFERED = 100;

/** The engine's fields whose names begin with a text, shortest first where there are many. */
export function fieldsBeginning(
  complete: (beginning: string) => { readonly fields: Vector<OfferedField> },
  beginning: string,
): OfferedField[] {
  const { fields } = complete(beginning);
  const all = Array.from({ length: fields.size() }, (_, i) => {
    const { field, name, type } = fields.get(i);
    return { field, name, type };
  });
  fields.delete?.();
  return all.sort((a, b) => a.field.length - b.field.length || (a.field < b.field ? -1 : 1)).slice(0, OFFERED);
}
