// ONNX files are put together here: nodes, attributes, weights, and the model around them (onnx.proto).
import { SCHEMA_HASH } from '../../features/index.ts';
import type { Thresholds } from '../model-type.ts';
import { CARD_KEY, FLOAT } from './read.ts';
import { floatBytes, WireWriter } from './wire.ts';

/** IR version 8 and operator sets of 2022, which every runtime since then reads. */
const IR_VERSION = 8;
const OPERATORS = 17;
const ML_OPERATORS = 3;
export const ML_DOMAIN = 'ai.onnx.ml';
export const INT64 = 7;

/** AttributeProto.AttributeType */
const KIND = { i: 2, s: 3, floats: 6, ints: 7, strings: 8 } as const;

export type Attribute =
  | { readonly name: string; readonly i: number }
  | { readonly name: string; readonly s: string }
  | { readonly name: string; readonly floats: ArrayLike<number> }
  | { readonly name: string; readonly ints: ArrayLike<number> }
  | { readonly name: string; readonly strings: readonly string[] };

export interface Node {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Attribute[];
}

/** Weights of float32. */
export interface Weights {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

/** An output: flows by columns; without columns one value each. */
export interface Output {
  readonly name: string;
  readonly type: typeof FLOAT | typeof INT64;
  readonly columns: number | null;
}

/** What is said of a model that we write, on the scale of its answers. */
export interface WrittenCard {
  readonly name: string;
  readonly features: readonly string[];
  readonly output: string;
  readonly column: number;
  readonly thresholds: Readonly<Record<string, Thresholds>>;
  readonly ranks: Readonly<Record<string, readonly number[]>>;
}

export interface Graph {
  /** Float32, flows by features. */
  readonly input: string;
  readonly nodes: readonly Node[];
  readonly weights: readonly Weights[];
  readonly outputs: readonly Output[];
  readonly card: WrittenCard;
}

/** The file. The same graph gives the same bytes. */
export function onnxFile(g: Graph): Uint8Array {
  return new WireWriter()
    .int(1, IR_VERSION)
    .text(2, 'sightline')
    .message(7, (graph) => {
      for (const node of g.nodes) graph.message(1, (w) => writeNode(w, node));
      graph.text(2, g.card.name);
      for (const { name, dims, values } of g.weights)
        graph.message(5, (w) => w.ints(1, dims).int(2, FLOAT).text(8, name).raw(9, floatBytes(values)));
      graph.message(11, (w) => writeValue(w, g.input, FLOAT, g.card.features.length));
      for (const { name, type, columns } of g.outputs) graph.message(12, (w) => writeValue(w, name, type, columns));
    })
    .message(8, (w) => w.text(1, '').int(2, OPERATORS))
    .message(8, (w) => w.text(1, ML_DOMAIN).int(2, ML_OPERATORS))
    .message(14, (w) => w.text(1, CARD_KEY).text(2, JSON.stringify({ ...g.card, schema: SCHEMA_HASH }))).bytes;
}

function writeNode(w: WireWriter, { operator, domain, inputs, outputs, attributes = [] }: Node): void {
  for (const name of inputs) w.text(1, name);
  for (const name of outputs) w.text(2, name);
  w.text(4, operator);
  for (const attribute of attributes) w.message(5, (inner) => writeAttribute(inner, attribute));
  if (domain !== undefined) w.text(7, domain);
}

function writeAttribute(w: WireWriter, a: Attribute): void {
  w.text(1, a.name);
  if ('i' in a) w.int(3, a.i).int(20, KIND.i);
  else if ('s' in a) w.text(4, a.s).int(20, KIND.s);
  else if ('floats' in a) w.floats(7, a.floats).int(20, KIND.floats);
  else if ('ints' in a) w.ints(8, a.ints).int(20, KIND.ints);
  else {
    for (const text of a.strings) w.text(9, text);
    w.int(20, KIND.strings);
  }
}

/** ValueInfoProto of a tensor whose first dimension is the number of flows. */
function writeValue(w: WireWriter, name: string, type: number, columns: number | null): void {
  w.text(1, name).message(2, (of) =>
    of.message(1, (tensor) =>
      tensor.int(1, type).message(2, (shape) => {
        shape.message(1, (d) => d.text(2, 'flows'));
        if (columns !== null) shape.message(1, (d) => d.int(1, columns));
      }),
    ),
  );
}

/** Thresholds and ranks on another scale. @param scale must not fall */
export function onScale(
  m: Pick<WrittenCard, 'thresholds' | 'ranks'>,
  scale: (raw: number) => number,
): Pick<WrittenCard, 'thresholds' | 'ranks'> {
  const thresholds = Object.entries(m.thresholds).map(([group, { malicious, suspicious, flows }]) => [
    group,
    { malicious: scale(malicious), suspicious: scale(suspicious), flows },
  ]);
  const ranks = Object.entries(m.ranks).map(([group, table]) => [group, table.map(scale)]);
  return { thresholds: Object.fromEntries(thresholds), ranks: Object.fromEntries(ranks) };
}
