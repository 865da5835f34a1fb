// A filter's tree to one predicate over rows. Everything that can be worked out once (address sets, lower case, patterns) is.
import { type PacketRow, type Message, say } from '../../contract/index.ts';
import { inChunk, NO_FLOW } from '../decode/index.ts';
import { FEATURES } from '../features/index.ts';
import type { Field } from './field.ts';
import { fieldNamed, FIELDS } from './fields.ts';
import { refusal } from './foreign.ts';
import { number } from './getters.ts';
import { FLOW_WORDS, flowHasLayer, hasLayer } from './layer-fields.ts';
import { LAYER_WORDS, type LayerWord } from './layer-list.ts';
import { FilterError } from './lexer.ts';
import { type FieldRef, type Node, parse } from './parser.ts';
import { forgetRow } from './row-layers.ts';
import type { Subject } from './subject.ts';
import { comparison, present, range, type Test } from './tests.ts';

export type Predicate = (row: number) => boolean;

export interface CompiledFilter {
  /** Features whose columns must be there before `bind`. */
  readonly features: readonly string[];
  /** Its answer for a row may change while the capture is read. */
  readonly changes: boolean;
  bind(subject: Subject): Predicate;
}

type Over = 'packets' | 'flows';
type Maker = (s: Subject) => Predicate;

/** @returns null for an empty filter @throws FilterError that points at the mistake */
export function compileFilter(source: string, over: Over): CompiledFilter | null {
  const tree = parse(source);
  if (tree === null) return null;
  const features = new Set<string>();
  const state = { over, features, changes: false };
  const make = build(tree, state);
  return {
    features: [...features],
    changes: state.changes,
    bind: (s) => {
      forgetRow(s);
      return make(s);
    },
  };
}

interface State {
  readonly over: Over;
  readonly features: Set<string>;
  changes: boolean;
}

function build(node: Node, state: State): Maker {
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
        const tests = node.values.map((v) => (v.high === null ? comparison(f, '==', v.low) : range(f, v.low, v.high)));
        return (g, s) => {
          const made = tests.map((t) => t(g, s));
          return (row) => made.some((t) => t(row));
        };
      });
  }
}

function both(kind: 'or' | 'and', left: Maker, right: Maker): Maker {
  return (s) => {
    const l = left(s);
    const r = right(s);
    return kind === 'or' ? (row) => l(row) || r(row) : (row) => l(row) && r(row);
  };
}

function resolve(ref: FieldRef, state: State): Field {
  if (ref.name.startsWith('feature.')) {
    const name = ref.name.slice(8);
    const feature = FEATURES.find((f) => f.name === name);
    if (!feature) throw new FilterError(ref.at, ref.length, say('no-such-feature-filter', { name }));
    state.features.add(name);
    return {
      name: ref.name,
      kind: 'number',
      meaning: feature.meaning,
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
  if (state.over === 'flows' && !field.flow)
    throw new FilterError(ref.at, ref.length, say('belongs-to-packets', { name: ref.name }));
  return field;
}

function unknownField(name: string): Message {
  const near = FIELDS.map((f) => f.name).find(
    (f) => f.startsWith(name) || f.endsWith(`.${name}`) || name.startsWith(f),
  );
  return near ? say('no-such-field-near', { name, near }) : say('no-such-field', { name });
}

/** A test over the field's values, lifted to packet rows where the field belongs to the flow. */
function overField(ref: FieldRef, state: State, test: (field: Field) => Test): Maker {
  const field = resolve(ref, state);
  // Facts of a flow come while it is read, so all that belongs to flows may still change.
  if (field.changes || !field.packet) state.changes = true;
  const make = test(field);
  if (state.over === 'flows') return (s) => make(field.flow!(s), s);
  if (field.packet) return (s) => make(field.packet!(s), s);
  return (s) => ofFlow(s, make(field.flow!(s), s));
}

/** Asks once a flow and remembers: a capture has far fewer flows than packets. */
function ofFlow(s: Subject, predicate: Predicate): Predicate {
  const { packets } = s.analysis;
  const known = new Int8Array(s.analysis.flows.columns.count + 65_536);
  return (row) => {
    const owner = packets.chunk(row as PacketRow).owner[inChunk(row as PacketRow)]!;
    if (owner >= NO_FLOW) return false;
    const said = known[owner];
    if (said !== undefined && said !== 0) return said === 1;
    const is = predicate(owner);
    if (owner < known.length) known[owner] = is ? 1 : 2;
    return is;
  };
}

function exists(ref: FieldRef, state: State): Maker {
  if (fieldNamed(ref.name) || ref.name.startsWith('feature.')) {
    return overField(ref, state, (field) => {
      if (field.name === 'frame.marked' || field.name === 'frame.ignored') {
        throw new FilterError(ref.at, ref.length, say('in-every-packet', { name: field.name }));
      }
      // Of Wireshark's flags the name alone asks whether it is there; those of flows are ours and mean that it is set.
      if (field.kind === 'flag' && !field.packet)
        return (g) => (row) => g.kind === 'flag' && g.some(row, (v) => v === 1);
      return (g) => present(g);
    });
  }
  return protocolTest(ref, state);
}

function isLayerWord(name: string): name is LayerWord {
  return (LAYER_WORDS as readonly string[]).includes(name);
}

/** A bare protocol name: packets that have such a layer anywhere, as in Wireshark. */
function protocolTest(ref: FieldRef, state: State): Maker {
  const { name } = ref;
  if (!isLayerWord(name)) throw new FilterError(ref.at, ref.length, refusal(name) ?? unknownField(name));
  if (state.over === 'packets') return (s) => hasLayer(s, name);
  if (!FLOW_WORDS.includes(name)) throw new FilterError(ref.at, ref.length, say('belongs-to-packets', { name }));
  return (s) => flowHasLayer(s, name) ?? (() => false);
}
