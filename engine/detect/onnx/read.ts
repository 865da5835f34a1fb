// What an ONNX file says of itself, read before any runtime sees it: inputs, outputs, description, and what is refused.
// The format is onnx.proto of https://github.com/onnx/onnx (ModelProto and what is in it); weights are not looked at,
// only whether there are as many of them as shapes say.
import { createHash } from 'node:crypto';
import { type Message, say } from '../../../contract/index.ts';
import { Fields, WireError } from './wire.ts';

/** Larger files are no models of flows. */
export const LARGEST_ONNX = 64 * 1024 * 1024;
/** Graphs within nodes of graphs. */
const DEEPEST = 4;
const MOST_NODES = 50_000;
const MOST_DIMS = 16;
const MOST_VALUES = 64;
/** Operators of these are part of the standard. */
const STANDARD: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

export const FLOAT = 1;
export const DOUBLE = 11;
const STRING = 8;
/** Names and bytes of TensorProto.DataType, by number. */
const TYPES: readonly (readonly [name: string, bytes: number])[] = [
  ['undefined', 0],
  ['float', 4],
  ['uint8', 1],
  ['int8', 1],
  ['uint16', 2],
  ['int16', 2],
  ['int32', 4],
  ['int64', 8],
  ['string', 0],
  ['bool', 1],
  ['float16', 2],
  ['double', 8],
  ['uint32', 4],
  ['uint64', 8],
  ['complex64', 8],
  ['complex128', 16],
  ['bfloat16', 2],
  ['float8e4m3fn', 1],
  ['float8e4m3fnuz', 1],
  ['float8e5m2', 1],
  ['float8e5m2fnuz', 1],
  ['uint4', 0.5],
  ['int4', 0.5],
];

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  /** TensorProto.DataType of a tensor; null for sequences, maps and the like. */
  readonly type: number | null;
  /** Null where it says none; within, null for a size that is not fixed. */
  readonly shape: readonly (number | null)[] | null;
}

export interface OnnxFile {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Value of the metadata property `sightline`. */
  readonly card: string | null;
  /** SHA-256 of all but its metadata. */
  readonly sha256: string;
}

export type OnnxRead =
  | { readonly ok: true; readonly file: OnnxFile }
  | { readonly ok: false; readonly message: Message };

/** The metadata property that says what the model takes and answers. */
export const CARD_KEY = 'sightline';

class Refused extends Error {
  readonly said: Message;
  constructor(said: Message) {
    super(said.say);
    this.said = said;
  }
}

export function typeName(type: number | null): string {
  return type === null ? 'sequence' : (TYPES[type]?.[0] ?? String(type));
}

/** Never throws; time and memory are linear in the file's size. */
export function readOnnx(bytes: Uint8Array): OnnxRead {
  if (bytes.length > LARGEST_ONNX) return { ok: false, message: say('model-too-large') };
  try {
    return { ok: true, file: readModel(bytes) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, message: error.said };
    if (error instanceof WireError) return { ok: false, message: say('onnx-none') };
    throw error;
  }
}

function readModel(bytes: Uint8Array): OnnxFile {
  const f = new Fields(bytes);
  let graph: Uint8Array | null = null;
  let isVersioned = false;
  let operators = 0;
  let card: string | null = null;
  const identity = createHash('sha256');
  while (f.next()) {
    if (f.field !== 14) identity.update(`${f.field} ${f.int} ${f.bytes.length} `).update(f.bytes);
    switch (f.field) {
      case 1: // ir_version
        isVersioned = f.wire === 0 && f.int > 0;
        break;
      case 7: // graph; a second one would be merged with the first
        if (graph !== null) throw new WireError('two graphs');
        graph = f.message();
        break;
      case 8: // opset_import
        operators++;
        f.message();
        break;
      case 14: // metadata_props
        card = property(f.message()) ?? card;
        break;
      case 25: // functions
        throw new Refused(say('onnx-functions'));
      default:
    }
  }
  if (graph === null || !isVersioned || operators === 0) throw new WireError('no model');
  return { ...new Graphs().read(graph), card, sha256: identity.digest('hex') };
}

function property(bytes: Uint8Array): string | null {
  let key = '';
  let value = '';
  for (const f = new Fields(bytes); f.next();)
    if (f.field === 1) key = f.text();
    else if (f.field === 2) value = f.text();
  return key === CARD_KEY ? value : null;
}

/** Walks the graph and those within its nodes. */
class Graphs {
  private nodes = 0;

  read(bytes: Uint8Array): Pick<OnnxFile, 'inputs' | 'outputs'> {
    const { inputs, outputs, weights } = this.walk(bytes, 0);
    // Before IR version 4 initial values of weights are inputs too.
    return { inputs: inputs.filter((i) => !weights.has(i.name)), outputs };
  }

