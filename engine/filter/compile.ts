// A filter's tree to one predicate over rows. Everything that can be worked out once (address sets, lower case,
// patterns) is.
import { type FlowRow, type Message, type PacketRow, type Row, say, foreign } from '../../contract/index.ts';
import { inChunk, MARK_HEADER, MARK_LAYERS, MARK_REVERSE } from '../decode/index.ts';
import { FEATURES } from '../features/index.ts';
import { layersWithin } from './embedded.ts';
import type { Field, Special } from './field.ts';
import { fieldNamed, FIELDS } from './fields.ts';
import { refusal } from './foreign.ts';
import { number } from './getters.ts';
import { FLOW_WORDS, flowHasLayer, hasLayer } from './layer-fields.ts';
import { LAYER_WORDS, type LayerWord } from './layer-list.ts';
import { FilterError } from './lexer.ts';
import { type FieldRef, type Node, parse } from './parser.ts';
import { forgetRow } from './row-layers.ts';
import type { Subject } from './subject.ts';
import { comparison, numberIn, type Predicate, present, range, type SetValue, type Test } from './tests.ts';

export interface CompiledFilter<R extends Row> {
  /** Features whose columns must be there before `bind`. */
  readonly features: readonly string[];
  /** Its answer for a row may change while the capture is read. */
  readonly changes: boolean;
  /** Fields that need work before `bind`, leave something open, or are better asked of an engine. */
  readonly special: readonly Special[];
  bind(subject: Subject): Predicate<R>;
}

/** What a filter is asked of, with the rows that it has. */
export interface ListRows {
  packets: PacketRow;
  flows: FlowRow;
}
export type ListName = keyof ListRows;

/** How fields are asked of a list: packets have some that flows have not, and take those of their flow. */
interface FilteredList<R extends Row> {
  has(field: Field): boolean;
  /** The test of a field that the list has. */
  field(field: Field, test: Test): Maker<R>;
  /** Rows that have a layer; null where the list does not know of it. */
  layer(word: LayerWord): Maker<R> | null;
}

type Maker<R extends Row> = (s: Subject) => Predicate<R>;

const PACKETS: FilteredList<PacketRow> = {
  has: () => true,
  field: ({ packet, flow, ofSide }, test) => {
    if (packet === undefined) return (s) => ofFlow(s, test(flow!(s), s));
    return ofSide === true ? (s) => ofSideOfFlow(s, test(packet(s), s)) : (s) => test(packet(s), s);
  },
  layer: (word) => (s) => hasLayer(s, word),
};

const FLOWS: FilteredList<FlowRow> = {
  has: ({ flow }) => flow !== undefined,
  field:
    ({ flow }, test) =>
    (s) =>
      test(flow!(s), s),
  layer: (word) => (FLOW_WORDS.includes(word) ? (s) => flowHasLayer(s, word) ?? (() => false) : null),
};

const LISTS: { readonly [L in ListName]: FilteredList<ListRows[L]> } = { packets: PACKETS, flows: FLOWS };

/** @returns null for an empty filter @throws FilterError that points at the mistake */
export function compileFilter<L extends ListName>(source: string, over: L): CompiledFilter<ListRows[L]> | null {
  const tree = parse(source);
  if (tree === null) return null;
  const features = new Set<string>();
  const state: State<ListRows[L]> = { over: LISTS[over], features, special: [], changes: false };
  const make = build(tree, state);
  return {
    features: [...features],
    changes: state.changes,
    special: state.special,
    bind: (s) => {
      forgetRow(s);
      return make(s);
    },
  };
}

interface State<R extends Row> {
  readonly over: FilteredList<R>;
  readonly features: Set<string>;
  readonly special: Special[];
  changes: boolean;
}

function build<R extends Row>(node: Node, state: State<R>): Maker<R> {
  switch (node.kind) {
    case 'or':
    case 'and':
      return both(node.kind, build(node.left, state), build(node.right, state));
    case 'not': {
      const inner = build(node.inner, state);
      return (s) => {
        const is = inner(s);
        return (row) => !is(row);
      };
    }
    case 'exists':
      return exists(node.field, state);
    case 'compare':
      return overField(node.field, state, (f) => comparison(f, node.operator, node.value));
    case 'in':
      return overField(node.field, state, (f) => {
        const test = f.kind === 'number' ? numberIn(f, node.values) : anyOf(f, node.values);
        const any: Test = (g, s) => {
          const within = test(g, s);
          if (!node.not) return within;
          const there = present(g);
          return (row) => there(row) && !within(row);
        };
        return any;
      });
  }
}

function anyOf(field: Field, values: readonly SetValue[]): Test {
  const tests = values.map((v) => (v.high === null ? comparison(field, '==', v.low) : range(field, v.low, v.high)));
  return (g, s) => {
    const made = tests.map((t) => t(g, s));
    return (row) => made.some((t) => t(row));
  };
}

function both<R extends Row>(kind: 'or' | 'and', left: Maker<R>, right: Maker<R>): Maker<R> {
  return (s) => {
    const l = left(s);
    const r = right(s);
    return kind === 'or' ? (row) => l(row) || r(row) : (row) => l(row) && r(row);
  };
}

