// ONNX files for tests and fuzzing, sound and hostile, put together field by field (onnx.proto).
import { FLOAT } from '../detect/index.ts';
import { WireWriter } from '../detect/onnx/wire.ts';

type Write = (w: WireWriter) => void;

export interface MadeValue {
  readonly name: string;
  /** TensorProto.DataType; null makes a sequence of it. */
  readonly type: number | null;
  /** Null for a size that is not fixed. */
  readonly shape: readonly (number | null)[];
}

export interface MadeNode {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes, each written whole. */
  readonly attributes?: readonly Write[];
}

export interface MadeGraph {
  readonly nodes: readonly MadeNode[];
  readonly tensors?: readonly Write[];
  readonly inputs: readonly MadeValue[];
  readonly outputs: readonly MadeValue[];
  /** Fields of the graph beside. */
  readonly more?: Write;
}

export interface MadeModel extends MadeGraph {
  /** The metadata property `sightline`. */
  readonly card?: string | null;
  /** Fields of the model beside. */
  readonly besides?: Write;
}

export const BOOL = 9;
export const INT64 = 7;

/** Two features, a probability for each flow: their mean. Parts may be others. */
export function madeModel(parts: Partial<MadeModel> = {}): Uint8Array {
  const m: MadeModel = {
    nodes: [
      { operator: 'ReduceMean', inputs: ['x'], outputs: ['y'], attributes: [ints('axes', [1]), int('keepdims', 1)] },
    ],
    inputs: [{ name: 'x', type: FLOAT, shape: [null, 2] }],
    outputs: [{ name: 'y', type: FLOAT, shape: [null, 1] }],
    card: madeCard({ missing: 0 }),
    ...parts,
  };
  const w = new WireWriter().int(1, 8).message(7, graph(m));
  w.message(8, (set) => set.text(1, '').int(2, 17)).message(8, (set) => set.text(1, 'ai.onnx.ml').int(2, 3));
  if (typeof m.card === 'string') w.message(14, (p) => p.text(1, 'sightline').text(2, m.card!));
  m.besides?.(w);
  return w.bytes;
}

export function madeCard(more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ name: 'made', features: ['packets_fwd', 'packets_rev'], ...more });
}

export function graph(g: MadeGraph): Write {
  return (w) => {
    for (const n of g.nodes) w.message(1, node(n));
    w.text(2, 'made');
    for (const tensor of g.tensors ?? []) w.message(5, tensor);
    for (const v of g.inputs) w.message(11, value(v));
    for (const v of g.outputs) w.message(12, value(v));
    g.more?.(w);
  };
}

function node({ operator, domain, inputs, outputs, attributes = [] }: MadeNode): Write {
  return (w) => {
    for (const name of inputs) w.text(1, name);
    for (const name of outputs) w.text(2, name);
    w.text(4, operator);
    for (const attribute of attributes) w.message(5, attribute);
    if (domain !== undefined) w.text(7, domain);
  };
}

function value({ name, type, shape }: MadeValue): Write {
  const tensor: Write = (t) =>
    t.int(1, type ?? FLOAT).message(2, (s) => {
      for (const size of shape) s.message(1, (d) => (size === null ? d.text(2, 'n') : d.int(1, size)));
    });
  return (w) =>
    w
      .text(1, name)
      .message(2, (of) =>
        type === null ? of.message(4, (s) => s.message(1, (e) => e.message(1, tensor))) : of.message(1, tensor),
      );
}

export function int(name: string, i: number): Write {
  return (w) => w.text(1, name).int(3, i).int(20, 2);
}

export function ints(name: string, values: readonly number[]): Write {
  return (w) => w.text(1, name).ints(8, values).int(20, 7);
}

export function graphAttribute(name: string, g: MadeGraph): Write {
  return (w) => w.text(1, name).message(6, graph(g)).int(20, 5);
}

/** A tensor with its values as raw bytes. */
export function tensor(name: string, type: number, dims: readonly number[], raw: Uint8Array): Write {
  return (w) => w.ints(1, dims).int(2, type).text(8, name).raw(9, raw);
}

export function int64Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
}

/** A loop whose condition stays true for 2^62 rounds. */
export function endlessModel(): Uint8Array {
  const flows = { name: 'v', type: FLOAT, shape: [null, 2] };
  return madeModel({
    nodes: [
      {
        operator: 'Loop',
        inputs: ['rounds', 'go', 'x'],
        outputs: ['y'],
        attributes: [
          graphAttribute('body', {
            nodes: [
              { operator: 'Identity', inputs: ['c'], outputs: ['c2'] },
              { operator: 'Identity', inputs: ['v'], outputs: ['v2'] },
            ],
            inputs: [{ name: 'i', type: INT64, shape: [] }, { name: 'c', type: BOOL, shape: [] }, flows],
            outputs: [
              { name: 'c2', type: BOOL, shape: [] },
              { ...flows, name: 'v2' },
            ],
          }),
        ],
      },
    ],
    tensors: [tensor('rounds', INT64, [], int64Bytes([2 ** 62])), tensor('go', BOOL, [], Uint8Array.of(1))],
    outputs: [{ name: 'y', type: FLOAT, shape: [null, 2] }],
  });
}

/** A tensor of many zeros is asked for in a few bytes. */
export function greedyModel(zeros: number): Uint8Array {
  return madeModel({
    nodes: [
      { operator: 'ConstantOfShape', inputs: ['shape'], outputs: ['zeros'] },
      { operator: 'ReduceSum', inputs: ['zeros'], outputs: ['sum'], attributes: [int('keepdims', 0)] },
      { operator: 'ReduceMean', inputs: ['x'], outputs: ['m'], attributes: [ints('axes', [1]), int('keepdims', 1)] },
      { operator: 'Add', inputs: ['m', 'sum'], outputs: ['y'] },
    ],
    tensors: [tensor('shape', INT64, [1], int64Bytes([zeros]))],
  });
}