  private walk(bytes: Uint8Array, depth: number): { inputs: OnnxValue[]; outputs: OnnxValue[]; weights: Set<string> } {
    if (depth > DEEPEST) throw new Refused(say('onnx-too-deep'));
    const inputs: OnnxValue[] = [];
    const outputs: OnnxValue[] = [];
    const weights = new Set<string>();
    for (const f = new Fields(bytes); f.next();)
      switch (f.field) {
        case 1:
          this.node(f.message(), depth);
          break;
        case 5:
          weights.add(tensor(f.message()));
          break;
        case 11:
          inputs.push(valueInfo(f.message()));
          break;
        case 12:
          outputs.push(valueInfo(f.message()));
          break;
        case 15:
          throw new Refused(say('onnx-sparse'));
        default:
      }
    return { inputs, outputs, weights };
  }

  private node(bytes: Uint8Array, depth: number): void {
    if (++this.nodes > MOST_NODES) throw new Refused(say('onnx-too-many', { most: MOST_NODES }));
    let operator = '';
    let domain = '';
    const attributes: Uint8Array[] = [];
    for (const f = new Fields(bytes); f.next();)
      if (f.field === 4) operator = f.text();
      else if (f.field === 7) domain = f.text();
      else if (f.field === 5) attributes.push(f.message());
    if (!STANDARD.has(domain))
      throw new Refused(say('onnx-operator', { operator: cut(operator), domain: cut(domain) }));
    for (const attribute of attributes)
      for (const f = new Fields(attribute); f.next();)
        if (f.field === 5 || f.field === 10) tensor(f.message());
        else if (f.field === 6 || f.field === 11) this.walk(f.message(), depth + 1);
        else if (f.field === 22 || f.field === 23) throw new Refused(say('onnx-sparse'));
  }
}

function valueInfo(bytes: Uint8Array): OnnxValue {
  let name = '';
  let type: number | null = null;
  let shape: (number | null)[] | null = null;
  for (const f = new Fields(bytes); f.next();)
    if (f.field === 1) name = f.text();
    else if (f.field === 2)
      for (const t = new Fields(f.message()); t.next();) {
        if (t.field !== 1) continue;
        type = 0;
        for (const of = new Fields(t.message()); of.next();)
          if (of.field === 1) type = of.int;
          else if (of.field === 2) shape = dims(of.message());
      }
  return { name, type, shape };
}

function dims(bytes: Uint8Array): (number | null)[] {
  const shape: (number | null)[] = [];
  for (const f = new Fields(bytes); f.next();) {
    if (f.field !== 1) continue;
    let size: number | null = null;
    for (const d = new Fields(f.message()); d.next();) if (d.field === 1) size = d.int;
    shape.push(size);
    if (shape.length > MOST_DIMS) throw new WireError('too many dimensions');
  }
  return shape;
}

/** Bytes of a value of a repeated field of TensorProto; 0 for varints. */
const DATA: Readonly<Record<number, number>> = { 4: 4, 5: 0, 7: 0, 10: 8, 11: 0 };

/** @returns the tensor's name @throws Refused where its data are elsewhere, or are not what its shape says */
function tensor(bytes: Uint8Array): string {
  let name = '';
  let type = 0;
  const shape: number[] = [];
  let raw = -1;
  let values = 0;
  for (const f = new Fields(bytes); f.next();)
    switch (f.field) {
      case 1:
        f.ints(shape, MOST_DIMS);
        break;
      case 2:
        type = f.int;
        break;
      case 6:
        values++;
        break;
      case 8:
        name = f.text();
        break;
      case 9:
        raw = f.message().length;
        break;
      case 13:
        throw new Refused(say('onnx-external', { tensor: cut(name) }));
      case 14:
        if (f.int !== 0) throw new Refused(say('onnx-external', { tensor: cut(name) }));
        break;
      default:
        if (DATA[f.field] !== undefined) values += f.values(DATA[f.field]!);
    }
  const size = shape.reduce((n, d) => n * d, 1);
  const [, each] = TYPES[type] ?? ['', 0];
  const isWhole = raw >= 0 && type !== STRING ? raw === Math.ceil(size * each) : values === size * perValue(type);
  if (shape.some((d) => d < 0) || !isWhole) throw new Refused(say('onnx-tensor', { tensor: cut(name) }));
  return name;
}

/** Complex numbers are two values, two numbers of four bits are one. */
function perValue(type: number): number {
  if (type === 14 || type === 15) return 2;
  return TYPES[type]?.[1] === 0.5 ? 0.5 : 1;
}

/** Names are said, so they are kept short. */
export function cut(name: string): string {
  return name.length > MOST_VALUES ? `${name.slice(0, MOST_VALUES)}…` : name;
}
