// Values of fields of ours as texts, by packet: what a filter asks about, printed. Also those of a frame that columns
// tell, which no engine has to be asked for.
import { type FlowRow, type PacketRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { stampParts } from './stamp-parts.ts';
import { FEATURES } from '../features/index.ts';
import type { Field } from './field.ts';
import { fieldNamed } from './fields.ts';
import { flowSideOf, type Getters } from './getters.ts';
import type { Subject } from './subject.ts';

/** @param before the packet that was printed before it, null for the first */
export type ValuesOf = (row: PacketRow, before: PacketRow | null) => readonly string[];

const FEATURE = 'feature.';
const OURS = /^(?:flow|feature|incident|rule|indicator)\./;

/** Whether a name belongs to a field that Wireshark does not have. */
export function isOurField(name: string): boolean {
  return OURS.test(name);
}

/** @returns null where a field has no values that can be printed, or where there is none of this name */
export function printedValues(name: string, s: Subject): ValuesOf | null {
  if (isOfColumns(name)) return FRAME[name]!(s);
  if (name.startsWith(FEATURE)) return featureValues(name.slice(FEATURE.length), s);
  const field = fieldNamed(name);
  return field === undefined ? null : fieldValues(field, s);
}

/** Names that columns tell by themselves, as Wireshark writes them. */
export function isOfColumns(name: string): boolean {
  return Object.hasOwn(FRAME, name);
}

const FRAME: Readonly<Record<string, (s: Subject) => ValuesOf>> = {
  'frame.number': () => (row) => [String(row + 1)],
  'frame.len': (s) => (row) => [String(s.analysis.packets.chunk(row).wire[inChunk(row)]!)],
  'frame.cap_len': (s) => (row) => [String(s.analysis.packets.chunk(row).captured[inChunk(row)]!)],
  'frame.time_epoch': (s) => (row) => [stampParts(...momentOf(s, row))],
  'frame.time_relative': (s) => (row) => [since(s, packetRow(0), row)],
  'frame.time_delta': (s) => (row) => [since(s, packetRow(Math.max(0, row - 1)), row)],
  'frame.time_delta_displayed': (s) => (row, before) => [since(s, before ?? row, row)],
};

function momentOf(s: Subject, row: PacketRow): readonly [seconds: number, nanoseconds: number] {
  const chunk = s.analysis.packets.chunk(row);
  return [chunk.seconds[inChunk(row)]!, chunk.nanoseconds[inChunk(row)]!];
}

function since(s: Subject, from: PacketRow, to: PacketRow): string {
  const [a, b] = [momentOf(s, from), momentOf(s, to)];
  const borrowed = b[1] < a[1] ? 1 : 0;
  return stampParts(b[0] - a[0] - borrowed, b[1] - a[1] + borrowed * 1e9);
}

function featureValues(name: string, s: Subject): ValuesOf | null {
  if (!FEATURES.some((f) => f.name === name)) return null;
  const values = s.feature(name);
  return ofFlow(s, (flow) => (Number.isNaN(values[flow]!) ? [] : [String(values[flow]!)]));
}

function fieldValues(field: Field, s: Subject): ValuesOf | null {
  const packet = field.packet === undefined ? null : told(field.packet(s), s);
  if (packet !== null) return packet;
  const flow = field.flow === undefined ? null : told(field.flow(s), s);
  return flow === null ? null : ofFlow(s, flow);
}

function ofFlow(s: Subject, of: (flow: FlowRow) => readonly string[]): ValuesOf {
  return (row) => {
    const side = flowSideOf(s, row);
    return side === null ? [] : of(side.flow);
  };
}

/** What a getter gives is told by a test that no value passes. */
function told<R extends PacketRow | FlowRow>(getters: Getters<R>, s: Subject): ((row: R) => readonly string[]) | null {
  switch (getters.kind) {
    case 'number':
    case 'flag':
    case 'text':
      return (row) => {
        const found: string[] = [];
        const note = (value: number | string): boolean => {
          found.push(String(value));
          return false;
        };
        getters.some(row, note);
        return found;
      };
    case 'address':
      return (row) => {
        const found: string[] = [];
        const id = (of: Parameters<Parameters<typeof getters.some>[1]['id']>[0]): boolean => {
          found.push(s.analysis.addresses.text(of));
          return false;
        };
        getters.some(row, { id, place: () => false });
        return found;
      };
    default:
      return null;
  }
}