function resolve(ref: FieldRef, features: Set<string>): Field {
  if (ref.name.startsWith('feature.')) {
    const name = ref.name.slice(8);
    const feature = FEATURES.find((f) => f.name === name);
    if (!feature) throw new FilterError(ref.at, ref.length, say('no-such-feature-filter', { name }));
    features.add(name);
    return {
      name: ref.name,
      kind: 'number',
      meaning: foreign(feature.meaning),
      flow: (s) => {
        const values = s.feature(name);
        return number((row) => values[row] ?? NaN);
      },
    };
  }
  const field = fieldNamed(ref.name);
  if (!field)
    throw new FilterError(
      ref.at,
      ref.length,
      refusal(ref.name) ?? (isLayerWord(ref.name) ? say('stands-alone', { name: ref.name }) : unknownField(ref.name)),
    );
  return field;
}

function unknownField(name: string): Message {
  const near = FIELDS.map((f) => f.name).find(
    (f) => f.startsWith(name) || f.endsWith(`.${name}`) || name.startsWith(f),
  );
  return near ? say('no-such-field-near', { name, near }) : say('no-such-field', { name });
}

/** A test over the field's values, as the list has them. */
function overField<R extends Row>(ref: FieldRef, state: State<R>, test: (field: Field) => Test): Maker<R> {
  const field = resolve(ref, state.features);
  // A field that the list does not have is told before a value that does not fit it.
  if (!state.over.has(field)) throw ofPackets(ref);
  if (field.prepare !== undefined || field.doubt !== undefined || field.engineFirst === true) state.special.push(field);
  // Facts of a flow come while it is read, so all that belongs to flows may still change.
  if (field.changes || !field.packet) state.changes = true;
  return state.over.field(field, test(field));
}

function ofPackets({ at, length, name }: FieldRef): FilterError {
  return new FilterError(at, length, say('belongs-to-packets', { name }));
}

/** Asks once a direction of a flow, of packets that the columns tell whole, and remembers. */
function ofSideOfFlow(s: Subject, predicate: Predicate<PacketRow>): Predicate<PacketRow> {
  const { packets } = s.analysis;
  const known = new Int8Array(2 * s.analysis.flows.columns.count);
  return (row) => {
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const marks = chunk.marks[i]!;
    const at = chunk.owner[i]! * 2 + (marks & MARK_REVERSE);
    // Owners that are no flows lie beyond, as do flows that came since.
    if (at >= known.length || (marks & (MARK_LAYERS | MARK_HEADER)) === MARK_LAYERS) return predicate(row);
    const said = known[at]!;
    if (said !== 0) return said === 1;
    const is = predicate(row);
    known[at] = is ? 1 : 2;
    return is;
  };
}

/** Asks once a flow and remembers: a capture has far fewer flows than packets. */
function ofFlow(s: Subject, predicate: Predicate<FlowRow>): Predicate<PacketRow> {
  const { packets } = s.analysis;
  const known = new Int8Array(s.analysis.flows.columns.count + 65_536);
  return (row) => {
    const flow = packets.flowOf(row);
    if (flow === null) return false;
    const said = known[flow];
    if (said !== undefined && said !== 0) return said === 1;
    const is = predicate(flow);
    if (flow < known.length) known[flow] = is ? 1 : 2;
    return is;
  };
}

function exists<R extends Row>(ref: FieldRef, state: State<R>): Maker<R> {
  if (fieldNamed(ref.name) || ref.name.startsWith('feature.')) {
    return overField(ref, state, (field) => {
      if (field.name === 'frame.marked' || field.name === 'frame.ignored') {
        throw new FilterError(ref.at, ref.length, say('in-every-packet', { name: field.name }));
      }
      // Of Wireshark's flags the name alone asks whether it is there; those of flows are ours and mean that it is set.
      const isSet: Test = (g) => (row) => g.kind === 'flag' && g.some(row, (v) => v === 1);
      return field.kind === 'flag' && (!field.packet || field.name === 'frame.ref_time') ? isSet : (g) => present(g);
    });
  }
  return protocolTest(ref, state);
}

function isLayerWord(name: string): name is LayerWord {
  return (LAYER_WORDS as readonly string[]).includes(name);
}

/** What is left open of bare words, as of fields of layers. */
const WORD: Special = { doubt: layersWithin };
const WITH_CONTROL: ReadonlySet<string> = new Set(['gtp', 'l2tp', 'vxlan']);

/** A bare protocol name: packets that have such a layer anywhere, as in Wireshark. */
function protocolTest<R extends Row>(ref: FieldRef, state: State<R>): Maker<R> {
  const { name } = ref;
  const { over } = state;
  // Their control messages are no tunnel, and columns know of tunnels alone.
  if (WITH_CONTROL.has(name)) throw new FilterError(ref.at, ref.length, unknownField(name));
  if (!isLayerWord(name)) throw new FilterError(ref.at, ref.length, refusal(name) ?? unknownField(name));
  const make = over.layer(name);
  if (make === null) throw ofPackets(ref);
  state.special.push(WORD);
  return make;
}
