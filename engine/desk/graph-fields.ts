// Values of a field for the I/O graph: from the columns where they have it, else from Wireshark's engine, whose answer is
// kept until the capture changes.
import { FIELD_NAME, type GraphValue, packetRow, SaidError, say } from '../../contract/index.ts';
import { type FieldColumn, fieldColumn } from '../dissect/index.ts';
import { numbersOf } from '../filter/index.ts';
import type { GraphField, GraphFields } from '../stats/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import { FILTER_PROCESSES } from './filter-source.ts';
import type { CaptureSession } from './session.ts';
import { treeSource } from './tree-source.ts';

/** Types of Wireshark's (epan/ftypes/ftypes.h): whole numbers with and without sign, FT_FLOAT, FT_DOUBLE. */
const WHOLE = { from: 4, to: 19 };
const FLOATS = [22, 23];
const RELATIVE_TIME = 25;

export function graphFields(desk: Desk, s: CaptureSession): GraphFields {
  return async (field, value, turns) => {
    const own = numbersOf(field, s);
    if (own !== null) {
      if (value === 'load' && own.kind !== 'time') throw new SaidError(say('stats-field-load', { field }));
      return { each: (row, take) => own.each(packetRow(row), take), partial: null };
    }
    await checkField(desk, field, value);
    return ofColumn(await columnOf(desk, s, field, turns));
  };
}

function ofColumn({ starts, values, partial }: FieldColumn): GraphField {
  return {
    each: (row, take) => {
      // Packets that came since have no values yet.
      const end = starts[row + 1] ?? 0;
      for (let i = starts[row] ?? 0; i < end; i++) take(values[i]!);
    },
    partial,
  };
}

async function checkField(desk: Desk, field: string, value: GraphValue): Promise<void> {
  const offered = FIELD_NAME.test(field) ? await desk.filters.fields(field) : [];
  const found = offered.find((one) => one.field === field);
  if (found === undefined) throw new SaidError(say('stats-field-none', { field }));
  if (value === 'frames' || value === 'fields') return;
  const { type } = found;
  if (value === 'load' && type !== RELATIVE_TIME) throw new SaidError(say('stats-field-load', { field }));
  const number = (type >= WHOLE.from && type <= WHOLE.to) || FLOATS.includes(type) || type === RELATIVE_TIME;
  if (!number) throw new SaidError(say('stats-field-numbers', { field }));
}

function columnOf(desk: Desk, s: CaptureSession, field: string, turns: TimeSlices): Promise<FieldColumn> {
  const { setup } = desk.packetWork;
  return desk.statistics.field(s, field, () => fieldColumn(field, treeSource(s), s, setup, FILTER_PROCESSES, turns));
}
